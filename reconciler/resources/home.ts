/**
 * A member's home. It is made once and then never gone into: what is inside is the member's, and root neither writes, chowns nor deletes
 * there. On btrfs it is a subvolume of its own, since that is what a quota group counts (btrfs-subvolume(8)); elsewhere a plain directory.
 * It holds data, so a dropped home stays where it is. Anything else in its place (a link, a file) is left alone: the host refuses.
 */
import type { Step } from '../model/machine.ts';
import type { Kind } from '../model/kind.ts';
import type { Provenance, Resource } from '../model/resource.ts';
import { access, desiredAccess, type Access } from './access.ts';
import { nodeOf } from './answer.ts';
import { filesystemOf, groundId, groundOf, groundProbe, groundsOf } from './ground.ts';
import { absolute, standing } from './place.ts';
import { differing, resource } from './resource.ts';

/** Want a home. Shape: { type: 'directory', mode, owner, group }. */
export function home(path: string, content: Access, provenance: Provenance): Resource {
  return resource({ kind: 'home', name: absolute(path) }, { desired: { type: 'directory', ...access(content, '0700') } }, provenance);
}

/** Look at homes, make them, set their own access, keep them. */
export const homeKind: Kind = {
  name: 'home',
  whenDropped: 'keep',
  probe: (resources) => [
    ...resources.map(({ name }) => ({ ask: 'path', path: name, want: 'stat' }) as const),
    ...groundsOf(resources).map(groundProbe),
  ],
  read: (answers, resources) => new Map([
    ...resources.map(({ id }, index) => [id, standing(nodeOf(answers[index]))] as const),
    ...groundsOf(resources).map((directory, index) => [groundId('home', directory), { filesystem: filesystemOf(answers[resources.length + index]) }] as const),
  ]),
  steps: (resource, { actual, observed }) => {
    const { name: path, desired } = resource;
    if (desired === null) return [];
    if (actual === null) return making(path, desiredAccess(desired), groundOf(resource, observed)['filesystem'] === 'btrfs');
    if (actual['type'] !== 'directory') return making(path, desiredAccess(desired), false);
    return differing(resource, actual).length === 0 ? [] : [{ do: 'access', path, ...desiredAccess(desired) }];
  },
};

function making(path: string, wanted: Access, subvolume: boolean): readonly Step[] {
  if (!subvolume) return [{ do: 'directory', path, ...wanted }];
  return [{ do: 'run', argv: ['btrfs', 'subvolume', 'create', path] }, { do: 'access', path, ...wanted }];
}

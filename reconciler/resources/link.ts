/**
 * A symbolic link, compared by where it points as written; what stands at the far end is nobody's business here. With no target it is the
 * wish that nothing stands at the path, for instance a site that a package switches on by itself (/etc/apache2/sites-enabled/000-default.conf).
 * Such a wish removes files and links; the host refuses to unlink a directory.
 */
import type { Kind } from '../model/kind.ts';
import type { Provenance, Resource } from '../model/resource.ts';
import { nodeOf } from './answer.ts';
import { absolute, placeSteps, standing } from './place.ts';
import { resource } from './resource.ts';

/** Want a link to a target, or with null: nothing at the path. Shape: { type: 'link', target } or null. */
export function link(path: string, target: string | null, provenance: Provenance): Resource {
  if (target !== null && !/^[!-~]+$/.test(target)) throw new Error(`cannot link to ${JSON.stringify(target)}: a target is visible ASCII`);
  return resource({ kind: 'link', name: absolute(path) }, { desired: target === null ? null : { type: 'link', target } }, provenance);
}

/** Look at links and make them. */
export const linkKind: Kind = {
  name: 'link',
  whenDropped: 'remove',
  probe: (resources) => resources.map(({ name }) => ({ ask: 'path', path: name, want: 'stat' })),
  read: (answers, resources) => new Map(resources.map(({ id }, index) => [id, standing(nodeOf(answers[index]))])),
  steps: (resource, { actual }) => placeSteps(resource, actual, (desired) => ({ do: 'link', path: resource.name, target: String(desired['target']) })),
};

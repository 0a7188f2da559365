/**
 * A directory that croft owns. An *exclusive* one is read as a whole by a daemon (Include sites/*.conf), so a name in it that nobody
 * declared is drift: `extra` lists such names. What is accounted for is known only once all resources of a run are, so `read` tells every
 * name and `settle` keeps the extra ones. Files and links among them are unlinked; a directory never is: the host refuses, and a person
 * must look. A dropped directory goes only when it is empty (rmdir(2)).
 */
import type { Step } from '../model/machine.ts';
import type { Kind } from '../model/kind.ts';
import type { Provenance, Resource, State } from '../model/resource.ts';
import { access, desiredAccess, isAccess, type AccessWish } from './access.ts';
import { nodeOf } from './answer.ts';
import { absolute, standing } from './place.ts';
import { differing, resource } from './resource.ts';

/** Who may do what in a directory (0755 unless said otherwise), and whether everything in it must be accounted for. */
export interface DirectoryContent extends AccessWish {
  readonly exclusive?: boolean;
}

/** Want a directory. Shape: { type, mode, owner, group }, and with exclusive { extra: '' }. Parents must be wanted on their own. */
export function directory(path: string, content: DirectoryContent, provenance: Provenance): Resource {
  const desired = { type: 'directory', ...access(content, '0755'), ...(content.exclusive === true ? { extra: '' } : {}) };
  return resource({ kind: 'directory', name: absolute(path) }, { desired }, provenance);
}

/** Look at directories, make them, and clear exclusive ones of what nobody declared. */
export const directoryKind: Kind = {
  name: 'directory',
  whenDropped: 'remove',
  probe: (resources) => resources.map((resource) => ({ ask: 'path', path: resource.name, want: isExclusive(resource) ? 'entries' : 'stat' })),
  read: (answers, resources) => new Map(resources.map((resource, index) => {
    const node = nodeOf(answers[index]);
    const state = standing(node);
    return [resource.id, node?.type === 'directory' && isExclusive(resource) ? { ...state, entries: (node.entries ?? []).join('/') } : state];
  })),
  settle: (resource, state, run) => {
    if (state === null || typeof state['entries'] !== 'string') return state;
    const { entries, ...rest } = state;
    const others = run.alsoIn?.get(resource.name);
    const names = extraEntries(resource.name, entries.split('/'), namesOf(run.resources)).filter((name) => others?.has(name) !== true);
    return { ...rest, extra: names.map(escapeName).join(',') };
  },
  steps: (resource, { actual }) => (resource.desired === null ? removal(resource.name, actual) : making(resource, resource.desired, actual)),
};

/** Name the entries of a directory that none of the accounted paths is, or is below; what croft has staged is left out. */
export function extraEntries(directory: string, entries: readonly string[], accounted: ReadonlySet<string>): readonly string[] {
  const within = entriesWithin.get(accounted) ?? inDirectories(accounted);
  entriesWithin.set(accounted, within);
  const known = within.get(directory);
  return entries.filter((name) => name !== '' && known?.has(name) !== true && !staged.test(name));
}

/** Lists of resources are never changed, so one is gone through once for all the directories that it is asked for. */
const known = new WeakMap<readonly Resource[], ReadonlySet<string>>();
const entriesWithin = new WeakMap<ReadonlySet<string>, ReadonlyMap<string, ReadonlySet<string>>>();

function namesOf(resources: readonly Resource[]): ReadonlySet<string> {
  const names = known.get(resources) ?? new Set(resources.map(({ name }) => name));
  known.set(resources, names);
  return names;
}

/** By directory, the entries of it that some paths are, or are below. */
function inDirectories(paths: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const within = new Map<string, Set<string>>();
  for (const path of paths) {
    for (let [start, end] = [path.lastIndexOf('/'), path.length]; start >= 0; [start, end] = [path.lastIndexOf('/', start - 1), start]) {
      const directory = path.slice(0, start);
      const entries = within.get(directory);
      if (entries === undefined) within.set(directory, new Set([path.slice(start + 1, end)]));
      else if (entries.has(path.slice(start + 1, end))) break;
      else entries.add(path.slice(start + 1, end));
      if (start === 0) break;
    }
  }
  return within;
}

const staged = /^\..*\.croft-[0-9a-f]{16}$/s;

function isExclusive({ desired }: Resource): boolean {
  return desired?.['extra'] !== undefined;
}

function removal(path: string, actual: State | null): readonly Step[] {
  if (actual === null) return [];
  return [{ do: actual['type'] === 'directory' ? 'remove-directory' : 'remove', path }];
}

function making(resource: Resource, desired: State, actual: State | null): readonly Step[] {
  const path = resource.name;
  const make: Step = { do: 'directory', path, ...desiredAccess(desired) };
  if (actual === null) return [make];
  if (actual['type'] !== 'directory') return [{ do: 'remove', path }, make];
  const attributes = differing(resource, actual);
  const steps: Step[] = attributes.some(isAccess) ? [{ ...make, do: 'access' }] : [];
  return attributes.includes('extra') ? [...steps, ...clearing(path, String(actual['extra'] ?? ''))] : steps;
}

function clearing(path: string, extra: string): readonly Step[] {
  return extra.split(',').filter((name) => name !== '').map((name) => ({ do: 'remove', path: `${path}/${decodeURIComponent(name)}` }));
}

/** A name may hold a comma or worse; the list must still be cut where it was joined, and be fit to print. */
function escapeName(name: string): string {
  return name.replace(/[%,\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, encodeURIComponent);
}

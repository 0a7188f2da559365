/**
 * A directory that somebody else's data is in: a member's home, a mailbox, the keys of a zone. It is made once and then never gone into:
 * root neither writes, chowns nor deletes there. A member's home is a subvolume of its own on btrfs, since that is what a quota group
 * counts (btrfs-subvolume(8)); all else is a plain directory. When nobody declares it any more it is moved aside as a whole, dated, where
 * only root can go (model/retired.ts), and when somebody declares it again it is moved back. Anything else in its place (a link, a file)
 * is left alone: the host refuses. A *seed* is one link that a daemon must find in there: it is put in while the directory is root's.
 */
import type { Answer, Node, Probe, Step } from '../model/machine.ts';
import type { Kind, OnHost } from '../model/kind.ts';
import { dataAt, dataRootOf, dataRoots, newestRetired, retiredIn, retiredPath } from '../model/retired.ts';
import type { Id, Provenance, Resource, State } from '../model/resource.ts';
import { access, desiredAccess, isAccess, type Access, type AccessWish } from './access.ts';
import { linesOf, nodeOf, outputOf } from './answer.ts';
import { filesystemOf, groundId, groundProbe } from './ground.ts';
import { absolute, parentOf, standing } from './place.ts';
import { differing, resource } from './resource.ts';

/** Who may go into a directory of data, and the link that is to be in it. */
export interface HomeContent extends AccessWish {
  readonly seed?: { readonly name: string; readonly target: string };
}

/** Want a directory for data. Shape: { type: 'directory', mode, owner, group }, and with a seed { seed: '<name> → <target>' }. */
export function home(path: string, content: HomeContent, provenance: Provenance): Resource {
  const { seed } = content;
  const link = seed === undefined ? {} : { seed: `${absolute(`/${seed.name}`).slice(1)} → ${absolute(seed.target)}` };
  return resource({ kind: 'home', name: absolute(path) }, { desired: { type: 'directory', ...access(content, '0700'), ...link } }, provenance);
}

/** Look at directories of data, make them, set their own access, put them aside and take them back. */
export const homeKind: Kind = {
  name: 'home',
  whenDropped: 'retire',
  probe: (resources) => questions(resources).map(({ probe }) => probe),
  read: (answers, resources) => {
    const known = new Map(questions(resources).map(({ about }, index) => [about, answers[index]]));
    const asked = known.get('readers');
    const readers = asked === undefined ? [] : linesOf(outputOf(asked).stdout).map((line) => line.trim().split(/\s+/)[0] ?? '');
    return new Map<Id, State | null>([
      ...resources.map((each) => [each.id, stateOf(each, { node: nodeOf(known.get(each.name)), seed: nodeAt(known, seedOf(each)?.path), readers })] as const),
      ...subvolumeRoots(resources).map((root) => [groundId('home', root), { filesystem: filesystemOf(known.get(`ground ${root}`)) }] as const),
      ...rootsOf(resources).map((root) => [groundId('home', retiredIn(root)), { entries: (nodeOf(known.get(retiredIn(root)))?.entries ?? []).join('/') }] as const),
    ]);
  },
  putAside: (resource, observed) => newestAside(resource, observed),
  steps: (resource, onHost) => {
    const { name: path, desired } = resource;
    const { actual } = onHost;
    if (desired === null) return actual === null ? [] : retiring(resource, onHost);
    const aside = actual === null ? newestAside(resource, onHost.observed) : null;
    if (aside !== null) return [{ do: 'restore', path, from: aside, owner: String(desired['owner']) }, ...settling(resource, desired, staleOf(resource))];
    if (actual === null) return making(resource, desired, onHost);
    if (actual['type'] !== 'directory') return [{ do: 'directory', path, ...desiredAccess(desired) }];
    const attributes = differing(resource, actual);
    if (attributes.length === 0) return [];
    return attributes.every(isAccess) ? [{ do: 'access', path, ...desiredAccess(desired) }] : settling(resource, desired);
  },
};

/** Only a member's home is counted by a quota group. */
function isCounted(path: string): boolean {
  return dataRootOf(path)?.sort === 'home';
}

function rootsOf(resources: readonly Resource[]): readonly string[] {
  const found = new Set(resources.map(({ name }) => dataRootOf(name)?.root));
  return dataRoots.map(({ root }) => root).filter((root) => found.has(root));
}

function subvolumeRoots(resources: readonly Resource[]): readonly string[] {
  return [...new Set(resources.filter(({ name }) => isCounted(name)).map(({ name }) => parentOf(name)))];
}

interface Question {
  readonly about: string;
  readonly probe: Probe;
}

/** What is to be known of some directories, each question once. Who reads mail is asked only when a mailbox is to go. */
function questions(resources: readonly Resource[]): readonly Question[] {
  const seeds = resources.flatMap((each) => seedOf(each) ?? []);
  const leaving = resources.some(({ name, desired }) => desired === null && dataRootOf(name)?.sort === 'mail');
  return [
    ...[...resources.map(({ name }) => name), ...seeds.map(({ path }) => path)].map((path): Question => ({ about: path, probe: { ask: 'path', path, want: 'stat' } })),
    ...subvolumeRoots(resources).map((root): Question => ({ about: `ground ${root}`, probe: groundProbe(root) })),
    ...rootsOf(resources).map((root): Question => ({ about: retiredIn(root), probe: { ask: 'path', path: retiredIn(root), want: 'entries' } })),
    ...(leaving ? [{ about: 'readers', probe: { ask: 'run', argv: ['doveadm', '-f', 'tab', 'who'] } } as const] : []),
  ];
}

interface Seen {
  readonly node: Node | null;
  readonly seed: Node | null;
  readonly readers: readonly string[];
}

/** The seed is told as it is found; whoever reads mail there, only while it is to go. */
function stateOf(each: Resource, { node, seed, readers }: Seen): State | null {
  const state = standing(node);
  if (state?.['type'] !== 'directory') return state;
  const wanted = seedOf(each);
  const found = wanted === null ? {} : { seed: seed?.type === 'link' ? `${wanted.name} → ${seed.target ?? ''}` : 'none' };
  const reader = each.desired === null ? dataAt(each.name)?.name : undefined;
  return { ...state, ...found, ...(reader !== undefined && readers.includes(reader) ? { open: true } : {}) };
}

function nodeAt(known: ReadonlyMap<string, Answer | undefined>, path: string | undefined): Node | null {
  return path === undefined ? null : nodeOf(known.get(path));
}

function seedOf({ name, desired }: Resource): { readonly name: string; readonly target: string; readonly path: string } | null {
  const [link, target] = String(desired?.['seed'] ?? '').split(' → ');
  return link === undefined || target === undefined ? null : { name: link, target, path: `${name}/${link}` };
}

function newestAside({ name, owner }: Resource, observed: ReadonlyMap<Id, State | null>): string | null {
  const root = dataRootOf(name)?.root;
  const entries = root === undefined ? undefined : observed.get(groundId('home', retiredIn(root)))?.['entries'];
  return typeof entries === 'string' && entries !== '' ? newestRetired(name, owner, entries.split('/')) : null;
}

function retiring({ name: path, owner }: Resource, { actual, now }: OnHost): readonly Step[] {
  const [data, to] = [dataAt(path), retiredPath(path, owner, now)];
  if (data === null || to === null) throw new Error(`cannot retire ${path}: no data is kept there`);
  const aside = { path: retiredIn(data.root), mode: '0700', owner: 'root', group: 'root' };
  const cutOff: readonly Step[] = actual?.['open'] === true ? [{ do: 'run', argv: ['doveadm', 'kick', data.name], idle: 68 }] : [];
  return [{ do: 'directory', ...aside }, { do: 'access', ...aside }, ...cutOff, { do: 'retire', path, to }];
}

function making(resource: Resource, desired: State, { observed }: OnHost): readonly Step[] {
  const path = resource.name;
  const counts = isCounted(path) && observed.get(groundId('home', parentOf(path)))?.['filesystem'] === 'btrfs';
  if (counts) return [{ do: 'run', argv: ['btrfs', 'subvolume', 'create', path] }, ...settling(resource, desired)];
  return seedOf(resource) === null ? [{ do: 'directory', path, ...desiredAccess(desired) }] : [{ do: 'directory', path, ...roots }, ...settling(resource, desired)];
}

const roots: Access = { mode: '0700', owner: 'root', group: 'root' };

/**
 * What named had made of a seed that has moved on since: it would go on counting from an older serial, and secondaries would never take
 * it for news. It is made anew. Source: BIND 9 ARM, "inline-signing".
 */
function staleOf(resource: Resource): readonly string[] {
  const seed = seedOf(resource);
  return seed === null ? [] : ['.signed', '.signed.jnl', '.jnl', '.jbk'].map((ending) => `${seed.path}${ending}`);
}

/** Give a directory to whom it belongs. For the moment in which root puts something in, nobody else can. */
function settling(resource: Resource, desired: State, stale: readonly string[] = []): readonly Step[] {
  const path = resource.name;
  const seed = seedOf(resource);
  const seeding: readonly Step[] = seed === null ? [] : [{ do: 'access', path, ...roots }, ...stale.map((name): Step => ({ do: 'remove', path: name })), { do: 'link', path: seed.path, target: seed.target }];
  return [...seeding, { do: 'access', path, ...desiredAccess(desired) }];
}

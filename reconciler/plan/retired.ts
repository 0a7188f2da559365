import type { Machine } from '../model/machine.ts';
import { dataAt, dataRoots, purgeableFrom, retiredAmong, retiredIn, retiredName, type DataSort, type Retired } from '../model/retired.ts';
import type { Catalog } from '../model/resource.ts';
import { mountOf, pathInside, qgroupUsage } from '../resources/qgroup.ts';

/** Something that was put aside on a host, and what an admin may do with it. */
export interface PutAside extends Retired {
  /** As `croft purge` takes it. Shape: `home:ada@2026-11-28`. */
  readonly thing: string;
  /** By name, or by number where the host has no name for it any more. */
  readonly user: string;
  /** Where the file system counts it anyway; null where somebody would have to add it up. */
  readonly sizeBytes: number | null;
  /** Shape: `2026-12-28`. */
  readonly purgeableFrom: string;
  /** Somebody declares it again: the next run moves it back, if nothing is in its place. */
  readonly declared: boolean;
}

/** What is kept of a purge. Shape: one line of JSON each in `purgedPath`. */
export interface Purged {
  readonly thing: string;
  readonly user: string;
  readonly since: string;
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Where a host remembers what was purged, and by whom. */
export const purgedPath = '/var/lib/croft/purged';

/** List everything that was put aside on a host, the oldest first. */
export async function listRetired(machine: Machine, { catalog, graceDays }: { readonly catalog: Catalog; readonly graceDays: number }): Promise<readonly PutAside[]> {
  const directories = await machine.observe(dataRoots.map(({ root }) => ({ ask: 'path', path: retiredIn(root), want: 'entries' })));
  const found = directories.flatMap((answer, index) => retiredAmong(dataRoots[index]?.root ?? '', answer.ask === 'path' ? (answer.node?.entries ?? []) : []));
  const nodes = await machine.observe(found.map(({ path }) => ({ ask: 'path', path, want: 'stat' })));
  const sizes = await sizesOf(machine, [...new Set(found.map(({ sort }) => sort))]);
  const declared = new Set(catalog.resources.flatMap(({ kind, name, owner }) => {
    const data = kind === 'home' ? dataAt(name) : null;
    return data === null ? [] : [`${data.sort}:${retiredName(data, owner)}`];
  }));
  return found.map((each, index): PutAside => {
    const answer = nodes[index];
    const user = answer?.ask === 'path' ? (answer.node?.owner ?? 'nobody') : 'nobody';
    const called = `${each.sort}:${each.name}`;
    return { ...each, thing: `${called}@${each.since}`, user, sizeBytes: sizes.get(each.path) ?? null, purgeableFrom: purgeableFrom(each.since, graceDays), declared: declared.has(called) };
  }).toSorted((a, b) => (a.since === b.since ? (a.thing < b.thing ? -1 : 1) : a.since < b.since ? -1 : 1));
}

/** Ask btrfs, which counts by subvolume; on any other file system nobody knows without going through all of it. */
async function sizesOf(machine: Machine, sorts: readonly DataSort[]): Promise<ReadonlyMap<string, number>> {
  const roots = dataRoots.filter(({ sort }) => sorts.includes(sort)).map(({ root }) => root);
  const answers = await machine.observe(roots.flatMap((root) => [
    { ask: 'run', argv: ['findmnt', '--raw', '--noheadings', '--output', 'TARGET,FSROOT', '--target', root] } as const,
    { ask: 'run', argv: ['btrfs', 'qgroup', 'show', '-re', '--raw', root] } as const,
  ]));
  const said = (index: number): string => {
    const answer = answers[index];
    return answer?.ask === 'run' && answer.status === 0 ? answer.stdout : '';
  };
  return new Map(roots.flatMap((root, index) => {
    const mount = mountOf(said(2 * index), root);
    const aside = pathInside(mount, retiredIn(root));
    const inside = [...qgroupUsage(said(2 * index + 1))].filter(([path]) => path.startsWith(`${aside}/`));
    return inside.map(([path, bytes]) => [`${retiredIn(root)}/${path.slice(aside.length + 1)}`, bytes] as const);
  }));
}

/** Write down, in front of the deed, what is to be purged and who said so. */
export async function recordPurge(machine: Machine, purged: Purged): Promise<void> {
  const [answer] = await machine.observe([{ ask: 'path', path: purgedPath, want: 'text' }]);
  const before = answer?.ask === 'path' ? (answer.node?.text ?? '') : '';
  await machine.perform({ do: 'write', path: purgedPath, text: `${before}${JSON.stringify(purged)}\n`, mode: '0600', owner: 'root', group: 'root' });
}

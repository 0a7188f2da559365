/**
 * Where members' data is, and where it goes when nobody declares it any more: into `.retired` beside it, on the same file system, root's
 * alone, under a name that says what it was and since when. Nothing else is written down: what is there is the list, and a rename is all
 * that a crash could come between. `/home/ada` becomes `/home/.retired/ada@2026-11-28`, `/var/vmail/ada.example/info` becomes
 * `/var/vmail/.retired/info@ada.example@ada@2026-11-28`: one user of the host has all mail, and an address may be another member's later.
 */
import { day, dayMilliseconds } from './day.ts';
import type { Owner } from './owner.ts';

/** What can hold data. */
export type DataSort = 'home' | 'mail' | 'zone-keys';

/** A sort of data, and below which directory of root's all of it stands. */
export interface DataRoot {
  readonly sort: DataSort;
  readonly root: string;
}

/** Every sort of data that a run may move aside and no run ever removes. */
export const dataRoots: readonly DataRoot[] = [
  { sort: 'home', root: '/home' },
  { sort: 'mail', root: '/var/vmail' },
  { sort: 'zone-keys', root: '/var/lib/bind/croft' },
];

/** Is this a directory below which data is, and may still be when it is not declared? */
export function isDataGround(path: string): boolean {
  return dataRoots.some(({ root }) => root === path || root.startsWith(`${path}/`));
}

/** Is this a directory of a Debian package's in which its daemon writes what it likes? croft says whose it is, and never removes it. */
export function isDaemons(path: string): boolean {
  return path === '/var/cache/bind';
}

/** Something that was put aside. Shape: `name` is a member, a mail address with its member's name, or a zone; `since` a day in UTC. */
export interface Retired {
  readonly sort: DataSort;
  readonly name: string;
  readonly since: string;
  readonly path: string;
}

/** Data that was put aside, and whose it was. */
export interface Former {
  /** A member. */
  readonly name: string;
  /** By the number that its files have; null for mail, of which all is one user's. */
  readonly uid: number | null;
  readonly sort: DataSort;
  readonly path: string;
}

/** Name what was put aside in the directory of retired data of a root. */
export function retiredIn(root: string): string {
  return `${root}/.retired`;
}

/** Find which data a path is. Shape: null for a path that holds none. */
export function dataAt(path: string): (DataRoot & { readonly name: string }) | null {
  const found = dataRootOf(path);
  return found === null ? null : { ...found, name: path.slice(found.root.length + 1).split('/').reverse().join('@') };
}

/** Find which sort of data a path is, where it does not matter whose. Shape: null for a path that holds none. */
export function dataRootOf(path: string): DataRoot | null {
  for (const found of dataRoots) {
    const end = found.root.length;
    if (path.charAt(end) === '/' && path.startsWith(found.root)) return path.endsWith('/') || path.includes('/.', end) || path.includes('//', end) ? null : found;
  }
  return null;
}

/** Say for people what data it is. Shape: `ada's home`. */
export function dataWords({ sort, name }: { readonly sort: DataSort; readonly name: string }): string {
  return { home: `${name}'s home`, mail: `the mailbox ${name}`, 'zone-keys': `the keys of the zone ${name}` }[sort];
}

/** Say by which name data is put aside that was an owner's, and taken back for the same one. Shape: `ada`, `info@ada.example@ada`. */
export function retiredName({ sort, name }: { readonly sort: DataSort; readonly name: string }, owner: Owner): string {
  return sort === 'mail' ? `${name}@${owner.replace(/^member:/, '')}` : name;
}

/** Say where an owner's data goes that nobody declares any more. Units: milliseconds since the epoch. */
export function retiredPath(path: string, owner: Owner, now: number): string | null {
  const data = dataAt(path);
  return data === null ? null : `${retiredIn(data.root)}/${retiredName(data, owner)}@${day(now)}`;
}

/** Read what was put aside below a root from the names there; what croft did not name so is left out. */
export function retiredAmong(root: string, entries: readonly string[]): readonly Retired[] {
  const sort = dataRoots.find((each) => each.root === root)?.sort;
  if (sort === undefined) return [];
  return entries.flatMap((entry) => {
    const [, name, since] = /^(.+)@([0-9]{4}-[0-9]{2}-[0-9]{2})$/s.exec(entry) ?? [];
    return name === undefined || since === undefined ? [] : [{ sort, name, since, path: `${retiredIn(root)}/${entry}` }];
  });
}

/** Find where an owner's data of a path was put aside last. */
export function newestRetired(path: string, owner: Owner, entries: readonly string[]): string | null {
  const data = dataAt(path);
  if (data === null) return null;
  const theirs = retiredAmong(data.root, entries).filter(({ name }) => name === retiredName(data, owner));
  return theirs.toSorted((a, b) => (a.since < b.since ? 1 : -1))[0]?.path ?? null;
}

/** Say from which day on what was put aside may be purged. Shape: `2026-12-28`. */
export function purgeableFrom(since: string, graceDays: number): string {
  return day(Date.parse(`${since}T00:00:00Z`) + graceDays * dayMilliseconds);
}

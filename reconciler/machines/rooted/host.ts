import { chmodSync, lstatSync, mkdirSync, rmSync, symlinkSync, readlinkSync, type Stats } from 'node:fs';
import { MachineError } from '../../model/machine.ts';
import type { Ground } from '../ground.ts';
import { entriesAt, textAt } from '../read.ts';
import { beside, find, leave, look, type Place } from '../tree.ts';
import { replace } from './replace.ts';
import type { Store } from './store.ts';

/** What the emulated programs of a rooted machine may do there: everything below its root, nothing beyond it. */
export interface Host {
  readonly store: Store;
  readonly ground: Ground;
  stats(path: string): Stats | null;
  text(path: string): string | null;
  target(path: string): string | null;
  /** The names in a directory, none when there is no such directory. */
  entries(path: string): readonly string[];
  /** Every plain file below a directory, in order, and none that is hidden. */
  files(folder: string): readonly PlainFile[];
  /** Another number whenever something may have changed since. */
  moment(): number;
  /** Make a directory and the parents that are missing; what is there stays as it is. */
  directory(path: string, access?: Access): void;
  file(path: string, text: string, access?: Access): void;
  link(path: string, target: string): void;
  remove(path: string): void;
}

/** A plain file, and what tells its content from another one. */
export interface PlainFile {
  readonly path: string;
  readonly stamp: string;
}

/** Mode and owner of what is made; root's, 0755 or 0644, unless said otherwise. */
export interface Access {
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
}

/** Give programs their hands on a rooted machine. `begun`: how many questions and steps there were so far. */
export function hostOf(ground: Ground, store: Store, begun: () => number): Host {
  const seen = <T>(path: string, work: (place: Place, stats: Stats) => T): T | null => within(ground, path, (place) => {
    const stats = look(place);
    return stats === null ? null : work(place, stats);
  });
  let changes = 0;
  const changing = (path: string, work: (place: Place) => void): void => {
    changes += 1;
    change(ground, path, work);
  };
  const host: Host = {
    store,
    ground,
    stats: (path) => seen(path, (_place, stats) => stats),
    text: (path) => seen(path, (place, stats) => (stats.isFile() ? (textAt(place) ?? null) : null)),
    target: (path) => seen(path, (place, stats) => (stats.isSymbolicLink() ? readlinkSync(place.at) : null)),
    entries: (path) => seen(path, (place, stats) => (stats.isDirectory() ? (entriesAt(place) ?? []) : [])) ?? [],
    files: (folder) => filesIn(ground, folder),
    moment: () => begun() + changes,
    directory: (path, access = {}) => makeDirectory(host, path, access),
    file: (path, text, access = {}) => changing(path, (place) => {
      replace(place, text);
      give(ground, place, { mode: 0o644, ...access });
    }),
    link: (path, target) => changing(path, (place) => symlinkSync(target, place.at)),
    remove(path) {
      changes += 1;
      seen(path, (place) => rmSync(place.at));
    },
  };
  return host;
}

function makeDirectory(host: Host, path: string, access: Access): void {
  if (path === '' || host.stats(path)?.isDirectory() || isDirectoryLink(host, path)) return;
  makeDirectory(host, path.slice(0, path.lastIndexOf('/')), {});
  change(host.ground, path, (place) => {
    mkdirSync(place.at, 0o700);
    give(host.ground, place, { mode: 0o755, ...access });
  });
}

function filesIn(ground: Ground, folder: string): readonly PlainFile[] {
  const found = within(ground, `${folder}/any`, (here) => {
    const directory = here.at.slice(0, -'any'.length);
    return (entriesAt(beside(here, '.')) ?? []).filter((name) => !name.startsWith('.')).map((name) => {
      const stats = lstatSync(`${directory}${name}`, { throwIfNoEntry: false });
      return { path: `${folder}/${name}`, isDirectory: stats?.isDirectory() === true, stamp: stats?.isFile() === true ? stampOf(stats) : null };
    });
  }) ?? [];
  return found.flatMap(({ path, isDirectory, stamp }) => (isDirectory ? filesIn(ground, path) : stamp === null ? [] : [{ path, stamp }]));
}

/** Tell one content of a plain file from another, by whatever name: one that took its place has another time of change, and was read before. */
export function stampOf({ dev, ino, size, mtimeMs }: Stats): string {
  return `${dev}:${ino}:${size}:${mtimeMs}`;
}

function isDirectoryLink(host: Host, path: string): boolean {
  return host.stats(path)?.isSymbolicLink() === true && within(host.ground, `${path}/x`, () => true) === true;
}

/** Modes are set by hand, for the umask of who runs croft is not the host's. */
function give(ground: Ground, place: Place, { mode = 0o644, owner = 'root', group = 'root' }: Access): void {
  chmodSync(place.at, mode);
  if (owner === 'root' && group === 'root') return;
  ground.names.refresh();
  ground.ownership.give(-1, place.path, ground.names.ids({ owner, group }, place.path));
}

function within<T>(ground: Ground, path: string, work: (place: Place) => T): T | null {
  const place = find(ground, path, 'look');
  if ('broken' in place) return null;
  try {
    return work(place);
  } finally {
    leave(place);
  }
}

function change(ground: Ground, path: string, work: (place: Place) => void): void {
  const place = find(ground, path, 'look');
  if ('broken' in place) throw new MachineError(`cannot change ${path}: ${place.broken}`);
  try {
    work(place);
  } finally {
    leave(place);
  }
}

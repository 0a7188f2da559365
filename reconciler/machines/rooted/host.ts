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
  /** Show every plain file below a directory, in any order, and none that is hidden. */
  files(folder: string, show: Show): void;
  /** Another number whenever something may have changed since. */
  moment(): number;
  /** Make a directory and the parents that are missing; what is there stays as it is. */
  directory(path: string, access?: Access): void;
  file(path: string, text: string, access?: Access): void;
  link(path: string, target: string): void;
  remove(path: string): void;
}

/** A plain file, as it was when it was looked at. */
export interface PlainFile {
  readonly path: string;
  readonly stats: Stats;
}

/** Take notice of a file. Of twenty thousand no list is made, for hardly any of them is of interest. */
export type Show = (file: PlainFile) => void;

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
    files: (folder, show) => showFiles(ground, folder, show),
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

/**
 * The way to a directory is judged once; then what is in it is looked at by its name, as for stamps.ts, which is no door for anybody. Through the
 * directory's descriptor each look takes a third longer, and there may be twenty thousand sites.
 */
function showFiles(ground: Ground, folder: string, show: Show): void {
  const [directory, names] = within(ground, `${folder}/any`, (here) => [here.directory, entriesAt(beside(here, '.')) ?? []] as const) ?? ['', []];
  for (const name of names) {
    if (name.startsWith('.')) continue;
    const stats = lstatSync(`${ground.root}${directory}/${name}`, { throwIfNoEntry: false });
    if (stats?.isFile() === true) show({ path: `${folder}/${name}`, stats });
    else if (stats?.isDirectory() === true) showFiles(ground, `${folder}/${name}`, show);
  }
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

/**
 * Ways through a directory tree that nobody can bend. Every part of a path is opened on its own, below the descriptor of the part
 * before it (`/proc/self/fd/<n>/<name>` is what openat(2) is in C), never through a link; a link is read and walked by hand, and `..`
 * and absolute targets stop at the tree's root, as in a chroot. What is done at a place is done below its directory's descriptor,
 * so a directory that is swapped for a link meanwhile changes nothing. Directories are held open for a moment (ways.ts), for the next
 * path is mostly in one of them. Source: openat(2), symlink(7), proc_pid_fd(5).
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, type Stats } from 'node:fs';
import { MachineError } from '../model/machine.ts';
import { letGo, type Held, type Ways } from './ways.ts';

/** Where a host's paths begin, and who is trusted on the way. */
export interface Tree {
  /** The directory of this machine that stands for `/`. */
  readonly root: string;
  /** Say why a directory (or a link) on the way must not be trusted, else null. */
  distrust(path: string, stats: Stats, purpose: Purpose): string | null;
  /** Directories that were reached a moment ago. */
  readonly ways?: Ways;
}

/** On the way to what is changed, more is asked of directories than on the way to what is looked at. */
export type Purpose = 'look' | 'change';

/** The last part of a path, and its directory held open. */
export interface Place {
  readonly fd: number;
  /** The way without links, from the tree's root. */
  readonly path: string;
  readonly directory: string;
  readonly name: string;
  /** What to hand to system calls. They must not follow a link here. */
  readonly at: string;
  /** Whose descriptor it is, when others use it, too. */
  readonly held?: Held;
}

interface Level {
  readonly fd: number;
  readonly path: string;
  readonly held?: Held;
}

interface Broken {
  readonly broken: string;
}

/** O_PATH (open(2)): a descriptor that names a thing without opening it; the same number on every architecture Debian 12 and 13 run on. */
export const O_PATH = 0o10000000;
const DIRECTORY = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const MAX_LINKS = 40;

/** Hold the directory of a path open, or say why there is no way to it. Close it with `leave`. */
export function find(tree: Tree, path: string, purpose: Purpose): Place | Broken {
  const { directory: wanted, name } = cut(path);
  const known = tree.ways?.nearest(tree.root, wanted, purpose) ?? null;
  if (known?.path === wanted) return placeIn(known, name);
  const level = (known === null ? null : reach(tree, { from: known, parts: split(`${wanted.slice(known.path.length)}/`), purpose }))
    ?? reach(tree, { from: { fd: openSync(tree.root, O_PATH | constants.O_DIRECTORY), path: '' }, parts: split(`${wanted}/`), purpose });
  if (level === null) throw new Error('a way from the root has an end');
  if ('broken' in level) return level;
  return placeIn(level.path === wanted ? (tree.ways?.keep(level, purpose) ?? level) : level, name);
}

function placeIn({ fd, path: directory, held }: Level, name: string): Place {
  const place = { fd, directory: directory || '/', name, path: name === '.' ? '/' : `${directory}/${name}`, at: `/proc/self/fd/${fd}/${name}` };
  return held === undefined ? place : { ...place, held };
}

/** What a path that is not cut at its last slash has in it: parts that are empty or dots, an end in a slash, a NUL. */
const strange = /\0|\/\.{0,2}(?:\/|$)/;

/** Cut a path into the way and the last part. Nearly every path is plain, and most of them lead to a directory that is held. Errors: MachineError. */
function cut(path: string): { readonly directory: string; readonly name: string } {
  const end = path.lastIndexOf('/');
  if (path.startsWith('/') && !strange.test(path)) return { directory: path.slice(0, end), name: path.slice(end + 1) };
  const parts = split(path);
  const name = parts.pop() ?? '.';
  return { directory: parts.map((part) => `/${part}`).join(''), name };
}

/** Go down from a directory; null when a link is on the way, which only the way from the root can follow. */
function reach(tree: Tree, { from, parts, purpose }: { readonly from: Level; readonly parts: readonly string[]; readonly purpose: Purpose }): Level | Broken | null {
  const levels = [from];
  try {
    const broken = descend(tree, { levels, pending: [...parts], purpose });
    if (broken === null) {
      const level = take(levels);
      hold(tree, levels, purpose);
      return level;
    }
    if (broken === 'a link') return null;
    hold(tree, levels, purpose);
    return broken;
  } finally {
    levels.forEach(letGo);
  }
}

/** What ends at a directory, or goes through it, is the first of many: of five thousand mailboxes that are still to be made, none is looked for from the root. */
function hold({ ways }: Tree, levels: Level[], purpose: Purpose): void {
  if (ways === undefined || levels.length < 2 || last(levels).held !== undefined) return;
  letGo(ways.keep(take(levels), purpose));
}

/** Hold the directory of a path open in order to change something there. Errors: MachineError, beginning with what cannot be done. */
export function enter(tree: Tree, path: string, undoable: string): Place {
  const place = find(tree, path, 'change');
  if ('broken' in place) throw new MachineError(`${undoable}: ${place.broken}`);
  return place;
}

/** Let go of a place. */
export function leave(place: Place): void {
  letGo(place);
}

/** Look at what stands at a place, never through a link; null when nothing does. */
export function look(place: Place): Stats | null {
  return lstatSync(place.at, { throwIfNoEntry: false }) ?? null;
}

/** Name a neighbour of a place. */
export function beside(place: Place, name: string): Place {
  const directory = place.directory === '/' ? '' : place.directory;
  return { ...place, name, path: name === '.' ? '/' : `${directory}/${name}`, at: `/proc/self/fd/${place.fd}/${name}` };
}

function split(path: string): string[] {
  const parts = path.split('/');
  const plain = path.startsWith('/') && !path.includes('\0') && !parts.includes('..') && !parts.includes('.');
  if (!plain) throw new MachineError(`cannot use the path ${JSON.stringify(path)}: it must begin with / and have no part . or ..`);
  return parts.filter((part) => part !== '');
}

function last(levels: readonly Level[]): Level {
  const level = levels.at(-1);
  if (level === undefined) throw new Error('a way has at least its root');
  return level;
}

function take(levels: Level[]): Level {
  const level = last(levels);
  levels.pop();
  return level;
}

function descend(tree: Tree, way: { readonly levels: Level[]; readonly pending: string[]; readonly purpose: Purpose }): Broken | 'a link' | null {
  const isFromRoot = last(way.levels).path === '';
  let links = 0;
  for (let part = way.pending.shift(); part !== undefined; part = way.pending.shift()) {
    if (part === '' || part === '.') continue;
    const next = part === '..' ? null : open(tree, { below: last(way.levels), part, purpose: way.purpose });
    if (next === null) up(way.levels);
    else if ('broken' in next) return next;
    else if ('fd' in next) way.levels.push(next);
    else if (!isFromRoot) return 'a link';
    else if ((links += 1) > MAX_LINKS) return { broken: `there are more than ${MAX_LINKS} links on the way` };
    else follow(next.target, way);
  }
  return null;
}

function follow(target: string, way: { readonly levels: Level[]; readonly pending: string[] }): void {
  while (target.startsWith('/') && way.levels.length > 1) up(way.levels);
  way.pending.unshift(...target.split('/'));
}

function up(levels: Level[]): void {
  if (levels.length > 1) letGo(take(levels));
}

function open(tree: Tree, at: { readonly below: Level; readonly part: string; readonly purpose: Purpose }): Level | Broken | { readonly target: string } {
  const path = `${at.below.path}/${at.part}`;
  const real = `/proc/self/fd/${at.below.fd}/${at.part}`;
  const stats = lstatSync(real, { throwIfNoEntry: false });
  if (stats === undefined) return { broken: `${path} is not there` };
  const distrust = tree.distrust(path, stats, at.purpose);
  if (distrust !== null) return { broken: distrust };
  if (stats.isSymbolicLink()) return read(real, stats) ?? { broken: `${path} was replaced meanwhile` };
  if (!stats.isDirectory()) return { broken: `${path} is not a directory` };
  return same({ fd: openSync(real, DIRECTORY), path }, stats);
}

/** What was judged is what is followed. */
function read(link: string, judged: Stats): { readonly target: string } | null {
  const target = readlinkSync(link);
  return lstatSync(link, { throwIfNoEntry: false })?.ino === judged.ino ? { target } : null;
}

/** What was judged is what is walked through: a directory swapped between the look and the step is refused. */
function same(level: Level, judged: Stats): Level | Broken {
  const stats = fstatSync(level.fd);
  if (stats.dev === judged.dev && stats.ino === judged.ino) return level;
  closeSync(level.fd);
  return { broken: `${level.path} was replaced meanwhile` };
}

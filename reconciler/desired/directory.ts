/**
 * Reads documents from a directory, for `croft check` before anything is committed. The same is refused here as in a commit: links,
 * devices, executable files, odd names, files too large for a document. Nothing is followed and nothing is written.
 * What editors and desktops leave beside the files they show is passed over, whether git is told to ignore it or not: no document can
 * have such a name, so in a commit it is refused still.
 * What was seen of a file or folder before holds as long as nothing about it has moved, as in git's index: then it is not opened again.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, statSync, type Dirent, type Stats } from 'node:fs';
import { digest } from '../model/digest.ts';
import { MachineError } from '../model/machine.ts';
import { compareProblems, type Problem } from '../model/problem.ts';
import type { ListedFile, Snapshot, SnapshotFile } from '../model/snapshot.ts';
import { compareText } from '../model/source.ts';
import { startOf } from './documents.ts';
import { finding, shown, visible } from './finding.ts';
import { isSettled, isUnmoved, stampOf, withSeen, type Entry, type Sightings } from './sighting.ts';
import { MAX_DOCUMENT_BYTES } from './text.ts';

const TOP_NAMES = new Set(['cluster.yaml', 'hosts', 'limits', 'members', 'coop']);
const PLAIN_NAME = /^(?:[a-z0-9][a-z0-9._-]*|[A-Z][A-Za-z0-9_-]*(?:\.(?:md|txt))?)$/;
const DEEPEST = 12;

/** Of vim, of Emacs, of many editors, of macOS, of GNOME, of Windows, of NFS. */
const LEFTOVERS = [/^\..*\.sw[a-z]$/, /^\.?#/, /~$/, /^\.(?:DS_Store$|_)/, /^\.goutputstream-/, /^Thumbs\.db$/, /^\.nfs[0-9a-f]+$/];

interface Found {
  readonly base: string;
  /** With their bytes where they were read just now. */
  readonly files: (ListedFile | SnapshotFile)[];
  readonly problems: Problem[];
  readonly sightings: Sightings;
  /** When this look began. Units: milliseconds since the epoch. */
  readonly lookedAt: number;
}

/** The documents of a directory. Of fifty thousand that stand as they did it is enough, mostly, which they are. */
export interface Directory extends Snapshot {
  readonly listed: readonly ListedFile[];
}

/** Read the documents below `desired-state/` in a directory, or beside `cluster.yaml` in it. Units: time in unix seconds. */
export function readDirectory(directory: string, time: number, sightings: Sightings = { before: new Map(), now: new Map() }): Directory {
  const found: Found = { base: directory, files: [], problems: [], sightings, lookedAt: time * 1000 };
  const entries = isDirectory(directory) ? entriesOf(directory) : [];
  const below = entries.filter(({ name }) => name === 'desired-state');
  const top = entries.some(({ name }) => name === 'cluster.yaml') ? entries.filter(({ name }) => TOP_NAMES.has(name)) : [];
  const wanted = below.length > 0 ? below : top;
  if (wanted.length === 0) found.problems.push(nothingHere());
  readEntries('', wanted, found);
  const listed = found.files.toSorted((a, b) => compareText(a.path, b.path));
  let files: readonly SnapshotFile[] | null = null;
  return {
    revision: { oid: 'directory', time, author: '', subject: '' },
    listed,
    get files() { return (files ??= listed.map((file) => ('bytes' in file ? file : fileSeen(directory, file)))); },
    problems: found.problems.toSorted(compareProblems),
  };
}

function readEntries(folder: string, entries: readonly Entry[], found: Found): readonly Entry[] {
  const depth = folder === '' ? 1 : folder.split('/').length + 1;
  return entries.map((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const odd = whyOdd(entry, depth);
    if (odd !== null) found.problems.push(refuse(path, odd));
    else if (entry.type === 'directory') readFolder(path, found);
    else return readDocument(path, entry, found);
    return entry;
  });
}

/** How it stands is asked first: whatever comes in between looks different the next time. */
function readFolder(path: string, found: Found): void {
  const { base, sightings, lookedAt } = found;
  const stats = lstatSync(`${base}/${path}`);
  const known = sightings.before.get(path);
  const isSame = known !== undefined && known.stamp !== null && isSettled(stats, lookedAt) && isUnmoved(known.stamp, stats);
  const before = isSame ? known.entries : withSeen(entriesOf(`${base}/${path}`), known);
  const entries = readEntries(path, before, found);
  sightings.now.set(path, isSame && entries.every((entry, index) => entry === before[index]) ? known : { stamp: isSettled(stats, lookedAt) ? stampOf(stats) : null, entries });
}

/** By name, which is nearly the order of the paths. */
function entriesOf(directory: string): readonly Entry[] {
  return readdirSync(directory, { withFileTypes: true }).filter(({ name }) => !LEFTOVERS.some((leftover) => leftover.test(name))).map(entryOf).toSorted((a, b) => compareText(a.name, b.name));
}

function entryOf(entry: Dirent): Entry {
  return { name: entry.name, type: entry.isDirectory() ? 'directory' : entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other' };
}

function whyOdd(entry: Entry, depth: number): { readonly code: string; readonly why: string } | null {
  if (!PLAIN_NAME.test(entry.name) || entry.name.length > 255) return {
    code: 'layout/odd-path', why: 'a name is made of a-z, 0-9, ".", "_" and "-" and begins with a letter or a digit',
  };
  if (depth > DEEPEST) return { code: 'layout/odd-path', why: `it is more than ${DEEPEST} directories deep` };
  if (entry.type === 'directory' || entry.type === 'file') return null;
  return { code: 'layout/not-a-plain-file', why: entry.type === 'link' ? 'it is a symbolic link' : 'it is neither a file nor a directory' };
}

/** Shape: the entry, with what was seen. */
function readDocument(path: string, entry: Entry, found: Found): Entry {
  const { seen } = entry;
  if (seen === undefined || !isUnmoved(seen.stamp, lstatSync(`${found.base}/${path}`))) return readAnew(path, entry, found);
  found.files.push({ path, oid: seen.oid });
  return entry;
}

function readAnew(path: string, { name, type }: Entry, found: Found): Entry {
  const { bytes, stats, why } = open(found.base, path);
  const oid = digest(bytes);
  if (why === null) found.files.push({ path, oid, bytes });
  else found.problems.push(refuse(path, why));
  return why === null && isSettled(stats, found.lookedAt) ? { name, type, seen: { stamp: stampOf(stats), oid } } : { name, type };
}

/** Its content is known, and is read again only when somebody asks for it. Errors: MachineError when it changes just then. */
function fileSeen(base: string, { path, oid }: ListedFile): SnapshotFile {
  return {
    path, oid,
    get bytes() {
      const { bytes } = open(base, path);
      if (digest(bytes) !== oid) throw new MachineError(`cannot read ${path}: it changes meanwhile`);
      return bytes;
    },
  };
}

interface Opened {
  readonly bytes: Uint8Array;
  readonly stats: Stats;
  readonly why: ReturnType<typeof whyUnfit>;
}

/** What is opened is what is looked at: a file that became a link meanwhile is not opened. */
function open(base: string, path: string): Opened {
  const descriptor = openSync(`${base}/${path}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    const why = whyUnfit(stats.mode, stats.size);
    return { bytes: why === null ? readFileSync(descriptor) : Buffer.alloc(0), stats, why };
  } finally {
    closeSync(descriptor);
  }
}

function whyUnfit(mode: number, size: number): { readonly code: string; readonly why: string } | null {
  if ((mode & 0o111) !== 0) return { code: 'layout/not-a-plain-file', why: 'it is executable' };
  return size > MAX_DOCUMENT_BYTES ? { code: 'layout/oversize', why: `it has ${size} bytes, and a document has at most ${MAX_DOCUMENT_BYTES}` } : null;
}

function refuse(path: string, { code, why }: { readonly code: string; readonly why: string }): Problem {
  return finding(startOf(visible(path)), { code, message: `cannot read ${shown(path)}: ${why}` });
}

function nothingHere(): Problem {
  return finding(startOf('desired-state/cluster.yaml'), {
    code: 'layout/no-cluster', message: 'cannot find desired state: there is neither desired-state/ nor cluster.yaml here',
    hint: 'give the directory that holds one of them',
  });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

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
import { isSettled, stampOf, unseen, type Sighting, type Sightings } from './sighting.ts';
import { MAX_DOCUMENT_BYTES } from './text.ts';

const TOP_NAMES = new Set(['cluster.yaml', 'hosts', 'limits', 'members', 'coop']);
const PLAIN_NAME = /^(?:[a-z0-9][a-z0-9._-]*|[A-Z][A-Za-z0-9_-]*(?:\.(?:md|txt))?)$/;
const DEEPEST = 12;

/** Of vim, of Emacs, of many editors, of macOS, of GNOME, of Windows, of NFS. */
const LEFTOVERS = [/^\..*\.sw[a-z]$/, /^\.?#/, /~$/, /^\.(?:DS_Store$|_)/, /^\.goutputstream-/, /^Thumbs\.db$/, /^\.nfs[0-9a-f]+$/];

interface Found {
  readonly base: string;
  readonly folders: Folder[];
  readonly problems: Problem[];
  readonly sightings: Sightings;
  /** When this look began. Units: milliseconds since the epoch. */
  readonly lookedAt: number;
  /** Folders that are not known to stand as they did. */
  unsettled: number;
}

/** A folder as it is, without what is in the folders below it. */
interface Folder {
  readonly path: string;
  /** Stands for its documents. */
  readonly contents: string;
  /** null: they are as they were seen before. */
  readonly documents: readonly SnapshotFile[] | null;
}

/** The documents of a directory. Of fifty thousand that stand as they did it is enough, mostly, what stands for them. */
export interface Directory extends Snapshot {
  /** Stands for all that was found: equal contents, equal documents and problems. */
  readonly contents: string;
  /** Would all of it look different if it was touched again? */
  readonly isSettled: boolean;
}

/** Read the documents below `desired-state/` in a directory, or beside `cluster.yaml` in it. Units: time in unix seconds. */
export function readDirectory(directory: string, time: number, sightings: Sightings = unseen): Directory {
  const found: Found = { base: directory, folders: [], problems: [], sightings, lookedAt: time * 1000, unsettled: 0 };
  const entries = isDirectory(directory) ? entriesOf(directory) : [];
  const below = entries.filter(({ name }) => name === 'desired-state');
  const top = entries.some(({ name }) => name === 'cluster.yaml') ? entries.filter(({ name }) => TOP_NAMES.has(name)) : [];
  const wanted = below.length > 0 ? below : top;
  if (wanted.length === 0) found.problems.push(nothingHere());
  readBelow('', readDocuments('', wanted, found).folders, found);
  const problems = found.problems.toSorted(compareProblems);
  let files: readonly SnapshotFile[] | null = null;
  return {
    revision: { oid: 'directory', time, author: '', subject: '' },
    contents: digest(`${found.folders.map(({ path, contents }) => `${contents} ${path}\n`).join('')}${JSON.stringify(problems)}`),
    get files() { return (files ??= found.folders.flatMap((folder) => folder.documents ?? documentsSeen(folder, found)).toSorted((a, b) => compareText(a.path, b.path))); },
    problems,
    isSettled: found.unsettled === 0 && problems.length === 0,
  };
}

function readBelow(folder: string, names: readonly string[], found: Found): void {
  for (const name of names) readFolder(pathIn(folder, name), found);
}

/** How it stands is asked first: whatever comes in between looks different the next time. */
function readFolder(path: string, found: Found): void {
  const { base, sightings } = found;
  const stats = standing(base, path);
  const known = sightings.get(path);
  const isUnmoved = known !== undefined && known.stamp === stampOf([stats, ...known.documents.map((name) => standing(base, `${path}/${name}`))]);
  readBelow(path, isUnmoved ? asSeen(path, known, found) : asRead(path, stats, found), found);
}

/** Shape: which folders are in it. */
function asSeen(path: string, { contents, folders }: Sighting, found: Found): readonly string[] {
  found.sightings.stands(path);
  found.folders.push({ path, contents, documents: null });
  return folders;
}

/** Shape: as of asSeen. */
function asRead(path: string, own: Stats | undefined, found: Found): readonly string[] {
  const { base, sightings, lookedAt } = found;
  const { stats, isPlain, ...read } = readDocuments(path, entriesOf(`${base}/${path}`), found);
  const all = [own, ...stats];
  const stamp = isPlain && all.every((each) => each === undefined || isSettled(each, lookedAt)) ? stampOf(all) : null;
  if (stamp === null) found.unsettled += 1;
  else sightings.set(path, { ...read, stamp });
  return read.folders;
}

/** Of thousands of folders nobody asks for these, mostly. */
function documentsSeen({ path }: Folder, { base, sightings }: Found): readonly SnapshotFile[] {
  const known = sightings.get(path);
  const oids = known?.oids() ?? [];
  return (known?.documents ?? []).map((name, index) => fileSeen(base, { path: `${path}/${name}`, oid: oids[index] ?? '' }));
}

/** What was read of a folder, and whether there was nothing in it that should not be there. */
interface Read extends Omit<Sighting, 'stamp'> {
  readonly stats: readonly Stats[];
  readonly isPlain: boolean;
}

function readDocuments(path: string, entries: readonly Entry[], found: Found): Read {
  const { base, problems, folders } = found;
  const depth = path === '' ? 1 : path.split('/').length + 1;
  const [files, documents, below, stats]: [SnapshotFile[], string[], string[], Stats[]] = [[], [], [], []];
  const before = problems.length;
  for (const entry of entries) {
    const at = pathIn(path, entry.name);
    const odd = whyOdd(entry, depth);
    if (odd !== null) problems.push(refuse(at, odd));
    else if (entry.type === 'directory') below.push(entry.name);
    else {
      const opened = open(base, at);
      stats.push(opened.stats);
      if (opened.why !== null) problems.push(refuse(at, opened.why));
      else {
        files.push({ path: at, oid: digest(opened.bytes), bytes: opened.bytes });
        documents.push(entry.name);
      }
    }
  }
  const isPlain = problems.length === before;
  const contents = digest(files.map(({ oid }, index) => `${oid} ${documents[index]}\n`).join(''));
  folders.push({ path, contents, documents: files });
  return { contents, folders: below, documents, oids: () => files.map(({ oid }) => oid), stats, isPlain };
}

function pathIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** What nobody can be asked about is not as it was: whoever reads it then says why. */
function standing(base: string, path: string): Stats | undefined {
  try {
    return lstatSync(`${base}/${path}`, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** One name in a folder. */
interface Entry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
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

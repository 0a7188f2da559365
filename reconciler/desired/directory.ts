/**
 * Reads documents from a directory, for `croft check` before anything is committed. The same is refused here as in a commit: links,
 * devices, executable files, odd names, files too large for a document. Nothing is followed and nothing is written.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { digest } from '../model/digest.ts';
import { compareProblems, type Problem } from '../model/problem.ts';
import type { Snapshot, SnapshotFile } from '../model/snapshot.ts';
import { compareText } from '../model/source.ts';
import { startOf } from './documents.ts';
import { finding, shown, visible } from './finding.ts';
import { MAX_DOCUMENT_BYTES } from './text.ts';

const TOP_NAMES = new Set(['cluster.yaml', 'hosts', 'limits', 'members', 'coop']);
const PLAIN_NAME = /^(?:[a-z0-9][a-z0-9._-]*|[A-Z][A-Za-z0-9_-]*(?:\.(?:md|txt))?)$/;
const DEEPEST = 12;

interface Found {
  readonly files: SnapshotFile[];
  readonly problems: Problem[];
}

/** Read the documents below `desired-state/` in a directory, or beside `cluster.yaml` in it. Units: time in unix seconds. */
export function readDirectory(directory: string, time: number): Snapshot {
  const found: Found = { files: [], problems: [] };
  const entries = isDirectory(directory) ? readdirSync(directory, { withFileTypes: true }) : [];
  const below = entries.filter(({ name }) => name === 'desired-state');
  const top = entries.some(({ name }) => name === 'cluster.yaml') ? entries.filter(({ name }) => TOP_NAMES.has(name)) : [];
  const wanted = below.length > 0 ? below : top;
  if (wanted.length === 0) found.problems.push(nothingHere());
  readEntries(directory, '', { entries: wanted, found });
  return {
    revision: { oid: 'directory', time, author: '', subject: '' },
    files: found.files.toSorted((a, b) => compareText(a.path, b.path)),
    problems: found.problems.toSorted(compareProblems),
  };
}

function readEntries(base: string, folder: string, { entries, found }: { readonly entries: readonly Dirent[]; readonly found: Found }): void {
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const odd = whyOdd(entry, path);
    if (odd !== null) found.problems.push(refuse(path, odd));
    else if (entry.isDirectory()) readEntries(base, path, { entries: readdirSync(`${base}/${path}`, { withFileTypes: true }), found });
    else readDocument(base, path, found);
  }
}

function whyOdd(entry: Dirent, path: string): { readonly code: string; readonly why: string } | null {
  if (!PLAIN_NAME.test(entry.name) || entry.name.length > 255) return {
    code: 'layout/odd-path', why: 'a name is made of a-z, 0-9, ".", "_" and "-" and begins with a letter or a digit',
  };
  if (path.split('/').length > DEEPEST) return { code: 'layout/odd-path', why: `it is more than ${DEEPEST} directories deep` };
  if (entry.isDirectory() || entry.isFile()) return null;
  return { code: 'layout/not-a-plain-file', why: entry.isSymbolicLink() ? 'it is a symbolic link' : 'it is neither a file nor a directory' };
}

/** What is opened is what is looked at: a file that became a link meanwhile is not opened. */
function readDocument(base: string, path: string, { files, problems }: Found): void {
  const descriptor = openSync(`${base}/${path}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { mode, size } = fstatSync(descriptor);
    const why = whyUnfit(mode, size);
    if (why !== null) problems.push(refuse(path, why));
    else files.push(fileOf(path, readFileSync(descriptor)));
  } finally {
    closeSync(descriptor);
  }
}

function whyUnfit(mode: number, size: number): { readonly code: string; readonly why: string } | null {
  if ((mode & 0o111) !== 0) return { code: 'layout/not-a-plain-file', why: 'it is executable' };
  return size > MAX_DOCUMENT_BYTES ? { code: 'layout/oversize', why: `it has ${size} bytes, and a document has at most ${MAX_DOCUMENT_BYTES}` } : null;
}

function fileOf(path: string, bytes: Uint8Array): SnapshotFile {
  return { path, oid: digest(bytes), bytes };
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

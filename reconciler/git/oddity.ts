/**
 * What may not be in a tree of desired state, each told as a problem of whoever owns the directory. A link would let a file stand for
 * another one's content, a submodule for another repository's; an executable bit says that somebody expects it to be run.
 */
import { groupBy } from '../model/group.ts';
import { ownerOf, type Owner } from '../model/owner.ts';
import type { Problem } from '../model/problem.ts';
import type { TreeEntry } from './objects.ts';
import { isPlainName, showName } from './path.ts';

/** An entry's name, and the paths of it and of the directory it is in. The directory's path is plain; the rest may not be. */
export interface Place {
  readonly directory: string;
  readonly name: string;
  readonly path: string;
}

/** How many directories deep desired state may be. */
export const deepest = 12;

/** Say what is wrong with an entry's name or mode; null when it is a plain file or a directory. */
export function oddityOf(place: Place, mode: string): Problem | null {
  if (place.path.split('/').length > deepest) return oddPath(place, `it is more than ${deepest} directories deep`);
  const name = isPlainName(place.name, mode === '40000' ? 'directory' : 'file');
  if (!name) return oddPath(place, 'a name is made of a-z, 0-9, ".", "_" and "-" and begins with a letter or a digit');
  return mode === '40000' || mode === '100644' ? null : notPlain(place, mode);
}

/** Find names that some file systems take for one another, and those that a tree holds twice. */
export function collisions(directory: string, entries: readonly TreeEntry[]): { readonly names: ReadonlySet<string>; readonly problems: readonly Problem[] } {
  if (new Set(entries.map(({ name }) => name.toLowerCase())).size === entries.length) return { names: new Set(), problems: [] };
  const clashing = [...groupBy(entries.map(({ name }) => name), (name) => name.toLowerCase())].filter(([, names]) => names.length > 1);
  return { names: new Set(clashing.map(([folded]) => folded)), problems: clashing.map(([, names]) => collision(directory, names)) };
}

/** Say that a file is too large for a document a person wrote. */
export function oversize(place: Place, size: { readonly bytes: number; readonly limit: number }): Problem {
  return told(place, 'oversize', `cannot read ${place.path}: it has ${size.bytes} bytes, and a document has at most ${size.limit}`);
}

/** Say that the directory of one owner holds more than anybody's wishes take. */
export function tooMany(place: Place, limit: number): Problem {
  return told(place, 'too-many-files', `cannot read ${place.path}: it holds more than ${limit} files and directories`);
}

/** Say that all documents of one owner together are too large. */
export function tooMuch(place: Place, size: { readonly bytes: number; readonly limit: number }): Problem {
  return told(place, 'too-large', `cannot read ${place.path}: its files have ${size.bytes} bytes together, and may have at most ${size.limit}`);
}

/** Say that an object is not of the type its entry says, which no git program would have written. */
export function damaged(place: Place, type: 'file' | 'directory'): Problem {
  return told(place, 'damaged', `cannot read ${place.path}: its git object is not a ${type}`);
}

/** Make a problem of a place as a whole. */
export function cannotRead(place: { readonly path: string; readonly owner: Owner; readonly rule: string }, message: string): Problem {
  return { code: `git/${place.rule}`, message, owner: place.owner, source: { file: place.path, line: 1, column: 1 } };
}

function collision(directory: string, names: readonly string[]): Problem {
  const [first = '', ...others] = names.map(showName).toSorted();
  const path = directory === '' ? first : `${directory}/${first}`;
  const message = `cannot tell ${path} from ${others.join(' and ')}: names in one directory must differ in more than case`;
  // Beside ada's directory an Ada hides hers, which is no wish of ada's to go: hers is what cannot be read.
  return cannotRead({ path, owner: ownerOf(`${path.toLowerCase()}/`), rule: 'case-collision' }, message);
}

function notPlain(place: Place, mode: string): Problem {
  const what = { '120000': 'a symbolic link', '160000': 'a submodule', '100755': 'executable' }[mode] ?? `of mode ${mode}`;
  const problem = told(place, 'not-a-plain-file', `cannot read ${place.path}: it is ${what}, not a plain file`);
  return mode === '100755' ? { ...problem, hint: `git update-index --chmod=-x ${place.path}` } : problem;
}

function oddPath(place: Place, why: string): Problem {
  const shown = place.directory === '' ? showName(place.name) : `${place.directory}/${showName(place.name)}`;
  return cannotRead({ path: shown, owner: ownerOf(`${place.directory}/`), rule: 'odd-path' }, `cannot use the path ${shown}: ${why}`);
}

function told(place: Place, rule: string, message: string): Problem {
  return cannotRead({ path: place.path, owner: ownerOf(`${place.path}/`), rule }, message);
}

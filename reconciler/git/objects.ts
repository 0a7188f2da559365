/**
 * Git keeps four sorts of objects, each named by the SHA-1 of its type, its size and its content (gitformat-pack(5)). A commit names
 * one tree and its parents; a tree is a list of `mode SP name NUL oid`; a blob is a file's bytes. This file turns their bytes into
 * values and trusts none of them: whoever may push can push objects that no git program would have written, so every oddity comes
 * out as null or as an entry for somebody to judge, and nothing is repaired.
 * The library parses commits and trees too, but decodes names with loss and refuses a whole tree for one name it does not like.
 */
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import type { Revision } from '../model/snapshot.ts';

/** An object as it is named: `commit`, `tree`, `blob` or `tag`, and its content. */
export interface StoredObject {
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface Commit {
  readonly oid: string;
  readonly tree: string;
  /** First the branch that was merged into, then what was merged. */
  readonly parents: readonly string[];
  readonly revision: Revision;
}

export interface TreeEntry {
  /** Octal text as it stands in the tree: `40000` directory, `100644` file, `100755` executable, `120000` link, `160000` submodule. */
  readonly mode: string;
  /** The name's octets, one character each: equal names, equal text; nothing is lost by decoding. */
  readonly name: string;
  readonly oid: string;
}

/** Types of objects by the number that each has in a pack. */
export const types: readonly (string | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag'];

/** A few octets can stand for any number of them. */
export const mostObjectBytes = 256 * 1024 * 1024;

/** Say how large an object is to be. Errors: throws where none may be so large. */
export function bearable(size: number): number {
  // Also where enough octets of a size make it no number at all.
  if (!(size <= mostObjectBytes)) throw new Error(`it would have ${size} bytes, and no object has more than ${mostObjectBytes}`);
  return size;
}

/** Tell whether a text is a full SHA-1 object id. */
export function isOid(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** Name an object by what it holds. */
export function oidOf({ type, bytes }: StoredObject): string {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Read an object that is a file of its own: deflated, its type and size in front. Errors: throws where it is damaged, or larger than so many octets. */
export function parseLoose(file: Uint8Array, mostBytes: number): StoredObject {
  const whole = inflateSync(file, { maxOutputLength: mostBytes });
  const zero = whole.indexOf(0);
  const [type = '', size] = whole.toString('latin1', 0, zero).split(' ');
  const bytes = whole.subarray(zero + 1);
  if (zero < 0 || String(bytes.length) !== size) throw new Error('its size is not the one it says');
  return { type, bytes };
}

/**
 * Read a commit object. Errors: null when it does not begin with a tree. As git does, only parents right after it count. Who made it and when is for people only, so what no git program would have
 * written there (a time before 1970, no address) is left out: else one such commit would keep every later one from every host.
 */
export function parseCommit(oid: string, bytes: Uint8Array): Commit | null {
  const text = Buffer.from(bytes).toString('utf8');
  const end = text.indexOf('\n\n');
  const headers = (end < 0 ? text : text.slice(0, end)).split('\n');
  const tree = valuesOf(headers.slice(0, 1), 'tree')[0];
  const others = headers.findIndex((header, n) => n > 0 && !header.startsWith('parent '));
  const parents = valuesOf(headers.slice(1, others < 0 ? undefined : others), 'parent');
  const committer = personOf(valuesOf(headers, 'committer')[0]) ?? { name: '', time: 0 };
  const author = personOf(valuesOf(headers, 'author')[0]);
  if (tree === undefined || ![tree, ...parents].every(isOid)) return null;
  const subject = (end < 0 ? '' : text.slice(end + 2)).trimStart().split('\n')[0] ?? '';
  return { oid, tree, parents, revision: { oid, time: committer.time, author: author?.name ?? committer.name, subject: subject.trim() } };
}

/** Read a tree object. Errors: null when the bytes end within an entry or a mode is not octal. */
export function parseTree(bytes: Uint8Array): readonly TreeEntry[] | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Once for all of it: of ten thousand entries, to turn each into text takes longer than everything else.
  const [text, hex] = [buffer.toString('latin1'), buffer.toString('hex')];
  const entries: TreeEntry[] = [];
  for (let at = 0; at < text.length; ) {
    const space = text.indexOf(' ', at);
    const zero = text.indexOf('\0', at);
    if (space < 0 || zero < space || zero + 21 > text.length) return null;
    const mode = text.slice(at, space);
    if (!/^[0-7]{5,6}$/.test(mode)) return null;
    entries.push({ mode, name: text.slice(space + 1, zero), oid: hex.slice(2 * (zero + 1), 2 * (zero + 21)) });
    at = zero + 21;
  }
  return entries;
}

function valuesOf(headers: readonly string[], name: string): readonly string[] {
  return headers.filter((header) => header.startsWith(`${name} `)).map((header) => header.slice(name.length + 1));
}

/** The mail is between the last `>` and the first `<` after the one before. No pattern looks for it: the line may be as long as whoever wrote it likes. */
function personOf(value = ''): { readonly name: string; readonly time: number } | null {
  const close = value.lastIndexOf('>');
  const open = value.indexOf('<', value.lastIndexOf('>', close - 1) + 1);
  const [, time] = /^ (\d{1,12})(?: [+-]\d{4})?$/.exec(value.slice(close + 1)) ?? [];
  if (close < 1 || open < 0 || open > close || time === undefined) return null;
  const name = value.slice(0, open).replace(/ $/, '');
  if (/[\n\r\u2028\u2029]/.test(name)) return null;
  return { name: name === '' ? value.slice(open + 1, close) : name, time: Number(time) };
}

/**
 * A small co-op in a bare repository whose objects are written by this process, so that a hundred histories take seconds. ada, bob and
 * carol are members, dana and judy admins as well; a forge may merge; two admins decide what is most sensitive. The commits are those
 * that git would write: one test lets git itself look at them.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { base } from '../../scenarios/story.ts';
import { keyOf } from './keys.ts';

export interface Entry {
  readonly mode: string;
  readonly oid: string;
}

/** What a tree holds, by path. */
export type Files = ReadonlyMap<string, Entry>;

/** What becomes of paths: a new text, an entry of any sort, or gone. */
export type Changes = { readonly [path: string]: string | Entry | null };

/** One commit to be made. */
export interface What {
  /** Who signs; nobody when left out. A key may also be named by itself. */
  readonly by?: string;
  /** Whose name is on it, when not the signer's. */
  readonly author?: string;
  /** What it changes, compared with its first parent. */
  readonly changes?: Changes;
  /** All files, in place of the first parent's. */
  readonly files?: Files;
  readonly tree?: string;
  readonly message?: string;
  /** Unix seconds; the committer's date. */
  readonly time?: number;
  /** Further headers, each with its newline, signed like the others. */
  readonly headers?: string;
  /** Puts another signature in the place of the good one. */
  readonly signature?: (payload: Uint8Array) => string;
  /** Changes the whole commit after it was signed. */
  readonly raw?: (text: string) => string;
}

export interface Coop {
  readonly gitdir: string;
  readonly first: string;
  /** Commit on top of parents; the first one's files are the start. */
  commit(parents: string | readonly string[], what: What): string;
  /** Merge as git does: what each other parent changed since it left the first one's history, by path. */
  merge(parents: readonly string[], what: What): string;
  files(oid: string): Files;
  blob(content: string | Uint8Array): string;
  object(type: string, content: Uint8Array): string;
  /** Write a tree; directories that hold nothing are not written. */
  tree(files: Files): string;
}

const HOUR = 3_600;
/** Monday, 1 June 2026. */
export const START = 1_780_300_800;

/** A path of the desired state. */
export function at(path: string): string {
  return `desired-state/${path}`;
}

/** The documents that the co-op begins with. */
export function documents(): Map<string, string> {
  const files = new Map(base());
  files.set(at('members/judy/member.yaml'), 'name: Judy\nuid: 10005\nlimits: regular\nemail: judy@elsewhere.example\n');
  for (const name of ['ada', 'bob', 'carol', 'dana', 'judy']) {
    const path = at(`members/${name}/member.yaml`);
    files.set(path, member(files.get(path) ?? '', [keyOf(name).line]));
  }
  const cluster = files.get(at('cluster.yaml')) ?? '';
  files.set(at('cluster.yaml'), `${cluster.replace('[dana]', '[dana, judy]')}trust:\n  approvals: 2\n  merge-keys: [${keyOf('forge').line}]\n`);
  for (const name of ['ada', 'bob', 'carol']) files.set(at(`members/${name}/README.md`), `I am ${name}\n`);
  return files;
}

/** Put signing keys, as lines or as flow mappings, in the place of those that a member's document has. */
export function member(text: string, keys: readonly string[]): string {
  const without = text.replace(/^signing-keys:\n(?: {2}.*\n)*/m, '');
  return keys.length === 0 ? without : `${without}signing-keys:\n${keys.map((key) => `  - ${key}\n`).join('')}`;
}

/** Found a co-op. `alter` changes the first documents; the room goes with `remove`. */
export function found(alter: (files: Map<string, string>) => void = () => {}, gitdir = newRoom()): Coop {
  for (const directory of ['objects/pack', 'refs/heads']) mkdirSync(join(gitdir, directory), { recursive: true });
  writeFileSync(join(gitdir, 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(gitdir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  const texts = documents();
  alter(texts);
  const coop = builder(gitdir);
  const first = coop.commit([], { by: 'dana', message: 'found the co-op', files: new Map([...texts].map(([path, text]) => [path, { mode: '100644', oid: coop.blob(text) }])) });
  return { ...coop, first };
}

const rooms: string[] = [];

function newRoom(): string {
  const room = mkdtempSync(join(tmpdir(), 'croft-trust-'));
  rooms.push(room);
  const gitdir = join(room, 'coop.git');
  mkdirSync(gitdir);
  return gitdir;
}

/** Remove all co-ops that were founded in rooms of their own. */
export function removeAll(): void {
  for (const room of rooms.splice(0)) rmSync(room, { recursive: true, force: true });
}

function builder(gitdir: string): Omit<Coop, 'first'> {
  const all = new Map<string, { readonly files: Files; readonly parents: readonly string[]; readonly time: number }>();

  function object(type: string, content: Uint8Array): string {
    const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
    const oid = createHash('sha1').update(bytes).digest('hex');
    const path = join(gitdir, 'objects', oid.slice(0, 2), oid.slice(2));
    if (existsSync(path)) return oid;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, deflateSync(bytes, { level: 1 }));
    return oid;
  }

  function blob(content: string | Uint8Array): string {
    return object('blob', Buffer.from(content));
  }

  function tree(files: Files): string {
    const entries = new Map<string, Entry | Map<string, Entry>>();
    for (const [path, entry] of files) {
      const [, first = '', rest] = /^([^/]+)(?:\/(.*))?$/s.exec(path) ?? [];
      const below = entries.get(first);
      if (rest === undefined) entries.set(first, entry);
      else if (below instanceof Map) below.set(rest, entry);
      else entries.set(first, new Map([[rest, entry]]));
    }
    const written = [...entries].map(([name, entry]) => (entry instanceof Map ? { name, mode: '40000', oid: tree(entry) } : { name, ...entry }));
    return object('tree', treeBytes(written));
  }

  function commit(given: string | readonly string[], what: What): string {
    const parents = typeof given === 'string' ? [given] : given;
    const start = what.files ?? all.get(parents[0] ?? '')?.files ?? new Map();
    const files = what.changes === undefined ? start : changed(start, what.changes);
    const time = what.time ?? Math.max(START - HOUR, ...parents.map((parent) => all.get(parent)?.time ?? 0)) + HOUR;
    const oid = object('commit', Buffer.from(commitText(what.tree ?? tree(files), parents, { ...what, time }), 'latin1'));
    all.set(oid, { files, parents, time });
    return oid;
  }

  function changed(start: Files, changes: Changes): Files {
    const files = new Map(start);
    for (const [path, change] of Object.entries(changes)) {
      if (change === null) files.delete(path);
      else files.set(path, typeof change === 'string' ? { mode: '100644', oid: blob(change) } : change);
    }
    return files;
  }

  function merge(parents: readonly string[], what: What): string {
    const [first = '', ...others] = parents;
    const reached = history(first);
    const files = new Map(all.get(first)?.files);
    for (const other of others) {
      const fork = nearest(other, reached);
      const before = fork === null ? new Map<string, Entry>() : (all.get(fork)?.files ?? new Map<string, Entry>());
      const after = all.get(other)?.files ?? new Map<string, Entry>();
      for (const path of new Set([...before.keys(), ...after.keys()])) {
        const [old, now] = [before.get(path), after.get(path)];
        if (old?.oid === now?.oid && old?.mode === now?.mode) continue;
        if (now === undefined) files.delete(path);
        else files.set(path, now);
      }
    }
    return commit(parents, { ...what, files });
  }

  function history(tip: string): ReadonlySet<string> {
    const seen = new Set([tip]);
    for (const oid of seen) for (const parent of all.get(oid)?.parents ?? []) seen.add(parent);
    return seen;
  }

  function nearest(tip: string, reached: ReadonlySet<string>): string | null {
    return [...history(tip)].find((oid) => reached.has(oid)) ?? null;
  }

  return { gitdir, commit, merge, files: (oid) => all.get(oid)?.files ?? new Map(), blob, object, tree };
}

function treeBytes(entries: readonly (Entry & { readonly name: string })[]): Buffer {
  const keyed = entries.map((entry) => ({ entry, key: Buffer.from(entry.mode === '40000' ? `${entry.name}/` : entry.name, 'latin1') }));
  const sorted = keyed.toSorted((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(sorted.flatMap(({ entry: { mode, name, oid } }) => [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(oid, 'hex')]));
}

/** Octets as characters, as commits are cut and signed. */
function commitText(tree: string, parents: readonly string[], what: What & { readonly time: number }): string {
  const { by, author = by ?? 'somebody', message = 'a change', time, headers = '', raw } = what;
  const people = `author ${author} <${author}@elsewhere.example> ${time} +0000\ncommitter ${by ?? 'somebody'} <${by ?? 'somebody'}@elsewhere.example> ${time} +0000\n`;
  const head = `tree ${tree}\n${parents.map((parent) => `parent ${parent}\n`).join('')}${people}${headers}`;
  const body = `\n${Buffer.from(message).toString('latin1')}\n`;
  const payload = Buffer.from(head + body, 'latin1');
  const signature = what.signature?.(payload) ?? (by === undefined ? null : keyOf(by).sign(payload, 'git'));
  const header = signature === null ? '' : `gpgsig ${signature.trimEnd().replaceAll('\n', '\n ')}\n`;
  const text = head + header + body;
  return raw === undefined ? text : raw(text);
}

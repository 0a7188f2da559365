import { restrictions } from '../../../reconciler/desired/restrictions.ts';
import { meaningOf } from '../../../reconciler/desired/layout.ts';
import type { Context } from '../../../reconciler/authority/judge.ts';
import type { Entry, Meaning, Person, Proposal, Rules, SigningKey, Written } from '../../../reconciler/model/authority.ts';
import { ownerOf } from '../../../reconciler/model/owner.ts';

/** What a document says. */
export type Fields = { readonly [field: string]: unknown };

/** A side of a change: null when the file is not there. */
export type Side = Fields | 'unreadable' | null;

/** What is proposed about one path. Left out: a plain file, signed by nobody, of the commit below. */
export interface Draft {
  readonly path: string;
  readonly before?: Side;
  readonly after?: Side;
  readonly by?: readonly string[];
  readonly doubts?: readonly string[];
  readonly mode?: string;
  readonly was?: string;
  readonly is?: 'note' | 'other';
}

export const commit = '5c0ffee5c0ffee5c0ffee5c0ffee5c0ffee5c0ff';

const key: SigningKey = { type: 'ssh-ed25519', blob: 'AAAA', validAfter: null, validBefore: null, revokedAt: null };

export const people = new Map<string, Person>([
  ...['ada', 'bob', 'dana', 'judy'].map((name) => [name, { name, active: true, keys: [key] }] as const),
  ['carol', { name: 'carol', active: false, keys: [key] }],
]);

export const rules: Rules = {
  trust: { approvals: 2, mergeKeys: [] },
  admins: new Set(['dana', 'judy']),
  people,
  mailDomains: new Set(['ada.example', 'bob.example', 'fairmeadow.example']),
};

/** Rules of a co-op with these admins; all of them members with a key, and active unless said otherwise. */
export function rulesOf(admins: readonly Person[], approvals = 2): Rules {
  return { ...rules, trust: { approvals, mergeKeys: [] }, admins: new Set(admins.map(({ name }) => name)), people: new Map([...people, ...admins.map((each) => [each.name, each] as const)]) };
}

export function person(name: string, but: Partial<Person> = {}): Person {
  return { name, active: true, keys: [key], ...but };
}

export const revoked: SigningKey = { ...key, revokedAt: 1_700_000_000 };

const there = new Set([
  'cluster.yaml', 'hosts', 'limits', 'coop', 'members', 'docs', ...['ada', 'bob', 'carol', 'dana', 'judy'].flatMap((name) => [
    `members/${name}`, `members/${name}/member.yaml`, `members/${name}/vhosts`, `members/${name}/mailboxes`,
  ]),
  'members/ada/vhosts/blog.ada.example.yaml',
]);

export const context: Context = { rules, restrictions, paths: (path) => there.has(path), alike: (path) => [...there].find((each) => each !== path && each.toLowerCase() === path.toLowerCase()) ?? null };

/** Make a proposal of a draft, as the trees would say it. */
export function propose({ path, before, after, by = [], doubts, mode = '100644', was = '100644', is }: Draft): Proposal {
  const change = { path, before: entryOf(before, was), after: entryOf(after, mode) };
  return { change, owner: ownerOf(path), meaning: meaningFor(path, { before, after, is }), commit, signers: new Set(by), doubts: doubts ?? (by.length === 0 ? ['it is not signed'] : []) };
}

function meaningFor(path: string, { before, after, is }: { readonly before: Side | undefined; readonly after: Side | undefined; readonly is: Draft['is'] }): Meaning {
  if (is !== undefined) return { is };
  const meaning = meaningOf(path.replace(/^desired-state\//, ''));
  if (meaning.is === 'note') return { is: 'note' };
  const [kind, name] = meaning.is === 'document' ? [meaning.kind, meaning.name] : ['unknown', ''];
  return { is: 'document', kind, name, before: writtenOf(path, before), after: writtenOf(path, after) };
}

function entryOf(side: Side | undefined, mode: string): Entry | null {
  return side == null ? null : { mode, oid: '0'.repeat(40) };
}

/** Fields stand one a line, in the order in which they are given. */
function writtenOf(path: string, side: Side | undefined): Written | null {
  if (side == null) return null;
  const start = { file: path, line: 1, column: 1 };
  if (side === 'unreadable') return { value: null, problems: [{ code: 'yaml/syntax', message: 'cannot read this as YAML', owner: ownerOf(path), source: { ...start, line: 3 } }], at: () => start };
  return { value: side, problems: [], at: (field) => ({ ...start, line: Object.keys(side).indexOf(field) + 1 }) };
}

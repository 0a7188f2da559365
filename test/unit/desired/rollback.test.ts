import { describe, expect, it } from 'vitest';
import { check } from '../../../reconciler/desired/check.ts';
import { closeKept } from '../../../reconciler/desired/close-kept.ts';
import { migrations } from '../../../reconciler/desired/migrations.ts';
import { goBack } from '../../../reconciler/desired/rollback.ts';
import type { Rollback } from '../../../reconciler/model/aside.ts';
import type { DesiredState } from '../../../reconciler/model/desired.ts';
import type { Owner } from '../../../reconciler/model/owner.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { base, hash, keys, snapshot, type Files } from './coop.ts';

const blog = 'members/ada/vhosts/blog.ada.example.yaml';
const swap = (path: string, from: string | RegExp, to: string): Files => ({ [path]: (base[path] ?? '').replace(from, to) });
const site = (root: string): Files => ({ [blog]: `static: {root: ${root}}\n` });

function rollback(owner: Owner | null, more: Partial<Rollback> = {}): Rollback {
  return { owner, to: 'a'.repeat(40), bad: 'b'.repeat(40), who: 'dana', why: 'x', since: 1, until: null, ...more };
}

function at(files: Files, name = 'c'): Snapshot {
  return snapshot(files, name);
}

function text(head: Snapshot, path: string): string | undefined {
  const file = head.files.find((one) => one.path.endsWith(path));
  return file === undefined ? undefined : new TextDecoder().decode(file.bytes);
}

describe('going back', () => {
  const to = at({});
  const bad = at({ ...site('bad'), 'members/bob/vhosts/bob.example.yaml': 'static: {root: a}\n' });

  it('uses the older documents of one owner, and everybody else’s newest', () => {
    const { head, owners } = goBack(bad, [{ rollback: rollback('member:ada'), to, bad }]);
    expect([text(head, blog), text(head, 'bob.example.yaml')]).toEqual([base[blog], 'static: {root: a}\n']);
    expect([...owners.keys()]).toEqual(['member:ada']);
    expect(head.revision).toEqual(bad.revision);
  });

  it('remembers the bad one owner by owner: who has changed hers since has answered for it', () => {
    const later = at({ ...site('better'), 'members/bob/vhosts/bob.example.yaml': 'static: {root: a}\n' });
    const { head, owners } = goBack(later, [{ rollback: rollback(null), to, bad }]);
    expect([text(head, blog), text(head, 'vhosts/bob.example.yaml')]).toEqual(['static: {root: better}\n', undefined]);
    expect([...owners.keys()]).toEqual(['member:bob']);
  });

  it('stays when she goes back to the bad one, byte for byte', () => {
    expect([...goBack(at({ ...site('bad'), 'members/bob/vhosts/other.bob.example.yaml': 'static: {root: b}\n' }), [{ rollback: rollback('member:ada'), to, bad }]).owners.keys()]).toEqual(['member:ada']);
  });

  it('lets those stay who came later, and does nothing where nothing differs', () => {
    const erin = { 'members/gina/member.yaml': 'name: Gina\nuid: 10042\nlimits: small\nemail: gina@elsewhere.example\n' };
    const now = at(erin);
    expect(goBack(now, [{ rollback: rollback(null), to, bad: now }])).toEqual({ head: now, owners: new Map() });
    expect(goBack(bad, [])).toEqual({ head: bad, owners: new Map() });
  });

  it('of several rollbacks the last one counts', () => {
    const between = at(site('between'));
    const known = [{ rollback: rollback('member:ada', { since: 1 }), to, bad }, { rollback: rollback('member:ada', { since: 2 }), to: between, bad }];
    expect(text(goBack(bad, known).head, blog)).toBe('static: {root: between}\n');
    expect(text(goBack(bad, known.toReversed()).head, blog)).toBe(base[blog]);
  });
});

describe('ways in that are closed stay closed', () => {
  const older = check(at({ ...swap('members/ada/member.yaml', `  - ${keys.ada}`, `  - ${keys.ada}\n  - ${keys.other}`) })).value as DesiredState;
  const owners = new Set<Owner>(['member:ada', 'coop', 'member:dana']);
  const kept = (files: Files): DesiredState => closeKept(older, { owners, newest: at(files) });

  it('an ssh key that is gone', () => {
    expect(kept({}).members.find(({ name }) => name === 'ada')?.sshKeys.map(({ comment }) => comment)).toEqual(['ada@laptop']);
  });

  it('a member who was suspended', () => {
    const state = kept(swap('members/ada/member.yaml', 'uid:', 'state: suspended\nuid:'));
    expect(state.members.find(({ name }) => name === 'ada')?.state).toBe('suspended');
    expect(state.vhosts.filter(({ owner }) => owner === 'member:ada').every(({ suspended }) => suspended)).toBe(true);
  });

  it('an admin who is none any more, and a host that fewer may enter', () => {
    const state = kept({ ...swap('cluster.yaml', 'admins: [dana]', 'admins: [bob]'), ...swap('hosts/main.yaml', 'files: everyone', 'files: nobody') });
    expect(state.members.filter(({ admin }) => admin)).toEqual([]);
    expect(state.hosts.find(({ name }) => name === 'main')?.login).toEqual({ shell: 'admins', files: 'nobody' });
  });

  it('a password that was replaced', () => {
    const other = hash.replace('zWUZ', 'abcd');
    expect(kept(swap('members/ada/mailboxes/ada.example.yaml', `ada: {password: ${hash}`, `ada: {password: ${other}`)).mailDomains[0]?.mailboxes.map(({ password }) => password)).toEqual([other, hash]);
  });

  it('and a newest that cannot be read closes nothing that was open', () => {
    expect(kept({ 'members/ada/member.yaml': '- {' }).members.find(({ name }) => name === 'ada')?.sshKeys.length).toBe(2);
  });
});

describe('what holds data', () => {
  const box = 'members/ada/mailboxes/ada.example.yaml';
  const cases: readonly { readonly name: string; readonly files: Files; readonly owner: Owner | null; readonly crossed: readonly string[] }[] = [
    { name: 'a site is no data', files: site('new'), owner: 'member:ada', crossed: [] },
    { name: 'another uid', files: swap('members/ada/member.yaml', '10001', '10051'), owner: 'member:ada', crossed: ['the uid of ada became 10051, after 10001'] },
    { name: 'a member who retired', files: swap('members/bob/member.yaml', 'uid:', 'state: retired\nuid:'), owner: 'member:bob', crossed: ['bob retired'] },
    { name: 'a member who was suspended', files: swap('members/bob/member.yaml', 'uid:', 'state: suspended\nuid:'), owner: 'member:bob', crossed: [] },
    { name: 'a mailbox that was made', files: swap(box, 'mailboxes:\n', `mailboxes:\n  new: {password: ${hash}}\n`), owner: 'member:ada', crossed: ['the mailbox new@ada.example was made'] },
    { name: 'an address that only sends keeps no mail', files: swap(box, 'mailboxes:\n', `mailboxes:\n  new: {password: ${hash}, send-only: true}\n`), owner: 'member:ada', crossed: [] },
    { name: 'a mail domain that went', files: { [box]: null }, owner: 'member:ada', crossed: ['the mail domain ada.example was taken away', 'the mailbox ada@ada.example was taken away'] },
    { name: 'somebody else’s', files: { [box]: null }, owner: 'member:bob', crossed: [] },
    { name: 'anybody’s, for the whole host', files: { [box]: null }, owner: null, crossed: ['the mail domain ada.example was taken away', 'the mailbox ada@ada.example was taken away'] },
    { name: 'a member who came later is not gone back on', files: { 'members/gina/member.yaml': 'name: Gina\nuid: 10042\nlimits: small\nemail: gina@elsewhere.example\n' }, owner: null, crossed: [] },
    { name: 'names that are used up', files: { 'coop/retired.yaml': 'members: []\n' }, owner: 'coop', crossed: ['coop/retired.yaml says of other names and uids that they are used up'] },
  ];
  it.each(cases)('$name', ({ files, owner, crossed }) => {
    const end = (each: Files): { readonly state: DesiredState; readonly snapshot: Snapshot } => ({ state: check(at(each)).value as DesiredState, snapshot: at(each) });
    expect(migrations(end({}), end(files), owner)).toEqual(crossed);
  });
});

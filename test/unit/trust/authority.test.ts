import { afterAll, describe, expect, test } from 'vitest';
import { own, play, type Case } from './case.ts';
import { at, documents, found, member, removeAll, START, type Coop } from './coop.ts';
import { judged } from './judged.ts';
import { keyOf } from './keys.ts';

afterAll(removeAll);

const adas = 'members/ada/README.md';
const bobs = 'members/bob/README.md';
const memberOf = (name: string): string => documents().get(at(`members/${name}/member.yaml`)) ?? '';
const cluster = documents().get(at('cluster.yaml')) ?? '';
const two = (documents().get(at('hosts/two.yaml')) ?? '').replace('debian: 13', 'debian: 12');
const yaml = (name: string): string => `members/${name}/member.yaml`;
const DAY = 86_400;
const day = (days: number): string => new Date((START + days * DAY) * 1000).toISOString().slice(0, 10);

/** A commit by somebody of one text. */
function by(coop: Coop, on: string, [who, path, text]: readonly [string | null, string, string | null], message = 'a change'): string {
  return coop.commit(on, { ...(who !== null && { by: who }), changes: own(path, text), message });
}

/** Both admins change something: dana writes it, judy approves it in the next commit. */
function both(coop: Coop, on: string, [path, text]: readonly [string, string | null]): string {
  const first = by(coop, on, ['dana', path, text]);
  return approve(coop, first, ['judy', first]);
}

function approve(coop: Coop, on: string, [who, commit]: readonly [string | null, string]): string {
  return coop.commit(on, { ...(who !== null && { by: who }), message: `approve\n\nApproves: ${commit}` });
}

function keys(name: string, lines: readonly string[]): readonly [string, string] {
  return [yaml(name), member(memberOf(name), lines)];
}

function dated(name: string, limits: string): string {
  return `{ key: ${keyOf(name).publicLine}, ${limits} }`;
}

/** Documents in which ada has two keys, the second one with limits. */
function second(limits: string): NonNullable<Case['alter']> {
  return (files) => files.set(at(yaml('ada')), member(memberOf('ada'), [keyOf('ada').line, dated('ada-old', limits)]));
}

const approvals: readonly Case[] = [
  { name: 'an admin writes and the other one approves', play: (coop, on) => both(coop, on, ['hosts/two.yaml', two]), force: { 'hosts/two.yaml': two } },
  { name: 'one admin who approves twice is one', play: (coop, on) => { const first = by(coop, on, ['dana', 'hosts/two.yaml', two]); return approve(coop, approve(coop, first, ['dana', first]), ['dana', first]); }, refused: { 'hosts/two.yaml': 'authority/needs-admins' } },
  { name: 'an admin who writes and approves herself is one', play: (coop, on) => { const first = by(coop, on, ['dana', 'hosts/two.yaml', two]); return approve(coop, first, ['dana', first]); }, refused: { 'hosts/two.yaml': 'authority/needs-admins' } },
  { name: 'somebody who is no admin approves', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return approve(coop, first, ['ada', first]); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'two admins approve what a member wrote', play: (coop, on) => { const first = coop.commit(on, { by: 'ada', changes: { 'run.sh': 'x\n' } }); return approve(coop, approve(coop, first, ['dana', first]), ['judy', first]); }, force: { '/run.sh': 'x\n' } },
  { name: 'two admins approve what nobody signed', play: (coop, on) => { const first = coop.commit(on, { changes: { 'run.sh': 'x\n' } }); return approve(coop, approve(coop, first, ['dana', first]), ['judy', first]); }, force: { '/run.sh': 'x\n' } },
  { name: 'an admin approves another commit than the one that waits', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return approve(coop, first, ['judy', on]); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'an admin approves a commit that is not there', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return approve(coop, first, ['judy', 'ab'.repeat(20)]); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'an admin approves with the first digits of a commit, which others may have too', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return approve(coop, first, ['judy', first.slice(0, 12)]); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'an approval of a tree or a file is none', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return approve(coop, approve(coop, first, ['judy', coop.blob('x\n')]), ['judy', coop.tree(coop.files(first))]); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'the approval is in the first paragraph of its message, which is no trailer', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return coop.commit(first, { by: 'judy', message: `Approves: ${first}` }); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'an approval that nobody signed', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return approve(coop, first, [null, first]); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'an approval that a forge signed', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return approve(coop, first, ['forge', first]); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'an approval in the message of a merge that a forge made', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return coop.merge([on, first], { by: 'forge', message: `merge\n\nApproves: ${first}` }); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'an approval in the message of the merge that the other admin makes', play: (coop, on) => { const first = coop.commit(on, { by: 'ada', changes: { 'run.sh': 'x\n' } }); return coop.merge([on, approve(coop, first, ['judy', first])], { by: 'dana', message: `merge\n\nApproves: ${first}` }); }, force: { '/run.sh': 'x\n' } },
  { name: 'both approvals on the branch that a forge merges', play: (coop, on) => { const first = coop.commit(on, { by: 'ada', changes: { 'run.sh': 'x\n' } }); return coop.merge([by(coop, on, ['bob', bobs, 'main\n']), approve(coop, approve(coop, first, ['dana', first]), ['judy', first])], { by: 'forge' }); }, force: { '/run.sh': 'x\n', [bobs]: 'main\n' } },
  { name: 'an approval of a branch\'s commit that was changed again before the merge', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'good\n' } }); const approved = approve(coop, first, ['judy', first]); return coop.merge([on, coop.commit(approved, { by: 'ada', changes: { 'run.sh': 'evil\n' } })], { by: 'forge' }); }, refused: { '/run.sh': 'authority/needs-admins' }, force: { '/run.sh': null } },
  { name: 'an approval that comes before what it approves', play: (coop, on) => { const side = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return coop.merge([approve(coop, on, ['judy', side]), side], { by: 'forge' }); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'an old approval counts no second time', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); const approval = approve(coop, first, ['judy', first]); const gone = coop.commit(approval, { by: 'dana', changes: { 'run.sh': null } }); const away = approve(coop, gone, ['judy', gone]); return coop.merge([coop.commit(away, { by: 'dana', changes: { 'run.sh': 'x\n' } }), approval], { by: 'forge' }); }, refused: { '/run.sh': 'authority/needs-admins' }, force: { '/run.sh': null } },
  { name: 'ada approves what bob wrote in her directory', play: (coop, on) => { const first = by(coop, on, ['bob', adas, 'by bob\n']); return approve(coop, first, ['ada', first]); }, force: { [adas]: 'by bob\n' } },
  { name: 'an approval stands for each of the paths that are still as the commit left them', play: (coop, on) => { const first = coop.commit(on, { by: 'bob', changes: { ...own(adas, '1\n'), ...own('members/ada/NEWS.md', '2\n') } }); return approve(coop, by(coop, first, ['bob', 'members/ada/NEWS.md', '3\n']), ['ada', first]); }, refused: { 'members/ada/NEWS.md': 'authority/foreign' }, force: { [adas]: '1\n' } },
  { name: 'ten thousand approvals of one commit are one', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return coop.commit(first, { by: 'judy', message: `yes\n\n${`Approves: ${first}\n`.repeat(10_000)}` }); }, force: { '/run.sh': 'x\n' } },
];

const persons: readonly Case[] = [
  { name: 'ada makes herself an admin and uses it at once', play: (coop, on) => by(coop, by(coop, on, ['ada', 'cluster.yaml', cluster.replace('[dana, judy]', '[dana, judy, ada]')]), ['ada', bobs, 'evil\n']), refused: { 'cluster.yaml': 'authority/needs-admins', [bobs]: 'authority/foreign' }, stays: ['cluster.yaml', bobs] },
  { name: 'ada makes herself an admin, on a branch and in one merge with its use', play: (coop, on) => coop.merge([on, by(coop, by(coop, on, ['ada', 'cluster.yaml', cluster.replace('[dana, judy]', '[ada]')]), ['ada', bobs, 'evil\n'])], { by: 'ada' }), refused: { 'cluster.yaml': 'authority/needs-admins', [bobs]: 'authority/foreign' }, stays: ['cluster.yaml', bobs] },
  { name: 'two admins make ada an admin, and she uses it in the next commit', play: (coop, on) => by(coop, both(coop, on, ['cluster.yaml', cluster.replace('[dana, judy]', '[dana, judy, ada]')]), ['ada', bobs, 'help\n']), force: { [bobs]: 'help\n' } },
  { name: 'ada gives herself another key and uses it', play: (coop, on) => by(coop, by(coop, on, ['ada', ...keys('ada', [keyOf('ada').line, keyOf('ada-new').line])]), ['ada-new', adas, 'x\n']), refused: { [yaml('ada')]: 'authority/admin-field', [adas]: 'authority/unknown-key' }, stays: [adas] },
  { name: 'one admin gives ada another key, which she uses', play: (coop, on) => by(coop, by(coop, on, ['dana', ...keys('ada', [keyOf('ada').line, keyOf('ada-new').line])]), ['ada-new', adas, 'x\n']), refused: { [yaml('ada')]: 'authority/needs-admins', [adas]: 'authority/unknown-key' }, stays: [adas] },
  { name: 'two admins give ada another key, which she uses in the same push', play: (coop, on) => by(coop, both(coop, on, keys('ada', [keyOf('ada').line, keyOf('ada-new').line])), ['ada-new', adas, 'x\n']), force: { [adas]: 'x\n' } },
  { name: 'a key and its use in one merge: the rules are those before the merge', play: (coop, on) => coop.merge([on, by(coop, both(coop, on, keys('ada', [keyOf('ada').line, keyOf('ada-new').line])), ['ada-new', adas, 'x\n'])], { by: 'forge' }), refused: { [adas]: 'authority/unsigned' }, stays: [adas] },
  { name: 'a key is exchanged: what the old one signed stays, and it signs nothing more', play: (coop, on) => by(coop, by(coop, both(coop, by(coop, on, ['ada', adas, 'with the old one\n']), keys('ada', [keyOf('ada-new').line])), ['ada-new', 'members/ada/NEWS.md', 'with the new one\n']), ['ada', adas, 'with the old one again\n']), refused: { [adas]: 'authority/unknown-key' }, force: { [adas]: 'with the old one\n', 'members/ada/NEWS.md': 'with the new one\n' } },
  { name: 'a key is revoked, and what the thief dates back before that counts for nothing', play: (coop, on) => coop.commit(both(coop, on, keys('ada', [dated('ada', `revoked: ${day(0)}`), keyOf('ada-new').line])), { by: 'ada', time: START - 30 * DAY, changes: own(adas, 'evil\n') }), refused: { [adas]: 'authority/bad-signature' }, stays: [adas] },
  { name: 'a key that is not valid yet', alter: second(`valid-after: '${day(10)}'`), play: (coop, on) => by(coop, on, ['ada-old', adas, 'x\n']), refused: { [adas]: 'authority/bad-signature' }, stays: [adas] },
  { name: 'a key that is valid now', alter: second(`valid-after: '${day(-9)}', valid-before: '${day(9)}'`), play: (coop, on) => by(coop, on, ['ada-old', adas, 'x\n']), force: { [adas]: 'x\n' } },
  { name: 'a key whose time is over', alter: second(`valid-before: '${day(9)}'`), play: (coop, on) => coop.commit(on, { by: 'ada-old', time: START + 9 * DAY, changes: own(adas, 'x\n') }), refused: { [adas]: 'authority/bad-signature' }, stays: [adas] },
  { name: 'a key whose time is over, dated back', alter: second(`valid-before: '${day(9)}'`), play: (coop, on) => coop.commit(coop.commit(on, { by: 'bob', time: START + 20 * DAY, changes: own(bobs, 'x\n') }), { by: 'ada-old', time: START + 8 * DAY, changes: own(adas, 'x\n') }), refused: { [adas]: 'authority/bad-signature' }, stays: [adas] },
  { name: 'a key whose time is over, dated back on top of a commit that is dated back too', alter: second(`valid-before: '${day(9)}'`), play: (coop, on) => coop.commit(coop.commit(coop.commit(on, { by: 'bob', time: START + 20 * DAY, changes: own(bobs, 'x\n') }), { time: 1 }), { by: 'ada-old', time: START + 8 * DAY, changes: own(adas, 'x\n') }), refused: { [adas]: 'authority/bad-signature' }, stays: [adas] },
  { name: 'a key whose time is over, dated back on a branch that a forge merges', alter: second(`valid-before: '${day(9)}'`), play: (coop, on) => { const main = coop.commit(on, { by: 'bob', time: START + 20 * DAY, changes: own(bobs, 'x\n') }); return coop.merge([main, coop.commit(on, { by: 'ada-old', time: START + 8 * DAY, changes: own(adas, 'x\n') })], { by: 'forge' }); }, refused: { [adas]: 'authority/unsigned' }, stays: [adas] },
  { name: 'a key that ada and bob both have is nobody\'s', alter: (files) => files.set(at(yaml('bob')), member(memberOf('bob'), [keyOf('bob').line, keyOf('ada').line])), play: (coop, on) => coop.commit(by(coop, on, ['bob', bobs, 'mine\n']), { by: 'ada', changes: own(adas, 'x\n') }), refused: { [adas]: 'authority/unknown-key' }, force: { [bobs]: 'mine\n' } },
  { name: 'a forge\'s key that is an admin\'s too is nobody\'s', alter: (files) => files.set(at(yaml('dana')), member(memberOf('dana'), [keyOf('dana').line, keyOf('forge').line])), play: (coop, on) => coop.commit(on, { by: 'forge', changes: own(adas, 'x\n') }), refused: { [adas]: 'authority/unknown-key' } },
  { name: 'a key with options in front of it is no signing key', alter: (files) => files.set(at(yaml('ada')), member(memberOf('ada'), [`'command="sh" ${keyOf('ada').line}'`])), play: (coop, on) => by(coop, on, ['ada', adas, 'x\n']), refused: { [adas]: 'authority/unknown-key' } },
  { name: 'a suspended member signs', play: (coop, on) => by(coop, by(coop, on, ['dana', yaml('ada'), `${memberOf('ada')}state: suspended\n`]), ['ada', adas, 'x\n']), refused: { [adas]: 'authority/bad-signature' }, stays: [adas] },
  { name: 'ada lifts her own suspension', play: (coop, on) => by(coop, by(coop, on, ['dana', yaml('ada'), `${memberOf('ada')}state: suspended\n`]), ['ada', yaml('ada'), memberOf('ada')]), refused: { [yaml('ada')]: 'authority/bad-signature' } },
  { name: 'an admin who is suspended approves nothing, and the other one does not wait for her', play: (coop, on) => { const off = by(coop, on, ['dana', yaml('judy'), `${memberOf('judy')}state: suspended\n`]); return coop.commit(coop.commit(off, { by: 'dana', changes: { 'run.sh': 'x\n' } }), { by: 'judy', changes: own(bobs, 'x\n') }); }, refused: { [bobs]: 'authority/bad-signature' }, force: { '/run.sh': 'x\n' } },
  { name: 'one admin makes herself the only one', play: (coop, on) => coop.commit(by(coop, on, ['dana', 'cluster.yaml', cluster.replace('[dana, judy]', '[dana]')]), { by: 'dana', changes: { 'run.sh': 'x\n' } }), refused: { 'cluster.yaml': 'authority/needs-admins', '/run.sh': 'authority/needs-admins' } },
  { name: 'one admin asks for fewer approvals', play: (coop, on) => coop.commit(by(coop, on, ['dana', 'cluster.yaml', cluster.replace('approvals: 2', 'approvals: 1')]), { by: 'dana', changes: { 'run.sh': 'x\n' } }), refused: { 'cluster.yaml': 'authority/needs-admins', '/run.sh': 'authority/needs-admins' } },
  { name: 'two admins leave one, who decides alone from then on', play: (coop, on) => coop.commit(both(coop, on, ['cluster.yaml', cluster.replace('[dana, judy]', '[dana]')]), { by: 'dana', changes: { 'run.sh': 'x\n' } }), force: { '/run.sh': 'x\n' } },
  { name: 'a new member whom two admins take in signs in the same push', play: (coop, on) => by(coop, both(coop, on, [yaml('eve'), member('name: Eve\nuid: 10009\nlimits: regular\nemail: eve@elsewhere.example\n', [keyOf('eve').line])]), ['eve', 'members/eve/README.md', 'hello\n']), force: { 'members/eve/README.md': 'hello\n' } },
  { name: 'a member who goes signs nothing more', play: (coop, on) => by(coop, both(coop, on, [yaml('bob'), null]), ['bob', bobs, 'x\n']), refused: { [bobs]: 'authority/unknown-key' }, stays: [bobs] },
  { name: 'the thief of an admin\'s key has something waiting: when the key is revoked it does not come into force', play: (coop, on) => { const evil = coop.commit(on, { by: 'judy', changes: { 'run.sh': 'evil\n' } }); const revoked = by(coop, evil, ['dana', ...keys('judy', [dated('judy', `revoked: ${day(0)}`)])]); return approve(coop, revoked, ['judy', revoked]); }, refused: { '/run.sh': 'authority/bad-signature' }, force: { '/run.sh': null } },
  { name: 'the thief of ada\'s key has something waiting: it does not come into force with what ada signs with her new one', play: (coop, on) => { const evil = coop.commit(on, { by: 'ada', changes: { ...own('members/ada/vhosts/evil.ada.example.yaml', 'static:\n  root: x\n'), ...own('members/ada/vhosts/bad.ada.example.yaml', 'x\n') } }); return by(coop, both(coop, evil, keys('ada', [keyOf('ada-new').line])), ['ada-new', 'members/ada/vhosts/bad.ada.example.yaml', null]); }, refused: { 'members/ada/vhosts/evil.ada.example.yaml': 'authority/bad-signature' } },
];

const switching: readonly Case[] = [
  { name: 'one admin switches trust off, and a stranger uses it', play: (coop, on) => by(coop, by(coop, on, ['dana', 'cluster.yaml', cluster.slice(0, cluster.indexOf('trust:'))]), ['bob', adas, 'evil\n']), refused: { 'cluster.yaml': 'authority/needs-admins', [adas]: 'authority/foreign' } },
  { name: 'two admins switch trust off: whatever is there counts, also what waited', play: (coop, on) => by(coop, both(coop, by(coop, on, ['bob', adas, 'waits\n']), ['cluster.yaml', cluster.slice(0, cluster.indexOf('trust:'))]), [null, bobs, 'unsigned\n']), force: { [adas]: 'waits\n', [bobs]: 'unsigned\n' } },
  { name: 'trust is switched on again by whoever writes on the branch, and counts from the next commit on', play: (coop, on) => by(coop, by(coop, by(coop, both(coop, on, ['cluster.yaml', cluster.slice(0, cluster.indexOf('trust:'))]), [null, bobs, 'unsigned\n']), [null, 'cluster.yaml', cluster]), [null, adas, 'too late\n']), refused: { [adas]: 'authority/unsigned' }, force: { [bobs]: 'unsigned\n' } },
  { name: 'two admins take the cluster\'s document away: trust is off as it is for a host that comes later', play: (coop, on) => by(coop, both(coop, on, ['cluster.yaml', null]), [null, bobs, 'unsigned\n']), force: { 'cluster.yaml': null, [bobs]: 'unsigned\n' } },
  { name: 'one admin takes the cluster\'s document away', play: (coop, on) => by(coop, by(coop, on, ['dana', 'cluster.yaml', null]), [null, bobs, 'unsigned\n']), refused: { 'cluster.yaml': 'authority/needs-admins', [bobs]: 'authority/unsigned' }, stays: ['cluster.yaml', bobs] },
  { name: 'two admins move everything to the top of the repository, and the rules move along', play: (coop, on) => { const moved = coop.commit(on, { by: 'dana', files: new Map([...coop.files(on)].map(([path, entry]) => [path.replace('desired-state/', ''), entry])) }); return coop.commit(coop.commit(approve(coop, moved, ['judy', moved]), { by: 'bob', changes: { [adas]: 'evil\n' } }), { by: 'carol', changes: { 'members/carol/README.md': 'moved\n' } }); }, withoutCarol: true, refused: { [`/${adas}`]: 'authority/foreign' }, force: { '/members/carol/README.md': 'moved\n', [`/${adas}`]: 'I am ada\n' } },
];

describe('approvals:', () => {
  play(approvals);
});

describe('people and their keys:', () => {
  play(persons);
});

describe('trust itself:', () => {
  play(switching);
});

describe('what hangs together', () => {
  test('holds over two pushes: the site waits with the limits class it came with, and comes into force when that is taken back', async () => {
    const coop = found();
    const blog = 'members/ada/vhosts/blog.ada.example.yaml';
    const bad = coop.commit(coop.first, { by: 'ada', changes: { ...own(blog, 'static:\n  root: web/new\n'), ...own(yaml('ada'), memberOf('ada').replace('limits: regular', 'limits: large')) } });
    const next = by(coop, bad, ['ada', adas, 'later\n']);
    expect((await judged(coop, coop.first, next)).refused).toEqual({ [at(adas)]: 'authority/together', [at(yaml('ada'))]: 'authority/admin-field', [at(blog)]: 'authority/together' });
    const back = by(coop, next, ['ada', yaml('ada'), memberOf('ada')]);
    const { trusted, force } = await judged(coop, coop.first, back);
    expect(trusted.pending).toEqual([]);
    expect(await force(at(blog))).toContain('web/new');
  });
});

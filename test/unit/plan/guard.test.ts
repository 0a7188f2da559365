/**
 * Each guard stops what would destroy too much; the entry that it prints, taken as it is, lets exactly that pass; one more is stopped
 * again. Everything is done on hosts that are directories, made by one commit and asked for the next.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { perform } from '../../../reconciler/reconcile.ts';
import type { Restrained } from '../../../reconciler/restrain.ts';
import { guardNames, type GuardName, type Guarded } from '../../../reconciler/model/guard.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { bare, discard, run, trade, twin, understood, weighed, type StoryHost } from '../../scenarios/drive.ts';
import { base, changed, snapshot, type Documents, type Event } from '../../scenarios/story.ts';

type Files = NonNullable<Event['commit']>;

interface Case {
  readonly name: string;
  readonly host?: string;
  readonly before?: Files;
  /** What the host was made of after that. */
  readonly between?: Files;
  readonly commit: Files;
  /** Shape: `guard object owner count`, sorted. */
  readonly guarded: readonly string[];
  /** A change that is like it, and larger; where only what was there before can make it larger, that. */
  readonly more?: Files;
  readonly moreBefore?: Files;
  /** By which guard, if by another one. */
  readonly moreBy?: GuardName;
  /** Of whom there is nothing to go back to. */
  readonly newcomers?: readonly string[];
  /** Where the host fetches from. */
  readonly remotes?: readonly string[];
}

const now = Date.parse('2026-06-15T12:00:00Z');
const dayMilliseconds = 24 * 60 * 60 * 1000;
const list = 'coop/allowances.yaml';
const keys = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJF3YtisikcXNST7O/rbf+y5rrXswbsuCxNwlfFGN849', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILinACfcph4NvAJTFE7LaWs24JsLa8NkS/BFTWr3nI8P',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBpkihK4E/dQT6sM/F//dZUOg+sAkeEdaGd34rWn553/', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILixEVjp1D+0JsN6BQqZi56RtoJ2A3i1gOu5+44wUYCs',
];

const numbers = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index).padStart(2, '0'));
const files = (names: readonly string[], text: string | null): Files => Object.fromEntries(names.map((name) => [name, text]));
const member = (uid: number, more = ''): string => `name: Somebody\nuid: ${uid}\nlimits: generous\nemail: somebody@outside.example\n${more}`;
const generous = { 'limits/generous.yaml': 'tasks: 100\nmemory-mib: 512\ncpu-percent: 50\ndisk-mib: 1024\nopen-files: 512\nvhosts: 50\nzones: 50\nmailboxes: 50\naliases: 50\n' };
const ada = (more = ''): Files => ({ ...generous, 'members/ada/member.yaml': member(10_002, `domains: [ada.example]\nssh-keys: ["${keys[0]}"]\n${more}`) });
const site = 'host: one\nstatic:\n  root: web/s\n';
const sites = (count: number): readonly string[] => numbers(count).map((id) => `members/ada/vhosts/s${id}.ada.example.yaml`);
const shared = (count: number): readonly string[] => numbers(count).map((id) => `coop/vhosts/s${id}.meadow.example.yaml`);
const crowd = (count: number, more = ''): Files => ({ ...generous, ...Object.fromEntries(numbers(count).map((id, index) => [`members/m${id}/member.yaml`, member(11_000 + index, more)])) });
const away = (count: number): Files => files(numbers(count).map((id) => `members/m${id}/member.yaml`), null);
const shops = (members: number, each: number, text: string | null): Files =>
  files(numbers(members).flatMap((id) => numbers(each).map((number) => `members/m${id}/vhosts/s${number}.m${id}.example.yaml`)), text);
const shopkeepers = (count: number): Files => ({
  ...generous, ...Object.fromEntries(numbers(count).map((id, index) => [`members/m${id}/member.yaml`, member(11_000 + index, `domains: [m${id}.example]\n`)])),
});
const zone = (count: number): Files => ({ 'members/ada/zones/ada.example.yaml': `records:${count === 0 ? ' []' : ''}\n${numbers(count).map((id) => `  - { name: n${id}, type: A, address: 198.51.100.7 }\n`).join('')}` });
const dana = (more: string): Files => ({ ...generous, 'members/dana/member.yaml': member(10_001, more) });
const cluster = (more: string): Files => ({ 'cluster.yaml': `name: Meadow\ndomain: meadow.example\ncontact: hostmaster@meadow.example\n${more}` });
const two = (audience: string, services = 'dns-secondary', files = audience): Files => ({ 'hosts/two.yaml': `debian: 13\naddresses: { ipv4: 192.0.2.12, ipv6: '2001:db8:77::12' }\nservices: [${services}]\nlogin: { shell: ${audience}, files: ${files} }\n` });
const carols = { 'members/carol/member.yaml': null };
const signing = (member: string, dnssec: boolean): Files => ({ [`members/${member}/zones/${member}.example.yaml`]: `dnssec: ${dnssec}\nrecords: []\n` });
const elsewhere = { 'members/ada/zones/ada.example.yaml': "records:\n  - { name: '@', type: NS, target: ns.elsewhere.example. }\n" };
const host = (number: number): string => `debian: 13\naddresses: { ipv4: 192.0.2.${number}, ipv6: '2001:db8:77::${number}' }\nservices: []\nlogin: { shell: nobody, files: nobody }\n`;
const hosts = (numbers: readonly number[], text: (number: number) => string | null): Files => Object.fromEntries(numbers.map((number) => [`hosts/h${number}.yaml`, text(number)]));
const classes = (names: readonly string[], text: string | null): Files => Object.fromEntries(names.map((name) => [`limits/${name}.yaml`, text]));
const meadow = (names: readonly string[]): Files => ({ 'coop/zones/meadow.example.yaml': `records:${names.length === 0 ? ' []' : ''}\n${names.map((name) => `  - { name: ${name}, type: A, address: 198.51.100.7 }\n`).join('')}` });
const bobs = (text: string | null): Files => ({ 'members/bob/mailboxes/bob.example.yaml': text });
const mailbox = 'mailboxes:\n  bob:\n    password: $6$ezrK5GP4sC1Zve7n$FQG8VNN87F34y2AQ6CLPqkz8nMDHJUvmGrvb1SvkwucrviQsWDe/Tm7/jGFg6lk7hqY6QSjE22IJTejJO2U6c1\n';
const keyed = (name: string, uid: number, key: string | undefined): Files => ({ [`members/${name}/member.yaml`]: member(uid, `ssh-keys: ["${key}"]\nsigning-keys: ["${key}"]\n`) });
const mail = { 'members/ada/mailboxes/ada.example.yaml': null };
const regular = (name: string, uid: number, more = ''): Files => ({ [`members/${name}/member.yaml`]: member(uid, more).replace('generous', 'regular') });
const bobAway = files(['members/bob/member.yaml', 'members/bob/vhosts/app.bob.example.yaml', 'members/bob/zones/bob.example.yaml'], null);

const cases: readonly Case[] = [
  { name: 'many sites of one member', before: { ...ada(), ...files(sites(20), site) }, commit: files(sites(14), null), guarded: ['mass-removal member:ada member:ada 14'], more: files(sites(15), null) },
  { name: 'many sites of the co-op', before: files(shared(30), 'host: one\nstatic:\n  root: s\n'), commit: files(shared(14), null), guarded: ['mass-removal coop coop 14'], more: files(shared(15), null) },
  {
    name: 'a few sites of each of many members', before: { ...shopkeepers(6), ...shops(6, 10, site) }, commit: shops(6, 9, null), guarded: ['mass-removal host:one coop 54'],
    more: shops(6, 10, null),
  },
  { name: 'many members who are suspended', before: crowd(20), commit: crowd(8, 'state: suspended\n'), guarded: ['members-leaving coop coop 8'], more: crowd(9, 'state: suspended\n') },
  { name: 'many members whose directories are gone', before: crowd(20), commit: away(12), guarded: ['members-leaving coop coop 12'], more: away(13) },
  { name: 'the directory of an active member', commit: carols, guarded: ['member member:carol member:carol 1'], more: { ...carols, ...files(['members/bob/member.yaml', 'members/bob/vhosts/app.bob.example.yaml', 'members/bob/zones/bob.example.yaml'], null) } },
  { name: 'the directories of three of ten members', before: crowd(6), commit: away(3), guarded: numbers(3).map((id) => `member member:m${id} member:m${id} 1`), more: away(4), moreBy: 'members-leaving' },
  { name: 'a zone', commit: { 'members/bob/zones/bob.example.yaml': null }, guarded: ['zone zone:bob.example member:bob 1'], more: files(['members/bob/zones/bob.example.yaml', 'members/ada/zones/ada.example.yaml'], null) },
  { name: 'most records of a zone', before: zone(30), commit: zone(10), guarded: ['zone-records zone:ada.example member:ada 20'], more: zone(9) },
  { name: 'all records of a small zone', before: zone(4), commit: zone(0), guarded: ['zone-records zone:ada.example member:ada 4'] },
  { name: 'a mail domain with a mailbox', before: bobs(mailbox), commit: mail, guarded: ['mail-domain mail:ada.example member:ada 1'], more: { ...mail, ...bobs(null) } },
  { name: 'a host that nobody has anything on any more', host: 'two', commit: two('nobody'), guarded: ['data host:two coop 4', 'emptied host:two coop 4'], moreBefore: crowd(2) },
  { name: 'the keys of the only admin', before: dana(`ssh-keys: ["${keys[1]}"]\n`), commit: dana(''), guarded: ['admins coop coop 1', 'lock-out host:one coop 1'] },
  {
    name: 'an admin too few, where two must sign', before: { ...dana(`ssh-keys: ["${keys[1]}"]\nsigning-keys: ["${keys[1]}"]\n`), ...ada(`signing-keys: ["${keys[0]}"]\n`), ...cluster('admins: [ada, dana]\ntrust: { approvals: 2 }\n') },
    commit: cluster('admins: [dana]\ntrust: { approvals: 2 }\n'), guarded: ['admins coop coop 1'],
    moreBefore: { ...keyed('mira', 11_100, keys[2]), ...keyed('nora', 11_101, keys[3]), ...cluster('admins: [ada, dana, mira, nora]\ntrust: { approvals: 3 }\n') },
  },
  {
    name: 'a host that no admin can enter any more', host: 'two', before: dana(`ssh-keys: ["${keys[1]}"]\n`), commit: two('nobody'),
    guarded: ['data host:two coop 4', 'emptied host:two coop 4', 'lock-out host:two coop 1'],
  },
  {
    name: 'a host where admins may only copy files', host: 'two', before: dana(`ssh-keys: ["${keys[1]}"]\n`), commit: two('nobody', 'dns-secondary', 'everyone'), guarded: ['lock-out host:two coop 1'],
    moreBefore: { ...ada(), ...cluster('admins: [ada, dana]\n') },
  },
  { name: 'many homes of members who are suspended', before: crowd(20, 'state: suspended\n'), commit: away(6), guarded: ['data host:one coop 6'], more: away(7) },
  {
    name: 'a host that is no name server any more', commit: two('everyone', ''), guarded: ['name-servers name:two.meadow.example coop 3'],
    more: { ...two('everyone', ''), ...elsewhere },
  },
  { name: 'the same on that host itself', host: 'two', commit: two('everyone', ''), guarded: ['name-servers name:two.meadow.example coop 1'] },
  { name: 'a zone that other name servers are to serve', commit: elsewhere, guarded: ['name-servers zone:ada.example member:ada 2'] },
  { name: 'a signed zone that is to be unsigned', before: { ...signing('ada', true), ...signing('bob', true) }, commit: signing('ada', false), guarded: ['dnssec zone:ada.example member:ada 1'], more: { ...signing('ada', false), ...signing('bob', false) } },
  {
    name: 'half of the hosts', before: hosts([21, 22, 23, 24], host), commit: hosts([21, 22, 23], () => null), guarded: ['shrunken coop coop 3'],
    more: hosts([21, 22, 23, 24], () => null),
  },
  { name: 'most classes of limits', before: classes(['a', 'b', 'c'], generous['limits/generous.yaml']), commit: classes(['a', 'b'], null), guarded: ['shrunken coop coop 2'], more: classes(['a', 'b', 'c'], null) },
  {
    name: 'the name of the server that the host fetches from', before: meadow(['git', 'forge', 'www']), commit: meadow(['forge', 'www']), guarded: ['remote name:git.meadow.example coop 1'],
    more: meadow(['www']), remotes: ['ssh://git@git.meadow.example:2222/coop.git', 'git@forge.meadow.example:coop.git', '/srv/coop.git', 'https://192.0.2.9/coop.git', 'https://elsewhere.example/x'],
  },
  { name: 'a member with another uid', commit: regular('carol', 10_044), guarded: ['uid member:carol member:carol 1'], more: { ...regular('carol', 10_044), ...regular('ada', 10_045, 'domains: [ada.example]\n') } },
  {
    name: 'a uid that somebody else is given in the same change', commit: { ...regular('carol', 10_044), ...regular('dora', 10_004) },
    guarded: ['uid member:carol member:carol 1', 'uid member:dora member:dora 1'], newcomers: ['member:dora'],
  },
  { name: 'a uid of whose files some were put aside', between: carols, commit: regular('zed', 10_004), guarded: ['uid member:zed member:zed 1'], newcomers: ['member:zed'] },
  {
    name: 'a name of which something was put aside', between: { ...carols, ...bobAway }, commit: regular('carol', 10_004), guarded: ['former-member member:carol member:carol 1'],
    newcomers: ['member:carol'], more: { ...regular('carol', 10_004), ...regular('bob', 10_003) },
  },
];

/** What goes through: the twin of each danger. */
const harmless: readonly Omit<Case, 'guarded'>[] = [
  { name: 'half of the sites of a member who has few', before: { ...ada(), ...files(sites(4), site) }, commit: files(sites(4), null) },
  { name: 'ten of many sites', before: { ...ada(), ...files(sites(20), site) }, commit: files(sites(10), null) },
  { name: 'a member who is suspended', commit: { 'members/carol/member.yaml': 'name: Carol\nuid: 10004\nlimits: regular\nemail: carol@elsewhere.example\nstate: suspended\n' } },
  { name: 'a member who retires with all that she has', commit: { ...files(['members/bob/vhosts/app.bob.example.yaml', 'members/bob/zones/bob.example.yaml'], null), 'members/bob/member.yaml': 'name: Bob\nuid: 10003\nlimits: regular\nemail: bob@elsewhere.example\nstate: retired\n' } },
  { name: 'more than ten, but not a third, of the sites of a member who has many', before: { ...ada(), ...files(sites(45), site) }, commit: files(sites(13), null) },
  { name: 'more than ten, but not a third, of what the co-op has on a host', before: files(shared(45), 'host: one\nstatic:\n  root: s\n'), commit: files(shared(13), null) },
  { name: 'more than ten, but not a third, of the records of a zone', before: zone(45), commit: zone(32) },
  { name: 'more than three, but not a tenth, of the members', before: crowd(45), commit: crowd(4, 'state: retired\n') },
  { name: 'more than three, but not a tenth, of the homes on a host', before: crowd(45, 'state: suspended\n'), commit: away(4) },
  { name: 'one of five hosts', before: hosts([21, 22, 23], host), commit: hosts([21], () => null) },
  { name: 'a name in the zone of the git server that leads elsewhere', before: meadow(['git', 'www']), commit: meadow(['git']), remotes: ['git@git.meadow.example:coop.git'] },
  { name: 'a zone that is signed, and one that goes with its member', before: signing('ada', true), commit: { ...signing('bob', true), ...mail, 'members/ada/zones/ada.example.yaml': null, 'members/ada/vhosts/blog.ada.example.yaml': null, 'members/ada/member.yaml': member(10_002, 'limits: regular\n').replace('limits: generous\n', '').concat('domains: [ada.example]\nstate: retired\n') } },
  { name: 'some records of a zone', before: zone(30), commit: zone(21) },
  { name: 'an admin without keys, who never had any', commit: { 'members/ada/vhosts/blog.ada.example.yaml': null } },
];

function weigher({ remotes }: Pick<Case, 'remotes'>): (host: StoryHost, commits: readonly Snapshot[], time?: number) => Promise<Restrained> {
  return (host, commits, time = now) => weighed(host, commits, time, remotes);
}

const weigh = weigher({});

function told(guarded: readonly Guarded[]): readonly string[] {
  return guarded.map(({ code, object, owner, count }) => `${code.replace('guard/', '')} ${object} ${owner} ${count}`).toSorted();
}

function allowing(guarded: readonly Guarded[], change = (allow: string): string => allow): Files {
  return { [list]: `allowances:\n${guarded.map(({ allow }) => `  ${change(allow)}\n`).join('')}` };
}

interface Made {
  readonly host: StoryHost;
  readonly commits: readonly Snapshot[];
  readonly documents: Documents;
}

/** What has been made, by what it was made of: several tests begin with the same. */
const known = new Map<string, Promise<Made>>();
afterAll(async () => {
  for (const each of await Promise.all(known.values())) discard(each.host);
});

async function make({ host: name = 'one', before, between }: Pick<Case, 'host' | 'before' | 'between'>): Promise<Made> {
  const host = bare(name);
  let documents = changed(base(), before);
  let commits = [snapshot(documents, 0)];
  await run(host, commits);
  if (between === undefined) return { host, commits, documents };
  documents = changed(documents, between);
  commits = [...commits, snapshot(documents, 1)];
  await run(host, commits);
  return { host, commits, documents };
}

/** A host made by a commit, and what weighing the next one says. */
async function withHost(of: Pick<Case, 'host' | 'before' | 'between'>, work: (host: StoryHost, after: (...changes: readonly Files[]) => readonly Snapshot[]) => Promise<void>): Promise<void> {
  const key = JSON.stringify([of.host, of.before, of.between]);
  const making = known.get(key) ?? make(of);
  known.set(key, making);
  const { host: made, commits, documents } = await making;
  const host = twin(made);
  try {
    await work(host, (...changes) => [...commits, snapshot(changes.reduce(changed, documents), commits.length)]);
  } finally {
    discard(host);
  }
}

/** By the same guard, and for the entry that would let it pass one more. */
function isStoppedAgain({ guarded, moreBy }: Case, larger: Restrained): void {
  const names = new Set([...guarded.map((line) => line.split(' ')[0]), moreBy]);
  expect(told(larger.guarded).filter((line) => names.has(line.split(' ')[0]))).not.toEqual([]);
}

it.each(guardNames)('there is a case of %s that is stopped, allowed, and stopped again when it is larger', (name) => {
  const its = cases.filter(({ guarded }) => guarded.some((line) => line.startsWith(`${name} `)));
  expect(its.filter(({ more, moreBefore, moreBy }) => moreBy === undefined && (more ?? moreBefore) !== undefined)).not.toEqual([]);
});

describe.each(cases.map((each) => [each.name, each] as const))('%s', (_, each) => {
  const weigh = weigher(each);

  it('is stopped, told with an entry that lets exactly that pass, and stopped again when it is more, too late, or about something else', async () => {
    await withHost(each, async (host, after) => {
      const { guarded } = await weigh(host, after(each.commit));
      expect(told(guarded)).toEqual(each.guarded);
      for (const { message, where } of guarded) expect([message, where]).toEqual([expect.stringMatching(/^cannot /), `desired-state/${list}`]);
      const allowed = await weigh(host, after(each.commit, allowing(guarded)));
      const used = guarded.map(({ code, object, count }) => `the allowance of ${code.replace('guard/', '')} for ${object} lets ${count} pass: say why (desired-state/${list}:`);
      expect([told(allowed.guarded), allowed.stopped, allowed.notices.filter((notice) => !/^(?:retires|restores) /.test(notice)).map((notice) => notice.replace(/[0-9]+\)$/, ''))]).toEqual([[], false, used]);
      const late = await weigh(host, after(each.commit, allowing(guarded)), now + 15 * dayMilliseconds);
      expect(told(late.guarded)).toEqual(each.guarded);
      expect(late.notices.filter((notice) => !/^(?:retires|restores) /.test(notice))).toEqual(guarded.map(({ object }) => expect.stringContaining(`for ${object} ended on 2026-06-29`)));
      const lastDay = await weigh(host, after(each.commit, allowing(guarded)), Date.parse('2026-06-29T23:59:59Z'));
      expect(told(lastDay.guarded)).toEqual([]);
      const elsewhere = await weigh(host, after(each.commit, allowing(guarded, (allow) => allow.replace(/object: "[^"]*"/, 'object: "member:nobody"'))));
      expect(told(elsewhere.guarded)).toEqual(each.guarded);
      const fewer = guarded.filter(({ count }) => count > 1);
      const scarce = await weigh(host, after(each.commit, allowing(guarded, (allow) => allow.replace(/count: (\d+)/, (_whole, count: string) => `count: ${Math.max(1, Number(count) - 1)}`))));
      expect(told(scarce.guarded)).toEqual(told(fewer));
      if (each.more !== undefined) isStoppedAgain(each, await weigh(host, after(each.more, allowing(guarded))));
      if (each.moreBefore === undefined) return;
      await withHost({ ...each, before: { ...each.before, ...each.moreBefore } }, async (other, later) => {
        isStoppedAgain(each, await weigh(other, later(each.commit, allowing(guarded))));
      });
    });
  });

  it('is done by nobody: the run stops, or leaves its owner as they were and does the rest', async () => {
    await withHost(each, async (host, after) => {
      const news = { 'members/bob/vhosts/new.bob.example.yaml': 'host: one\nstatic:\n  root: web/new\n' };
      const commits = after(each.commit, each.guarded.some((line) => line.includes('member:bob')) || each.between !== undefined ? {} : news);
      const { planned: restrained, guarded, stopped } = await weigh(host, commits);
      expect(stopped).toBe(guarded.some(({ owner }) => owner === 'coop'));
      if (stopped) return;
      const owners = new Set(guarded.map(({ owner }) => owner));
      expect(restrained.plan.changes.filter(({ verb, resource }) => owners.has(resource.owner) && ['remove', 'forget'].includes(verb))).toEqual([]);
      expect(restrained.plan.holds.map(({ owner, lastGood, problems }) => [owner, lastGood, problems[0]?.code])).toEqual(guarded.map(({ owner, code }) => [owner, each.newcomers?.includes(owner) === true ? null : '0'.repeat(40), code]));
      await perform(host.machine, restrained, { ...trade, now });
      const again = await weigh(host, commits);
      expect(told(again.guarded)).toEqual(each.guarded);
      expect(again.planned.plan.changes).toEqual([]);
      if (!owners.has('member:bob') && each.between === undefined) expect(existsSync(join(host.directory, 'etc/apache2/croft/sites/new.bob.example.conf'))).toBe(true);
    });
  });
});

describe('a mail domain that is another member\'s from one commit to the next', () => {
  const plain = (uid: number, more = ''): string => member(uid, more).replace('generous', 'regular');
  const bobTakes: Files = { ...mail, 'members/bob/member.yaml': plain(10_003, 'domains: [bob.example, ada.example]\nports: [20010]\n'), 'members/bob/mailboxes/ada.example.yaml': mailbox.replace('  bob', '  ada') };
  const adaGoes = files(['members/ada/vhosts/blog.ada.example.yaml', 'members/ada/zones/ada.example.yaml'], null);
  const letter = 'var/vmail/ada.example/ada/letter';
  const written = (host: StoryHost): void => writeFileSync(join(host.directory, letter), 'dear ada');

  it('is not, until that is allowed: whose it was would have her mail read', async () => {
    await withHost({}, async (host, after) => {
      const commit = { ...bobTakes, ...adaGoes, 'members/ada/member.yaml': plain(10_002) };
      const { guarded, stopped, planned: { plan } } = await weigh(host, after(commit));
      expect([told(guarded).filter((line) => line.startsWith('mail')), stopped]).toEqual([['mail-domain mail:ada.example member:ada 1'], false]);
      expect(plan.holds.map(({ owner }) => owner)).toEqual(['member:ada', 'member:bob']);
      expect(told((await weigh(host, after(commit, allowing(guarded)))).guarded)).toEqual([]);
    });
  });

  it('waits for a run when she leaves, and begins with an empty mailbox', async () => {
    await withHost({}, async (host, after) => {
      written(host);
      const commits = after({ ...bobTakes, ...adaGoes, 'members/ada/member.yaml': plain(10_002, 'state: retired\n') });
      const first = await weigh(host, commits);
      expect([told(first.guarded), first.stopped]).toEqual([['mail-domain mail:ada.example member:bob 1'], false]);
      await perform(host.machine, first.planned, { ...trade, now });
      const second = await weigh(host, commits);
      expect(second.guarded).toEqual([]);
      await perform(host.machine, second.planned, { ...trade, now });
      expect([existsSync(join(host.directory, 'var/vmail/ada.example/ada')), existsSync(join(host.directory, letter))]).toEqual([true, false]);
    });
  });
});

describe('a host whose inventory is lost', () => {
  const lose = (host: StoryHost): void => rmSync(join(host.directory, 'var/lib/croft/inventory.jsonl'));

  it('gives nobody what was put aside of a former member all the same', async () => {
    await withHost({ between: carols }, async (host, after) => {
      lose(host);
      const { guarded, stopped } = await weigh(host, after({ ...regular('carol', 10_004), ...regular('zed', 10_077) }));
      expect([told(guarded), stopped]).toEqual([['former-member member:carol member:carol 1'], false]);
    });
  });

  it('minds nobody who is retired and whose data is where it is to be', async () => {
    const retired = { ...files(['members/bob/vhosts/app.bob.example.yaml', 'members/bob/zones/bob.example.yaml'], null), ...regular('bob', 10_003, 'state: retired\n') };
    await withHost({ between: retired }, async (host, after) => {
      lose(host);
      expect(existsSync(join(host.directory, 'home/.retired'))).toBe(true);
      expect((await weigh(host, after({}))).guarded).toEqual([]);
    });
  });
});

it.each(harmless.map((each) => [each.name, each] as const))('%s: no guard minds', async (_, each) => {
  await withHost(each, async (host, after) => {
    expect((await weigher(each)(host, after(each.commit))).guarded).toEqual([]);
  });
});

it('takes a day that there is not for no end of an allowance', async () => {
  await withHost({}, async (host, after) => {
    const { guarded } = await weigh(host, after({ 'members/bob/zones/bob.example.yaml': null }));
    const { holds } = await understood(after(allowing(guarded, (allow) => allow.replace('2026-06-29', '2026-06-31'))), host.name);
    expect(holds.flatMap(({ owner, problems }) => problems.map(({ code }) => `${owner} ${code}`))).toEqual(['coop allowances/unknown-day']);
  });
});

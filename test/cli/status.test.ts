import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportFile } from '../../reconciler/authority/host-report.ts';
import { readPrivateKey, type PrivateKey } from '../../reconciler/authority/sign.ts';
import { openRepository } from '../../reconciler/git/repository.ts';
import { writeStatement } from '../../reconciler/git/statement.ts';
import type { HostReport } from '../../reconciler/model/host-report.ts';
import { base } from '../scenarios/story.ts';
import { git } from '../unit/git/fixture.ts';
import { serve } from '../unit/git/server.ts';
import { croft, stage, type Said, type Stage } from './croft.ts';

interface Key extends PrivateKey {
  readonly path: string;
}

let on: Stage;
let keys: { readonly one: Key; readonly two: Key };
/** The commit that hosts are to be at, and the one before it. */
let [head, before] = ['', ''];
const minute = 60;

beforeAll(async () => {
  on = await stage();
  keys = { one: makeKey('one'), two: makeKey('two') };
  const declared = (host: 'one' | 'two'): string => `${base().get(`desired-state/hosts/${host}.yaml`)?.toString() ?? ''}key: ${keys[host].publicLine} croft@${host}\n`;
  before = await on.commit({ 'hosts/one.yaml': declared('one'), 'hosts/two.yaml': declared('two') }, 'hosts: their keys');
  head = await on.commit({ 'limits/regular.yaml': `${base().get('desired-state/limits/regular.yaml')?.toString() ?? ''}# checked\n` }, 'limits: looked through');
});
afterAll(() => rmSync(on.directory, { recursive: true }));
beforeEach(() => {
  const refs = git(on.repository, ['for-each-ref', '--format=%(refname)', 'refs/croft']).split('\n').filter((ref) => ref !== '');
  for (const ref of refs) git(on.repository, ['update-ref', '-d', ref]);
});

function makeKey(name: string): Key {
  const path = join(on.directory, `${name}.key`);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `croft@${name}`, '-f', path]);
  const key = readPrivateKey(readFileSync(path, 'utf8'));
  if (!key.ok) throw new Error(key.why);
  return { ...key, path };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** What a host says of itself when all is well; with other counts where lists are given. */
function report(host: string, more: Partial<HostReport> = {}): HostReport {
  const lists = { holds: more.holds ?? [], failed: more.failed ?? [], drift: more.drift ?? [] };
  const aside = { pauses: [], rollbacks: [] };
  return { host, commit: head, tree: 'b'.repeat(40), since: now() - 60 * minute, time: now() - minute, version: '0.1.0', ...lists, ...aside, counts: { holds: lists.holds.length, failed: lists.failed.length, drift: lists.drift.length }, unchanged: 12, ...more };
}

async function push(said: HostReport | string, host: 'one' | 'two', { ref = host, key = keys[host] }: { readonly ref?: string; readonly key?: Key } = {}): Promise<string> {
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  const oid = await writeStatement(await openRepository(on.repository), { files: new Map([[reportFile, text]]), author: { name: 'croft', mail: 'croft@x.example' }, time: now(), message: 'report', sign: (payload) => key.sign(payload, 'git') });
  git(on.repository, ['update-ref', `refs/croft/hosts/${ref}`, oid]);
  return oid;
}

function look(...words: readonly string[]): Said {
  return croft(['status', '--repo', on.repository, ...words]);
}

interface Facts {
  readonly needsPerson: boolean;
  readonly alarms: readonly string[];
  readonly hosts: readonly { readonly host: string; readonly state: string; readonly why: string | null; readonly behind: number | null; readonly subject: string | null; readonly report: HostReport | null }[];
}

function facts(said: Said): Facts {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/output/status.schema.json'), 'utf8')) as object);
  const found: unknown = JSON.parse(said.stdout);
  expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
  return found as Facts;
}

describe('croft status', () => {
  it('is at ease when every host is where it should be', async () => {
    await push(report('one'), 'one');
    await push(report('two'), 'two');
    const said = look();
    expect(said).toMatchObject({ status: 0, stderr: '' });
    const [first, empty, heads, ...rows] = said.stdout.trimEnd().split('\n');
    expect([first, empty]).toEqual([expect.stringMatching(new RegExp(`^${head.slice(0, 10)} limits: looked through, .* ago$`)), '']);
    expect(heads?.split(/ {2,}/)).toEqual(['host', 'state', 'reported', 'behind', 'held', 'paused', 'commit']);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual(['one', 'two'].map((host) => [host, 'as desired', expect.stringMatching(/^\d+ minutes? ago$/), '0', '–', '–', `${head.slice(0, 10)} limits: looked through`]));
  });

  it('knows hosts that never said anything', async () => {
    await push(report('one'), 'one');
    const said = look('--format', 'json');
    expect(said.status).toBe(3);
    expect(facts(said).hosts).toMatchObject([{ host: 'one', state: 'as desired', behind: 0 }, { host: 'two', state: 'never reported', report: null }]);
    expect(look().stdout).toMatch(/^two {3}never reported /m);
  });

  it('shows what a host could not do, found changed, and holds, and counts only drift as healed', async () => {
    const source = { file: 'desired-state/members/bob/vhosts/x.yaml', line: 3, column: 1 };
    const drift = [{ id: 'file:/etc/x', owner: 'member:ada', attribute: 'mode', actual: '0777', desired: '0644' }] as const;
    await push(report('one', { drift }), 'one');
    await push(report('two'), 'two');
    const healed = look();
    expect(healed.status).toBe(0);
    expect(healed.stdout).toMatch(/^one {3}1 drifted /m);
    expect(healed.stdout).toContain('  ada: file:/etc/x: mode: 0777 → 0644');
    const holds = [{ owner: 'member:bob', lastGood: before, problems: [{ code: 'vhost/foreign-domain', message: 'cannot use ada.example', owner: 'member:bob', source }] }] as const;
    await push(report('two', { holds, failed: [{ id: 'unit:apache2.service', owner: 'coop', because: 'it did not start' }] }), 'two');
    const said = look();
    expect(said.status).toBe(3);
    expect(said.stdout).toMatch(/^two {3}1 failed .* bob /m);
    expect(said.stdout).toContain('failed the co-op: unit:apache2.service: it did not start');
    expect(said.stdout).toContain(`held bob; their documents of ${before.slice(0, 10)} stay in force`);
    expect(said.stdout).toContain('desired-state/members/bob/vhosts/x.yaml:3:1: cannot use ada.example [vhost/foreign-domain]');
    facts(look('--format', 'json'));
  });

  it('shows what is paused and rolled back, and is alarmed by what is overdue, open or older than it should be', async () => {
    const word = { who: 'dana', why: 'the disk', since: now() - 9000, until: now() + 3600 };
    const paused = { ...word, scope: 'service:apache', units: ['apache2.service'], byHand: false, overdue: false, waiting: 3, closing: 0 };
    await push(report('one', { pauses: [paused] }), 'one');
    await push(report('two'), 'two');
    const calm = look();
    expect([calm.status, calm.stdout]).toEqual([0, expect.stringMatching(/^one +as desired .* apache /m)]);
    expect(calm.stdout).toContain('3 changes wait: apache is paused until');
    // The host may be silent since; whoever looks has a clock.
    await push(report('one', { pauses: [{ ...paused, until: now() - 60 }, { ...paused, scope: 'member:ada', closing: 1 }] }), 'one');
    await push(report('two', { rollbacks: [{ ...word, owner: 'member:bob', to: before, bad: head, until: null, overdue: false, owners: ['member:bob'] }] }), 'two');
    const said = look();
    expect(said.status).toBe(3);
    expect(said.stdout).toContain('alarm: one: the pause of apache is overdue');
    expect(said.stdout).toContain('alarm: one: a way in stays open while ada is paused');
    expect(said.stdout).toContain(`alarm: two: rolled back to ${before.slice(0, 10)} by dana: the disk`);
    expect(said.stdout).toMatch(/^two +as desired .* bob rolled back /m);
    expect(facts(look('--format', 'json')).alarms.length).toBe(3);
  });

  it('believes a host whose croft knows neither pauses nor rollbacks yet, and no report with others than those', async () => {
    const { pauses: _, rollbacks: __, ...old } = report('one');
    await push(JSON.stringify(old), 'one');
    await push(JSON.stringify({ ...report('two'), pauses: [{ scope: 'host' }] }), 'two');
    expect(facts(look('--format', 'json')).hosts).toMatchObject([{ state: 'as desired', report: { pauses: [], rollbacks: [] } }, { state: 'not believed' }]);
  });

  it('counts how far behind a host is, and is alarmed when it stays there', async () => {
    await push(report('one', { commit: before }), 'one');
    await push(report('two'), 'two');
    expect(facts(look('--format', 'json'))).toMatchObject({ alarms: ['one still reports, but stays 1 commit behind: look at its notices with journalctl -u croft'], hosts: [{ host: 'one', behind: 1, subject: 'hosts: their keys' }, { behind: 0 }] });
  });

  it('is alarmed by two trees in force at one commit', async () => {
    await push(report('one'), 'one');
    await push(report('two', { tree: 'c'.repeat(40) }), 'two');
    const said = look();
    expect(said.status).toBe(3);
    expect(said.stdout).toContain(`alarm: hosts at the same commit ${head.slice(0, 10)} have different trees in force (one bbbbbbbbbb; two cccccccccc)`);
  });

  it('is alarmed by a commit that the repository does not have, and by one that is on no way of main', async () => {
    const elsewhere = git(on.repository, ['commit-tree', git(on.repository, ['rev-parse', `${before}^{tree}`]), '-m', 'another beginning']);
    await push(report('one', { commit: 'd'.repeat(40) }), 'one');
    await push(report('two', { commit: elsewhere }), 'two');
    expect(facts(look('--format', 'json')).alarms).toEqual([`one is at commit ${'d'.repeat(40)}, which is not in this repository`, `two is at commit ${elsewhere}, which is on another line of history than ${head.slice(0, 10)}`]);
  });

  it('takes the keys from the commit that is asked for', async () => {
    await push(report('one'), 'one');
    const found = facts(look('--rev', git(on.repository, ['rev-parse', `${before}^`]), '--format', 'json'));
    expect(found.hosts[0]).toMatchObject({ host: 'one', state: 'not believed', why: 'its document declares no key: hosts/one.yaml' });
  });
});

describe('a report that somebody meddled with', () => {
  beforeEach(() => push(report('two'), 'two').then(() => {}));

  it('is an old one, put back: the host is silent', async () => {
    await push(report('one', { time: now() - 3 * 60 * minute }), 'one');
    const said = look();
    expect(said.status).toBe(3);
    expect(said.stdout).toMatch(/^one {3}silent since \d{4}-\d\d-\d\d \d\d:\d\d UTC {2}3 hours ago /m);
  });

  it.each<{ readonly name: string; readonly make: () => Promise<unknown>; readonly why: RegExp }>([
    { name: 'is signed by another host', make: () => push(report('one'), 'one', { key: keys.two }), why: /^it is signed with SHA256:\S+, and the key of one is SHA256:\S+$/ },
    { name: 'is another host’s own', make: () => push(report('two'), 'two', { ref: 'one' }), why: /^it is signed with/ },
    { name: 'is garbage', make: () => push('{', 'one'), why: /^what it says is no report/ },
    { name: 'comes from a clock that is ahead', make: () => push(report('one', { time: now() + 40 * minute }), 'one'), why: /^it says that it was made \d+ minutes from now/ },
    { name: 'is a branch', make: async () => git(on.repository, ['update-ref', 'refs/croft/hosts/one', head]), why: /^it holds no report\.json$/ },
  ])('$name', async ({ make, why }) => {
    await make();
    const said = look('--format', 'json');
    expect(said.status).toBe(3);
    expect(facts(said).hosts[0]).toMatchObject({ host: 'one', state: 'not believed', why: expect.stringMatching(why) as string, report: null });
    expect(look().stdout).toContain('one: what is there as its report does not count: ');
  });

  it('is of a host that the co-op does not have', async () => {
    await push(report('one'), 'one');
    await push(report('one'), 'one', { ref: 'cellar' });
    expect(facts(look('--format', 'json')).hosts).toMatchObject([{ host: 'cellar', state: 'not believed', why: 'the co-op has no such host' }, { host: 'one', state: 'as desired' }, { host: 'two' }]);
  });

  it('writes nothing to the terminal but text, wherever a host may write text', async () => {
    const trick = '\u001b]0;x\u0007\u001b[2J\u202e\r\nfake line';
    const source = { file: `x${trick}`, line: 1, column: 1 };
    const owner = `member:${trick}` as const;
    await push(report('one', {
      version: trick, holds: [{ owner, lastGood: trick, problems: [{ code: trick, message: trick, hint: trick, owner, source }] }],
      failed: [{ id: `file:${trick}`, owner, because: trick }], drift: [{ id: `file:${trick}`, owner, attribute: trick, actual: trick, desired: trick }],
    }), 'one');
    const said = look();
    expect(said.status).toBe(3);
    expect(said.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(said.stdout).not.toMatch(/^fake line/m);
    expect(said.stdout).toContain('fake line');
  });
});

describe('where croft status looks', () => {
  it('is a server, of which it keeps nothing that is not asked for', async () => {
    await push(report('one'), 'one');
    await push(report('two'), 'two');
    const { url } = await serve(on.directory);
    const root = join(on.directory, 'desk');
    mkdirSync(join(root, 'etc/croft'), { recursive: true });
    writeFileSync(join(root, 'etc/croft/config.yaml'), `remotes: ['${url}/coop.git']\n`);
    // The server is in this process, so it must not stand still while croft asks it.
    const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../dist/croft.cjs'), 'status', '--root', root]);
    expect(stdout).toMatch(/^one {3}as desired /m);
    expect(existsSync(join(root, 'var'))).toBe(false);
  });

  it('is where the clone came from in which somebody stands', async () => {
    await push(report('one'), 'one');
    const clone = join(on.directory, 'clone');
    git(on.directory, ['clone', '-q', on.repository, clone]);
    const { status, stdout } = croft(['status'], join(clone, 'desired-state'));
    expect([status, stdout]).toEqual([croft(['status', '--repo', on.repository]).status, expect.stringMatching(/^one {3}as desired /m)]);
  });

  it('is nowhere without a repository', () => {
    expect(croft(['status', '--root', join(on.directory, 'nowhere')], on.directory)).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot tell which repository') as string });
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportFile } from '../../reconciler/authority/host-report.ts';
import { readPrivateKey, type PrivateKey } from '../../reconciler/authority/sign.ts';
import { commitFiles } from '../../reconciler/git/commit.ts';
import { openRepository } from '../../reconciler/git/repository.ts';
import { writeStatement } from '../../reconciler/git/statement.ts';
import { base } from '../scenarios/story.ts';
import { git } from '../unit/git/fixture.ts';
import { croft, stage, type Said, type Stage } from './croft.ts';

let on: Stage;
let keys: { readonly [of in 'one' | 'ada' | 'dana']: PrivateKey };
const ada = { name: 'Ada', mail: 'ada@elsewhere.example' };

beforeAll(async () => {
  on = await stage();
  keys = { one: makeKey('one'), ada: makeKey('ada'), dana: makeKey('dana') };
  await on.commit({ 'hosts/one.yaml': `${original('hosts/one.yaml')}key: ${keys.one.publicLine} croft@one\n` }, 'hosts: a key');
});
afterAll(() => rmSync(on.directory, { recursive: true }));

function makeKey(name: string): PrivateKey {
  const path = join(on.directory, `${name}.key`);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path]);
  const key = readPrivateKey(readFileSync(path, 'utf8'));
  if (!key.ok) throw new Error(key.why);
  return key;
}

function original(path: string): string {
  return String(base().get(`desired-state/${path}`));
}

/** Commit a change on a branch of its own that begins where main is. */
async function propose(branch: string, files: { readonly [path: string]: string | null }, message = 'a change'): Promise<string> {
  const changes = new Map(Object.entries(files).map(([path, text]) => [`desired-state/${path}`, text]));
  return commitFiles(await openRepository(on.repository), { branch, from: 'main', files: changes, author: ada, message, time: 1_700_000_900 });
}

function look(head: string, ...words: readonly string[]): Said {
  return croft(['preview', '--repo', on.repository, '--head', head, ...words]);
}

interface Facts {
  readonly verdict: string;
  readonly checksum: string;
  readonly hosts: readonly { readonly host: string; readonly checksum: string; readonly touches: readonly string[]; readonly from: string; readonly reported: object | null }[];
  readonly warnings: readonly { readonly code: string; readonly source: { readonly line: number } }[];
  readonly authority: { readonly trust: boolean; readonly verdicts: readonly { readonly path: string; readonly allowed: boolean; readonly signers: readonly string[] }[] };
}

function facts(said: Said): Facts {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/output/preview.schema.json'), 'utf8')) as object);
  const found: unknown = JSON.parse(said.stdout);
  expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
  return found as Facts;
}

const shop = { 'members/ada/vhosts/shop.ada.example.yaml': 'static: { root: web/shop }\n' };

describe('croft preview', () => {
  it('tells the author of a site what comes of it, and each time the same', async () => {
    await propose('shop', shop, 'my shop');
    const said = look('shop');
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/^preview [0-9a-f]{10} → [0-9a-f]{10} \(main\) {2}plan [0-9a-f]{8}\ngreen\n[0-9a-f]{10} by Ada: my shop\n/);
    expect(said.stdout).toContain('\nada\n  + site shop.ada.example  static from web/shop on one; A and AAAA in ada.example\n');
    expect(said.stdout).toContain('  ada uses 2 of 5 sites, 1 of 5 zones, 1 of 5 mailboxes and 1 of 10 aliases after this\n');
    expect(said.stdout).toContain('  one: 1 to add, 3 to change; reloads apache2, reloads named; touches ada, nobody else\n  two: nothing\n');
    expect(said.stdout).not.toContain('ServerName');
    expect(look('shop', '--diff').stdout).toContain('+    ServerName shop.ada.example');
    expect(look('shop').stdout).toBe(said.stdout);
  });

  it('says of one host only, and knows which there are', () => {
    expect(look('shop', '--host', 'two').stdout).not.toContain('reloads apache2');
    expect(facts(look('shop', '--host', 'two', '--format', 'json')).checksum).toBe(facts(look('shop', '--format', 'json')).checksum);
    expect(look('shop', '--host', 'nine')).toMatchObject({ status: 1, stderr: 'croft: cannot find host nine: the co-op has one and two\n' });
  });

  it('is what the host then plans, when the host is as the base says', () => {
    expect(croft(['reconcile', ...on.where]).status).toBe(0);
    const foreseen = facts(look('shop', '--format', 'json')).hosts.find(({ host }) => host === 'one');
    const planned = JSON.parse(croft(['plan', ...on.where, '--rev', 'shop', '--format', 'json']).stdout) as { readonly checksum: string };
    expect(foreseen?.checksum).toBe(planned.checksum);
  });

  it('is a comment that can be found again', () => {
    const said = look('shop', '--format', 'markdown');
    expect(said.stdout).toMatch(/^<!-- croft-preview -->\n/);
    expect(said.stdout).toContain('<details><summary>one');
  });

  it('warns of a name that somebody else may take', async () => {
    await propose('takeover', { 'members/ada/zones/ada.example.yaml': 'records:\n  - { name: nas, type: A, address: 198.51.100.7 }\n  - { name: old, type: CNAME, target: old-app.github.io. }\n' });
    expect(facts(look('takeover', '--format', 'json')).warnings).toMatchObject([{ code: 'dns/takeover', source: { line: 3 } }]);
    expect(look('takeover').stdout).toMatch(/:3:5: cannot tell whether `old-app\.github\.io` is yours: at GitHub Pages, .*\[dns\/takeover\]/);
  });

  it('ends with 1 for a mistake and still tells the rest, and with 3 for one that was there before', async () => {
    await propose('wrong', { 'members/ada/vhosts/blog.ada.example.yaml': 'statc: { root: web/blog }\n', 'members/bob/vhosts/www.bob.example.yaml': 'redirect: { to: "https://bob.elsewhere.example/" }\n' });
    const said = look('wrong');
    expect(said.status).toBe(1);
    expect(said.stdout).toContain('\ninvalid\n');
    expect(said.stdout).toContain('ada is held; their documents of ');
    expect(said.stdout).toContain('+ site www.bob.example');
    const after = await commitFiles(await openRepository(on.repository), { branch: 'later', from: 'wrong', files: new Map([['desired-state/members/carol/README.md', 'hello\n']]), author: ada, message: 'later', time: 1_700_000_960 });
    const later = croft(['preview', '--repo', on.repository, '--base', 'wrong', '--head', after]);
    expect(later.status, later.stderr).toBe(3);
    expect(later.stdout).toContain('ada is held, and was before');
  });

  it('asks for a rebase when the base has moved on', async () => {
    const old = await propose('old', shop);
    git(on.repository, ['update-ref', 'refs/heads/moved', git(on.repository, ['commit-tree', 'main^{tree}', '-p', 'main', '-m', 'elsewhere'])]);
    const said = croft(['preview', '--repo', on.repository, '--base', 'moved', '--head', old]);
    expect(said.status).toBe(1);
    expect(said.stderr).toMatch(/^croft: cannot compare [0-9a-f]{10} with moved: moved has moved on since the change began\nrebase first: git rebase moved\n$/);
  });

  it('takes the repository that one is in, from anywhere below', () => {
    const clone = join(on.directory, 'clone');
    git(on.directory, ['clone', '-q', '-b', 'shop', on.repository, clone]);
    git(clone, ['branch', '-q', 'main', 'origin/main']);
    const below = join(clone, 'desired-state/members/ada');
    mkdirSync(below, { recursive: true });
    expect(croft(['preview'], below).stdout).toContain('+ site shop.ada.example');
    expect(croft(['preview'], '/')).toMatchObject({ status: 1 });
  });

  it('begins with what a host reported under its own key, and with nothing that somebody else says in its name', async () => {
    const at = git(on.repository, ['rev-parse', 'main~1']);
    const drift = [{ id: 'file:/etc/apache2/croft/sites/blog.ada.example.conf', owner: 'member:ada', attribute: 'mode', actual: '0600', desired: '0644' }];
    const report = { host: 'one', commit: at, tree: git(on.repository, ['rev-parse', `${at}^{tree}`]), since: 1_700_000_000, time: 1_700_000_060, version: '0.1.0', holds: [], failed: [], drift, counts: { holds: 0, failed: 0, drift: 1 }, unchanged: 1 };
    const repository = await openRepository(on.repository);
    const state = (sign: (payload: Uint8Array) => string): Promise<string> => writeStatement(repository, { files: new Map([[reportFile, JSON.stringify(report)]]), author: { name: 'croft', mail: 'croft@one.example' }, time: 1_700_000_060, message: 'report', sign });
    git(on.repository, ['update-ref', 'refs/croft/hosts/one', await state((payload) => keys.one.sign(payload, 'git'))]);
    const said = look('shop');
    expect(said.stdout).toMatch(/as one reported \d+ days ago: 1 thing drifted there, and all of it was put back\n {6}file:\/etc\/apache2\/croft\/sites\/blog\.ada\.example\.conf \(mode\)/);
    expect(facts(look('shop', '--format', 'json')).hosts[0]).toMatchObject({ host: 'one', from: at, reported: { commit: at } });
    git(on.repository, ['update-ref', 'refs/croft/hosts/one', await state(() => '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n')]);
    expect(facts(look('shop', '--format', 'json')).hosts[0]?.reported).toBeNull();
    git(on.repository, ['update-ref', '-d', 'refs/croft/hosts/one']);
  });
});

describe('with trust on', () => {
  it('says of each path whether who signed it may change it, and ends with 3 where not', async () => {
    const room = join(on.directory, 'trusting');
    git(on.directory, ['clone', '-q', on.repository, room]);
    const commit = async (branch: string, files: { readonly [path: string]: string }): Promise<void> => {
      await commitFiles(await openRepository(room), { branch, from: 'main', files: new Map(Object.entries(files).map(([path, text]) => [`desired-state/${path}`, text])), author: ada, message: branch, time: 1_700_001_000 });
    };
    await commit('main', { 'cluster.yaml': `${original('cluster.yaml')}trust: { approvals: 1 }\n`, 'members/ada/member.yaml': `${original('members/ada/member.yaml')}signing-keys:\n  - ${keys.ada.publicLine} ada@laptop\n`, 'members/dana/member.yaml': `${original('members/dana/member.yaml')}signing-keys:\n  - ${keys.dana.publicLine} dana@laptop\n` });
    const signed = (branch: string): void => {
      const oid = git(room, ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${join(on.directory, 'ada.key')}`, 'commit-tree', '-S', '-p', 'main', '-m', branch, `${branch}^{tree}`]);
      git(room, ['update-ref', `refs/heads/${branch}`, oid]);
    };
    await commit('mine', shop);
    signed('mine');
    await commit('bobs', { 'members/bob/vhosts/www.bob.example.yaml': 'redirect: { to: "https://ada.example/" }\n' });
    signed('bobs');
    await commit('unsigned', shop);
    const judged = (branch: string, ...words: readonly string[]): Said => croft(['preview', '--repo', room, '--head', branch, ...words]);
    const mine = judged('mine');
    expect(mine).toMatchObject({ status: 0, stderr: '' });
    expect(mine.stdout).toContain('\ngreen\n');
    expect(mine.stdout).toContain('signed by ada\n');
    expect(mine.stdout).toContain('✔ every path is yours');
    for (const branch of ['bobs', 'unsigned']) {
      const refused = judged(branch);
      expect(refused.status).toBe(3);
      expect(refused.stdout).toContain('\nrefused\n');
      expect(refused.stdout).toMatch(/✖ desired-state\/members\/(?:bob|ada)\/vhosts\//);
      expect(refused.stdout).toMatch(/can approve it/);
    }
    expect(facts(judged('mine', '--format', 'json')).authority).toMatchObject({ trust: true, verdicts: [{ path: 'desired-state/members/ada/vhosts/shop.ada.example.yaml', allowed: true, signers: ['ada'] }] });
  });
});

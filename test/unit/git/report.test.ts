import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportFile } from '../../../reconciler/authority/host-report.ts';
import { readPrivateKey, type PrivateKey } from '../../../reconciler/authority/sign.ts';
import { readReports } from '../../../reconciler/commands/reports.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { writeStatement } from '../../../reconciler/git/statement.ts';
import type { HostReport } from '../../../reconciler/model/host-report.ts';
import { bare, blob, git, room, tree } from './fixture.ts';

const time = 1_700_000_000;
const said: HostReport = {
  host: 'one', commit: 'a'.repeat(40), tree: 'b'.repeat(40), since: time - 60, time, version: '0.1.0', unchanged: 12, pauses: [], rollbacks: [], counts: { holds: 1, failed: 1, drift: 1 },
  holds: [{ owner: 'member:bob', lastGood: null, problems: [{ code: 'vhost/foreign-domain', message: 'cannot use ada.example: it is not his', owner: 'member:bob', source: { file: 'desired-state/members/bob/vhosts/x.yaml', line: 1, column: 2 } }] }],
  failed: [{ id: 'unit:apache2.service', owner: 'coop', because: 'cannot reload' }],
  drift: [{ id: 'file:/etc/x', owner: 'member:ada', attribute: 'mode', actual: '0777', desired: '0644' }],
};

interface Made {
  readonly file: string;
  readonly key: PrivateKey;
}

/** A key as the package makes it. */
function key(comment: string): Made {
  const file = join(room(), 'host.key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file]);
  const read = readPrivateKey(readFileSync(file, 'utf8'));
  if (!read.ok) throw new Error(read.why);
  return { file, key: read };
}

async function push(directory: string, { key: { sign } }: Made, text: string, host = 'one'): Promise<string> {
  const repository = await openRepository(directory);
  const oid = await writeStatement(repository, { files: new Map([[reportFile, text]]), author: { name: `croft on ${host}`, mail: `croft@${host}.meadow.example` }, time, message: `report of ${host}`, sign: (payload) => sign(payload, 'git') });
  git(directory, ['update-ref', `refs/croft/hosts/${host}`, oid]);
  return oid;
}

async function judge(directory: string, keys: { readonly [host: string]: string | null }): Promise<readonly object[]> {
  const refs = git(directory, ['for-each-ref', '--format=%(objectname) %(refname)']).split('\n').map((line) => line.split(' '));
  return readReports(await openRepository(directory), new Map(refs.map(([oid = '', ref = '']) => [ref, oid])), new Map(Object.entries(keys)));
}

describe('a report', () => {
  test('is a commit of one file and no parent that git itself finds well signed', async () => {
    const [directory, one] = [bare(), key('croft@one')];
    const oid = await push(directory, one, JSON.stringify(said));
    const allowed = join(room(), 'allowed');
    writeFileSync(allowed, `croft@one.meadow.example namespaces="git" ${one.key.publicLine}\n`);
    git(directory, ['config', 'gpg.ssh.allowedSignersFile', allowed]);
    expect(git(directory, ['-c', 'gpg.format=ssh', 'log', '--format=%G? %GS %cn <%ce> %ct %P|%s', oid])).toBe(`G croft@one.meadow.example croft on one <croft@one.meadow.example> ${time} |report of one`);
    git(directory, ['verify-commit', oid]);
    expect(git(directory, ['ls-tree', '-r', '--name-only', oid])).toBe('report.json');
    expect(JSON.parse(git(directory, ['show', `${oid}:report.json`]))).toEqual(said);
    expect(git(directory, ['fsck', '--strict', '--no-dangling'])).toBe('');
  });

  test('is believed with the key that the co-op declares, whatever its comment', async () => {
    const [directory, one] = [bare(), key('croft@one')];
    const oid = await push(directory, one, JSON.stringify(said));
    expect(await judge(directory, { one: `${one.key.publicLine} somebody@elsewhere` })).toEqual([{ host: 'one', oid, believed: true, report: said }]);
  });

  test('that git signed with the same key is as good', async () => {
    const [directory, one] = [bare(), key('croft@one')];
    const files = tree(directory, [['report.json', '100644', blob(directory, JSON.stringify(said))]]);
    const oid = git(directory, ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${one.file}`, 'commit-tree', '-S', files, '-m', 'report of one']);
    git(directory, ['update-ref', 'refs/croft/hosts/one', oid]);
    expect(await judge(directory, { one: one.key.publicLine })).toMatchObject([{ believed: true }]);
  });

  test('is read without what only a later croft knows', async () => {
    const [directory, one] = [bare(), key('croft@one')];
    const oid = await push(directory, one, JSON.stringify({ ...said, temperature: 21, counts: { ...said.counts, fans: 2 } }));
    expect(await judge(directory, { one: one.key.publicLine })).toEqual([{ host: 'one', oid, believed: true, report: said }]);
  });
});

describe('what is not believed', () => {
  const [own, other] = ['croft@one', 'croft@two'];

  test.each<{ readonly name: string; readonly text: string; readonly why: string }>([
    { name: 'garbage', text: '{"host": "one"', why: 'what it says is no report' },
    { name: 'a list', text: '[]', why: 'what it says is no report' },
    { name: 'a report without a tree', text: JSON.stringify({ ...said, tree: undefined }), why: 'what it says is no report' },
    { name: 'a time that no clock shows', text: JSON.stringify({ ...said, time: 1e300 }), why: 'what it says is no report' },
    { name: 'a problem on line 0', text: JSON.stringify({ ...said, holds: [{ ...said.holds[0], problems: [{ ...said.holds[0]?.problems[0], source: { file: 'x', line: 0, column: 1 } }] }] }), why: 'what it says is no report' },
    { name: 'a drift that is no drift', text: JSON.stringify({ ...said, drift: [{ id: 'file:/x', owner: 'coop', attribute: 'mode', actual: {}, desired: null }] }), why: 'what it says is no report' },
    { name: 'the report of another host, by this host', text: JSON.stringify({ ...said, host: 'two' }), why: 'it is the report of "two"' },
    { name: 'a report of more than a mebibyte', text: JSON.stringify({ ...said, version: 'x'.repeat(1 << 20) }), why: 'and 1048576 are the most that is read' },
  ])('$name', async ({ text, why }) => {
    const [directory, one] = [bare(), key(own)];
    await push(directory, one, text);
    expect(await judge(directory, { one: one.key.publicLine })).toMatchObject([{ host: 'one', believed: false, why: expect.stringContaining(why) as string }]);
  });

  test('a report that another host signed', async () => {
    const [directory, one, two] = [bare(), key(own), key(other)];
    await push(directory, two, JSON.stringify(said));
    expect(await judge(directory, { one: one.key.publicLine, two: two.key.publicLine })).toMatchObject([{ believed: false, why: expect.stringMatching(/^it is signed with SHA256:\S{43}, and the key of one is SHA256:\S{43}$/) as string }]);
  });

  test('another host’s own report below this host’s name', async () => {
    const [directory, one, two] = [bare(), key(own), key(other)];
    const oid = await push(directory, two, JSON.stringify({ ...said, host: 'two' }), 'two');
    git(directory, ['update-ref', 'refs/croft/hosts/one', oid]);
    expect(await judge(directory, { one: one.key.publicLine, two: two.key.publicLine })).toMatchObject([{ host: 'one', believed: false }, { host: 'two', believed: true }]);
  });

  test('a report that was changed after it was signed', async () => {
    const [directory, one] = [bare(), key(own)];
    const oid = await push(directory, one, JSON.stringify(said));
    const forged = tree(directory, [['report.json', '100644', blob(directory, JSON.stringify({ ...said, unchanged: 13 }))]]);
    const changed = git(directory, ['cat-file', 'commit', oid]).replace(/^tree [0-9a-f]{40}/, `tree ${forged}`);
    git(directory, ['update-ref', 'refs/croft/hosts/one', git(directory, ['hash-object', '-w', '-t', 'commit', '--stdin'], `${changed}\n`)]);
    expect(await judge(directory, { one: one.key.publicLine })).toMatchObject([{ believed: false, why: expect.stringContaining('its signature does not count') as string }]);
  });

  test('a signature for another purpose', async () => {
    const [directory, one] = [bare(), key(own)];
    await push(directory, { ...one, key: { ...one.key, sign: (payload) => one.key.sign(payload, 'file') } }, JSON.stringify(said));
    expect(await judge(directory, { one: one.key.publicLine })).toMatchObject([{ believed: false, why: 'its signature does not count: it was made for "file", not for "git"' }]);
  });

  test('a commit that nobody signed, one without a report, and a ref that names no commit', async () => {
    const [directory, one] = [bare(), key(own)];
    const text = blob(directory, JSON.stringify(said));
    const plain = git(directory, ['commit-tree', tree(directory, [['report.json', '100644', text]]), '-m', 'x']);
    const empty = git(directory, ['commit-tree', tree(directory, []), '-m', 'x']);
    const linked = git(directory, ['commit-tree', tree(directory, [['report.json', '120000', text]]), '-m', 'x']);
    const found: unknown[] = [];
    for (const oid of [plain, empty, linked, text]) {
      git(directory, ['update-ref', 'refs/croft/hosts/one', oid]);
      found.push(...(await judge(directory, { one: one.key.publicLine })));
    }
    expect(found).toMatchObject([{ why: 'it is not signed' }, { why: 'it holds no report.json' }, { why: 'it holds no report.json' }, { why: expect.stringContaining('a blob, not a commit') as string }]);
  });

  test('a report of a host that declares no key, of one that the co-op does not have, and a name that no host can have', async () => {
    const [directory, one] = [bare(), key(own)];
    const oid = await push(directory, one, JSON.stringify(said));
    for (const name of ['cellar', 'No_Host']) git(directory, ['update-ref', `refs/croft/hosts/${name}`, oid]);
    expect(await judge(directory, { one: null })).toEqual([
      { host: 'cellar', oid, believed: false, why: 'the co-op has no such host' },
      { host: 'one', oid, believed: false, why: 'its document declares no key: hosts/one.yaml' },
    ]);
  });
});

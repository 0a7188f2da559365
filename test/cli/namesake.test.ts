/** Who has left is nobody whom a newcomer of the same name or number could be taken for, whatever was forgotten in the repository. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { croft, stage, type Stage } from './croft.ts';

const bob = 'members/bob/member.yaml';
const gone = { 'members/bob/vhosts/app.bob.example.yaml': null, 'members/bob/zones/bob.example.yaml': null };
const person = (name: string, uid: number, more = ''): string => `name: ${name}\nuid: ${uid}\nlimits: regular\nemail: somebody@elsewhere.example\n${more}`;

let on: Stage;
let at: (path: string) => string;
beforeAll(async () => {
  on = await stage();
  at = (path) => join(on.directory, 'one', path);
  expect(croft(['reconcile', ...on.where]).status).toBe(0);
  mkdirSync(at('home/bob/diary'));
  writeFileSync(at('home/bob/diary/today'), 'precious');
  await on.commit({ ...gone, [bob]: person('Bob', 10_003, 'state: retired\n') });
  expect(croft(['reconcile', ...on.where]).status).toBe(0);
});
afterAll(() => rmSync(on.directory, { recursive: true }));

/** Where the home is kept. */
function aside(): string {
  const name = readdirSync(at('home/.retired')).find((each) => each.startsWith('bob@'));
  return at(`home/.retired/${name}`);
}

it('a member\'s directory that goes without a line for her is told by preview, which ends with status 1', async () => {
  const before = await on.commit({ 'members/ada/README.md': 'hers\n' });
  await on.commit({ [bob]: null });
  const preview = croft(['preview', '--repo', on.repository, '--base', before, '--head', 'main']);
  expect(preview.status).toBe(1);
  expect(preview.stdout).toContain("desired-state/coop/retired.yaml:1:1: cannot take bob's directory away without a line for bob and the uid 10003 here");
  expect(preview.stdout).toMatch(/- \{ name: bob, uid: 10003, left: [0-9-]{10} \}/);
  expect(croft(['check', '--repo', on.repository, '--base', before])).toMatchObject({ status: 1, stdout: expect.stringContaining('[member/not-listed]') as string });
  expect(croft(['reconcile', ...on.where]).status).toBe(0);
  expect(readFileSync(at('var/lib/extrausers/passwd'), 'utf8')).not.toContain('bob:');
});

it('a stranger of her name and uid is held in every run, and gets nothing of hers', async () => {
  await on.commit({ [bob]: person('Robert, another person', 10_003), 'members/ada/vhosts/new.ada.example.yaml': 'static:\n  root: web/new\n' });
  for (const turn of [1, 2, 3]) {
    const run = croft(['reconcile', ...on.where]);
    expect(run.status, run.stderr).toBe(4);
    expect(run.stdout, `run ${turn}`).toMatch(/cannot give bob what was put aside as bob's, who left \(\/home\/\.retired\/bob@[0-9-]{10}\): only an admin knows whether it is the same person \[guard\/former-member\]/);
    await on.commit({ 'members/ada/README.md': `turn ${turn}\n` });
  }
  expect(existsSync(at('home/bob'))).toBe(false);
  expect(readFileSync(join(aside(), 'diary/today'), 'utf8')).toBe('precious');
  expect(existsSync(at('etc/apache2/croft/sites/new.ada.example.conf'))).toBe(true);
});

it('a stranger of another name and her uid is held as well, and another uid is not', async () => {
  await on.commit({ [bob]: null, 'members/zed/member.yaml': person('Zed', 10_003) });
  const run = croft(['reconcile', ...on.where]);
  expect([run.status, run.stdout]).toEqual([4, expect.stringContaining("cannot give zed the uid 10003: 10003 was bob's, whose files would be zed's [guard/uid]")]);
  expect(existsSync(at('home/zed'))).toBe(false);
  await on.commit({ 'members/zed/member.yaml': person('Zed', 10_099) });
  expect(croft(['reconcile', ...on.where]).status).toBe(0);
  expect(existsSync(at('home/zed'))).toBe(true);
});

it('the same person has all of it back when an admin says so in the commit, by the entry as it was printed', async () => {
  await on.commit({ [bob]: person('Bob', 10_003) });
  const { stdout } = croft(['plan', ...on.where]);
  const entry = stdout.split('\n').find((line) => line.trim().startsWith('- { guard: former-member,'));
  await on.commit({ 'coop/allowances.yaml': `allowances:\n${entry}\n` });
  const run = croft(['reconcile', ...on.where]);
  expect(run.status, run.stdout).toBe(0);
  expect(readFileSync(at('home/bob/diary/today'), 'utf8')).toBe('precious');
});

it('a uid that becomes another is refused by preview and by the host, and nobody else is given the old one', async () => {
  const before = await on.commit({ 'members/ada/README.md': 'again\n' });
  const carol = 'members/carol/member.yaml';
  await on.commit({ [carol]: person('Carol', 10_044), 'members/dora/member.yaml': person('Dora', 10_004) });
  const preview = croft(['preview', '--repo', on.repository, '--base', before, '--head', 'main']);
  expect([preview.status, preview.stdout]).toEqual([1, expect.stringContaining(`desired-state/${carol}:2:6: cannot change carol's uid from 10004 to 10044`)]);
  const run = croft(['reconcile', ...on.where]);
  expect(run.status, run.stdout).toBe(4);
  expect(run.stdout).toContain("cannot change carol's uid from 10004 to 10044: her files stay those of 10004 [guard/uid]");
  expect(run.stdout).toContain("cannot give dora the uid 10004: 10004 was carol's, whose files would be dora's [guard/uid]");
  const passwd = readFileSync(at('var/lib/extrausers/passwd'), 'utf8');
  expect(passwd).toContain('carol:x:10004:10004:');
  expect(passwd).not.toContain('dora:');
});

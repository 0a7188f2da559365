/** What nobody declares any more is put aside, comes back with the commit, and goes for good only by an admin's word after its time. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { croft, stage, workOn, type Stage } from './croft.ts';

const carol = (state: string): string => `name: Carol\nuid: 10004\nlimits: regular\nemail: carol@elsewhere.example\nstate: ${state}\n`;
const mailboxes = 'members/ada/mailboxes/ada.example.yaml';
const today = new Date().toISOString().slice(0, 10);
const later = new Date(Date.parse(today) + 30 * 86_400_000).toISOString().slice(0, 10);

let on: Stage;
const at = (path: string): string => join(on.directory, 'one', path);
const reconcile = (): string => {
  const { status, stdout, stderr } = croft(['reconcile', ...on.where]);
  expect(status, stdout + stderr).toBe(0);
  return stdout;
};

beforeAll(async () => {
  on = await stage();
  reconcile();
  writeFileSync(at('home/carol/diary'), 'precious');
  mkdirSync(at('var/vmail/ada.example/ada/Maildir/new'), { recursive: true });
  writeFileSync(at('var/vmail/ada.example/ada/Maildir/new/1'), 'a letter');
});
afterAll(() => rmSync(on.directory, { recursive: true }));

describe('a member who retires', () => {
  it('finds her home put aside, with the day until which it is kept, and everything in it as it was', async () => {
    await on.commit({ 'members/carol/member.yaml': carol('retired') });
    expect(croft(['plan', ...on.where]).stdout).toMatch(/1 to retire[^]*↓ home \/home\/carol[^]*moved aside and kept/);
    expect(reconcile()).toContain(`retires carol's home (kept until at least ${later}; revert the commit to have it back)`);
    expect([existsSync(at('home/carol')), readFileSync(at(`home/.retired/carol@${today}/diary`), 'utf8')]).toEqual([false, 'precious']);
    expect(croft(['plan', ...on.where, '--exit-code']).status).toBe(0);
  });

  it('is listed for people and for programs', () => {
    expect(croft(['purge', ...on.where]).stdout).toBe(`one: 1 thing put aside\n  home:carol@${today}  of carol, since ${today}; kept until ${later} at least\n`);
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/output/purge.schema.json'), 'utf8')) as object);
    const facts: unknown = JSON.parse(croft(['purge', ...on.where, '--format', 'json']).stdout);
    expect(validate(facts), JSON.stringify(validate.errors)).toBe(true);
    expect(facts).toMatchObject({ retired: [{ thing: `home:carol@${today}`, sort: 'home', name: 'carol', purgeableFrom: later, declared: false }] });
  });

  it('cannot be purged before that day, nor without saying so, nor what is not there, nor while a run goes on', () => {
    const thing = `home:carol@${today}`;
    const early = croft(['purge', thing, '--yes', ...on.where]);
    expect([early.status, early.stderr]).toEqual([4, expect.stringContaining(`it is kept until ${later} at least`)]);
    expect(croft(['purge', thing, ...on.where])).toMatchObject({ status: 1, stderr: expect.stringContaining('without --yes') });
    expect(croft(['purge', 'home:bob@2020-01-01', '--yes', ...on.where])).toMatchObject({ status: 1, stderr: expect.stringContaining(`here are ${thing}`) });
    const lock = workOn(at(''));
    expect(croft(['purge', thing, '--yes', ...on.where])).toMatchObject({ status: 1, stderr: expect.stringContaining(`process ${process.pid} has been at work`) });
    rmSync(lock);
    expect(readdirSync(at('home/.retired'))).toEqual([`carol@${today}`]);
  });

  it('has exactly the same home back when the commit is reverted', async () => {
    await on.commit({ 'members/carol/member.yaml': carol('active') });
    expect(croft(['plan', ...on.where]).stdout).toMatch(/1 to restore[^]*↑ home \/home\/carol/);
    expect(reconcile()).toContain(`restores carol's home from /home/.retired/carol@${today}`);
    expect([readFileSync(at('home/carol/diary'), 'utf8'), readdirSync(at('home/.retired'))]).toEqual(['precious', []]);
  });
});

describe('a mailbox that is taken away', () => {
  it('is put aside with its mail, and a new one of that name gets it back', async () => {
    const before = readFileSync(join(import.meta.dirname, '../scenarios/base', mailboxes), 'utf8');
    await on.commit({ [mailboxes]: before.replace('  ada: {', '  other: {').replace('[ada]', '[other]') });
    expect(reconcile()).toContain('retires the mailbox ada@ada.example');
    expect(readFileSync(at(`var/vmail/.retired/ada@ada.example@ada@${today}/Maildir/new/1`), 'utf8')).toBe('a letter');
    await on.commit({ [mailboxes]: before });
    reconcile();
    expect(readFileSync(at('var/vmail/ada.example/ada/Maildir/new/1'), 'utf8')).toBe('a letter');
  });
});

describe('what an admin lets go', () => {
  it('stays while it is declared again and something else is in its place; nothing is overwritten', async () => {
    await on.commit({ 'members/carol/member.yaml': carol('retired') });
    reconcile();
    mkdirSync(at('home/carol'));
    await on.commit({ 'members/carol/member.yaml': carol('active'), 'cluster.yaml': `${readFileSync(join(import.meta.dirname, '../scenarios/base/cluster.yaml'), 'utf8')}retired: { grace-days: 0 }\n` });
    expect(croft(['reconcile', ...on.where]).stdout).toContain(`cannot restore carol's home from /home/.retired/carol@${today}: /home/carol is in use by now`);
    expect(croft(['purge', `home:carol@${today}`, '--yes', ...on.where])).toMatchObject({ status: 4, stderr: expect.stringContaining('it is declared again') });
    rmSync(at('home/carol'), { recursive: true });
    reconcile();
    expect(readFileSync(at('home/carol/diary'), 'utf8')).toBe('precious');
  });

  it('goes for good after its time, and who did so stays written down', async () => {
    await on.commit({ 'members/carol/member.yaml': carol('retired') });
    reconcile();
    const done = croft(['purge', `home:carol@${today}`, '--yes', ...on.where]);
    expect([done.status, done.stdout]).toEqual([0, `home:carol@${today} is removed for good\n`]);
    expect(readdirSync(at('home/.retired'))).toEqual([]);
    expect(JSON.parse(readFileSync(at('var/lib/croft/purged'), 'utf8'))).toMatchObject({ thing: `home:carol@${today}`, user: 'carol', since: today, by: expect.any(String), at: expect.any(Number) });
    await on.commit({ 'members/carol/member.yaml': carol('active') });
    reconcile();
    expect(readdirSync(at('home/carol'))).toEqual([]);
  });
});

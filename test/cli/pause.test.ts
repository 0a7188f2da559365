import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Pause, Receipt } from '../../reconciler/model/aside.ts';
import { base } from '../scenarios/story.ts';
import { croft, stage, type Said, type Stage } from './croft.ts';

const root = join(import.meta.dirname, '../..');
const site = '/etc/apache2/croft/sites/blog.ada.example.conf';
const why = ['--why', 'we look into it', '--who', 'dana'];

let on: Stage;
beforeAll(async () => {
  on = await stage();
  expect(croft(['reconcile', ...on.where]).status).toBe(0);
});
afterAll(() => rmSync(on.directory, { recursive: true }));
beforeEach(() => {
  rmSync(at('/var/lib/croft/pauses.json'), { force: true });
  rmSync(at('/var/lib/croft/attempts.json'), { force: true });
});

function at(path: string): string {
  return join(on.directory, 'one', path);
}

function on1(...words: readonly string[]): Said {
  return croft([...words, ...on.where]);
}

/** A run as the timer starts it. */
function timer(): Said {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/croft.cjs'), 'reconcile', ...on.where], { encoding: 'utf8', env: { ...process.env, INVOCATION_ID: 'a', JOURNAL_STREAM: '1:1' } });
  return { status, stdout, stderr };
}

function valid<Facts>(name: string, text: string): Facts {
  const facts: unknown = JSON.parse(text);
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync(join(root, `schemas/output/${name}.schema.json`), 'utf8')) as object);
  if (!validate(facts)) throw new Error(JSON.stringify(validate.errors));
  return facts as Facts;
}

function log(): readonly string[] {
  return readFileSync(at('/var/lib/croft/rooted/log'), 'utf8').trim().split('\n');
}

/** Let the time of every pause be over. */
function lapse(): void {
  const pauses = JSON.parse(readFileSync(at('/var/lib/croft/pauses.json'), 'utf8')) as readonly Pause[];
  writeFileSync(at('/var/lib/croft/pauses.json'), JSON.stringify(pauses.map((pause) => ({ ...pause, until: Math.floor(Date.now() / 1000) - 60 }))));
}

const site2 = (name: string): { readonly [path: string]: string } => ({ [`members/${name.split('.')[1] ?? ''}/vhosts/${name}.yaml`]: 'static:\n  root: web/new\n' });

describe('croft pause', () => {
  it('lets the whole host be, says what waits, and goes on after croft resume', async () => {
    expect(on1('pause', '--until', '2h', ...why)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^this host is paused until \d{4}-\d\d-\d\d \d\d:\d\d UTC: no run changes it\n$/) });
    await on.commit(site2('paused.ada.example'));
    appendFileSync(at('/etc/postfix/main.cf'), '# by hand\n');
    const run = on1('reconcile');
    expect(run.status, run.stdout).toBe(0);
    expect(run.stdout).toMatch(/note: \d+ changes wait: this host is paused until .* by dana: we look into it/);
    expect([existsSync(at('/etc/apache2/croft/sites/paused.ada.example.conf')), readFileSync(at('/etc/postfix/main.cf'), 'utf8').includes('# by hand')]).toEqual([false, true]);
    expect(valid<{ pauses: readonly unknown[] }>('reconcile', readFileSync(at('/var/lib/croft/report.json'), 'utf8')).pauses).toMatchObject([{ scope: 'host', who: 'dana', overdue: false, closing: 0 }]);
    const plan = on1('plan');
    expect([plan.status, plan.stdout]).toEqual([0, expect.stringContaining('waits: this host')]);
    expect(plan.stdout).toContain('+ file /etc/apache2/croft/sites/paused.ada.example.conf');
    expect(valid<{ changes: readonly unknown[] }>('plan', on1('plan', '--format', 'json').stdout).changes).toEqual([]);
    expect(valid<{ drift: readonly { readonly id: string; readonly paused: unknown }[] }>('drift', on1('drift', '--format', 'json').stdout).drift.find(({ id }) => id === 'file:/etc/postfix/main.cf')).toMatchObject({ paused: { scope: 'host', who: 'dana' } });
    expect(on1('resume')).toMatchObject({ status: 0, stdout: 'this host is no longer paused\nthe next run does what waited; croft reconcile does it now\n' });
    expect(on1('reconcile')).toMatchObject({ status: 0 });
    expect([existsSync(at('/etc/apache2/croft/sites/paused.ada.example.conf')), readFileSync(at('/etc/postfix/main.cf'), 'utf8').includes('# by hand')]).toEqual([true, false]);
  });

  it('lets one member be: her files and her rows stay, everybody else goes on, and nothing is reloaded for nothing', async () => {
    expect(on1('pause', 'ada', '--until', `${new Date().getUTCFullYear()}-12-31`, ...why).status).toBe(0);
    const member = base().get('desired-state/members/ada/member.yaml') ?? '';
    await on.commit({ ...site2('later.ada.example'), ...site2('now.bob.example'), 'members/ada/member.yaml': `${member}shell: sh\n` });
    const run = on1('reconcile');
    expect(run.status, run.stdout).toBe(0);
    expect(run.stdout).toMatch(/changes wait: ada is paused until/);
    expect(existsSync(at('/etc/apache2/croft/sites/later.ada.example.conf'))).toBe(false);
    expect(existsSync(at('/etc/apache2/croft/sites/now.bob.example.conf'))).toBe(true);
    expect(readFileSync(at('/var/lib/extrausers/passwd'), 'utf8')).toMatch(/^ada:.*:\/bin\/bash$/m);
    const before = log().length;
    expect(on1('reconcile').stdout).toMatch(/: nothing changed in .*\nnote: \d+ changes wait/);
    expect(log().length).toBe(before);
    expect(on1('resume', 'ada').status).toBe(0);
    expect(on1('reconcile').status).toBe(0);
    expect(existsSync(at('/etc/apache2/croft/sites/later.ada.example.conf'))).toBe(true);
    expect(readFileSync(at('/var/lib/extrausers/passwd'), 'utf8')).toMatch(/^ada:.*:\/bin\/sh$/m);
  });

  it('lets a service be with all that it reads, and the others of the host go on', async () => {
    expect(on1('pause', 'apache', '--until', '90m', ...why).stdout).toContain('apache is paused until');
    await on.commit(site2('quiet.bob.example'));
    expect(on1('reconcile').status).toBe(0);
    expect(existsSync(at('/etc/apache2/croft/sites/quiet.bob.example.conf'))).toBe(false);
    expect(readFileSync(at('/etc/bind/croft/zones/bob.example.zone'), 'utf8')).toContain('quiet');
    expect(on1('resume', 'apache').status).toBe(0);
    expect(on1('reconcile').status).toBe(0);
    expect(existsSync(at('/etc/apache2/croft/sites/quiet.bob.example.conf'))).toBe(true);
  });

  it('goes on when its time is over, and alarms', async () => {
    expect(on1('pause', 'bob', '--until', '1h', ...why).status).toBe(0);
    lapse();
    await on.commit(site2('overdue.bob.example'));
    const run = on1('reconcile');
    expect(run.status).toBe(3);
    expect(run.stdout).toContain('the pause of bob is overdue');
    expect(existsSync(at('/etc/apache2/croft/sites/overdue.bob.example.conf'))).toBe(false);
    expect(on1('plan').status).toBe(3);
    expect(on1('pause')).toMatchObject({ status: 3, stdout: expect.stringContaining('bob: OVERDUE, paused until') });
    expect(valid('pause', on1('pause', '--format', 'json').stdout)).toMatchObject({ host: 'one', pauses: [{ scope: 'member:bob', overdue: true }], rollbacks: [] });
    expect(on1('resume', '--all').status).toBe(0);
    expect(on1('reconcile').status).toBe(0);
  });

  it('does not keep the door of a suspended member open in silence', async () => {
    expect(on1('pause', 'carol', '--until', '1d', ...why).status).toBe(0);
    const carol = base().get('desired-state/members/carol/member.yaml') ?? '';
    await on.commit({ 'members/carol/member.yaml': `${carol}state: suspended\n`.replace(/state: active\n/, '') });
    const run = on1('reconcile');
    expect(run.status).toBe(3);
    expect(run.stdout).toMatch(/a way in stays open while carol is paused: \d+ changes? that would close it waits?/);
    expect(on1('resume', 'carol').status).toBe(0);
    expect(on1('reconcile').status).toBe(0);
    expect(readFileSync(at('/var/lib/extrausers/shadow'), 'utf8')).toMatch(/^carol:!\*:.*:1:$/m);
  });

  it('refuses what would keep nothing back, and what has no end or reason', () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['pause', 'adda', '--until', '2h', ...why], /cannot find adda on this host: .* did you mean ada\?/],
      [['pause', '/etc/passwd', '--until', '2h', ...why], /cannot find \/etc\/passwd among what croft has made/],
      [['pause', '/etc/apache2/croft/sites/mine.conf', '--until', '2h', ...why], /it lies in \/etc\/apache2\/croft\/sites, which croft keeps/],
      [['pause', 'ada', '--until', 'tomorrow', ...why], /cannot use --until tomorrow: say how long/],
      [['pause', 'ada', '--until', '2020-01-01', ...why], /that is over/],
      [['pause', 'ada', '--until', '2026-02-31', ...why], /cannot use --until 2026-02-31/],
      [['pause', 'ada', '--until', '999d', ...why], /more than a year/],
      [['pause', 'ada', '--until', '2h', '--who', 'dana'], /without a reason/],
      [['pause', 'ada'], /without a time/],
      [['pause', 'ada', '--by-hand', '--until', '2h', ...why], /name one thing/],
      [['resume', 'ada'], /cannot resume ada: nothing is paused/],
    ];
    for (const [words, said] of cases) expect(on1(...words), words.join(' ')).toMatchObject({ status: 1, stderr: expect.stringMatching(said) });
    expect(on1('pause')).toMatchObject({ status: 0, stdout: 'nothing is paused or rolled back on this host\n' });
  });
});

describe('a change by hand that is announced', () => {
  const receipts = (): readonly Receipt[] => readdirSync(at('/var/lib/croft/receipts')).map((name) => JSON.parse(readFileSync(at(`/var/lib/croft/receipts/${name}`), 'utf8')) as Receipt);

  it('stays until its time, and then goes back by itself with a copy and a receipt', () => {
    expect(on1('pause', site, '--by-hand', '--until', '6h', '--why', 'relay around the outage', '--who', 'dana').stdout).toContain('what you change by hand stays until then');
    appendFileSync(at(site), '# made at night\n');
    const run = on1('reconcile');
    expect(run.status, run.stdout).toBe(0);
    expect(run.stdout).toContain(`${site} is changed by hand, which dana announced until`);
    expect(readFileSync(at(site), 'utf8')).toContain('# made at night');
    const before = log().length;
    expect(on1('reconcile').status).toBe(0);
    expect(log().length, 'what was made by hand is loaded once').toBe(before);
    expect(on1('drift').stdout).toMatch(new RegExp(`${site} stays until .*: announced by dana: relay around the outage`));
    lapse();
    const back = on1('reconcile');
    expect(back.status, back.stdout).toBe(0);
    expect(back.stdout).toContain(`${site} is put back to what git says; dana had announced the change by hand until`);
    expect(readFileSync(at(site), 'utf8')).not.toContain('# made at night');
    const [receipt] = receipts();
    expect(receipt).toMatchObject({ id: `file:${site}`, owner: 'member:ada', who: 'dana', why: 'relay around the outage', was: [{ attribute: 'content' }], returned: expect.any(Number) });
    expect(readFileSync(at(receipt?.copy ?? ''), 'utf8')).toContain('# made at night');
    expect(['receipts', 'by-hand'].map((name) => (statSync(at(`/var/lib/croft/${name}`)).mode & 0o777).toString(8))).toEqual(['700', '700']);
    expect(valid<{ receipts: readonly Receipt[] }>('reconcile', readFileSync(at('/var/lib/croft/report.json'), 'utf8')).receipts).toEqual([receipt]);
    expect(on1('pause').stdout).toContain('nothing is paused');
    expect(on1('reconcile').stdout).toContain('as desired, nothing changed');
  });

  it('has no secret in its receipt, and may end early', () => {
    const path = '/etc/dovecot/croft/passwd';
    expect(on1('pause', path, '--by-hand', '--until', '6h', ...why).status).toBe(0);
    writeFileSync(at(path), readFileSync(at(path), 'utf8').replace('{CRYPT}', '{PLAIN}hunter2'));
    // A login that was changed by hand is a way in, announced or not.
    expect(on1('reconcile')).toMatchObject({ status: 3, stdout: expect.stringContaining(`a way in stays open while ${path} is paused`) });
    expect(on1('resume', path).stdout).toContain(`${path} goes back to what git says`);
    const run = on1('reconcile');
    expect(run.status, run.stdout).toBe(0);
    expect(readFileSync(at(path), 'utf8')).not.toContain('hunter2');
    const receipt = receipts().find(({ id }) => id === `table:${path}`);
    expect(receipt?.was.length).toBeGreaterThan(0);
    expect(receipt?.was.every(({ actual, desired }) => actual === null && desired === null)).toBe(true);
    expect(JSON.stringify(receipts())).not.toContain('hunter2');
    expect((statSync(at(receipt?.copy ?? '')).mode & 0o777).toString(8)).toBe('600');
  });

  it('keeps a daemon stopped that was stopped by hand', () => {
    expect(on1('pause', 'unit:apache2.service', '--by-hand', '--until', '1h', ...why).status).toBe(0);
    const units = at('/var/lib/croft/rooted/units.json');
    writeFileSync(units, readFileSync(units, 'utf8').replace(/("apache2\.service":\s*)"[^"]*"/, '$1"inactive"'));
    const stopped = readFileSync(units, 'utf8');
    expect(on1('reconcile').status).toBe(0);
    expect(readFileSync(units, 'utf8')).toBe(stopped);
    lapse();
    expect(on1('reconcile').stdout).toContain('apache2.service is put back to what git says');
    expect(readFileSync(units, 'utf8')).not.toBe(stopped);
  });
});

describe('what failed', () => {
  const refuse = (text: object): void => writeFileSync(at('/var/lib/croft/rooted/refuse.json'), JSON.stringify(text));

  it('is left alone by the timer for a while, stays visible, and is tried at once when anything is new', async () => {
    refuse({ 'systemctl reload apache2.service': 'it says no' });
    await on.commit(site2('first.bob.example'));
    const failed = timer();
    expect(failed.status, failed.stdout).toBe(3);
    expect(failed.stdout).toMatch(/failed the co-op: unit:apache2\.service: .*it says no.*; next attempt at \d{4}-/);
    const tried = (): number => log().filter((line) => line.includes('reload') && line.includes('apache2')).length;
    const before = tried();
    const again = timer();
    expect([again.status, again.stdout]).toEqual([3, expect.stringMatching(/unit:apache2\.service: .*it says no.*next attempt at/)]);
    expect(tried(), 'the timer waits').toBe(before);
    await on.commit(site2('second.ada.example'));
    expect(timer().status).toBe(3);
    const since = tried();
    expect(since, 'a new wish is tried at once').toBeGreaterThan(before);
    expect(timer().status).toBe(3);
    expect(tried()).toBe(since);
    refuse({});
    expect(on1('reconcile').status, 'a person is served at once').toBe(0);
    expect(timer().status).toBe(0);
    expect(JSON.parse(readFileSync(at('/var/lib/croft/attempts.json'), 'utf8'))).toMatchObject({ resources: [] });
  });

  it('a remote that does not answer is asked again later, and the next one serves', () => {
    const dead = join(on.directory, 'gone.git');
    const words = ['reconcile', '--repo', dead, ...on.where];
    const run = (): Said => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/croft.cjs'), ...words], { encoding: 'utf8', env: { ...process.env, INVOCATION_ID: 'a', JOURNAL_STREAM: '1:1' } });
      return { status, stdout, stderr };
    };
    expect(run()).toMatchObject({ status: 0, stdout: expect.stringContaining(`${dead} did not answer`) });
    const second = run();
    expect(second.stdout).toContain(`${dead} is not asked: it did not answer; next attempt at`);
    expect(second.stdout).not.toContain(`${dead} did not answer`);
    mkdirSync(at('/run/croft-kick'), { recursive: true });
    expect(run().stdout, 'a kick is news').toContain(`${dead} did not answer`);
    expect(run().stdout).toContain(`${dead} is not asked`);
    // What begins a run takes the file of a kick away.
    writeFileSync(at('/run/croft-kick/now'), '');
    rmSync(at('/run/croft-kick/now'));
    expect(run().stdout, 'a kick is news').toContain(`${dead} did not answer`);
    expect(croft(words).stdout, 'a person is served at once').toContain(`${dead} did not answer`);
  });
});

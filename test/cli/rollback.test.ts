import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rollback } from '../../reconciler/model/aside.ts';
import { day, dayMilliseconds } from '../../reconciler/model/day.ts';
import { base } from '../scenarios/story.ts';
import { git } from '../unit/git/fixture.ts';
import { croft, stage, type Said, type Stage } from './croft.ts';

const why = ['--why', 'it leads to nobody', '--who', 'dana'];
const blog = 'members/ada/vhosts/blog.ada.example.yaml';

let on: Stage;
let [good, bad] = ['', ''];
beforeAll(async () => {
  on = await stage();
  expect(on1('reconcile').status).toBe(0);
  good = git(on.repository, ['rev-parse', 'main']).trim();
  bad = await on.commit({ [blog]: 'redirect:\n  to: https://gone.elsewhere.example/\n', 'members/bob/vhosts/more.bob.example.yaml': 'static:\n  root: web/more\n' }, 'members/ada: my blog moves');
  expect(on1('reconcile').status).toBe(0);
});
afterAll(() => rmSync(on.directory, { recursive: true }));

function at(path: string): string {
  return join(on.directory, 'one', path);
}

function on1(...words: readonly string[]): Said {
  return croft([...words, ...on.where]);
}

function site(name: string): string | null {
  const path = at(`/etc/apache2/croft/sites/${name}.conf`);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function valid<Facts>(name: string, text: string): Facts {
  const facts: unknown = JSON.parse(text);
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync(join(import.meta.dirname, `../../schemas/output/${name}.schema.json`), 'utf8')) as object);
  if (!validate(facts)) throw new Error(JSON.stringify(validate.errors));
  return facts as Facts;
}

function standing(): readonly Rollback[] {
  return JSON.parse(readFileSync(at('/var/lib/croft/rollbacks.json'), 'utf8')) as readonly Rollback[];
}

describe('croft rollback of one owner', () => {
  it('lists the commits that changed what is hers', () => {
    const { stdout, status } = on1('rollback', '--owner', 'ada');
    expect(status).toBe(0);
    expect(stdout).toContain(`${bad.slice(0, 10)}  `);
    expect(stdout).toContain('members/ada: my blog moves  (in force)');
  });

  it('goes back for her alone, says so in every run, and ends with status 3 while it stands', () => {
    expect(on1('rollback', good.slice(0, 10), '--owner', 'ada', ...why)).toMatchObject({ status: 0, stdout: `ada goes back to ${good.slice(0, 10)}; what ${bad.slice(0, 10)} says of ada is not used until it changes\nthe next run does it; croft reconcile does it now\n` });
    const plan = on1('plan');
    expect([plan.status, plan.stderr]).toEqual([3, expect.stringContaining(`rolled back to ${good.slice(0, 10)} by dana: it leads to nobody`)]);
    for (const _ of ['first', 'second']) {
      const run = on1('reconcile');
      expect(run.status, run.stdout).toBe(3);
      expect(run.stdout).toContain(`rolled back to ${good.slice(0, 10)} by dana: it leads to nobody; of ada, what ${bad.slice(0, 10)} says is not used`);
    }
    expect(site('blog.ada.example')).not.toContain('Redirect');
    expect(site('more.bob.example')).not.toBeNull();
    expect(valid<{ rollbacks: readonly unknown[] }>('reconcile', readFileSync(at('/var/lib/croft/report.json'), 'utf8')).rollbacks).toMatchObject([{ owner: 'member:ada', to: good, bad, owners: ['member:ada'] }]);
    expect(valid('plan', on1('plan', '--format', 'json').stdout)).toMatchObject({ changes: [], rollbacks: [{ owner: 'member:ada' }] });
    expect(on1('why', 'blog.ada.example').stdout).toContain('found the co-op');
    expect(on1('pause')).toMatchObject({ status: 3, stdout: expect.stringContaining(`ada: rolled back to ${good.slice(0, 10)}`) });
    valid('pause', on1('pause', '--format', 'json').stdout);
  });

  it('knows what is in force as HEAD, and what came before it', () => {
    expect(on1('rollback', 'HEAD', '--owner', 'ada', ...why)).toMatchObject({ status: 1, stderr: expect.stringContaining('it is what is in force') });
    expect(on1('rollback', 'HEAD~1', '--owner', 'ada', ...why)).toMatchObject({ status: 0, stdout: expect.stringContaining(`ada goes back to ${good.slice(0, 10)};`) });
    expect(on1('rollback', 'HEAD~9', '--owner', 'ada', ...why)).toMatchObject({ status: 1, stderr: expect.stringContaining('does not reach back so far') });
  });

  it('lets everybody else’s changes come in', async () => {
    await on.commit({ 'members/bob/vhosts/newer.bob.example.yaml': 'static:\n  root: web/newer\n' });
    expect(on1('reconcile').status).toBe(3);
    expect([site('newer.bob.example') !== null, site('blog.ada.example')?.includes('Redirect')]).toEqual([true, false]);
  });

  it('alarms when its time is over, and still stands', () => {
    writeFileSync(at('/var/lib/croft/rollbacks.json'), JSON.stringify(standing().map((each) => ({ ...each, until: 1_700_000_000 }))));
    expect(on1('reconcile')).toMatchObject({ status: 3, stdout: expect.stringContaining('the rollback of ada is overdue') });
  });

  it('is over as soon as she changes what was bad', async () => {
    await on.commit({ [blog]: 'redirect:\n  to: https://elsewhere.example/\n' });
    const run = on1('reconcile');
    expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('the rollback of ada is over: what it was about has changed since, and is used')]);
    expect(site('blog.ada.example')).toContain('elsewhere.example');
    expect(standing()).toEqual([]);
    expect(on1('reconcile')).toMatchObject({ status: 0, stdout: expect.stringContaining('as desired') });
  });

  it('lets nobody in again: keys that are gone, and who was suspended, stay out', async () => {
    const before = git(on.repository, ['rev-parse', 'main']).trim();
    const ada = (base().get('desired-state/members/ada/member.yaml') ?? '').replace(/ssh-keys:\n.*\n/, '');
    await on.commit({ 'members/ada/member.yaml': ada, [blog]: 'redirect:\n  to: https://stolen.example/\n' });
    expect(on1('reconcile').status).toBe(0);
    expect(on1('rollback', before, '--owner', 'ada', ...why).status).toBe(0);
    expect(on1('reconcile').status).toBe(3);
    expect([site('blog.ada.example')?.includes('stolen'), existsSync(at('/etc/ssh/authorized_keys.d/ada'))]).toEqual([false, false]);
    expect(on1('resume', 'ada').stdout).toContain('ada is no longer rolled back');
    expect(on1('reconcile').status).toBe(0);
    await on.commit({ 'members/ada/member.yaml': `${ada}state: suspended\n` });
    expect(on1('reconcile').status).toBe(0);
    expect(on1('rollback', before, '--owner', 'ada', ...why).status).toBe(0);
    expect(on1('reconcile').status).toBe(3);
    expect(readFileSync(at('/var/lib/extrausers/shadow'), 'utf8')).toMatch(/^ada:!\*:.*:1:$/m);
    expect(on1('resume', 'ada').status).toBe(0);
    expect(on1('reconcile').status).toBe(0);
  });
});

describe('croft rollback of the whole host', () => {
  it('goes back for everybody who is still as the bad commit has it, and who came later stays', async () => {
    const before = git(on.repository, ['rev-parse', 'main']).trim();
    await on.commit({ 'members/bob/vhosts/newer.bob.example.yaml': 'static:\n  root: web/broken\n', 'members/eve/member.yaml': 'name: Eve\nuid: 10099\nlimits: regular\nemail: eve@outside.example\n' });
    expect(on1('reconcile').status).toBe(0);
    expect(on1('rollback', before, '--until', '3d', ...why).stdout).toMatch(/^this host goes back to .*; it alarms from \d{4}/);
    expect(on1('reconcile')).toMatchObject({ status: 3, stdout: expect.stringContaining('of bob, what') });
    expect(site('newer.bob.example')).toContain('web/newer');
    expect(readFileSync(at('/var/lib/extrausers/passwd'), 'utf8')).toMatch(/^eve:/m);
    expect(on1('resume')).toMatchObject({ status: 0, stdout: expect.stringContaining('this host is no longer rolled back') });
    expect(on1('reconcile').status).toBe(0);
    expect(site('newer.bob.example')).toContain('web/broken');
  });
});

/** Some days from today, in UTC. */
function dayIn(days: number): string {
  return day(Date.now() + days * dayMilliseconds);
}

describe('a way back behind what somebody needs by now', () => {
  const plus = (base().get('desired-state/limits/regular.yaml') ?? '').replace(/^vhosts: .*$/m, 'vhosts: 7');
  const zed = 'name: Zed\nuid: 10098\nlimits: plus\nemail: zed@outside.example\n';

  it('says who goes back, who came later, and who does not go back and why', async () => {
    const before = git(on.repository, ['rev-parse', 'main']).trim();
    await on.commit({ 'limits/plus.yaml': plus, 'members/zed/member.yaml': zed });
    await on.commit({ 'members/bob/vhosts/newer.bob.example.yaml': 'static:\n  root: web/worse\n' });
    expect(on1('reconcile').status).toBe(0);
    const said = on1('rollback', before, ...why);
    expect(said.status, said.stderr).toBe(0);
    expect(said.stdout).toContain('\n  back: bob\n  as now, since nothing was declared of them then: zed\n  the co-op does not go back: ');
    expect(said.stdout).toContain('limits/plus.yaml');
    expect(on1('reconcile').status).toBe(3);
    expect(site('newer.bob.example')).toContain('web/broken');
    expect(on1('resume', '--all').status).toBe(0);
    expect(on1('reconcile').status).toBe(0);
  });

  it('is refused where nobody would go back, and nothing is written down', async () => {
    await on.commit({ 'members/zed/member.yaml': null, 'limits/plus.yaml': null, 'coop/allowances.yaml': `allowances:\n  - { guard: member, object: "member:zed", count: 1, reason: a test, from: ${dayIn(0)}, until: ${dayIn(20)} }\n` });
    expect(on1('reconcile').status).toBe(0);
    const before = git(on.repository, ['rev-parse', 'main']).trim();
    await on.commit({ 'limits/plus.yaml': plus, 'members/yan/member.yaml': zed.replace('Zed', 'Yan').replace('10098', '10097') });
    await on.commit({ 'members/yan/README.md': 'I am Yan\n' });
    expect(on1('reconcile').status).toBe(0);
    expect(on1('rollback', before, ...why)).toMatchObject({ status: 1, stderr: expect.stringMatching(/nobody would, and nothing was written down\n {2}the co-op does not go back: .*limits\/plus\.yaml/) });
    expect(standing()).toEqual([]);
    expect(on1('plan').stdout).toContain('nothing to change');
  });
});

describe('a way back that crosses a change of data', () => {
  it('is refused with status 4, and says what it is', async () => {
    const before = git(on.repository, ['rev-parse', 'main']).trim();
    await on.commit({ 'members/bob/mailboxes/bob.example.yaml': (base().get('desired-state/members/ada/mailboxes/ada.example.yaml') ?? '').replaceAll('ada', 'bob') });
    expect(on1('reconcile').status).toBe(0);
    const refused = on1('rollback', before, '--owner', 'bob', ...why);
    expect([refused.status, refused.stdout]).toEqual([4, expect.stringMatching(/since then\n {2}the mail domain bob\.example was made\n {2}the mailbox bob@bob\.example was made\nwhat holds data never goes back/)]);
    expect(on1('rollback', before, ...why)).toMatchObject({ status: 4, stdout: expect.stringContaining('croft rollback --owner goes back for one owner only') });
    expect(standing()).toEqual([]);
  });

  it('is refused where a commit says so that changed what is theirs, and nobody else’s', async () => {
    const before = git(on.repository, ['rev-parse', 'main']).trim();
    await on.commit({ 'members/bob/vhosts/app.bob.example.yaml': 'proxy: { port: 20010 }\nheaders:\n  - { name: X-Version, value: "2" }\n' }, 'members/bob: the new version\n\nIt needs the new tables.\n\nData-migration: the tables of app are those of version 2');
    await on.commit({ 'members/dana/vhosts/x.dana.example.yaml': null, 'members/carol/member.yaml': `${base().get('desired-state/members/carol/member.yaml') ?? ''}shell: sh\n` });
    expect(on1('reconcile').status).toBe(0);
    expect(on1('rollback', before, '--owner', 'bob', ...why)).toMatchObject({ status: 4, stdout: expect.stringContaining('says Data-migration: the tables of app are those of version 2') });
    expect(on1('rollback', before, '--owner', 'carol', ...why).status).toBe(0);
    expect(on1('resume', '--all').status).toBe(0);
  });

  it('refuses commits that were never in force here, owners who were not there, and ways that lead nowhere', () => {
    const head = git(on.repository, ['rev-parse', 'main']).trim();
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['rollback', 'f'.repeat(40), ...why], /f{10}/],
      [['rollback', head, ...why], /it is what is in force/],
      [['rollback', good, '--owner', 'eve', ...why], /eve had no documents then/],
      [['rollback', good, '--owner', 'dana', ...why], /the documents of dana are the same now/],
      [['rollback', good, '--owner', '../x', ...why], /it is a member's name, or coop/],
      [['rollback', good, '--owner', 'ada', '--who', 'dana'], /without a reason/],
    ];
    for (const [words, said] of cases) expect(on1(...words), words.join(' ')).toMatchObject({ status: 1, stderr: expect.stringMatching(said) });
  });
});

import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../../reconciler/commands/index.ts';
import { base } from '../scenarios/story.ts';
import { croft, files, stage, type Said, type Stage } from './croft.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => rmSync(on.directory, { recursive: true }));

/** What a command printed, checked against its schema in schemas/output/. */
function facts(said: Said, schema: string): { readonly [field: string]: unknown } {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(join(import.meta.dirname, `../../schemas/output/${schema}.schema.json`), 'utf8')) as object);
  const found: unknown = JSON.parse(said.stdout);
  expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
  return found as { readonly [field: string]: unknown };
}

const site = 'etc/apache2/croft/sites/blog.ada.example.conf';

describe('the commands, one after another as a day goes', () => {
  it('plan says what a bare host lacks, and touches nothing', () => {
    const said = croft(['plan', ...on.where, '--format', 'json', '--exit-code']);
    expect(said.status).toBe(2);
    expect((facts(said, 'plan')['changes'] as readonly object[]).length).toBeGreaterThan(50);
    expect(existsSync(join(on.directory, 'one/etc/apache2/croft'))).toBe(false);
  });

  it('two plans of the same are the same bytes', () => {
    expect(croft(['plan', ...on.where]).stdout).toBe(croft(['plan', ...on.where]).stdout);
  });

  it('a dry run is the plan', () => {
    expect(croft(['reconcile', ...on.where, '--dry-run']).stdout).toBe(croft(['plan', ...on.where]).stdout);
    expect(existsSync(join(on.directory, 'one/etc/apache2/croft'))).toBe(false);
  });

  it('reconcile makes it so, and says so', () => {
    const said = croft(['reconcile', ...on.where, '--format', 'json']);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect((facts(said, 'reconcile')['outcomes'] as readonly { readonly result: string }[]).every(({ result }) => result === 'done')).toBe(true);
    expect(existsSync(join(on.directory, 'one', site))).toBe(true);
    expect(JSON.parse(readFileSync(join(on.directory, 'one/var/lib/croft/report.json'), 'utf8'))).toMatchObject({ host: 'one' });
  });

  it('a second run changes nothing', () => {
    expect(croft(['reconcile', ...on.where]).stdout).toContain('as desired, nothing changed');
    expect(croft(['plan', ...on.where, '--exit-code']).status).toBe(0);
  });

  it('drift names owner, line and attribute of a hand edit', () => {
    appendFileSync(join(on.directory, 'one', site), '# quick fix\n');
    const said = croft(['drift', ...on.where, '--format', 'json', '--exit-code']);
    expect(said.status).toBe(2);
    expect(facts(said, 'drift')).toMatchObject({ drift: [{ id: `file:/${site}`, owner: 'member:ada', source: { file: 'desired-state/members/ada/vhosts/blog.ada.example.yaml', line: 1 } }], pending: 0 });
    expect(croft(['drift', ...on.where, '--diff']).stdout).toContain('-# quick fix');
    expect(croft(['reconcile', ...on.where]).status).toBe(0);
    expect(croft(['drift', ...on.where, '--exit-code']).status).toBe(0);
  });

  it.each([
    [['recncile'], 'cannot do recncile: did you mean reconcile?'], [['frobnicate'], 'cannot do frobnicate: croft knows '],
    [['check', '--fromat', 'json'], 'there is no --fromat: did you mean --format?'], [['check', '--frobnicate'], 'there is no --frobnicate: it takes --'],
    [['check', '--format', 'jsno'], 'cannot use --format jsno: did you mean json? choose text, json'],
  ])('%s is told what was meant', (words, why) => {
    expect(croft(words, on.directory)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(why) as string });
  });

  it('plan and why in a clone are about it, and a host that is named or the only one', () => {
    const clone = join(on.directory, 'clone');
    execFileSync('git', ['clone', '-q', on.repository, clone]);
    const below = join(clone, 'desired-state/members/ada');
    expect(croft(['why', 'blog.ada.example'], below)).toMatchObject({ status: 1, stderr: 'croft: cannot tell which host is meant: give --host NAME – the co-op has one and two\n' });
    expect(croft(['why', 'blog.ada.example', '--host', 'one'], below)).toEqual(croft(['why', 'blog.ada.example', ...on.where]));
    expect(croft(['why', 'blog.ada.example'], on.directory).stderr).toContain('cannot tell which repository');
    const bare = join(on.directory, 'bare');
    const said = croft(['plan', '--host', 'one'], below);
    expect(said.stderr).toMatch(/^note: this machine is no host of the co-op: one is taken to be bare; --root DIR/);
    expect(said.stdout).toBe(croft(['plan', '--repo', on.repository, '--host', 'one', '--root', bare]).stdout);
    rmSync(join(clone, 'desired-state/hosts/two.yaml'));
    execFileSync('git', ['-C', clone, '-c', 'user.name=x', '-c', 'user.email=x@example', 'commit', '-qam', 'one host only']);
    expect(croft(['plan'], below).stdout).toMatch(/^one @ /);
  });

  it.each([
    ['blog.ada.example', 'members/ada/vhosts/blog.ada.example.yaml'], ['ada', 'members/ada/member.yaml'], ['10003', 'members/bob/member.yaml'], ['20010', 'members/bob'],
    ['ada@ada.example', 'members/ada/mailboxes/ada.example.yaml'], [`/${site}`, 'members/ada/vhosts'], [`file:/${site}`, 'members/ada/vhosts'], ['one', 'hosts/one.yaml'],
    ['ada.example', 'members/ada/zones/ada.example.yaml'], ['nas.ada.example', 'members/ada/zones/ada.example.yaml'], ['regular', 'limits/regular.yaml'], ['192.0.2.11', 'hosts/one.yaml'],
    ['/home/ada/web/blog/index.html', 'members/ada/member.yaml'],
  ])('why %s answers with %s', (thing, file) => {
    const said = croft(['why', thing, ...on.where, '--format', 'json']);
    expect(said.stderr).toBe('');
    expect(JSON.stringify(facts(said, 'why')['reasons'])).toContain(file);
    expect(croft(['why', thing, ...on.where]).stdout).toContain('found the co-op');
  });

  it('why leads from a site to the zone that publishes it', () => {
    expect(croft(['why', 'blog.ada.example', ...on.where]).stdout).toContain('zone:/etc/bind/croft/zones/ada.example.zone');
  });

  it('why says that it knows nothing of what nobody declares', () => {
    expect(croft(['why', 'elsewhere.example', ...on.where])).toMatchObject({ status: 1, stdout: '' });
    expect(croft(['why', 'blog.ada.exmaple', ...on.where]).stderr).toContain('did you mean `blog.ada.example`?');
  });

  it('a held member is told by reconcile and plan, with status 3', async () => {
    await on.commit({ 'members/ada/vhosts/blog.ada.example.yaml': 'statc: { root: web/blog }\n' });
    const said = croft(['reconcile', ...on.where]);
    expect(said.status).toBe(3);
    expect(said.stdout).toContain('held: ada');
    expect(said.stdout).toMatch(/desired-state\/members\/ada\/vhosts\/blog\.ada\.example\.yaml:1:1: cannot .*static.*\[schema\/unknown-field\]/);
    expect(croft(['plan', ...on.where]).status).toBe(3);
    await on.commit({ 'members/ada/vhosts/blog.ada.example.yaml': 'static: { root: web/blog }\n' });
    expect(croft(['reconcile', ...on.where]).status).toBe(0);
  });

  it('why says of a suspended member’s site who answers 503 and which line is behind that, and of a held one that she is', async () => {
    const hers = String(base().get('desired-state/members/ada/member.yaml'));
    await on.commit({ 'members/ada/member.yaml': `${hers}state: suspended\n` }, 'ada is suspended');
    for (const [thing, what] of [['blog.ada.example', 'suspension behind the 503 of site blog.ada.example'], ['ada', 'suspension of member ada'], ['ada.example', 'suspension that closes mail domain ada.example']] as const) {
      const said = croft(['why', thing, ...on.where, '--rev', 'main']).stdout;
      expect(said).toContain(`${what}  ada\n  desired-state/members/ada/member.yaml:`);
      expect(said).toContain('Dana: ada is suspended');
    }
    await on.commit({ 'members/ada/member.yaml': hers.replace('uid:', 'uidd:') }, 'a slip');
    const held = croft(['why', 'ada', ...on.where, '--rev', 'main']).stdout;
    expect(held).toContain('held: ada; what came since is not used');
    expect(held).not.toContain('a slip');
    await on.commit({ 'members/ada/member.yaml': hers });
    expect(croft(['reconcile', ...on.where]).status).toBe(0);
  });

  it('offline goes on with the last good commit and says how old it is', () => {
    rmSync(join(on.directory, 'one', site));
    const said = croft(['reconcile', ...on.where, '--offline']);
    expect(said.status).toBe(0);
    expect(said.stdout).toContain('last good commit');
    expect(existsSync(join(on.directory, 'one', site))).toBe(true);
  });
});

describe('check', () => {
  it('says every problem of a directory at once, as paths from here, with status 1', () => {
    const directory = join(on.directory, 'plain');
    mkdirSync(directory);
    files(directory);
    expect(croft(['check'], directory)).toMatchObject({ status: 0 });
    writeFileSync(join(directory, 'desired-state/members/ada/vhosts/blog.ada.example.yaml'), 'static: { root: ../bob }\nstatic: 1\n');
    writeFileSync(join(directory, 'desired-state/members/bob/vhosts/app.bob.example.yaml'), 'proxy: { port: 1 }\n');
    const said = croft(['check'], directory);
    expect(said.status).toBe(1);
    expect(said.stdout).toContain('desired-state/members/ada/vhosts/blog.ada.example.yaml:2:1: cannot');
    expect(said.stdout).toContain('desired-state/members/bob/vhosts/app.bob.example.yaml:1:16: cannot');
    expect(facts(croft(['check', '--format', 'json'], directory), 'check')['problems']).toHaveLength(2);
    expect(croft(['check', '--format', 'github'], directory).stdout).toMatch(/^::error file=desired-state\/members\/ada.*,line=2,col=1,title=yaml\/duplicate-key::cannot/);
    expect(JSON.parse(croft(['check', '--format', 'sarif'], directory).stdout)).toMatchObject({ version: '2.1.0' });
  });
});

describe('the edge', () => {
  it.each([...verbs.keys()])('%s --help teaches, with an example and the exit statuses', (name) => {
    const said = croft([name, '--help']);
    expect(said.status).toBe(0);
    expect(said.stdout).toMatch(/^croft /);
    expect(said.stdout).toContain('Example:');
    expect(said.stdout).toContain('Exit status:');
    expect(Math.max(...said.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it.each([
    [[], 1], [['--help'], 0], [['--version'], 0], [['chekc'], 1], [['check', '--fromat', 'json'], 1], [['check', '--format', 'xml'], 1], [['plan'], 1], [['plan', '--repo', '/nowhere', '--host', 'one', '--root', '/nowhere'], 1],
    [['why', '--repo', 'x', '--host', 'y'], 1], [['init'], 1], [['check', '/nowhere'], 1],
  ])('croft %j ends with %i and no stack trace', (words, status) => {
    const said = croft(words, on.directory);
    expect(said.status, said.stderr).toBe(status);
    expect(said.stderr).not.toMatch(/^ +at /m);
  });

  it('names the hosts when it does not know one', () => {
    const [repo, url] = on.where;
    expect(croft(['plan', repo ?? '', url ?? '', '--host', 'nine', '--root', join(on.directory, 'nine')])).toMatchObject({ status: 1, stderr: 'croft: cannot find host nine: the co-op has one and two\n' });
  });
});

describe('init', () => {
  it('founds a co-op that is valid and whose bare host converges', () => {
    const directory = join(on.directory, 'meadow');
    const said = croft(['init', directory, '--domain', 'meadow.example', '--admin', 'ada', '--email', 'ada@elsewhere.example', '--host', 'one']);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(croft(['check'], directory)).toMatchObject({ status: 0 });
    const root = join(on.directory, 'meadow-one');
    expect(croft(['reconcile', '--repo', directory, '--host', 'one', '--root', root])).toMatchObject({ status: 0 });
    expect(croft(['plan', '--repo', directory, '--host', 'one', '--root', root, '--exit-code'])).toMatchObject({ status: 0 });
    const other = croft(['reconcile', '--repo', directory, '--host', 'two', '--root', root]);
    expect(other.status).toBe(1);
    expect(other.stderr).toContain('cannot make this machine two: its last run was as one');
    writeFileSync(join(root, 'var/lib/croft/report.json'), readFileSync(join(root, 'var/lib/croft/report.json'), 'utf8').replace('{"host":"one"', '{"host":"three"'));
    const turned = croft(['reconcile', '--repo', directory, '--host', 'one', '--root', root]);
    expect([turned.status, turned.stderr]).toEqual([1, expect.stringContaining('cannot make this machine one: its last run was as three')]);
    const same = croft(['preview', '--repo', directory]);
    expect([same.status, same.stderr]).toEqual([1, expect.stringContaining('they are the same commit')]);
    for (const schema of readdirSync(join(directory, 'schemas'))) expect(JSON.parse(readFileSync(join(directory, 'schemas', schema), 'utf8'))).toHaveProperty('title');
  });

  it('writes nothing when anything is wrong', () => {
    const directory = join(on.directory, 'wrong');
    const said = croft(['init', directory, '--domain', 'not a domain', '--admin', 'root', '--email', 'x']);
    expect(said.status).toBe(1);
    expect(said.stderr).toContain('--domain: cannot use `not a domain`');
    expect(existsSync(directory)).toBe(false);
  });

  it('does not write into what is there', () => {
    expect(croft(['init', on.directory, '--domain', 'meadow.example', '--admin', 'ada', '--email', 'ada@elsewhere.example'])).toMatchObject({ status: 1 });
  });
});

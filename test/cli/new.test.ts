import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { croft, files, stage, type Stage } from './croft.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILinACfcph4NvAJTFE7LaWs24JsLa8NkS/BFTWr3nI8P erin@laptop';

let on: Stage;
let formatted: string;
beforeAll(async () => {
  on = await stage();
  formatted = found();
});
afterAll(() => rmSync(on.directory, { recursive: true }));

/** A small co-op in a directory of its own. */
function coop(): string {
  const directory = mkdtempSync(join(on.directory, 'coop-'));
  cpSync(formatted, directory, { recursive: true });
  return directory;
}

/** Its files, in the form of croft fmt, with somebody who left and with schemas for editors. */
function found(): string {
  const directory = join(on.directory, 'formatted');
  files(directory);
  mkdirSync(join(directory, 'schemas'));
  for (const kind of ['vhost', 'zone', 'mailboxes', 'member', 'limits', 'host']) writeFileSync(join(directory, `schemas/${kind}.schema.json`), '{}');
  writeFileSync(join(directory, 'desired-state/coop/retired.yaml'), 'members:\n  - { name: leo, uid: 10009, left: 2024-11-30 }\n');
  writeFileSync(join(directory, 'erin.pub'), `${key}\n`);
  writeFileSync(join(directory, 'erin'), '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n');
  expect(croft(['fmt'], directory)).toMatchObject({ status: 0, stderr: '' });
  return directory;
}

function documents(directory: string): readonly string[] {
  return readdirSync(join(directory, 'desired-state'), { recursive: true, encoding: 'utf8' }).sort();
}

describe('croft new writes a document that is valid, in the form of croft fmt, and explained:', () => {
  const cases: readonly { readonly name: string; readonly words: readonly string[]; readonly path: string; readonly holds: readonly string[] }[] = [
    { name: 'a site of whoever has the domain', words: ['vhost', 'new.ada.example'], path: 'members/ada/vhosts/new.ada.example.yaml', holds: ['static:\n', '  root: sites/new.ada.example\n', '# Serve the files of a folder.', '# aliases:\n'] },
    { name: 'a site from a folder', words: ['vhost', 'new.ada.example', '--static', 'web/new'], path: 'members/ada/vhosts/new.ada.example.yaml', holds: ['  root: web/new\n'] },
    { name: 'a redirect', words: ['vhost', 'old.bob.example', '--redirect', 'https://bob.example/new'], path: 'members/bob/vhosts/old.bob.example.yaml', holds: ['  to: https://bob.example/new\n'] },
    { name: 'a proxied site', words: ['vhost', 'two.bob.example', '--proxy', '20010'], path: 'members/bob/vhosts/two.bob.example.yaml', holds: ['  port: 20010\n'] },
    { name: 'a site of the co-op', words: ['vhost', 'www.meadow.example'], path: 'coop/vhosts/www.meadow.example.yaml', holds: ['  root: www.meadow.example\n'] },
    { name: 'a site of the co-op below a domain of nobody', words: ['vhost', 'www.elsewhere.example', '--coop'], path: 'coop/vhosts/www.elsewhere.example.yaml', holds: ['static:\n'] },
    { name: 'a zone', words: ['zone', 'sub.ada.example', '--member', 'ada'], path: 'members/ada/zones/sub.ada.example.yaml', holds: ['records: []\n', '# records:\n#   - name: www\n'] },
    { name: 'a mail domain', words: ['mailboxes', 'bob.example'], path: 'members/bob/mailboxes/bob.example.yaml', holds: ['mailboxes: {}\n', "#     password: '<what this prints: openssl passwd -6>'\n"] },
    { name: 'a member with the next uid that nobody has or had', words: ['member', 'erin', '--name', 'Erin Žižek', '--email', 'erin@elsewhere.example', '--domain', 'erin.example', '--ssh-key', 'erin.pub'], path: 'members/erin/member.yaml', holds: ['name: Erin Žižek\n', 'uid: 10010\n', 'limits: regular\n', 'domains:\n  - erin.example\n', `ssh-keys:\n  - ${key}\n`] },
    { name: 'a limits class', words: ['limits', 'big'], path: 'limits/big.yaml', holds: ['tasks: ', 'aliases: ', '# description: '] },
    { name: 'a host', words: ['host', 'web2', '--ipv4', '192.0.2.14', '--ipv6', '2001:db8:77::14', '--debian', '12'], path: 'hosts/web2.yaml', holds: ['debian: 12\n', '  ipv6: 2001:db8:77::14\n', 'services: []\n'] },
  ];
  it.each(cases)('$name', ({ words, path, holds }) => {
    const directory = coop();
    const said = croft(['new', ...words], directory);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toContain(`wrote desired-state/${path}\n`);
    expect(said.stdout).toContain(`git add desired-state/${path}\n`);
    const text = readFileSync(join(directory, 'desired-state', path), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=(?:\.\.\/)+schemas\/[a-z]+\.schema\.json\n# [A-Z]/);
    for (const part of holds) expect(text).toContain(part);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    expect(croft(['check'], directory)).toMatchObject({ status: 0 });
    expect(croft(['fmt', '--check'], directory)).toMatchObject({ status: 0, stderr: '' });
  });

  it('teaches with no key and no password that all the world knows', () => {
    const directory = coop();
    croft(['new', 'member', 'erin', '--name', 'Erin', '--email', 'erin@elsewhere.example'], directory);
    croft(['new', 'mailboxes', 'bob.example'], directory);
    for (const path of ['members/erin/member.yaml', 'members/bob/mailboxes/bob.example.yaml']) expect(readFileSync(join(directory, 'desired-state', path), 'utf8')).not.toMatch(/AAAA|\$6\$/);
  });

  it.each([['mailboxes', 'mailboxes: {}'], ['zone', 'records: []']])('with an example of %s that says what it takes the place of', (kind, empty) => {
    const directory = coop();
    expect(croft(['new', kind, kind === 'zone' ? 'sub.ada.example' : 'bob.example'], directory)).toMatchObject({ status: 0 });
    const path = kind === 'zone' ? 'members/ada/zones/sub.ada.example.yaml' : 'members/bob/mailboxes/bob.example.yaml';
    const text = readFileSync(join(directory, 'desired-state', path), 'utf8');
    const [above = '', example = ''] = text.split(`# For example, in the place of \`${empty}\` above:\n`);
    expect(above.trimEnd().split('\n').at(-1)).toBe(empty);
    expect(example).toMatch(new RegExp(`^# ${empty.split(' ')[0]}\n#   `));
  });

  it('from anywhere in the co-op', () => {
    const directory = coop();
    const said = croft(['new', 'vhost', 'new.ada.example'], join(directory, 'desired-state/members/ada'));
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toContain('wrote vhosts/new.ada.example.yaml\n');
    expect(existsSync(join(directory, 'desired-state/members/ada/vhosts/new.ada.example.yaml'))).toBe(true);
  });
});

describe('croft new member', () => {
  const words = ['--name', 'Somebody', '--email', 'somebody@elsewhere.example'];

  /** A co-op in git, of which two members are gone without a word. */
  function forgetful(): { readonly directory: string; readonly git: (...args: readonly string[]) => void } {
    const directory = coop();
    const git = (...args: readonly string[]): void => {
      const { status, stderr } = spawnSync('git', ['-C', directory, '-c', 'user.name=Dana', '-c', 'user.email=dana@elsewhere.example', '-c', 'commit.gpgsign=false', ...args], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    };
    git('init', '-q', '-b', 'main');
    for (const [name, uid] of [['frank', 10_020], ['gail', 10_021]] as const) {
      mkdirSync(join(directory, `desired-state/members/${name}`));
      writeFileSync(join(directory, `desired-state/members/${name}/member.yaml`), `name: Somebody\nuid: ${uid}\nlimits: regular\nemail: somebody@elsewhere.example\n`);
    }
    git('add', '-A');
    git('commit', '-q', '-m', 'all');
    git('branch', 'before');
    git('rm', '-q', '-r', 'desired-state/members/frank', 'desired-state/members/gail');
    git('commit', '-q', '-m', 'two are gone');
    return { directory, git };
  }

  it('gives nobody a uid that somebody had in history', () => {
    const { directory } = forgetful();
    expect(croft(['new', 'member', 'zed', ...words], directory)).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(directory, 'desired-state/members/zed/member.yaml'), 'utf8')).toContain('uid: 10022\n');
  });

  it('gives nobody a name that somebody had in history', () => {
    const { directory } = forgetful();
    const said = croft(['new', 'member', 'frank', ...words], directory);
    expect(said.status).toBe(1);
    expect(said.stderr).toContain('cannot use the account name frank: a member had it, with the uid 10020, and names are never used twice');
    expect(existsSync(join(directory, 'desired-state/members/frank'))).toBe(false);
  });

  it('is said by check --base and by the pre-commit hook when somebody would be forgotten', () => {
    const { directory, git } = forgetful();
    const said = croft(['check', '--base', 'before'], directory);
    expect(said.status).toBe(1);
    expect(said.stdout).toMatch(/^desired-state\/coop\/retired\.yaml:\d+:\d+: cannot take frank's directory away without a line for frank and the uid 10020 here: .* – add - \{ name: frank, uid: 10020, left: \d{4}-\d\d-\d\d \} \[member\/not-listed\]$/m);
    expect(said.stdout).toContain("cannot take gail's directory away");
    expect(croft(['check', '--base', 'HEAD'], directory)).toMatchObject({ status: 0 });
    expect(croft(['check'], directory)).toMatchObject({ status: 0 });
    git('switch', '-q', 'before');
    expect(croft(['check', '--base', 'main'], directory)).toMatchObject({ status: 0 });
    croft(['new', 'member', 'hal', ...words], directory);
    git('add', '-A');
    git('commit', '-q', '-m', 'hal has come');
    git('switch', '-q', 'main');
    expect(croft(['check', '--base', 'before'], directory).stdout).not.toContain('hal');
    git('rm', '-q', '-r', 'desired-state/members/carol');
    const hook = croft(['hook', 'pre-commit'], directory);
    expect(hook.status).toBe(1);
    expect(hook.stderr).toContain("cannot take carol's directory away");
  });
});

describe('croft new writes nothing', () => {
  const member = ['--name', 'Erin', '--email', 'erin@elsewhere.example'];
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['over what is there', ['vhost', 'blog.ada.example'], 'it is there already'],
    ['of a kind that nobody knows', ['vhots', 'a.ada.example'], 'did you mean `vhost`?'],
    ['without a kind', [], 'give a KIND'],
    ['without a name', ['zone'], 'croft new zone ada.example'],
    ['outside of its place', ['vhost', '../../x'], 'cannot use `../../x` as a name'],
    ['outside of its place, for a member either', ['member', '..', ...member], 'cannot use `..` as the name of a member'],
    ['under a name that is none', ['vhost', 'New.Ada.example'], 'in lower case'],
    ['for a domain that is nobody\'s', ['vhost', 'a.elsewhere.example'], 'nobody has that domain'],
    ['for somebody who is not there', ['zone', 'ada.example', '--member', 'eve'], 'there is no such member'],
    ['in the name of somebody else', ['vhost', 'x.ada.example', '--member', 'bob'], 'belongs to ada'],
    ['of two owners', ['zone', 'x.ada.example', '--member', 'ada', '--coop'], 'give one of them'],
    ['of two sorts', ['vhost', 'x.ada.example', '--static', 'a', '--proxy', '20010'], '--static and --proxy at once'],
    ['that takes no such option', ['zone', 'x.ada.example', '--proxy', '20010'], 'cannot use --proxy for a zone'],
    ['to a port that is not hers', ['vhost', 'x.ada.example', '--proxy', '20010'], '20010'],
    ['for a reserved name', ['member', 'root', ...member], 'member/reserved-name'],
    ['for the name of somebody who left', ['member', 'leo', ...member], 'who left on 2024-11-30'],
    ['for a class that is not there', ['member', 'erin', ...member, '--limits', 'huge'], 'huge'],
    ['without an address', ['member', 'erin', '--name', 'Erin'], 'without --email'],
    ['with a private key, and shows nothing of it', ['member', 'erin', ...member, '--ssh-key', 'erin'], 'this is the private key'],
    ['with a name that would be more than a name', ['member', 'erin', '--name', 'x\nuid: 0', '--email', 'erin@elsewhere.example'], 'cannot use'],
    ['with the address of another host', ['host', 'web2', '--ipv4', '192.0.2.11', '--ipv6', '2001:db8:77::14'], '192.0.2.11'],
  ];
  it.each(cases)('%s', (_, words, why) => {
    const directory = coop();
    const before = documents(directory);
    const said = croft(['new', ...words], directory);
    expect(said).toMatchObject({ status: 1, stdout: '' });
    expect(said.stderr).toContain(why);
    expect(said.stderr).not.toContain('b3Bl');
    expect(said.stderr).not.toMatch(/^ +at /m);
    expect(documents(directory)).toEqual(before);
  });

  it('into a co-op that has problems already, and says which', () => {
    const directory = coop();
    writeFileSync(join(directory, 'desired-state/members/bob/member.yaml'), 'name: Bob\n');
    const said = croft(['new', 'member', 'erin', ...member], directory);
    expect(said).toMatchObject({ status: 1, stdout: '' });
    expect(said.stderr).toContain('while it has problems');
    expect(said.stderr).toContain('desired-state/members/bob/member.yaml:1:1: cannot');
  });
});

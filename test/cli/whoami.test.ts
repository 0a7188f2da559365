import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gitConfig, parseGitConfig } from '../../reconciler/commands/git-config.ts';
import { facts, signed, type Signed } from './signed.ts';

let coop: Signed;
beforeAll(async () => {
  coop = await signed();
});
afterAll(() => coop.remove());

/** Tell git which key is whose, as she would. */
function signWith(name: string): void {
  coop.git('config', 'gpg.format', 'ssh');
  coop.git('config', 'user.signingkey', coop.keyFile(name));
}

describe('croft whoami', () => {
  beforeEach(() => signWith('ada'));

  it('knows a member by the key that git signs with, and says what takes whom', () => {
    const said = coop.croft(['whoami']);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/^you are ada: a member, active\n {2}the key {11}SHA256:\S{43} \(user\.signingkey \S+ada\.key\.pub\)\n {2}good {14}without end\n {2}her directory {5}desired-state\/members\/ada\/\n/);
    expect(said.stdout).toContain('  2 admins (red)    uid, limits and signing-keys of her member.yaml\n  one admin (amber) state, domains and ports of her member.yaml\n');
    expect(facts(coop.croft(['whoami', '--format', 'json']), 'whoami')).toMatchObject({
      trust: true, usable: true, why: null, entry: null, head: { signed: false, by: null, fix: null },
      member: { name: 'ada', admin: false, active: true, goodFrom: null, goodUntil: null, approvals: 2, admins: ['dana', 'judy'] },
    });
  });

  it('knows an admin', () => {
    const said = coop.croft(['whoami', '--key', coop.keyFile('dana')]);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/^you are dana: a member, an admin, active\n/);
    expect(said.stdout).toContain("2 admins (red)    people, keys, limits, hosts, the co-op's settings, code, the loss of data\n");
  });

  it.each<{ readonly name: string; readonly setting: () => string }>([
    { name: 'a .pub file', setting: () => `${coop.keyFile('ada')}.pub` },
    { name: 'a literal key', setting: () => `key::${coop.line('ada')}` },
    { name: 'a literal key as older gits take it', setting: () => coop.line('ada') },
    { name: 'a path from the home directory', setting: () => '~/../ada.key' },
  ])('takes $name', ({ setting }) => {
    coop.git('config', 'user.signingkey', setting());
    expect(coop.croft(['whoami'])).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^you are ada:/) as string });
  });

  it('takes the key from the person’s own configuration when the repository has none', () => {
    coop.git('config', '--unset', 'user.signingkey');
    coop.git('config', '--unset', 'gpg.format');
    const own = join(coop.directory, '../home/.gitconfig');
    writeFileSync(own, `[user]\n\tsigningkey = "${coop.keyFile('dana')}.pub" ; mine\n[gpg]\n\tformat = ssh\n`);
    expect(coop.croft(['whoami']).stdout).toMatch(/^you are dana:/);
    coop.git('config', 'user.signingkey', coop.keyFile('ada'));
    expect(coop.croft(['whoami']).stdout).toMatch(/^you are ada:/);
    rmSync(own);
  });

  it.each<{ readonly name: string; readonly setUp: () => void; readonly says: readonly string[] }>([
    { name: 'no key at all', setUp: () => coop.git('config', '--unset', 'user.signingkey'), says: ['user.signingkey is not set\n  git config gpg.format ssh\n  git config user.signingkey ~/.ssh/id_ed25519.pub\n'] },
    { name: 'another sort of signatures', setUp: () => coop.git('config', 'gpg.format', 'openpgp'), says: ['gpg.format is openpgp\n  git config gpg.format ssh\n  git config user.signingkey'] },
    { name: 'a file that is not there', setUp: () => coop.git('config', 'user.signingkey', '/nowhere/key.pub'), says: ['cannot read user.signingkey /nowhere/key.pub: there is no such file'] },
    { name: 'a key of nobody', setUp: () => signWith('bob'), says: ['nobody in the co-op signs with the key SHA256:', 'to be known by it takes 2 admins (dana, judy): red.', '# desired-state/members/<your name>/member.yaml\n  signing-keys:\n    - ssh-ed25519 '] },
    { name: 'a merge key', setUp: () => signWith('forge'), says: ["is a forge's merge key, which may merge and change nothing itself\n  use a key of your own"] },
    { name: 'a suspended member’s key', setUp: () => signWith('carol'), says: ['you are carol: a member, not active\n', 'nothing that carol signs counts'] },
  ])('ends with 3 for $name, and says what would help', ({ setUp, says }) => {
    setUp();
    const said = coop.croft(['whoami']);
    expect(said).toMatchObject({ status: 3, stderr: '' });
    for (const part of says) expect(said.stdout).toContain(part);
    expect(facts(coop.croft(['whoami', '--format', 'json']), 'whoami')).toMatchObject({ usable: false });
  });

  it('guesses whose a new key is by git’s mail address, or by the key she logs in with', () => {
    signWith('bob');
    coop.git('config', 'user.email', 'bob@elsewhere.example');
    expect(facts(coop.croft(['whoami', '--format', 'json']), 'whoami')).toMatchObject({ entry: { file: 'desired-state/members/bob/member.yaml', lines: ['signing-keys:', `  - ${coop.line('bob')}`] } });
    coop.git('config', '--unset', 'user.email');
    const [login = ''] = /ssh-ed25519 .* ada@laptop/.exec(coop.text('members/ada/member.yaml')) ?? [];
    writeFileSync(join(coop.directory, '../login.pub'), `${login}\n`);
    expect(facts(coop.croft(['whoami', '--key', '../login.pub', '--format', 'json']), 'whoami')).toMatchObject({ member: null, entry: { file: 'desired-state/members/ada/member.yaml', lines: ['signing-keys:', `  - ${login}`] } });
  });

  it('says that a key is revoked, not good yet, or no longer', () => {
    const days: readonly (readonly [string, RegExp])[] = [['revoked: 2020-01-01', /revoked at 2020-01-01/], ['valid-before: 2020-01-01', /not valid after 2019-12-31/], ["valid-after: '9999-01-01'", /not valid before 9999-01-01/]];
    const document = coop.text('members/ada/member.yaml');
    coop.git('checkout', '-q', '-b', 'days');
    for (const [day, why] of days) {
      coop.commit({ 'members/ada/member.yaml': document.replace(/signing-keys:[^]*/, `signing-keys:\n  - key: ${coop.line('ada')}\n    ${day}\n`) });
      const said = coop.croft(['whoami', '--rev', 'days']);
      expect(said).toMatchObject({ status: 3, stderr: '' });
      expect(said.stdout).toMatch(why);
    }
    coop.commit({ 'members/ada/member.yaml': document.replace(/signing-keys:[^]*/, `signing-keys:\n  - key: ${coop.line('ada')}\n    valid-after: 2020-01-01\n    valid-before: 9999-01-01\n`) });
    expect(coop.croft(['whoami', '--rev', 'days'])).toMatchObject({ status: 0, stdout: expect.stringContaining('good              from 2020-01-01 until 9998-12-31\n') as string });
    coop.git('checkout', '-q', 'main');
  });

  it('never shows what a private key holds, and takes no garbage', () => {
    const file = join(coop.directory, '../garbage');
    writeFileSync(file, '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n');
    expect(coop.croft(['whoami', '--key', file])).toMatchObject({ status: 1, stdout: '', stderr: expect.not.stringContaining('secret') as string });
    writeFileSync(file, 'ssh-ed25519 AAAA \u001b[2J\n');
    const said = coop.croft(['whoami', '--key', file]);
    expect(said).toMatchObject({ status: 3 });
    expect(said.stdout).not.toContain('\u001b');
  });
});

describe('the last commit', () => {
  beforeEach(() => signWith('ada'));

  it('is signed by you, by another, by somebody unknown, or by nobody', () => {
    const said = (): string => coop.croft(['whoami']).stdout;
    const commitAs = (name: string): void => {
      coop.git('-c', `user.signingkey=${coop.keyFile(name)}`, 'commit', '-q', '--allow-empty', '-S', '-m', name);
    };
    coop.git('checkout', '-q', '-b', 'work');
    commitAs('ada');
    expect(said()).toMatch(/\nyour last commit [0-9a-f]{10} is signed by you\n$/);
    commitAs('dana');
    expect(said()).toMatch(/\nthe last commit [0-9a-f]{10} is signed by dana\n$/);
    commitAs('bob');
    expect(said()).toMatch(/is signed, and that does not count: nobody in the co-op has the key SHA256:\S+ that signed it\n {2}git commit --amend -S --no-edit\n$/);
    coop.commit({});
    expect(said()).toMatch(/is not signed\n {2}git commit --amend -S --no-edit, and from now on always: git config commit\.gpgsign true\n$/);
    coop.git('branch', '-f', 'main', 'work');
    expect(said()).toMatch(/is not signed\n {2}it is on main already: git commit --allow-empty -S -m "approve" --trailer "Approves: [0-9a-f]{40}"\n$/);
  });
});

describe('git’s configuration', () => {
  it.each<{ readonly name: string; readonly text: string; readonly expected: readonly (readonly [string, string])[] }>([
    { name: 'sections and names in any case', text: '[User]\n\tSigningKey = x\n', expected: [['user.signingkey', 'x']] },
    { name: 'a second name, which keeps its case', text: '[gpg "SSH"]\nprogram = y\n', expected: [['gpg.SSH.program', 'y']] },
    { name: 'comments and blanks', text: '# a\n[user] ; b\n  name =  Ada Lovelace  # c\n', expected: [['user.name', 'Ada Lovelace']] },
    { name: 'quotes, which keep blanks and comment signs', text: '[user]\nname = " a # b "\n', expected: [['user.name', ' a # b ']] },
    { name: 'escapes and lines that go on', text: '[user]\nname = a\\\nb \\"c\\"\n', expected: [['user.name', 'ab "c"']] },
    { name: 'a name alone', text: '[commit]\ngpgsign\n', expected: [['commit.gpgsign', 'true']] },
    { name: 'a setting beside its section', text: '[user] name = x\r\n', expected: [['user.name', 'x']] },
    { name: 'nothing', text: '', expected: [] },
  ])('knows $name', ({ text, expected }) => {
    expect(parseGitConfig(text)).toEqual(expected);
  });

  it('follows what it includes, and no circle for ever', () => {
    writeFileSync(join(coop.directory, '.git/more'), '[include]\npath = config\n[user]\nnickname = ada\n');
    coop.git('config', 'include.path', 'more');
    expect(gitConfig(join(coop.directory, '.git'), null).get('user.nickname')).toBe('ada');
  });
});

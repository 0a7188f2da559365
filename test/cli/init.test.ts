import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foundingFiles, type Founding } from '../../reconciler/commands/founding.ts';
import { build, isStale } from '../../scripts/build.mjs';
import { git } from '../unit/git/fixture.ts';
import { croft, type Said } from './croft.ts';

let place: string;
beforeAll(async () => {
  if (isStale()) await build();
  place = mkdtempSync(join(tmpdir(), 'croft-init-'));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada@laptop', '-f', join(place, 'ada')]);
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-C', 'ada@old', '-f', join(place, 'weak')]);
});
afterAll(() => rmSync(place, { recursive: true }));

function found(name: string, ...words: readonly string[]): Said {
  return croft(['init', name, '--domain', 'meadow.example', '--admin', 'ada', '--email', 'ada@elsewhere.example', '--host', 'one', ...words], place);
}

const text = (name: string, path: string): string => readFileSync(join(place, name, path), 'utf8');

describe('croft init', () => {
  it('writes every document in the form of croft fmt', () => {
    expect(found('formed', '--name', 'Meadow "ours" # all')).toMatchObject({ status: 0, stderr: '' });
    expect(croft(['fmt', '--check'], join(place, 'formed'))).toMatchObject({ status: 0, stdout: '6 unchanged\n' });
    expect(croft(['check'], join(place, 'formed'))).toMatchObject({ status: 0 });
    expect(text('formed', 'desired-state/cluster.yaml')).toContain(`\nname: 'Meadow "ours" # all'\n`);
    expect(text('formed', 'desired-state/hosts/one.yaml')).toContain('  ipv6: 2001:db8::11\n');
    expect(text('formed', 'desired-state/coop/vhosts/www.meadow.example.yaml')).toMatch(/^static:\n {2}root: welcome\naliases: \[meadow\.example\]\n/m);
  });

  it.each(['pre-commit', 'pre-receive', 'post-receive'])('brings the hook %s of this repository, byte for byte and executable', (hook) => {
    if (!existsSync(join(place, 'hooked'))) expect(found('hooked').status).toBe(0);
    const own = join(import.meta.dirname, '../../hooks', hook);
    expect(text('hooked', `hooks/${hook}`)).toBe(readFileSync(own, 'utf8'));
    expect(statSync(join(place, 'hooked/hooks', hook)).mode & 0o777).toBe(0o755);
    expect(foundingFiles(founding).get(`hooks/${hook}`)).toBe(readFileSync(own, 'utf8'));
  });

  it('with the admin’s key is trusted from the first commit on, and believes what she signs', () => {
    const said = found('trusted', '--ssh-key', 'ada.pub');
    expect(said).toMatchObject({ status: 0, stderr: '' });
    const [directory, pin] = [join(place, 'trusted'), git(join(place, 'trusted'), ['rev-list', '--max-parents=0', 'main'])];
    expect(said.stdout).toContain(`\n  trusted: ${pin}\n`);
    expect(said.stdout).toContain('Trust is on');
    expect(text('trusted', 'README.md')).toContain('trusted: <our first commit>        # git rev-list --max-parents=0 main');
    expect(text('trusted', 'desired-state/cluster.yaml')).toMatch(/# .*One approval, since there is one admin:\n.*\ntrust:\n {2}approvals: 1\n$/);
    for (const field of ['ssh-keys', 'signing-keys']) expect(text('trusted', 'desired-state/members/ada/member.yaml')).toContain(`${field}:\n  - ${readFileSync(join(place, 'ada.pub'), 'utf8').trim()}\n`);
    expect(croft(['fmt', '--check'], directory)).toMatchObject({ status: 0 });
    expect(croft(['check'], directory)).toMatchObject({ status: 0 });
    expect(croft(['whoami', '--key', '../ada.pub'], directory)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^you are ada: a member, an admin, active\n/) as string });
    expect(croft(['can', 'ada', 'cluster.yaml'], directory)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^yes: /) as string });
    git(directory, ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${join(place, 'ada')}`, 'commit', '-q', '--allow-empty', '-S', '-m', 'signed']);
    expect(croft(['whoami', '--key', '../ada.pub'], directory).stdout).toMatch(/your last commit [0-9a-f]{10} is signed by you\n$/);
    expect(croft(['preview', '--base', pin, '--head', 'main'], directory)).toMatchObject({ status: 0 });
  });

  it('without a key leaves trust off and says how to switch it on', () => {
    const said = found('open');
    expect(said.stdout).toContain('Trust is off: whoever may push may change anything. To switch it on, add\n  signing-keys: [');
    expect(text('open', 'desired-state/cluster.yaml')).not.toContain('trust:');
    expect(text('open', 'README.md')).toContain('Trust is off');
    expect(croft(['can', 'ada', 'cluster.yaml'], join(place, 'open')).stdout).toMatch(/^trust is off/);
  });

  it.each([
    ['weak.pub', '--ssh-key: cannot use this signing key: it has 2048 bits'], ['ada', 'this is the private key'], ['nowhere.pub', 'cannot read --ssh-key'],
  ])('writes nothing when the key is unfit: %s', (key, why) => {
    const said = found('unfit', '--ssh-key', key);
    expect(said).toMatchObject({ status: 1, stdout: '' });
    expect(said.stderr).toContain(why);
    expect(existsSync(join(place, 'unfit'))).toBe(false);
  });

  it.each([
    ['of git init', (at: string) => [['init', '-q', '-b', 'master', at]]],
    ['that is the clone of an empty repository', (at: string) => [['init', '-q', '--bare', `${at}.git`], ['clone', '-q', `${at}.git`, at]]],
  ])('starts in an empty repository %s, on main', (how, make) => {
    const name = `empty ${how}`;
    for (const words of make(name)) git(place, words);
    expect(found(name)).toMatchObject({ status: 0, stderr: '' });
    expect(git(join(place, name), ['status', '--porcelain', '--branch']).split('\n')[0]).toMatch(/^## main/);
    expect(git(join(place, name), ['status', '--porcelain'])).toBe('');
    expect(found(name)).toMatchObject({ status: 1, stderr: expect.stringContaining('it is not empty') as string });
    git(join(place, name), ['rm', '-rq', '.']);
    expect(found(name)).toMatchObject({ status: 1, stderr: expect.stringContaining('its repository holds commits already') as string });
  });

  it.each([
    [['--email', 'ada'], '--email: cannot use `ada` as `contact`'], [['--admin', 'Ada'], '--admin: '],
    [['--name', 'a\u00a0b'], '--name: '], [['--domain', 'ada'], '--domain: cannot use `ada` as `domain`'],
  ])('names the option that is wrong: %s', (words, why) => {
    const said = found('unfit', ...words);
    expect(said).toMatchObject({ status: 1, stdout: '' });
    expect(said.stderr).toContain(why);
    expect(said.stderr.match(/^ {2}--/gm)).toHaveLength(1);
  });

  it('has git ignore what editors leave beside the documents', () => {
    if (!existsSync(join(place, 'edited'))) expect(found('edited').status).toBe(0);
    const at = (name: string): string => join(place, 'edited/desired-state/members/ada', name);
    for (const name of ['.member.yaml.swp', 'member.yaml~', '.DS_Store', '#member.yaml#', '._member.yaml']) writeFileSync(at(name), '\0');
    symlinkSync('ada@laptop.1:2', at('.#member.yaml'));
    expect(git(join(place, 'edited'), ['status', '--porcelain'])).toBe('');
    expect(croft(['check'], join(place, 'edited'))).toMatchObject({ status: 0 });
  });

  it('gives the second member the uid after the first', () => {
    expect(found('second').status).toBe(0);
    expect(text('second', 'desired-state/members/ada/member.yaml')).toContain('uid: 10001\n');
    expect(croft(['new', 'member', 'bob', '--name', 'Bob', '--email', 'bob@elsewhere.example'], join(place, 'second'))).toMatchObject({ status: 0 });
    expect(text('second', 'desired-state/members/bob/member.yaml')).toContain('uid: 10002\n');
  });
});

const founding: Founding = { name: 'Meadow', domain: 'meadow.example', host: 'one', debian: '13', ipv4: '192.0.2.11', ipv6: '2001:db8::11', admin: 'ada', email: 'ada@elsewhere.example', sshKey: null };

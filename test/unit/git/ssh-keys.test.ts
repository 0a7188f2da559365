/** By which keys the two sides of a conversation over ssh know each other. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bare, commitOf, room } from './fixture.ts';
import { failure, fetched, path } from './ssh-fetch.ts';
import { keyPair, knownHosts, publicKey, sshServer } from './ssh-server.ts';

describe('whom it takes for the server', () => {
  test('a key that is not known is shown with what to do, and nothing is said to the server', async () => {
    const server = await sshServer();
    const file = knownHosts('git.example ssh-ed25519 AAAA', '# a comment', '', 'nonsense');
    const print = execFileSync('ssh-keygen', ['-lf', '-'], { input: server.hostKey }).toString().split(' ')[1] ?? '';
    const message = await failure(server.url('/x'), { ...server.identity, knownHosts: [file] });
    expect(message).toBe(`cannot fetch: the host key of ${server.name}, ${print} (ssh-ed25519), is not known: when whoever runs it confirms that fingerprint, put it in with: ssh-keyscan -t ed25519 -p ${server.port} 127.0.0.1 >> ${file}`);
    expect(server.asked).toEqual([]);
    expect(await failure(server.url('/x'), { ...server.identity, knownHosts: [join(room(), 'missing')] })).toContain('is not known');
    expect(await failure(server.url('/x'), { ...server.identity, knownHosts: [] })).toContain('no known_hosts file is named');
  });

  test('a key that changed, one of another sort, one that is revoked and one that others vouch for are each told apart', async () => {
    const server = await sshServer();
    const other = publicKey(keyPair());
    const said = async (...lines: readonly string[]): Promise<string> => failure(server.url('/x'), { ...server.identity, knownHosts: [knownHosts(...lines)] });
    expect(await said(`${server.name} ${other}`)).toMatch(/has changed to SHA256:\S+ \(ssh-ed25519\), and \S+ has SHA256:\S+: somebody may be in between/);
    expect(await said(`${server.name} ${publicKey(keyPair('ecdsa'))}`)).toContain('shows no host key of a sort that both sides know');
    expect(await said(`${server.name} ${server.hostKey}`, `@revoked * ${server.hostKey}`)).toMatch(/is revoked in \S+known_hosts$/);
    expect(await said(`@revoked ${server.name} ${server.hostKey}`)).toContain('is revoked');
    expect(await said(`@cert-authority * ${server.hostKey}`)).toContain('its @cert-authority entries are not used');
    expect(await said(`127.0.0.1 ${server.hostKey}`)).toContain('is not known');
    expect(await said(`*,!${server.name} ${server.hostKey}`)).toContain('is not known');
    expect(server.asked).toEqual([]);
  });

  test('hashed names, patterns and lists of names are understood, and one right key of several is enough', async () => {
    const repository = bare();
    const tip = commitOf(repository, { [path]: 'one\n' });
    const server = await sshServer();
    const hashed = knownHosts(`${server.name} ${server.hostKey}`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed], { stdio: 'pipe' });
    expect(readdirSync(dirname(hashed))).toContain('known_hosts.old');
    const files = [
      hashed,
      knownHosts(`git.example,[127.0.0.?]:* ${server.hostKey} a comment`),
      knownHosts(`${server.name} ${publicKey(keyPair())}`, `${server.name} ${publicKey(keyPair('ecdsa'))}`, `${server.name} ${server.hostKey}`, `@revoked * ${publicKey(keyPair())}`),
    ];
    for (const file of files) expect((await fetched(join(room(), 'mirror'), server.url(repository), { ...server.identity, knownHosts: [file] })).tip).toBe(tip);
  });
});

describe('who one is to the server', () => {
  test('a key that the server does not take is named, with the user', async () => {
    const server = await sshServer();
    const [wrong, locked] = [keyPair(), keyPair('ed25519', 'a passphrase')];
    const message = await failure(server.url('/x'), { ...server.identity, keyFiles: [wrong, locked] });
    expect(message).toBe(`cannot fetch: git@${server.name} lets none of these keys in: ${wrong}, ${locked} (it is encrypted: hand it to an ssh-agent and name the agent's socket)`);
    expect(await failure(server.url('/x').replace('git@', 'root@'), server.identity)).toContain(`root@${server.name} lets none of these keys in`);
  });

  test('a key that is encrypted, public, missing or something else is told before anything is said to the server', async () => {
    const server = await sshServer();
    const locked = keyPair('ed25519', 'a passphrase');
    const other = join(room(), 'key');
    writeFileSync(other, 'hello\n');
    const said = async (...keyFiles: readonly string[]): Promise<string> => failure(server.url('/x'), { ...server.identity, keyFiles });
    expect(await said(locked)).toContain(`${locked} (it is encrypted: hand it to an ssh-agent`);
    expect(await said(`${locked}.pub`)).toContain('it is a public key');
    expect(await said(other)).toContain('it is not a key in OpenSSH\'s format');
    expect(await said(`${other}x`)).toContain('there is no such file');
    expect(await said()).toContain('no key file and no agent is named');
    expect(server.connections.made).toBe(0);
  });

  test('an agent signs for a key that is not in a file, and one that is away is one way in less', async () => {
    const repository = bare();
    const tip = commitOf(repository, { [path]: 'one\n' });
    const server = await sshServer();
    const socket = join(room(), 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(async () => {
      agent.kill();
      await once(agent, 'close');
    });
    await once(agent.stdout, 'data');
    execFileSync('ssh-add', ['-q', ...server.identity.keyFiles], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
    expect((await fetched(join(room(), 'mirror'), server.url(repository), { ...server.identity, keyFiles: [keyPair()], agent: socket })).tip).toBe(tip);
    expect((await fetched(join(room(), 'mirror'), server.url(repository), { ...server.identity, agent: `${socket}x` })).tip).toBe(tip);
    expect(await failure(server.url(repository), { ...server.identity, keyFiles: [], agent: `${socket}x` })).toContain(`lets none of these keys in: the agent at ${socket}x`);
  });
});

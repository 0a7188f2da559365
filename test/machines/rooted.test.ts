import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rooted } from '../../reconciler/machines/rooted.ts';
import { MachineError, type Machine } from '../../reconciler/model/machine.ts';
import { access, ask, rootedBench, write } from './bench.ts';
import { contract } from './contract.ts';
import { transactions } from './transactions.ts';

describe('the contract, on a rooted machine', () => {
  contract(() => rootedBench(), { check: ['sshd', '-t', '-f', '{}'], text: '# croft-rooted: refuse\n' });
  transactions(() => rootedBench('/etc/ssh/work'), { argv: () => ['sshd', '-t'], text: '# croft-rooted: refuse\n' });
});

describe('a rooted machine', () => {
  let base: string;
  let root: string;
  let machine: Machine;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'croft-escape-'));
    root = join(base, 'host');
    machine = rooted(root);
    mkdirSync(join(base, 'outside'), { mode: 0o755 });
    writeFileSync(join(base, 'outside/precious'), 'precious');
  });
  afterEach(() => rmSync(base, { recursive: true }));
  const outside = (): readonly string[] => [...readdirSync(join(base, 'outside')), readFileSync(join(base, 'outside/precious'), 'utf8')];

  test.each([
    { name: 'an absolute link to a directory', link: () => join(base, 'outside') },
    { name: 'a relative link upwards', link: () => '../../../../../../../../outside' },
    { name: 'a relative link just above the root', link: () => '../../outside' },
    { name: 'a link through /proc', link: () => `/proc/${process.pid}/root${join(base, 'outside')}` },
    { name: 'a link to this process\'s own directory descriptors', link: () => '/proc/self/cwd' },
    { name: 'a link to itself', link: () => 'way' },
  ])('$name leads nowhere', async ({ link }) => {
    symlinkSync(link(), join(root, 'srv/way'));
    expect(await ask(machine, '/srv/way/precious', 'text')).toBeNull();
    for (const step of [write('/srv/way/precious', 'x'), write('/srv/way/new', 'x'), { do: 'link', path: '/srv/way/new', target: 'x' } as const,
      { do: 'directory', path: '/srv/way/new', ...access } as const, { do: 'access', path: '/srv/way/precious', ...access } as const]) {
      await expect(machine.perform(step)).rejects.toThrow(MachineError);
    }
    await machine.perform({ do: 'remove', path: '/srv/way/precious' });
    await machine.perform({ do: 'remove-directory', path: '/srv/way' }).catch(() => undefined);
    expect(outside()).toEqual(['precious', 'precious']);
  });

  test('absolute links and too many .. end at its own root, as on a host', async () => {
    symlinkSync('/../../../../srv', join(root, 'home/way'));
    await machine.perform(write('/home/way/a', 'x'));
    expect(readFileSync(join(root, 'srv/a'), 'utf8')).toBe('x');
  });

  test('a chain of links that never ends is an error, not a hang', async () => {
    symlinkSync('b', join(root, 'srv/a'));
    symlinkSync('a', join(root, 'srv/b'));
    await expect(machine.perform(write('/srv/a/x', 'x'))).rejects.toThrow(/more than 40 links/);
  });

  test('a directory swapped for a link outside while its file is checked changes nothing there', async () => {
    mkdirSync(join(root, 'srv/d'), { mode: 0o755 });
    const writing = machine.perform(write('/srv/d/precious', 'x', { check: ['true'] }));
    renameSync(join(root, 'srv/d'), join(root, 'srv/moved'));
    symlinkSync(join(base, 'outside'), join(root, 'srv/d'));
    await writing;
    expect([outside(), readdirSync(join(root, 'srv/moved'))]).toEqual([['precious', 'precious'], ['precious']]);
  });

  test('a directory that is swapped all the time never lets a write out', async () => {
    for (let round = 0; round < 200; round += 1) {
      rmSync(join(root, 'srv/d'), { recursive: true, force: true });
      mkdirSync(join(root, 'srv/d'), { mode: 0o755 });
      const writing = machine.perform(write('/srv/d/precious', 'x', { check: ['true'] })).catch(() => undefined);
      rmSync(join(root, 'srv/d'), { recursive: true, force: true });
      symlinkSync(join(base, 'outside'), join(root, 'srv/d'));
      await writing;
    }
    expect(outside()).toEqual(['precious', 'precious']);
  });

  test('its own memory is not kept through a link either', async () => {
    rmSync(join(root, 'var/lib/croft/rooted'), { recursive: true });
    symlinkSync(join(base, 'outside'), join(root, 'var/lib/croft/rooted'));
    await machine.perform(write('/srv/a', 'x', { owner: 'www-data' })).catch(() => undefined);
    expect(outside()).toEqual(['precious', 'precious']);
  });

  test('owners are kept in a ledger that a person can edit, and forgotten with their file', async () => {
    const ledger = join(root, 'var/lib/croft/rooted/ownership.json');
    await machine.perform(write('/srv/a', 'x', { owner: 'www-data', group: 'adm' }));
    expect(JSON.parse(readFileSync(ledger, 'utf8'))).toMatchObject({ '/srv/a': '33:4' });
    writeFileSync(ledger, JSON.stringify({ '/srv/a': '33:12345' }));
    expect(await ask(machine, '/srv/a')).toMatchObject({ owner: 'www-data', group: '12345' });
    expect(await ask(rooted(root), '/srv/a')).toMatchObject({ owner: 'www-data', group: '12345' });
    await machine.perform({ do: 'remove', path: '/srv/a' });
    await machine.perform(write('/srv/b', 'x'));
    expect(JSON.parse(readFileSync(ledger, 'utf8'))).toEqual({});
  });

  test('members of libnss-extrausers are users, as soon as the file says so', async () => {
    mkdirSync(join(root, 'var/lib/extrausers'), { mode: 0o755 });
    await expect(machine.perform(write('/srv/a', 'x', { owner: 'ada' }))).rejects.toThrow("this host has no such user");
    await machine.perform(write('/var/lib/extrausers/passwd', 'ada:x:10001:10001:Ada:/home/ada:/bin/bash\nroot:x:10002:10002::/:/bin/sh\n'));
    await machine.perform(write('/srv/a', 'x', { owner: 'ada' }));
    expect(await ask(machine, '/srv/a')).toMatchObject({ owner: 'ada', group: 'root' });
    await expect(machine.perform(write('/home/ada', 'x'))).resolves.toBeUndefined();
  });

  test('a link in another user\'s name on the way is not followed', async () => {
    symlinkSync('/srv', join(root, 'opt/way'));
    writeFileSync(join(root, 'var/lib/croft/rooted/ownership.json'), JSON.stringify({ '/opt/way': '33:33' }));
    await expect(machine.perform(write('/opt/way/a', 'x'))).rejects.toThrow("the link /opt/way belongs to user 'www-data'");
    expect(await ask(machine, '/opt/way/a')).toBeNull();
  });

  test.each([
    { name: 'the real host', make: () => '/', says: 'it is this machine' },
    { name: 'a directory with something foreign', make: () => join(base, 'outside'), says: 'it holds precious' },
    { name: 'a directory with users of its own', make: foreignHost, says: 'etc/passwd' },
  ])('$name is not taken for an empty directory', ({ make, says }) => {
    expect(() => rooted(make())).toThrow(says);
  });

  function foreignHost(): string {
    mkdirSync(join(base, 'foreign/etc'), { recursive: true });
    writeFileSync(join(base, 'foreign/etc/passwd'), 'root:x:0:0::/:/bin/sh\n');
    return join(base, 'foreign');
  }

  test('what is put there first is kept', () => {
    mkdirSync(join(base, 'new/etc/croft'), { recursive: true });
    writeFileSync(join(base, 'new/etc/croft/cluster.key'), 'k');
    rooted(join(base, 'new'));
    rooted(join(base, 'new'));
    expect([readFileSync(join(base, 'new/etc/croft/cluster.key'), 'utf8'), existsSync(join(base, 'new/etc/ssh/sshd_config.d'))]).toEqual(['k', true]);
  });

  test('a secret is derived from the co-op\'s key, and compared', async () => {
    const step = { do: 'derive', path: '/srv/key', label: 'tsig', template: 'secret "{}";\n', ...access, mode: '0640' } as const;
    const probe = { ask: 'derived', path: '/srv/key', label: 'tsig', template: 'secret "{}";\n' } as const;
    await expect(machine.perform(step)).rejects.toThrow(/cannot derive a secret: \/etc\/croft is not there/);
    expect(await machine.observe([probe])).toEqual([{ ask: 'derived', node: null, matches: false }]);
    mkdirSync(join(root, 'etc/croft'), { mode: 0o755 });
    const key = (text: string, mode = 0o600): void => {
      writeFileSync(join(root, 'etc/croft/cluster.key'), text);
      chmodSync(join(root, 'etc/croft/cluster.key'), mode);
    };
    key('short\n');
    await expect(machine.perform(step)).rejects.toThrow(/shorter than 32 bytes/);
    key(`${'k'.repeat(32)}\n`, 0o640);
    await expect(machine.perform(step)).rejects.toThrow(/has mode 0640/);
    key(`${'k'.repeat(32)}\n`);
    await machine.perform(step);
    // printf tsig | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk -binary | base64
    expect(readFileSync(join(root, 'srv/key'), 'utf8')).toBe('secret "4f0QeOC573SK3RzZ9Jzn/G+3J3xWW5ZGzygTK3lI5hI=";\n');
    expect(await machine.observe([probe])).toMatchObject([{ ask: 'derived', matches: true, node: { type: 'file', mode: '0640' } }]);
    expect(JSON.stringify(await machine.observe([probe]))).not.toContain('secret');
    key('j'.repeat(32));
    expect(await machine.observe([probe])).toMatchObject([{ matches: false }]);
  });
});

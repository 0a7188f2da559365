import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rooted } from '../../reconciler/machines/rooted.ts';
import { digest } from '../../reconciler/model/digest.ts';
import { MachineError, type Machine } from '../../reconciler/model/machine.ts';
import { access, ask, rootedBench, write } from './bench.ts';
import { contract } from './contract.ts';
import { rolls } from './rolls.ts';
import { transactions } from './transactions.ts';

describe('the contract, on a rooted machine', () => {
  contract(() => rootedBench(), { check: ['sshd', '-t', '-f', '{}'], text: '# croft-rooted: refuse\n' });
  rolls(() => rootedBench());
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

  test('a ledger is amended, not written anew, and the last word of an owner is the right one', async () => {
    const ledger = join(root, 'var/lib/croft/rooted/ownership.json');
    await machine.perform(write('/srv/a', 'x', { owner: 'www-data' }));
    const { ino } = lstatSync(ledger);
    for (const owner of ['mail', 'backup', 'www-data', 'mail']) await machine.perform({ do: 'access', path: '/srv/a', mode: '0644', owner, group: 'root' });
    expect(lstatSync(ledger).ino).toBe(ino);
    expect(await ask(rooted(root), '/srv/a')).toMatchObject({ owner: 'mail' });
    for (let times = 0; times < 200; times += 1) await machine.perform({ do: 'access', path: '/srv/a', mode: '0644', owner: times % 2 === 0 ? 'root' : 'backup', group: 'root' });
    expect(readFileSync(ledger, 'utf8').split('\n').length).toBeLessThan(150);
    expect(await ask(rooted(root), '/srv/a')).toMatchObject({ owner: 'backup' });
  });

  test('whose something is stays when what waited beside it is dropped, and goes with its directory', async () => {
    const ledger = join(root, 'var/lib/croft/rooted/ownership.json');
    const [path, token] = ['/srv/in/b', '0123456789abcdef'];
    const owned = { ...access, owner: 'www-data' };
    for (const directory of ['/srv/in', '/srv/inn']) await machine.perform({ do: 'directory', path: directory, ...access, mode: '0755' });
    for (const name of ['/srv/in/a', '/srv/inn/a']) await machine.perform(write(name, 'x', owned));
    await machine.perform({ do: 'stage', path, token, make: { do: 'write', path, text: 'x', ...owned } });
    await machine.perform({ do: 'unstage', places: [{ path, token }] });
    expect(await ask(machine, '/srv/in/a')).toMatchObject({ owner: 'www-data' });
    await machine.perform({ do: 'purge', path: '/srv/in' });
    mkdirSync(join(root, 'srv/in'));
    writeFileSync(join(root, 'srv/in/a'), 'x');
    expect([await ask(machine, '/srv/in/a'), await ask(rooted(root), '/srv/in/a'), await ask(machine, '/srv/inn/a')]).toMatchObject([{ owner: 'root' }, { owner: 'root' }, { owner: 'www-data' }]);
    expect(readFileSync(ledger, 'utf8')).not.toContain(token);
  });

  test('a directory that was there a moment ago is not written in when something else has its name by now', async () => {
    mkdirSync(join(root, 'srv/way'), { mode: 0o755 });
    await machine.perform(write('/srv/way/a', 'x'));
    renameSync(join(root, 'srv/way'), join(root, 'srv/gone'));
    symlinkSync('/opt', join(root, 'srv/way'));
    await machine.perform(write('/srv/way/b', 'x'));
    expect([readdirSync(join(root, 'srv/gone')), existsSync(join(root, 'opt/b'))]).toEqual([['a'], true]);
  });

  test('a directory that croft itself gave to somebody is not written in any more', async () => {
    mkdirSync(join(root, 'srv/way'), { mode: 0o755 });
    await machine.perform(write('/srv/way/a', 'x'));
    await machine.perform({ do: 'access', path: '/srv/way', mode: '0755', owner: 'www-data', group: 'root' });
    await expect(machine.perform(write('/srv/way/b', 'x'))).rejects.toThrow("/srv/way belongs to user 'www-data'");
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
    await expect(machine.perform(step)).rejects.toThrow(/cannot derive a secret: .* cannot be reached: \/etc\/croft is not there/);
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

  describe('opens a secret', () => {
    const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../fixtures/secrets', name), 'utf8');
    const step = { do: 'unseal', path: '/srv/secret', label: 'member:ada db-password', sealed: fixture('ada-db-password.age'), record: '/srv/opened', ...access, mode: '0440' } as const;
    const probe = { ask: 'sealed', path: step.path, label: step.label, sealed: step.sealed, record: step.record } as const;
    const hostKey = (text: string, mode = 0o600): void => {
      writeFileSync(join(root, 'etc/ssh/ssh_host_ed25519_key'), text);
      chmodSync(join(root, 'etc/ssh/ssh_host_ed25519_key'), mode);
    };
    const value = (): string => readFileSync(join(root, 'srv/secret'), 'utf8');

    test('with the key of its sshd, and says so without the value', async () => {
      await expect(machine.perform(step)).rejects.toThrow('cannot open the secret member:ada db-password: /etc/ssh/ssh_host_ed25519_key is not there');
      hostKey(fixture('host-one'), 0o640);
      await expect(machine.perform(step)).rejects.toThrow('has mode 0640, so others than root may read it');
      hostKey('no key\n');
      await expect(machine.perform(step)).rejects.toThrow('it is not a private key of OpenSSH');
      hostKey(fixture('host-one'));
      expect(await machine.observe([probe])).toEqual([{ ask: 'sealed', node: null, opened: null }]);
      await machine.perform(step);
      expect(value()).toBe('correct horse battery staple');
      const answers = await machine.observe([probe]);
      expect(answers).toMatchObject([{ opened: digest(step.sealed), node: { type: 'file', mode: '0440' } }]);
      expect(JSON.stringify(answers)).not.toContain('staple');
      expect(readFileSync(join(root, 'srv/opened'), 'utf8')).toMatch(/^sha256:[0-9a-f]{64} [0-9a-f]{64}\n$/);
      expect(lstatSync(join(root, 'srv/opened')).mode & 0o777).toBe(0o600);
    });

    test('and knows an older value from a hand edit, with its note or without', async () => {
      hostKey(fixture('host-one'));
      await machine.perform(step);
      const newer = { ...probe, sealed: fixture('ada-db-password-2.age') };
      expect(await machine.observe([newer])).toMatchObject([{ opened: digest(step.sealed) }]);
      rmSync(join(root, 'srv/opened'));
      expect(await machine.observe([probe, newer])).toMatchObject([{ opened: digest(step.sealed) }, { opened: null }]);
      await machine.perform(step);
      writeFileSync(join(root, 'srv/secret'), 'another value');
      expect(await machine.observe([probe, newer])).toMatchObject([{ opened: null }, { opened: null }]);
      for (const forged of ['', 'x', `${digest(step.sealed)} ${'0'.repeat(64)}\n`, '\0'.repeat(131)]) {
        writeFileSync(join(root, 'srv/opened'), forged);
        expect(await machine.observe([probe])).toMatchObject([{ opened: null }]);
      }
    });

    test.each([
      ['sealed to another host', fixture('ada-db-password-two.age'), "sealed to other keys than this host's"],
      ['sealed as another secret', fixture('coop-backup-key.age'), 'sealed as another secret than member:ada db-password'],
      ['without a first line of croft', fixture('ada-unlabelled.age'), 'does not say whose it is'],
      ['that is no sealed text', 'hunter2', 'it is no sealed text'],
      ['that was bent', fixture('ada-db-password-2.age').replace(/(.)(=*\n-----END)/, (_, last: string, rest: string) => `${last === 'A' ? 'B' : 'A'}${rest}`), 'member:ada db-password: it is'],
    ])('but not one %s: the old value stays', async (_, sealed, why) => {
      hostKey(fixture('host-one'));
      await machine.perform(step);
      await expect(machine.perform({ ...step, sealed })).rejects.toThrow(why);
      expect(await machine.observe([{ ...probe, sealed }])).toMatchObject([{ opened: digest(step.sealed) }]);
      expect(value()).toBe('correct horse battery staple');
    });

    test('after its key was changed only what is sealed to the new one, and the old value stays', async () => {
      hostKey(fixture('host-one'));
      await machine.perform(step);
      hostKey(fixture('host-two'));
      await expect(machine.perform(step)).rejects.toThrow('croft secret rotate');
      expect(await machine.observe([probe])).toMatchObject([{ opened: null }]);
      expect(value()).toBe('correct horse battery staple');
      await machine.perform({ ...step, sealed: fixture('ada-db-password-two.age') });
      expect(value()).toBe('for another host');
    });

    test('in the place of a link, and never through it', async () => {
      hostKey(fixture('host-one'));
      symlinkSync(join(base, 'outside/precious'), join(root, 'srv/secret'));
      await machine.perform(step);
      expect(outside()).toEqual(['precious', 'precious']);
      expect(value()).toBe('correct horse battery staple');
    });
  });
});

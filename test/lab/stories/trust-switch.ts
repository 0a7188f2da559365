import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { hosts, must, report, type Coop } from '../coop.ts';
import { addresses, exec, net, type Host } from '../lab.ts';
import { client, clone, environment, git, identity, newKey, publicLine, run, write, type Client } from '../trust-clients.ts';
import { blocks, script, tip } from '../trust-server.ts';

/** Whoever pushes in these stories. */
export const people = ['ada', 'bob', 'carol', 'dana', 'judy'] as const;

/** From a repository that everybody could write to, to one of which every word is signed: docs/git-server.md, as it stands there. */
export function trustSwitch(coop: () => Coop): void {
  const [repository = '', history = '', kickKey = '', keys = '', again = ''] = blocks('main');
  const [showKeys = '', look = ''] = blocks('hosts');
  const [settings = '', commit = ''] = blocks('clone');
  let kick = '';
  let hostKeys: ReadonlyMap<Host, readonly [string, string]> = new Map();

  describe('the move to a git server of the co-op’s own', () => {
    it('makes a repository, a kick key and ways in with the manual’s own commands', async () => {
      await script('main', repository);
      await script('main', history.replace('https://git.example/coop.git', coop().url));
      kick = (await script('main', kickKey)).stdout.trim();
      expect(kick).toMatch(/^ssh-ed25519 \S+ git@main$/);
      expect((await exec('main', ['stat', '-c', '%U %a', '/srv/git/coop.git/kick.key'])).stdout).toBe('git 600\n');
      await script('main', keys);
      const lines = (await exec('main', ['cat', '/srv/git/.ssh/authorized_keys'])).stdout.trim().split('\n');
      expect(lines.filter((line) => !/^restrict (ssh-ed25519|ssh-rsa|ecdsa-\S+|sk-\S+) AAAA\S+$/.test(line))).toEqual([]);
      for (const who of people) expect(lines.join('\n')).toContain(publicLine(join(coop().keys, who)).split(' ')[1]);
    });

    it('switches trust on with a commit that an admin pushes to the new place', async () => {
      hostKeys = new Map(await Promise.all(hosts.map(async (host) => {
        const [own = '', shown = ''] = (await script(host, showKeys)).stdout.trim().split('\n');
        return [host, [own, shown] as const] as const;
      })));
      for (const who of people) writeFileSync(join(client(coop(), who).home, '.ssh/known_hosts'), `${addresses.main.ipv4} ${hostKeys.get('main')?.[1]}\n`);
      const dana = client(coop(), 'dana');
      await must(net(['env', ...environment(dana), 'git', 'clone', '-q', coop().url, dana.clone]));
      await must(run(dana, ['sh', '-euc', settings]));
      for (const [key, value] of identity(dana)) git(dana, 'config', key, value);
      declare(dana, { coop: coop(), kick, hostKeys });
      const pushed = await must(run(dana, ['env', `PATH=${withCroft(coop())}:${process.env['PATH']}`, 'sh', '-euc', commit]));
      expect(pushed.stdout.trim().split('\n').at(-1)).toBe(await tip());
    });

    it('moves each host over: pinned server, pinned commit, its own key', async () => {
      const known = (await script('main', again)).stdout;
      const trusted = await tip();
      for (const host of hosts) {
        await must(exec(host, ['sh', '-c', 'cat > /etc/croft/known_hosts'], { input: known }));
        await must(exec(host, ['sh', '-c', 'cat > /etc/croft/config.yaml'], { input: `host: ${host}\nremotes:\n  - git@192.0.2.11:/srv/git/coop.git\ntrusted: ${trusted}\n` }));
      }
      for (const host of hosts) {
        await expect.poll(async () => (await exec(host, ['sh', '-c', look], { timeoutSeconds: 300 })).stdout, { timeout: 240_000, interval: 1000 }).toMatch(new RegExp(`^${host} @ ${trusted.slice(0, 10)}`, 'm'));
        expect(await report(host)).toMatchObject({ revision: trusted, remote: 'git@192.0.2.11:/srv/git/coop.git', holds: [] });
      }
    });

    it('lets everybody clone it over ssh', async () => {
      for (const who of people) await clone(client(coop(), who));
    });
  });
}

interface Declared {
  readonly coop: Coop;
  readonly kick: string;
  readonly hostKeys: ReadonlyMap<Host, readonly [string, string]>;
}

/** What an admin writes into the documents to switch trust on. Judy is an admin again: two are to approve. */
function declare(dana: Client, { coop, kick, hostKeys }: Declared): void {
  const set = (path: string, values: object): void =>
    write(dana, path, (text) => {
      const document = parseDocument(text);
      for (const [key, value] of Object.entries(values)) document.set(key, value);
      return document.toString({ lineWidth: 0 });
    });
  for (const [host, [own, shown]] of hostKeys) set(`hosts/${host}.yaml`, { key: own, 'ssh-host-key': shown });
  for (const who of people) set(`members/${who}/member.yaml`, { 'signing-keys': [publicLine(join(coop.keys, who))] });
  set('cluster.yaml', { admins: ['dana', 'judy'], trust: { approvals: 2, 'merge-keys': [publicLine(newKey(coop, 'forge'))], 'kick-key': kick } });
}

/** A directory in which `croft` is this checkout's. */
function withCroft({ keys }: Coop): string {
  const directory = join(dirname(keys), 'bin');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'croft'), `#!/bin/sh\nexec ${process.execPath} ${fileURLToPath(new URL('../../../dist/croft.cjs', import.meta.url))} "$@"\n`);
  chmodSync(join(directory, 'croft'), 0o755);
  return directory;
}

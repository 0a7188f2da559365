import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hosts, keyOf, must, reconcile, timerRun, type Coop } from '../coop.ts';
import { addresses, exec, net, ssh, type Result } from '../lab.ts';
import { change, client } from '../trust-clients.ts';
import { script } from '../trust-server.ts';

/** What each key opens, and what else is tried with it. */
export function trustDoors(coop: () => Coop): void {
  const kickKey = (): string => join(coop().keys, 'kick');
  const kicked = (host: (typeof hosts)[number], ...options: readonly string[]): Promise<Result> =>
    net(['ssh', '-F', 'none', '-i', kickKey(), '-o', 'IdentitiesOnly=yes', '-o', 'IdentityAgent=none', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'ConnectTimeout=10', ...options.slice(0, -1), `croft-kick@${addresses[host].ipv4}`, ...options.slice(-1)], { timeoutSeconds: 30 });

  describe('the kick key', () => {
    it('makes a host look for news, whatever it asks for, and nothing else', async () => {
      writeFileSync(kickKey(), (await must(exec('main', ['cat', '/srv/git/coop.git/kick.key']))).stdout);
      chmodSync(kickKey(), 0o600);
      for (const host of hosts) {
        const boot = await exec(host, ['stat', '-c', '%Y', '/proc/1']);
        const asked = await kicked(host, 'reboot; id > /run/croft-kick/id; sh');
        expect(asked).toMatchObject({ status: 0, stdout: `croft on ${host} will look for news\n` });
        expect(await exec(host, ['stat', '-c', '%Y', '/proc/1'])).toEqual(boot);
        expect((await exec(host, ['test', '-e', '/run/croft-kick/id'])).status).not.toBe(0);
      }
    });

    it('forwards nothing, carries no files and has no terminal', async () => {
      expect((await kicked('main', '-W', '127.0.0.1:80', '-v')).stderr).toMatch(/administratively prohibited|open failed/);
      expect((await kicked('main', '-o', 'ExitOnForwardFailure=yes', '-R', '18080:127.0.0.1:80', 'x')).stderr).toMatch(/remote port forwarding failed/);
      expect((await kicked('main', '-tt', 'x')).stderr).toContain('PTY allocation request failed');
      const sftp = await net(['sftp', '-q', '-F', 'none', '-i', kickKey(), '-o', 'IdentityAgent=none', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'BatchMode=yes', '-b', '-', `croft-kick@${addresses.main.ipv4}`], { input: 'ls /\n', timeoutSeconds: 30 });
      expect(sftp.status).not.toBe(0);
      expect(sftp.stdout).not.toContain('/etc');
    });

    it('is a convenience: without it a push says so, and each host looks by itself', async () => {
      await script('main', 'chmod 000 /srv/git/coop.git/kick.key');
      try {
        const { status, stderr, oid } = await change(client(coop(), 'carol'), 'members/carol/vhosts/quiet.carol.example.yaml', 'redirect: { to: "https://carol.example/" }\n');
        expect(status, stderr).toBe(0);
        expect(stderr).toMatch(/the hosts look for news each minute|lets none of these keys in/);
        await Promise.all(hosts.map((host) => timerRun(host, { revision: oid }, 150)));
      } finally {
        await script('main', 'chmod 600 /srv/git/coop.git/kick.key');
      }
    });
  });

  describe('the git server', () => {
    it('runs git and nothing else for members and hosts', async () => {
      for (const [command, said] of [['sh', 'unrecognized command'], ["git-upload-pack '/etc'", 'not appear to be a git repository'], ['cat /srv/git/coop.git/kick.key', 'unrecognized command']] as const) {
        const { status, stdout, stderr } = await ssh('main', 'git', keyOf(coop(), 'ada'), command);
        expect(status, command).not.toBe(0);
        expect(`${stdout}${stderr}`).toContain(said);
      }
      const forwarded = await net(['ssh', '-F', 'none', '-i', keyOf(coop(), 'ada'), '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-W', '127.0.0.1:80', `git@${addresses.main.ipv4}`], { timeoutSeconds: 30 });
      expect(forwarded.stderr).toMatch(/administratively prohibited|open failed/);
    });

    it('with another host key than the pinned one is not talked to: the host says so and goes on', async () => {
      const known = (await must(exec('shell', ['cat', '/etc/croft/known_hosts']))).stdout;
      const other = (await must(exec('shell', ['cat', '/etc/ssh/ssh_host_ed25519_key.pub']))).stdout;
      await must(exec('shell', ['sh', '-c', 'cat > /etc/croft/known_hosts'], { input: `192.0.2.11 ${other}` }));
      try {
        await must(exec('shell', ['rm', '/etc/ssh/authorized_keys.d/ada']));
        const { status, stdout, report } = await reconcile('shell');
        expect(status).toBe(0);
        expect(stdout).toContain('git@192.0.2.11:/srv/git/coop.git did not answer');
        expect(stdout).toContain('last good commit');
        expect(report.notices.join('\n')).toMatch(/SHA256:/);
        expect((await exec('shell', ['test', '-s', '/etc/ssh/authorized_keys.d/ada'])).status).toBe(0);
      } finally {
        await must(exec('shell', ['sh', '-c', 'cat > /etc/croft/known_hosts'], { input: known }));
      }
      expect((await reconcile('shell')).report.remote).toBe('git@192.0.2.11:/srv/git/coop.git');
    });
  });
}

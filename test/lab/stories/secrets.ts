import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edit, keyOf, login, must, push, reconcile, type Coop } from '../coop.ts';
import { exec } from '../lab.ts';

const croft = fileURLToPath(new URL('../../../bin/croft.mjs', import.meta.url));
const target = '/etc/croft-secrets/ada/db-password';
const value = 'correct horse battery staple';
/** Found by this pattern in whatever holds the value, but not in the command that looks for it. */
const pattern = 'st[a]ple';

/** A member's password, from her keyboard to her program. */
export function secrets(coop: () => Coop): void {
  describe('secrets', () => {
    const before = new Map<string, string>();

    beforeAll(async () => {
      for (const path of ['hosts/shell.yaml', 'members/ada/member.yaml']) before.set(path, readFileSync(join(coop().clone, 'desired-state', path), 'utf8'));
      await declareHostKey(coop());
      setField(coop(), 'members/ada/member.yaml', { 'signing-keys': [readFileSync(`${keyOf(coop(), 'ada')}.pub`, 'utf8').trim()] });
      said(coop(), ['set', 'db-password', '--host', 'shell', '--member', 'ada'], `${value}\n`);
      await push(coop(), 'secrets: a password for ada');
    });

    afterAll(async () => {
      for (const [path, text] of before) edit(coop(), path, text);
      edit(coop(), 'members/ada/secrets/db-password.yaml', null);
      await push(coop(), 'secrets: as it was');
      await reconcile('shell');
    });

    it('reach their host, and only their owner can read them there', async () => {
      await must(reconcile('shell'));
      expect((await login(coop(), 'shell', 'ada', `cat ${target}`)).stdout).toBe(value);
      for (const command of [`cat ${target}`, 'ls /etc/croft-secrets/ada', 'ls /etc/croft-secrets', 'cat /var/lib/croft/opened/ada.db-password']) {
        const { status, stdout } = await login(coop(), 'shell', 'bob', command);
        expect([status === 0, stdout], command).toEqual([false, '']);
      }
      expect((await login(coop(), 'shell', 'ada', `echo x > ${target}; rm -f ${target}; cat ${target}`)).stdout).toBe(value);
      expect((await exec('shell', ['stat', '-c', '%U %G %a', '/etc/croft-secrets', '/etc/croft-secrets/ada', target])).stdout).toBe('root root 711\nroot ada 750\nroot ada 440\n');
    });

    it('are in nobody\'s arguments or environment while croft opens them', async () => {
      const watch = `rm ${target}; croft reconcile >/dev/null & while kill -0 $! 2>/dev/null; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; done | grep -ac '${pattern}'`;
      expect((await exec('shell', ['sh', '-c', watch], { timeoutSeconds: 120 })).stdout).toBe('0\n');
      await must(exec('shell', ['grep', '-q', pattern, target]));
    });

    it('are in the clear nowhere else on the host: no log, no report, no state', async () => {
      const looked = await exec('shell', ['sh', '-c', `journalctl --no-pager -o export | grep -ac '${pattern}'; grep -rl '${pattern}' /etc /run /var/lib /var/log /tmp /root`], { timeoutSeconds: 120 });
      expect(looked.stdout).toBe(`0\n${target}\n`);
    });

    it('that bob copied from her into his own directory are not opened for him', async () => {
      edit(coop(), 'members/bob/secrets/db-password.yaml', readFileSync(join(coop().clone, 'desired-state/members/ada/secrets/db-password.yaml'), 'utf8'));
      await push(coop(), 'secrets: bob copies');
      const { status, report } = await reconcile('shell');
      expect(status).toBe(3);
      expect(report.outcomes.filter(({ result }) => result === 'failed')).toMatchObject([{ owner: 'member:bob', because: expect.stringContaining('it was sealed as another secret') as string }]);
      expect((await exec('shell', ['ls', '-A', '/etc/croft-secrets/bob'])).stdout).toBe('');
      edit(coop(), 'members/bob/secrets/db-password.yaml', null);
      await push(coop(), 'secrets: bob thinks better of it');
      await must(reconcile('shell'));
    });

    it('outlast a new host key, once they are sealed again by one command', async () => {
      const renew = 'cd /etc/ssh && rm ssh_host_ed25519_key* && ssh-keygen -q -t ed25519 -N "" -f ssh_host_ed25519_key && systemctl restart ssh';
      await must(exec('shell', ['sh', '-c', renew]));
      await declareHostKey(coop());
      await push(coop(), 'hosts: shell was rebuilt');
      const { status, report } = await reconcile('shell');
      expect(status).toBe(3);
      expect(report.outcomes.filter(({ result }) => result === 'failed')).toMatchObject([{ owner: 'member:ada', because: expect.stringContaining('croft secret rotate') as string }]);
      expect((await login(coop(), 'shell', 'ada', `cat ${target}`)).stdout).toBe(value);
      expect(said(coop(), ['rotate', '--identity', keyOf(coop(), 'ada')])).toContain('sealed db-password of ada again, to shell and ada');
      await push(coop(), 'secrets: sealed again');
      await must(reconcile('shell'));
      await must(exec('shell', ['rm', target]));
      await must(reconcile('shell'));
      expect((await login(coop(), 'shell', 'ada', `cat ${target}`)).stdout).toBe(value);
    });
  });
}

async function declareHostKey(coop: Coop): Promise<void> {
  const { stdout } = await must(exec('shell', ['cat', '/etc/ssh/ssh_host_ed25519_key.pub']));
  setField(coop, 'hosts/shell.yaml', { 'ssh-host-key': stdout.split(' ').slice(0, 2).join(' ') });
}

function setField(coop: Coop, path: string, fields: { readonly [field: string]: unknown }): void {
  edit(coop, path, (text) => {
    const document = parseDocument(text);
    for (const [field, content] of Object.entries(fields)) document.set(field, content);
    return document.toString({ lineWidth: 0 });
  });
}

/** What croft secret says in the clone. */
function said(coop: Coop, words: readonly string[], input = ''): string {
  const home = join(coop.keys, 'home');
  mkdirSync(home, { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, [croft, 'secret', ...words], { cwd: coop.clone, encoding: 'utf8', input, env: { ...process.env, HOME: home } });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}

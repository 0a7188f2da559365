import { describe, expect, it } from 'vitest';
import { keyOf, login, upload, type Coop } from '../coop.ts';
import { exec, ssh } from '../lab.ts';

/** Who gets in where. */
export function logins(coop: () => Coop): void {
  describe('logins', () => {
    it('a member logs in to shell with her key, as herself, in her own slice', async () => {
      const { status, stdout, stderr } = await login(coop(), 'shell', 'ada', 'id -un; id -u; cat /proc/self/cgroup');
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(stdout).toContain('ada\n10002\n');
      expect(stdout).toContain('user-10002.slice');
    });

    it('has the same uid on every host', async () => {
      for (const host of ['main', 'dynamic', 'shell'] as const) expect((await exec(host, ['id', '-u', 'bob'])).stdout.trim()).toBe('10003');
    });

    it('refuses a wrong key, a password and an unknown name', async () => {
      expect((await ssh('shell', 'ada', keyOf(coop(), 'bob'), 'true')).status).not.toBe(0);
      expect((await ssh('shell', 'nobody-here', keyOf(coop(), 'bob'), 'true')).status).not.toBe(0);
    });

    it('gives members sftp but no shell where the host says so', async () => {
      await upload(coop(), { host: 'main', member: 'ada', path: 'hello/world.txt' }, 'hello\n');
      expect((await exec('main', ['stat', '-c', '%U %G %a', '/home/ada', '/home/ada/hello/world.txt'])).stdout).toMatch(/^ada www-data 710\nada ada 6[46]4\n$/);
      const { stdout } = await login(coop(), 'main', 'ada', 'echo in a shell');
      expect(stdout).not.toContain('in a shell');
    });

    it('gives an admin a shell everywhere', async () => {
      for (const host of ['main', 'dynamic', 'shell'] as const) expect((await login(coop(), host, 'dana', 'echo in')).stdout).toBe('in\n');
    });

    it('lets suspended and retired members in nowhere', async () => {
      for (const host of ['main', 'dynamic', 'shell'] as const) {
        for (const member of ['gina', 'hugo']) expect((await login(coop(), host, member, 'true')).status, `${member}@${host}`).not.toBe(0);
      }
    });

    it('keeps members out of each other’s homes', async () => {
      expect((await login(coop(), 'shell', 'bob', 'ls /home/ada')).status).not.toBe(0);
      expect((await login(coop(), 'shell', 'bob', 'ls /home')).status).not.toBe(0);
    });

    it('leaves root’s own way in as it was', async () => {
      expect((await exec('shell', ['test', '-s', '/root/.ssh/authorized_keys'])).status).toBe(0);
    });
  });
}

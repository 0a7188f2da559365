import { describe, expect, it } from 'vitest';
import { declared, get, login, type Coop } from '../coop.ts';
import { exec } from '../lab.ts';

/** A member's runaway programs hit that member's limits and nobody else. */
export function limits(coop: () => Coop): void {
  const slice = async (property: string, uid: number): Promise<string> => (await exec('dynamic', ['systemctl', 'show', '--value', `--property=${property}`, `user-${uid}.slice`])).stdout.trim();

  describe('limits', () => {
    it('come from the limits class', async () => {
      const dana = declared(coop()).members.find(({ name }) => name === 'dana');
      if (dana === undefined) throw new Error('no dana');
      expect((await login(coop(), 'dynamic', 'dana', 'true')).status).toBe(0);
      const held = login(coop(), 'dynamic', 'dana', 'sleep 5');
      await expect.poll(() => slice('TasksMax', dana.uid), { timeout: 5000 }).toBe(String(dana.limits.tasks));
      expect(await slice('MemoryMax', dana.uid)).toBe(String(dana.limits.memoryMib * 1024 * 1024));
      await held;
    });

    it('stop a fork bomb at the member’s own number of tasks, while a neighbour’s site answers', async () => {
      const bomb = login(coop(), 'dynamic', 'dana', 'bomb() { bomb | bomb & }; bomb; sleep 8', 30);
      await new Promise((resolve) => setTimeout(resolve, 4000));
      const dana = declared(coop()).members.find(({ name }) => name === 'dana');
      const tasks = Number(await slice('TasksCurrent', dana?.uid ?? 0));
      expect(tasks).toBeGreaterThan(20);
      expect(tasks).toBeLessThanOrEqual(dana?.limits.tasks ?? 0);
      const proxied = declared(coop()).vhosts.find(({ site }) => site.kind === 'proxy');
      expect((await get('dynamic', 'ipv4', { name: proxied?.name ?? '' })).body).toContain('this is port');
      await exec('dynamic', ['systemctl', 'kill', '--signal=KILL', `user-${dana?.uid}.slice`]);
      await bomb;
    });

    it('end a program that takes more memory than the class allows, while a neighbour’s site answers', async () => {
      const { status } = await login(coop(), 'dynamic', 'dana', `perl -e 'my @held; push @held, "x" x 4194304 while 1'`, 120);
      expect(status).not.toBe(0);
      const proxied = declared(coop()).vhosts.find(({ site }) => site.kind === 'proxy');
      expect((await get('dynamic', 'ipv4', { name: proxied?.name ?? '' })).body).toContain('this is port');
    });

    it('end a file at the member’s quota', async () => {
      const { status, stderr } = await login(coop(), 'shell', 'erin', 'dd if=/dev/urandom of=big bs=1M count=100; r=$?; rm -f big; exit $r', 120);
      expect(status).not.toBe(0);
      expect(stderr).toContain('Disk quota exceeded');
    });
  });
}

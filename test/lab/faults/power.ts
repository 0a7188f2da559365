import { describe, expect, it } from 'vitest';
import { must } from '../coop.ts';
import { cut, exec, start, type Host } from '../lab.ts';
import { advance, compare, place, settle, type Pendulum } from './walk.ts';

/** The moments at which the power goes: just before this call. The first ones are those of an ordinary run. */
const moments = [
  'fsync /etc/bind/croft/zones$',
  'exec systemctl reload apache2.service',
  'rename /var/lib/croft/repository.git/croft-tip',
  'rename /etc/apache2/croft/croft.conf',
  'rename /var/lib/extrausers/shadow',
  'fsync /etc/ssh/sshd_config.d$',
  'unlink /etc/bind/croft/zones/old.ada.example.zone|rename /etc/bind/croft/zones/old.ada.example.zone',
  'rename /var/lib/croft/loaded/ssh.service',
  'rename /var/lib/croft/inventory.json',
  'rename /var/lib/croft/report.json',
  'unlink /run/croft/lock',
] as const;
const services = ['apache2', 'named', 'dovecot', 'ssh'];

/** The power goes in the middle of a run: what was not synced is gone. */
export function power(history: () => Pendulum, long: boolean): void {
  describe.sequential('a power cut', () => {
    it.each(moments.slice(0, long ? undefined : 3))('before “%s”: no torn file, and the next run finishes with every service up', async (moment) => {
      const { host } = history();
      await advance(history());
      await must(exec(host, ['sync']));
      await stopBefore(host, moment);
      await cut(host);
      await start(host);
      // Also /home itself, which systemd-tmpfiles looks after at each boot.
      expect(await compare(history())).toEqual({ torn: [], lost: [] });
      console.log(`power cut before ${moment}: down after the boot, until the next run: ${(await down(host)).join(', ') || 'nothing'}`);
      expect(await settle(history())).toMatchObject({ run: 0, plan: 0, different: [] });
      expect(await down(host)).toEqual([]);
    });
  });
}

/** Which services do not run. */
async function down(host: Host): Promise<readonly string[]> {
  const states = (await exec(host, ['systemctl', 'is-active', ...services])).stdout.trim().split('\n');
  return services.filter((_, index) => states[index] !== 'active');
}

/** Begin a run and wait until it has stopped itself just before a call. */
async function stopBefore(host: Host, match: string): Promise<void> {
  const script = `: > ${place}/out; NODE_OPTIONS='--require ${place}/points.cjs' POINTS_MATCH="$1" POINTS_AT=1 POINTS_DO=stop setsid croft reconcile > ${place}/out 2>&1 < /dev/null & echo $!`;
  const pid = (await must(exec(host, ['sh', '-c', script, 'sh', match]))).stdout.trim();
  const state = async (): Promise<string> => (await exec(host, ['sed', 's/.*) \\(.\\) .*/\\1/', `/proc/${pid}/stat`])).stdout.trim();
  await expect.poll(state, { timeout: 60_000, interval: 100, message: `no run stopped before ${match}` }).toBe('T');
}

import { describe, expect, it, vi } from 'vitest';
import { must } from '../coop.ts';
import { cut, exec, start, type Host } from '../lab.ts';
import { advance, compare, place, settle, type Pendulum } from './walk.ts';

/** The moments at which the power goes: just before this call. The first ones are those of an ordinary run. */
const moments = [
  'fsync /etc/bind/croft/zones$',
  'exec systemctl reload apache2.service',
  'rename /var/lib/croft/trusted.json$',
  'rename /etc/apache2/croft/croft.conf',
  'rename /var/lib/extrausers/shadow',
  'fsync /etc/ssh/sshd_config.d$',
  'unlink /etc/bind/croft/zones/old.ada.example.zone|rename /etc/bind/croft/zones/old.ada.example.zone',
  'rename /var/lib/croft/loaded/ssh.service',
  'rename /var/lib/croft/inventory.jsonl',
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
      const open = await journals(host);
      await cut(host);
      await start(host);
      // Before any daemon had read anything, what was half exchanged was put back.
      expect(await journals(host)).toEqual([]);
      expect(await recovered(host)).toEqual({ ran: open.length > 0, first: open.length > 0 });
      // Also /home itself, which systemd-tmpfiles looks after at each boot.
      expect(await compare(history())).toEqual({ torn: [], lost: [] });
      console.log(`power cut before ${moment}: half exchanged ${open.join(', ') || 'nothing'}; down after the boot, until the next run: ${(await down(host)).join(', ') || 'nothing'}`);
      expect(await settle(history())).toMatchObject({ run: 0, plan: 0, different: [] });
      expect(await down(host)).toEqual([]);
    });
  });
}

/** The journals of transactions that are open on the disk. */
async function journals(host: Host): Promise<readonly string[]> {
  const { stdout } = await exec(host, ['find', '/var/lib/croft/transactions', '-name', '*.json', '-printf', '%f\\n']);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Whether croft-recover.service did something in this boot, and was ready before the first daemon began. */
async function recovered(host: Host): Promise<{ readonly ran: boolean; readonly first: boolean }> {
  const shown = async (unit: string): Promise<string> => (await must(exec(host, ['systemctl', 'show', unit, '-p', 'Result,ExecMainStatus,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic']))).stdout;
  const moment = (text: string, name: string): number => Number(new RegExp(`^ExecMain${name}TimestampMonotonic=(\\d+)$`, 'm').exec(text)?.[1]);
  const [recovery, ...daemons] = await Promise.all(['croft-recover', ...services].map(shown));
  expect(recovery).toMatch(/^Result=success$/m);
  expect(recovery).toMatch(/^ExecMainStatus=0$/m);
  const ran = moment(recovery ?? '', 'Start') > 0;
  const ended = moment(recovery ?? '', 'Exit');
  return { ran, first: ran && daemons.every((text) => moment(text, 'Start') > ended) };
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
  await vi.waitFor(async () => { expect(await state(), `no run stopped before ${match}`).toBe('T'); }, { timeout: 60_000, interval: 100 });
}

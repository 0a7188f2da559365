import { describe, expect, it } from 'vitest';
import { hosts, reconcile, report, type Coop } from '../coop.ts';
import { exec } from '../lab.ts';

/** From a bare host and one push. */
export function firstRun(_coop: () => Coop): void {
  describe('from bare hosts and one push', () => {
    it.each(hosts)('%s is converged by its timer, with nothing left over', async (host) => {
      const { outcomes, holds } = await report(host);
      expect(outcomes.filter(({ result }) => result !== 'done')).toEqual([]);
      expect(holds).toEqual([]);
    });

    it.each(hosts)('a second run on %s changes nothing and reloads nothing', async (host) => {
      await reconcile(host);
      const before = await moments(host);
      const second = await reconcile(host);
      expect(second.stderr).toBe('');
      expect(second.status).toBe(0);
      expect(second.report.outcomes).toEqual([]);
      expect((await exec(host, ['croft', 'plan', '--exit-code'])).status).toBe(0);
      expect(await moments(host)).toBe(before);
    });

    it.each(hosts)('%s runs without failed units', async (host) => {
      const failed = (await exec(host, ['systemctl', '--failed', '--no-legend', '--plain'])).stdout;
      expect(failed, failed === '' ? '' : (await exec(host, ['journalctl', '--boot', '--lines=80', '--no-pager', '-u', 'croft*'])).stdout).toBe('');
    });
  });
}

/** When each daemon last changed state: a reload or restart would show. */
async function moments(host: Parameters<typeof exec>[0]): Promise<string> {
  return (await exec(host, ['systemctl', 'show', '--property=Id,StateChangeTimestampMonotonic,InvocationID', 'apache2.service', 'named.service', 'postfix.service', 'dovecot.service', 'ssh.service'])).stdout;
}

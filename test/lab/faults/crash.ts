import { describe, expect, it } from 'vitest';
import { must } from '../coop.ts';
import { exec } from '../lab.ts';
import { unexplained, watchServices } from './prober.ts';
import { domain, type Village } from './village.ts';
import { walk, type Pendulum } from './walk.ts';

/** Every call by which a run changes its host, and every program that it starts. */
const calls = ['rename', 'fsync', 'unlink', 'link', 'symlink', 'mkdir', 'rmdir', 'chmod', 'chown', 'exec'];

/** A run that changes all services, killed at every one of its points. */
export function crash(village: () => Village, history: () => Pendulum): void {
  describe('the crash matrix', () => {
    it('leaves no torn file at any point, and the next run finishes', async () => {
      const { host } = village();
      const stop = watchServices(host);
      const { clean, points, cut } = await walk(history(), { calls, faults: [{ POINTS_DO: 'kill' }], ...JSON.parse(process.env['CROFT_LAB_WALK'] ?? '{}') as object });
      const watched = await stop();
      const gaps = await unexplained(host, watched);
      const seconds = points.reduce((sum, each) => sum + each.seconds, 0);
      const hit = points.filter(({ status }) => status === 'SIGKILL');
      console.log(JSON.stringify(clean));
      console.log(points.map((p) => `${p.number} ${p.side} ${p.point} → ${p.status} ${p.milliseconds} ${p.seconds}s ${JSON.stringify(p.torn)} ${JSON.stringify(p.after)} ${JSON.stringify(p.lost)}`).join('\n'));
      console.log(`crash matrix: killed at ${hit.length} points, ${(seconds / points.length).toFixed(2)} s each; asked ${JSON.stringify(watched.asked)}, missed ${JSON.stringify(watched.missed)}, unexplained ${JSON.stringify(gaps)}`);
      expect(cut).toBeNull();
      expect(clean.filter(({ run, plan, different }) => run !== 0 || plan !== 0 || different.length > 0)).toEqual([]);
      expect(points.filter(({ torn, lost, after }) => torn.length > 0 || lost.length > 0 || after.run !== 0 || after.plan !== 0 || after.different.length > 0)).toEqual([]);
      expect(gaps).toEqual([]);
    }, 3_600_000);
  });
}

/** Files in homes, letters in mailboxes, and pages for the co-op's site: what no fault may touch. */
export async function seedData({ host }: Village): Promise<void> {
  await must(exec(host, ['sh', '-ec', `
    mkdir -p /srv/www/welcome && echo welcome > /srv/www/welcome/index.html
    for who in ada carol dana; do
      install -d -o $who -g $who /home/$who/web && echo "this is $who" > /home/$who/web/index.html && chown $who:$who /home/$who/web/index.html
      head -c 300000 /dev/urandom > /home/$who/photo && chown $who:$who /home/$who/photo
    done
    for address in ada@ada.example dana@${domain}; do
      for number in 1 2 3; do printf 'From: <x@elsewhere.example>\\nSubject: letter %s\\n\\nHello.\\n' $number | doveadm save -u $address -m INBOX; done
    done`]));
}

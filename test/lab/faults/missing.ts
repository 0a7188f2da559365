import { describe, expect, it, vi } from 'vitest';
import { get, must, report, type Report } from '../coop.ts';
import { exec, type Host } from '../lab.ts';
import { documents, domain, publish, write, type Village } from './village.ts';
import { follow, type Pendulum } from './walk.ts';

const mirror = '/etc/apt/sources.list.d/lab.list';
let round = 0;

/** What a host needs is not there: a daemon, the mirror of its packages, a checker that answers. */
export function missing(village: () => Village, history: () => Pendulum): void {
  describe.sequential('what is missing', () => {
    it('a daemon’s program: a failure of the co-op’s, and the rest converges', async () => {
      const { host } = village();
      await follow(village(), history());
      await must(exec(host, ['mv', '/usr/sbin/named', '/usr/sbin/named.away']));
      await must(exec(host, ['systemctl', 'stop', 'named']));
      try {
        const { status, said } = await change(village());
        expect(status).toBe(3);
        const failed = failures(said);
        expect(failed).toContainEqual(expect.objectContaining({ id: 'unit:named.service', owner: 'coop', result: 'failed' }));
        // What named would read waits with it, whoever's it is.
        expect(failed.every(({ id }) => /bind|named/.test(id))).toBe(true);
      } finally {
        await must(exec(host, ['mv', '/usr/sbin/named.away', '/usr/sbin/named']));
      }
      await mended(host);
    });

    it('a daemon, and the mirror that it would come from: a failure of the co-op’s, and the rest converges', async () => {
      const { host } = village();
      await must(exec(host, ['sh', '-ec', `DEBIAN_FRONTEND=noninteractive apt-get -qq purge -y bind9 >/dev/null; sed -i 's,:8000,:8009,' ${mirror}`], { timeoutSeconds: 300 }));
      try {
        const { status, said } = await change(village());
        expect(status).toBe(3);
        const failed = failures(said);
        expect(failed[0]).toMatchObject({ id: 'packages:bind', owner: 'coop', result: 'failed' });
        expect(failed.every(({ id }) => /bind|named/.test(id))).toBe(true);
      } finally {
        await must(exec(host, ['sed', '-i', 's,:8009,:8000,', mirror]));
      }
      await mended(host);
    });

    it('a checker that never ends: the run ends by itself, with a failure of the site’s owner', async () => {
      const { host } = village();
      await must(exec(host, ['sh', '-ec', 'mv /usr/sbin/apache2ctl /usr/sbin/apache2ctl.real; cat > /usr/sbin/apache2ctl; chmod 755 /usr/sbin/apache2ctl'], { input: hanging }));
      const began = Date.now();
      try {
        const { status, said } = await change(village(), 'never-ends');
        const seconds = (Date.now() - began) / 1000;
        console.log(`a hanging checker: the run took ${seconds} s`);
        expect(seconds).toBeLessThan(100);
        expect(status).toBe(3);
        expect(failures(said)).toMatchObject([{ id: 'file:/etc/apache2/croft/sites/www.ada.example.conf', owner: 'member:ada' }]);
        expect((await exec(host, ['pgrep', '-x', 'sleep'])).status).toBe(1);
      } finally {
        await must(exec(host, ['mv', '/usr/sbin/apache2ctl.real', '/usr/sbin/apache2ctl']));
      }
      await change(village());
      await mended(host);
    });
  });
}

/** Apache's checker, but that it never ends when one of the sites that it would read says so. */
const hanging = `#!/bin/sh
for word in "$@" /etc/apache2/croft/sites/*.conf; do
  ! grep -qs never-ends "$word" || exec sleep 100000
done
exec /usr/sbin/apache2ctl.real "$@"
`;

/** A change of a site and of a zone, and a run for it; the co-op's own site is live whatever else fails. */
async function change(village: Village, header?: string): Promise<{ readonly status: number; readonly said: Report }> {
  round += 1;
  const all = new Map(documents(village, 'A'));
  all.set(`coop/vhosts/www.${domain}.yaml`, `static: { root: welcome }\nredirects: [{ from: /round, to: "https://elsewhere.example/${round}" }]\n`);
  all.set('members/ada/vhosts/www.ada.example.yaml', `static: { root: web }\nheaders: [{ name: X-Round, value: "${header ?? round}" }]\n`);
  all.set('members/ada/zones/ada.example.yaml', `records:\n  - { name: round, type: TXT, text: "${round}" }\n`);
  write(village, all);
  await publish(village, `round ${round}`);
  const { status } = await exec(village.host, ['croft', 'reconcile'], { timeoutSeconds: 600 });
  expect(await get(village.host, 'ipv4', { name: `www.${domain}`, path: '/round' })).toMatchObject({ code: 302, location: `https://elsewhere.example/${round}` });
  return { status, said: await report(village.host) };
}

function failures({ outcomes }: Report): Report['outcomes'] {
  return outcomes.filter(({ result }) => result !== 'done');
}

/** When it is there again, one of the next runs has nothing left to complain of: for some seconds systemd refuses to start what kept failing. */
async function mended(host: Host): Promise<void> {
  await vi.waitFor(() => must(exec(host, ['croft', 'reconcile'], { timeoutSeconds: 600 })), { timeout: 300_000, interval: 5000 });
  expect((await exec(host, ['croft', 'plan', '--exit-code'])).status).toBe(0);
}

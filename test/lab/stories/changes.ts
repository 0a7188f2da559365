import { describe, expect, it } from 'vitest';
import { edit, get, hosts, login, must, push, reconcile, timerRun, upload, type Coop } from '../coop.ts';
import { addresses, exec, heal, net, part } from '../lab.ts';
import { dig } from './dns.ts';

/** Changes in git and what they do to hosts, and to nobody else. */
export function changes(coop: () => Coop): void {
  const garden = 'members/ada/vhosts/garden.ada.example.yaml';
  const sites = async (): Promise<string> => (await exec('main', ['ls', '/etc/apache2/croft/sites'])).stdout;
  const reloads = async (): Promise<number> => (await exec('main', ['sh', '-c', 'journalctl -u apache2 --no-pager | grep -c Reloaded || true'])).stdout.trim() === '' ? 0 : Number((await exec('main', ['sh', '-c', 'journalctl -u apache2 --no-pager | grep -c Reloaded || true'])).stdout.trim());

  describe('changes', () => {
    it('a new site is live after the timer’s next run', async () => {
      edit(coop(), garden, 'static: { root: web/garden }\n');
      const revision = await push(coop(), 'a site for my garden');
      await Promise.all(hosts.map((host) => timerRun(host, { revision }, 180)));
      await upload(coop(), { host: 'main', member: 'ada', path: 'web/garden/index.html' }, 'roses');
      expect(await get('main', 'ipv6', { name: 'garden.ada.example' })).toMatchObject({ code: 200, body: 'roses' });
      await expect.poll(() => dig('dynamic', 'garden.ada.example', 'A'), { timeout: 15_000 }).not.toBe('');
    });

    it('a renamed site is one reload, and the member’s files stay', async () => {
      await must(exec('main', ['systemctl', 'stop', 'croft.timer']));
      const before = await reloads();
      edit(coop(), garden, null);
      edit(coop(), 'members/ada/vhosts/yard.ada.example.yaml', 'static: { root: web/garden }\n');
      await push(coop(), 'the garden is a yard now');
      const { report } = await reconcile('main');
      const touched = report.outcomes.map(({ id }) => id).filter((id) => id.includes('apache2'));
      expect(touched.sort()).toEqual(['file:/etc/apache2/croft/sites/garden.ada.example.conf', 'file:/etc/apache2/croft/sites/yard.ada.example.conf', 'unit:apache2.service']);
      expect((await reloads()) - before).toBe(1);
      expect(await get('main', 'ipv4', { name: 'yard.ada.example' })).toMatchObject({ code: 200, body: 'roses' });
      expect((await get('main', 'ipv4', { name: 'garden.ada.example' })).code).toBe(404);
    });

    it('removing a site removes exactly its resources, and nothing that holds data', async () => {
      edit(coop(), 'members/ada/vhosts/yard.ada.example.yaml', null);
      await push(coop(), 'no yard');
      const { report } = await reconcile('main');
      expect(report.outcomes.map(({ id }) => id).sort()).toEqual(['file:/etc/apache2/croft/sites/yard.ada.example.conf', 'unit:apache2.service', 'unit:named.service', 'zone:/etc/bind/croft/zones/ada.example.zone']);
      expect(await sites()).not.toContain('yard');
      expect((await exec('main', ['cat', '/home/ada/web/garden/index.html'])).stdout).toBe('roses');
    });

    it('one member’s invalid YAML holds that member only', async () => {
      edit(coop(), 'members/ada/vhosts/blog.ada.example.yaml', (text) => `${text}static: twice\n`);
      edit(coop(), 'members/carol/vhosts/new.carol.example.yaml', 'redirect: { to: "https://carol.example/" }\n');
      await push(coop(), 'ada slips, carol goes on');
      const { status, stdout, report } = await reconcile('main');
      expect(status).toBe(3);
      expect(report.holds.map(({ owner, problems }) => [owner, problems.map(({ source }) => source.file)])).toEqual([['member:ada', ['desired-state/members/ada/vhosts/blog.ada.example.yaml']]]);
      expect(stdout).toContain('held: ada');
      expect(await get('main', 'ipv4', { name: 'new.carol.example' })).toMatchObject({ code: 301 });
      expect((await get('main', 'ipv4', { name: 'blog.ada.example' })).code).toBe(200);
      expect((await exec('main', ['croft', 'drift', '--exit-code'])).status).toBe(0);
    });

    it('and is let go when it is put right', async () => {
      edit(coop(), 'members/ada/vhosts/blog.ada.example.yaml', (text) => text.replace('static: twice\n', ''));
      await push(coop(), 'ada puts it right');
      expect((await reconcile('main')).status).toBe(0);
    });

    it('a site that the daemon’s own check refuses keeps nobody else from loading', async () => {
      await must(exec('main', ['sh', '-c', 'mv /usr/sbin/apache2ctl /usr/sbin/apache2ctl.real && printf \'#!/bin/sh\\ncase "$*" in *broken.ada.example*) echo "the lab refuses this file" >&2; exit 1;; esac\\nexec /usr/sbin/apache2ctl.real "$@"\\n\' > /usr/sbin/apache2ctl && chmod 755 /usr/sbin/apache2ctl']));
      edit(coop(), 'members/ada/vhosts/broken.ada.example.yaml', 'static: { root: web/broken }\n');
      edit(coop(), 'members/carol/vhosts/second.carol.example.yaml', 'redirect: { to: "https://carol.example/" }\n');
      await push(coop(), 'one of these is refused');
      const { status, report } = await reconcile('main');
      expect(status).toBe(3);
      expect(report.outcomes.filter(({ result }) => result === 'failed')).toMatchObject([{ id: 'file:/etc/apache2/croft/sites/broken.ada.example.conf', owner: 'member:ada', source: { file: 'desired-state/members/ada/vhosts/broken.ada.example.yaml' } }]);
      expect(report.outcomes.find(({ result }) => result === 'failed')?.because).toContain('the lab refuses this file');
      expect(await get('main', 'ipv4', { name: 'second.carol.example' })).toMatchObject({ code: 301 });
      await must(exec('main', ['mv', '/usr/sbin/apache2ctl.real', '/usr/sbin/apache2ctl']));
      expect((await reconcile('main')).status).toBe(0);
    });

    it('a member who is suspended while she reads her mail is cut off, and comes back as she was', async () => {
      const who = async (): Promise<string> => (await exec('main', ['doveadm', 'who'])).stdout;
      const address = Object.keys(coop().passwords).find((one) => one.endsWith('@judy.example')) ?? '';
      const script = `(printf 'a LOGIN ${address} ${coop().passwords[address]}\\r\\n'; sleep 25) | openssl s_client -quiet -connect ${addresses.main.ipv4}:993`;
      const reading = net(['sh', '-c', script]);
      await expect.poll(who, { timeout: 15_000, interval: 500 }).toContain(address);
      edit(coop(), 'members/judy/member.yaml', (text) => text.replace(/^state: .*\n/m, '').replace(/^uid:/m, 'state: suspended\nuid:'));
      edit(coop(), 'cluster.yaml', (text) => text.replace(/^ *- judy\n/m, ''));
      await push(coop(), 'judy is suspended');
      await reconcile('main');
      expect(await who()).not.toContain(address);
      expect((await login(coop(), 'main', 'judy', 'true')).status).not.toBe(0);
      edit(coop(), 'members/judy/member.yaml', (text) => text.replace('state: suspended\n', ''));
      await push(coop(), 'judy is back');
      await reconcile('main');
      expect((await exec('main', ['croft', 'plan', '--exit-code'])).status).toBe(0);
      await reading;
    });

    it('a host that is cut off goes on with the last good commit, and says so', async () => {
      await part('main');
      try {
        await must(exec('main', ['rm', '/etc/apache2/croft/sites/blog.ada.example.conf']));
        const { status, stdout } = await reconcile('main');
        expect(status).toBe(0);
        expect(stdout).toContain('last good commit');
        expect(await sites()).toContain('blog.ada.example.conf');
      } finally {
        await heal('main');
        await must(exec('main', ['systemctl', 'start', 'croft.timer']));
      }
    });
  });
}

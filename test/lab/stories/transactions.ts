import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edit, get, must, push, reconcile, report as reportOf, type Coop, type Report } from '../coop.ts';
import { addresses, exec, net } from '../lab.ts';
import { dig } from './dns.ts';

/** What a daemon refuses, dies of or does not answer for, and what becomes of everybody else: on a real Apache, BIND and sshd. */
export function transactions(coop: () => Coop): void {
  const sites = '/etc/apache2/croft/sites';
  const site = (name: string): string => `file:${sites}/${name}.conf`;
  const write = (path: string, text: string): Promise<unknown> => must(exec('main', ['sh', '-c', 'cat > "$1"', '-', path], { input: text }));
  const failed = ({ outcomes }: Report): readonly string[] => outcomes.filter(({ result }) => result !== 'done').map(({ id }) => id).sort();
  const because = ({ outcomes }: Report, id: string): string => outcomes.find((outcome) => outcome.id === id)?.because ?? '';
  const leftovers = async (): Promise<string> => (await exec('main', ['sh', '-c', 'find /etc -name ".*.croft-*"; ls /var/lib/croft/transactions; findmnt -rn -t overlay -o TARGET | grep -v "^/$"'])).stdout;

  /** Ask a site of a neighbour's without a pause, until something else has happened. Shape: the status codes that were seen. */
  async function meanwhile<T>(work: Promise<T>): Promise<{ readonly value: T; readonly codes: readonly string[] }> {
    const codes = new Set<string>();
    let isOver = false;
    const asking = (async () => {
      while (!isOver) codes.add(String((await get('main', 'ipv4', { name: 'blog.ada.example' })).code));
    })();
    const value = await work.finally(() => { isOver = true; });
    await asking;
    return { value, codes: [...codes] };
  }

  describe('transactions', () => {
    beforeAll(() => must(exec('main', ['systemctl', 'stop', 'croft.timer'])));
    afterAll(() => must(exec('main', ['systemctl', 'start', 'croft.timer'])));

    it('two sites that only Apache’s check of the whole refuses stay away, all others are live in the same run, and nobody sees a gap', async () => {
      const refused = ['twice.ada.example', 'twice.carol.example'];
      const rules = refused.map((name) => `<IfFile "${sites}/${name}.conf">\nError "${name} is defined twice"\n</IfFile>\n`);
      await write('/etc/apache2/conf-enabled/lab.conf', rules.join(''));
      edit(coop(), 'members/ada/vhosts/twice.ada.example.yaml', 'static: { root: web/twice }\n');
      edit(coop(), 'members/carol/vhosts/twice.carol.example.yaml', 'redirect: { to: "https://carol.example/" }\n');
      edit(coop(), 'members/ada/vhosts/once.ada.example.yaml', 'redirect: { to: "https://ada.example/" }\n');
      edit(coop(), 'members/carol/vhosts/once.carol.example.yaml', 'redirect: { to: "https://carol.example/" }\n');
      await push(coop(), 'two of these are refused');
      const { value: { status, report }, codes } = await meanwhile(reconcile('main'));
      expect([status, failed(report)]).toEqual([3, refused.map(site)]);
      expect(because(report, site('twice.ada.example'))).toContain('check of the whole refuses it');
      expect(because(report, site('twice.ada.example'))).not.toContain('carol');
      for (const name of ['once.ada.example', 'once.carol.example']) expect(await get('main', 'ipv4', { name }), name).toMatchObject({ code: 301 });
      expect(codes).toEqual(['200']);
      expect(await leftovers()).toBe('');
    });

    it('they come when Apache takes them', async () => {
      await must(exec('main', ['rm', '/etc/apache2/conf-enabled/lab.conf']));
      expect((await reconcile('main')).status).toBe(0);
      expect(await get('main', 'ipv4', { name: 'twice.carol.example' })).toMatchObject({ code: 301 });
    });

    it('a site on the host that Apache no longer takes goes out of its sight alone, and comes back', async () => {
      await write('/etc/apache2/conf-enabled/lab.conf', `<IfFile "${sites}/twice.carol.example.conf">\nError "no longer"\n</IfFile>\n`);
      edit(coop(), 'members/ada/vhosts/next.ada.example.yaml', 'redirect: { to: "https://ada.example/" }\n');
      await push(coop(), 'the next one');
      const { value: { status, report }, codes } = await meanwhile(reconcile('main'));
      expect([status, failed(report), codes]).toEqual([3, [site('twice.carol.example')], ['200']]);
      expect(because(report, site('twice.carol.example'))).toContain('out of the daemon\'s sight');
      expect(await get('main', 'ipv4', { name: 'next.ada.example' })).toMatchObject({ code: 301 });
      await must(exec('main', ['rm', '/etc/apache2/conf-enabled/lab.conf']));
      expect((await reconcile('main')).status).toBe(0);
      expect(await get('main', 'ipv4', { name: 'twice.carol.example' })).toMatchObject({ code: 301 });
    });

    it('a site that passes every check and that Apache dies of is put back, and the others are served', async () => {
      await must(exec('main', ['mkdir', '/var/log/apache2/croft/deadly.carol.example-error.log']));
      edit(coop(), 'members/carol/vhosts/deadly.carol.example.yaml', 'redirect: { to: "https://carol.example/" }\n');
      edit(coop(), 'members/ada/vhosts/harmless.ada.example.yaml', 'redirect: { to: "https://ada.example/" }\n');
      await push(coop(), 'one of these is deadly');
      const { status, report } = await reconcile('main');
      expect([status, failed(report)]).toEqual([3, [site('deadly.carol.example')]]);
      for (const name of ['harmless.ada.example', 'once.carol.example']) expect(await get('main', 'ipv4', { name }), name).toMatchObject({ code: 301 });
      // The timer's run leaves alone what failed a moment ago; only who runs croft by hand has it tried again.
      const { codes } = await meanwhile(must(exec('main', ['systemctl', 'start', 'croft.service'])));
      const again = await reportOf('main');
      expect([failed(again), codes]).toEqual([[site('deadly.carol.example')], ['200']]);
      expect(because(again, site('deadly.carol.example'))).toContain('next attempt at');
      edit(coop(), 'members/carol/vhosts/deadly.carol.example.yaml', null);
      await push(coop(), 'no deadly one');
      expect((await reconcile('main')).status).toBe(0);
      await must(exec('main', ['rmdir', '/var/log/apache2/croft/deadly.carol.example-error.log']));
      expect(await leftovers()).toBe('');
    });

    it('where the co-op’s own part is refused BIND and sshd keep what they have and go on answering, and every other service converges', async () => {
      await must(exec('main', ['sh', '-c', 'echo "no such statement;" >> /etc/bind/named.conf; echo "NoSuchKeyword yes" >> /etc/ssh/sshd_config; echo "# by hand" >> /etc/ssh/sshd_config.d/croft.conf']));
      edit(coop(), 'members/ada/vhosts/later.ada.example.yaml', 'redirect: { to: "https://ada.example/" }\n');
      await push(coop(), 'a site in a bad time');
      const { status, report } = await reconcile('main');
      expect(status).toBe(3);
      expect(failed(report)).toEqual(['file:/etc/ssh/sshd_config.d/croft.conf', 'unit:named.service', 'unit:ssh.service', 'zone:/etc/bind/croft/zones/ada.example.zone']);
      expect(because(report, 'zone:/etc/bind/croft/zones/ada.example.zone')).toContain('keeps what it has');
      expect(await dig('main', 'blog.ada.example', 'A')).not.toBe('');
      expect((await net(['sh', '-c', `timeout 5 ssh-keyscan -t ed25519 ${addresses.main.ipv4} 2>/dev/null`])).stdout).toContain('ssh-ed25519');
      expect(await get('main', 'ipv4', { name: 'later.ada.example' })).toMatchObject({ code: 301 });
      await must(exec('main', ['sed', '-i', '/^no such statement/d', '/etc/bind/named.conf']));
      await must(exec('main', ['sed', '-i', '/^NoSuchKeyword/d', '/etc/ssh/sshd_config']));
      expect((await reconcile('main')).status).toBe(0);
      expect(await dig('main', 'later.ada.example', 'A')).not.toBe('');
      expect(await leftovers()).toBe('');
      for (const name of ['twice', 'once', 'next', 'harmless', 'later']) edit(coop(), `members/ada/vhosts/${name}.ada.example.yaml`, null);
      await push(coop(), 'ada tidies up');
      expect((await reconcile('main')).status).toBe(0);
    });
  });
}

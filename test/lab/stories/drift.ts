import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { must, reconcile, timerRun, type Coop } from '../coop.ts';
import { exec } from '../lab.ts';

interface Drifted {
  readonly id: string;
  readonly owner: string;
  readonly source: { readonly file: string; readonly line: number };
  readonly differences: readonly { readonly attribute: string; readonly actual: unknown; readonly desired: unknown; readonly owner: string; readonly cause: string; readonly source: { readonly file: string } }[];
}

const site = '/etc/apache2/croft/sites/blog.ada.example.conf';
const zone = '/etc/bind/croft/zones/ada.example.zone';

/** What somebody does by hand, and how croft must tell of it. */
const edits = [
  { name: 'a changed vhost file', hand: `echo '# quick fix' >> ${site}`, id: `file:${site}`, owner: 'member:ada', file: 'desired-state/members/ada/vhosts/blog.ada.example.yaml', attribute: 'content' },
  { name: 'a deleted zone', hand: `rm ${zone}`, id: `zone:${zone}`, owner: 'member:ada', file: 'desired-state/members/ada/zones/ada.example.yaml', attribute: 'content' },
  { name: 'a stopped daemon', hand: 'systemctl stop apache2', id: 'unit:apache2.service', owner: 'coop', file: 'desired-state/hosts/main.yaml', attribute: 'active' },
  { name: 'a changed mode', hand: 'chmod 0666 /etc/postfix/main.cf', id: 'file:/etc/postfix/main.cf', owner: 'coop', file: 'desired-state/hosts/main.yaml', attribute: 'mode' },
  { name: 'an extra file in a croft directory', hand: `cp ${site} /etc/apache2/croft/sites/evil.conf`, id: 'directory:/etc/apache2/croft/sites', owner: 'coop', file: 'desired-state/hosts/main.yaml', attribute: 'extra' },
  { name: 'a user’s shell', hand: `sed -i 's,^\\(ada:.*\\):[^:]*$,\\1:/bin/sh,' /var/lib/extrausers/passwd`, id: 'table:/var/lib/extrausers/passwd', owner: 'member:ada', file: 'desired-state/members/ada/member.yaml', attribute: 'ada.shell' },
] as const;

/** Hand edits are told with owner, line and attribute, and are gone after the timer's next run. */
export function drift(_coop: () => Coop): void {
  describe('drift', () => {
    it('is told for each hand edit, with owner, source line and attribute, and healed by the timer', async () => {
      await must(exec('main', ['systemctl', 'stop', 'croft.timer']));
      await reconcile('main');
      for (const { hand } of edits) await must(exec('main', ['sh', '-c', hand]));
      const { stdout, status } = await exec('main', ['croft', 'drift', '--format', 'json', '--exit-code']);
      expect(status).toBe(2);
      const told = (JSON.parse(stdout) as { readonly drift: readonly Drifted[] }).drift;
      for (const { name, id, owner, file, attribute } of edits) {
        const found = told.find((one) => one.id === id);
        const difference = found?.differences.find((one) => one.attribute === attribute);
        expect(difference, `${name}: ${JSON.stringify(found)}`).toMatchObject({ owner, cause: 'drift', source: { file } });
      }
      const people = (await exec('main', ['croft', 'drift'])).stdout;
      for (const { id } of edits) expect(people).toContain(id.slice(id.indexOf(':') + 1));

      const moment = Number((await exec('main', ['date', '+%s%3N'])).stdout);
      await must(exec('main', ['systemctl', 'start', 'croft.timer']));
      const healed = await timerRun('main', { after: moment }, 180);
      expect(healed.outcomes.filter(({ result }) => result !== 'done')).toEqual([]);
      expect((await exec('main', ['croft', 'drift', '--exit-code'])).status).toBe(0);
      expect((await exec('main', ['systemctl', 'is-active', 'apache2'])).stdout.trim()).toBe('active');
      expect((await exec('main', ['test', '-e', '/etc/apache2/croft/sites/evil.conf'])).status).not.toBe(0);
      expect((await exec('main', ['getent', 'passwd', 'ada'])).stdout).toMatch(/:\/home\/ada:\/(usr\/)?(s?bin)\/\w+\n$/);
    });

    it('is told where a host is found at rest by its roll alone, of either release of Debian', async () => {
      const passwd = '/var/lib/extrausers/passwd';
      for (const host of ['main', 'dynamic'] as const) {
        await must(exec(host, ['systemctl', 'stop', 'croft.timer']));
        // The first runs find what is new too new to be believed; then one calls the roll.
        const roll = ['stat', '-c', '%i %z', '/var/lib/croft/roll'];
        for (let turn = 0; turn < 4; turn += 1) {
          await reconcile(host);
          await pause(2500);
        }
        const before = await must(exec(host, roll));
        for (let turn = 0; turn < 2; turn += 1) expect((await reconcile(host)).stdout, host).toContain('nothing changed');
        // One that had said otherwise would be gone.
        expect((await must(exec(host, roll))).stdout, host).toBe(before.stdout);
        const { stdout } = await must(exec(host, ['sh', '-c', `tr '\\0' '\\n' < /var/lib/croft/roll | grep -cx '\\./.*'`]));
        expect(Number(stdout), host).toBeGreaterThan(100);
        await must(exec(host, ['chmod', '0600', passwd]));
        const { report: { outcomes } } = await reconcile(host);
        expect(outcomes, host).toMatchObject([{ id: `table:${passwd}`, result: 'done' }]);
        expect((await must(exec(host, ['stat', '-c', '%a', passwd]))).stdout, host).toBe('644\n');
        await must(exec(host, ['systemctl', 'start', 'croft.timer']));
      }
    }, 300_000);

    it('answers why for a path, a member, a domain and a port', async () => {
      for (const [thing, told] of [[site, 'members/ada/vhosts/blog.ada.example.yaml'], ['bob', 'members/bob/member.yaml'], ['ada.example', 'members/ada/zones/ada.example.yaml'], ['20010', 'members/bob/'], ['ada@ada.example', 'mailboxes/ada.example.yaml']] as const) {
        const { stdout } = await must(exec('main', ['croft', 'why', thing]));
        expect(stdout, thing).toContain(told);
        expect(stdout, thing).toContain('found the co-op');
      }
    });
  });
}

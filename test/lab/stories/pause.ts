import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edit, get, must, push, reconcile, report, timerEvery, timerRun, type Coop, type Report } from '../coop.ts';
import { exec, type Host } from '../lab.ts';

const host: Host = 'main';
const site = '/etc/apache2/croft/sites/blog.ada.example.conf';
const document = 'members/ada/vhosts/blog.ada.example.yaml';
const who = ['--who', 'dana'] as const;

interface Told extends Report {
  readonly receipts: readonly { readonly id: string; readonly owner: string; readonly who: string; readonly why: string; readonly copy: string | null; readonly returned: number | null }[];
  readonly rollbacks: readonly { readonly owner: string | null; readonly owners: readonly string[] }[];
  readonly pauses: readonly { readonly scope: string; readonly waiting: number; readonly byHand: boolean }[];
}

/** The host's own clock. Units: milliseconds since the epoch. */
async function moment(): Promise<number> {
  return Number((await must(exec(host, ['date', '+%s%3N']))).stdout);
}

async function text(path: string): Promise<string> {
  return (await must(exec(host, ['cat', path]))).stdout;
}

/** Wait for a run of the timer that satisfies. */
async function runUntil(isWanted: (told: Told) => boolean, seconds: number): Promise<Told> {
  const until = Date.now() + seconds * 1000;
  for (let after = await moment(); ; ) {
    const told = (await timerRun(host, { after }, seconds)) as Told;
    if (isWanted(told)) return told;
    if (Date.now() > until) throw new Error(`no such run in ${seconds} s: ${JSON.stringify(told.notices)}`);
    after = told.startedAt + 1;
  }
}

/** What admins do at night on a host with its timer running: change by hand, stop one service, go back. */
export function pause(coop: () => Coop): void {
  describe('pause, changes by hand, rollback', () => {
    // What is tried here is what the timer's runs do; that one begins each minute is seen in changes.ts and trust-doors.ts.
    beforeAll(() => timerEvery(host, 8));
    afterAll(() => timerEvery(host, null));

    it('leaves an announced change by hand alone in the timer’s runs, and puts it back by itself with a receipt', async () => {
      await reconcile(host);
      await must(exec(host, ['croft', 'pause', site, '--by-hand', '--until', '1m', '--why', 'a redirect around the outage', ...who]));
      await must(exec(host, ['sh', '-c', `sed -i 's,^</VirtualHost>,Redirect 302 "/by-hand" "http://away.example/"\\n</VirtualHost>,' ${site} && systemctl reload apache2`]));
      const during = await runUntil(({ pauses }) => pauses.some(({ byHand, waiting }) => byHand && waiting === 1), 150);
      expect(during.outcomes.filter(({ result }) => result !== 'done')).toEqual([]);
      expect(await text(site)).toContain('/by-hand');
      expect(await get(host, 'ipv4', { name: 'blog.ada.example', path: '/by-hand' })).toMatchObject({ code: 302, location: 'http://away.example/' });
      expect((await exec(host, ['croft', 'drift'])).stdout).toMatch(/stays until .*: announced by dana: a redirect around the outage/);

      const after = await runUntil(({ receipts }) => receipts.length > 0, 300);
      expect(after.receipts).toMatchObject([{ id: `file:${site}`, owner: 'member:ada', who: 'dana', why: 'a redirect around the outage', returned: expect.any(Number) }]);
      expect(await text(site)).not.toContain('/by-hand');
      expect((await get(host, 'ipv4', { name: 'blog.ada.example', path: '/by-hand' })).code).not.toBe(302);
      expect(await text(after.receipts[0]?.copy ?? '')).toContain('/by-hand');
      expect((await exec(host, ['runuser', '-u', 'nobody', '--', 'cat', after.receipts[0]?.copy ?? ''])).status).not.toBe(0);
      expect((await must(exec(host, ['sh', '-c', 'cat /var/lib/croft/receipts/*.json']))).stdout).toContain('a redirect around the outage');
      expect((await exec(host, ['journalctl', '-u', 'croft', '--no-pager', '-n', '200'])).stdout).toContain('put back to what git says');
    }, 900_000);

    it('stops one service, and only that one, until it is resumed', async () => {
      await must(exec(host, ['croft', 'pause', 'apache', '--until', '1h', '--why', 'its disk is being looked at', ...who]));
      edit(coop(), 'members/ada/vhosts/waits.ada.example.yaml', 'static:\n  root: web/waits\n');
      const revision = await push(coop(), 'members/ada: a site while apache is paused');
      await timerRun(host, { revision });
      expect(((await report(host)) as Told).pauses).toMatchObject([{ scope: 'service:apache' }]);
      expect((await exec(host, ['test', '-e', '/etc/apache2/croft/sites/waits.ada.example.conf'])).status).not.toBe(0);
      expect(await text('/etc/bind/croft/zones/ada.example.zone')).toContain('waits');
      await must(exec(host, ['croft', 'resume', 'apache']));
      await runUntil(({ pauses }) => pauses.length === 0, 150);
      expect((await exec(host, ['test', '-e', '/etc/apache2/croft/sites/waits.ada.example.conf'])).status).toBe(0);
      edit(coop(), 'members/ada/vhosts/waits.ada.example.yaml', null);
      await timerRun(host, { revision: await push(coop(), 'members/ada: that site is not needed') });
    }, 900_000);

    it('goes back for one member, while what others push still goes live, until she puts it right', async () => {
      const [good, before] = [(await report(host)).revision, await text(site)];
      const was = read(coop(), document);
      edit(coop(), document, 'redirect:\n  to: http://gone.example/\n');
      await timerRun(host, { revision: await push(coop(), 'members/ada: my blog has moved') });
      expect(await get(host, 'ipv4', { name: 'blog.ada.example' })).toMatchObject({ location: 'http://gone.example/' });
      await must(exec(host, ['croft', 'rollback', good, '--owner', 'ada', '--why', 'the other server is gone', ...who]));
      const back = await runUntil(({ rollbacks }) => rollbacks.length > 0, 150);
      expect(back.rollbacks).toMatchObject([{ owner: 'member:ada', owners: ['member:ada'] }]);
      expect(await text(site)).toBe(before);
      expect((await get(host, 'ipv4', { name: 'blog.ada.example' })).location).not.toBe('http://gone.example/');

      edit(coop(), 'members/carol/vhosts/meanwhile.carol.example.yaml', 'redirect: { to: "https://carol.example/" }\n');
      await timerRun(host, { revision: await push(coop(), 'members/carol: goes on meanwhile') });
      expect(await get(host, 'ipv4', { name: 'meanwhile.carol.example' })).toMatchObject({ code: 301 });
      expect(await text(site)).toBe(before);
      expect(await reconcile(host)).toMatchObject({ status: 3, stdout: expect.stringContaining('by dana: the other server is gone') });

      edit(coop(), document, was);
      edit(coop(), 'members/carol/vhosts/meanwhile.carol.example.yaml', null);
      const revision = await push(coop(), 'members/ada: it is right again');
      expect(((await timerRun(host, { revision })) as Told).notices.join('\n')).toContain('the rollback of ada is over');
      expect((await reconcile(host)).status).toBe(0);
    }, 900_000);
  });
}

function read({ clone }: Coop, path: string): string {
  return readFileSync(join(clone, 'desired-state', path), 'utf8');
}

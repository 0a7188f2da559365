import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { edit, get, login, must, push, reconcile, timerRun, upload, type Coop } from '../coop.ts';
import { addresses, exec, net } from '../lab.ts';

const domain = 'xn--bcherei-n2a.example';
const desk = `desk@${domain}`;
const today = (): string => new Date().toISOString().slice(0, 10);

/** Data that nobody declares any more, zones that are signed, and coming back exactly as before. */
export function retire(coop: () => Coop): void {
  const output = async (...argv: readonly string[]): Promise<string> => (await must(exec('main', argv))).stdout;
  const shell = (script: string): Promise<string> => output('sh', '-c', script);
  const imap = async (): Promise<string> => (await net(['curl', '-s', '-m', '20', '-k', '--user', `${desk}:${coop().passwords[desk]}`, `imaps://${addresses.main.ipv4}:993/INBOX;MAILINDEX=*;SECTION=HEADER.FIELDS%20(SUBJECT)`])).stdout;
  const submit = async (subject: string): Promise<number> => (await net(
    ['curl', '-s', '-S', '-m', '20', '-k', '--ssl-reqd', '--user', `ada@ada.example:${coop().passwords['ada@ada.example']}`, '--mail-from', 'ada@ada.example', '--mail-rcpt', desk, '--upload-file', '-', `smtp://${addresses.main.ipv4}:587/tester.example`],
    { input: `From: <ada@ada.example>\r\nTo: <${desk}>\r\nSubject: ${subject}\r\n\r\nHello.\r\n` },
  )).status;
  const whollyDone = async (): Promise<void> => {
    const { status, report: { outcomes, holds } } = await reconcile('main');
    expect({ status, unfinished: outcomes.filter(({ result }) => result !== 'done'), holds }).toEqual({ status: 0, unfinished: [], holds: [] });
  };
  /** All that is iris's on main, to the inode and the last byte, and what clients see of it; but for Dovecot's own notes of who read what. */
  const whole = async (): Promise<readonly string[]> => [
    await shell(`find /home/iris /var/vmail/${domain} -printf '%p %i %y %m %U:%G %s %T@ %l\\n' | grep -v '/Maildir [0-9]\\|dovecot.index' | sort`),
    await shell(`find /home/iris /var/vmail/${domain} -type f -exec sha256sum {} + | grep -v dovecot.index | sort -k2`),
    await shell('grep -h iris /var/lib/extrausers/passwd /var/lib/extrausers/group /var/lib/extrausers/shadow /etc/dovecot/croft/* /etc/postfix/croft/* | sort; ls -l --time-style=+ /etc/ssh/authorized_keys.d/iris'),
    await shell('btrfs qgroup show -re --raw /home | grep iris | tr -s " " | cut -d" " -f1,4,6; cat /etc/systemd/system/user-10010.slice.d/*.conf; cat /etc/apache2/croft/sites/*bcherei*'),
    JSON.stringify([await get('main', 'ipv4', { name: domain }), await imap()]),
  ];
  /** What stands in iris's directory of the clone. */
  const documents = (): ReadonlyMap<string, string> => {
    const folder = join(coop().clone, 'desired-state');
    const paths = readdirSync(join(folder, 'members/iris'), { recursive: true, encoding: 'utf8' }).map((path) => `members/iris/${path}`);
    return new Map(paths.filter((path) => statSync(join(folder, path)).isFile()).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  };
  const leave = async (kept: ReadonlyMap<string, string>, message: string): Promise<void> => {
    for (const path of kept.keys()) if (!path.endsWith('member.yaml')) edit(coop(), path, null);
    edit(coop(), 'members/iris/member.yaml', (text) => text.replace(/^uid:/m, 'state: retired\nuid:'));
    await push(coop(), message);
  };
  const comeBack = async (kept: ReadonlyMap<string, string>): Promise<void> => {
    for (const [path, text] of kept) edit(coop(), path, text);
    await push(coop(), 'iris is back');
  };

  describe('data that nobody declares any more', () => {
    it('has something to lose', async () => {
      await must(exec('main', ['systemctl', 'stop', 'croft.timer', 'croft.path']));
      await upload(coop(), { host: 'main', member: 'iris', path: 'sites/library/index.html' }, 'books');
      expect(await submit('a letter to keep')).toBe(0);
      await expect.poll(imap, { timeout: 20_000, interval: 500 }).toContain('a letter to keep');
      expect(await get('main', 'ipv4', { name: domain })).toMatchObject({ code: 200, body: 'books' });
      expect(await output('stat', '-f', '-c', '%T', '/home')).toBe('btrfs\n');
      expect(await output('stat', '-c', '%U:%G %a', '/var/vmail', `/var/vmail/${domain}`, `/var/vmail/${domain}/desk`)).toBe('root:croft-vmail 750\nroot:croft-vmail 750\ncroft-vmail:croft-vmail 700\n');
    });

    it('a member who is suspended and resumed has exactly what she had', async () => {
      const before = await whole();
      edit(coop(), 'members/iris/member.yaml', (text) => text.replace(/^uid:/m, 'state: suspended\nuid:'));
      await push(coop(), 'iris is suspended');
      await whollyDone();
      expect((await get('main', 'ipv4', { name: domain })).code).toBe(503);
      expect((await login(coop(), 'main', 'iris', 'true')).status).not.toBe(0);
      expect(await imap()).not.toContain('a letter');
      edit(coop(), 'members/iris/member.yaml', (text) => text.replace('state: suspended\n', ''));
      await push(coop(), 'iris is resumed');
      await whollyDone();
      expect(await whole()).toEqual(before);
    });

    it('a member who retires keeps everything where nobody can reach it, once nothing of hers runs', async () => {
      const kept = documents();
      const before = await whole();
      const inode = await output('stat', '-c', '%i', '/home/iris');
      await must(exec('main', ['systemd-run', '--quiet', '--collect', '--unit=iris-left', '--uid=iris', 'sleep', '900']));
      await leave(kept, 'iris leaves');
      expect((await exec('main', ['croft', 'plan'])).stdout).toMatch(/2 to retire[^]*↓ home \/home\/iris[^]*moved aside and kept/);
      const waiting = await reconcile('main');
      expect(waiting.status).toBe(3);
      expect(waiting.report.outcomes.find(({ id }) => id === 'home:/home/iris')).toMatchObject({ result: 'failed', because: expect.stringMatching(/process \d+ \(sleep\) of uid 10010 still runs; the next run tries again/) });
      await must(exec('main', ['systemctl', 'stop', 'iris-left']));
      const { status, stdout } = await reconcile('main');
      expect([status, stdout]).toEqual([0, expect.stringContaining("retires iris's home (kept until at least ")]);
      expect(await output('stat', '-c', '%i %u %a', `/home/.retired/iris@${today()}`)).toBe(`${inode.trim()} 10010 710\n`);
      expect(await output('stat', '-c', '%U %a', '/home/.retired', '/var/vmail/.retired')).toBe('root 700\nroot 700\n');
      expect(await shell(`test -e /home/iris || test -e /var/vmail/${domain} || echo gone`)).toBe('gone\n');
      expect((await get('main', 'ipv4', { name: domain })).code).toBe(404);
      expect((await exec('main', ['croft', 'plan', '--exit-code'])).status).toBe(0);
      expect(await output('croft', 'purge')).toMatch(new RegExp(`home:iris@${today()} .*kept until .*\\n.*mail:${desk}@iris@${today()}`));
      await comeBack(kept);
      const restored = await reconcile('main');
      expect([restored.status, restored.stdout]).toEqual([0, expect.stringContaining(`restores iris's home from /home/.retired/iris@${today()}`)]);
      const after = await whole();
      const still = (text: string | undefined): string => (text ?? '').split('\n').filter((line) => !line.startsWith(`/var/vmail/${domain} `)).join('\n');
      expect(after.map(still)).toEqual(before.map(still));
      await upload(coop(), { host: 'main', member: 'iris', path: 'sites/library/back.html' }, 'back');
      expect(await get('main', 'ipv6', { name: domain, path: '/back.html' })).toMatchObject({ code: 200, body: 'back' });
    });

    it('is purged by an admin, after its time and not before, and never by a run', async () => {
      const kept = documents();
      await leave(kept, 'iris leaves for good');
      await whollyDone();
      const thing = `home:iris@${today()}`;
      const early = await exec('main', ['croft', 'purge', thing, '--yes']);
      expect([early.status, early.stderr]).toEqual([4, expect.stringContaining('cannot purge')]);
      edit(coop(), 'cluster.yaml', (text) => `${text}retired:\n  grace-days: 0\n`);
      await push(coop(), 'nothing is kept for longer than it must be');
      await whollyDone();
      expect(await shell(`test -d /home/.retired/iris@${today()} && echo kept`)).toBe('kept\n');
      expect((await must(exec('main', ['croft', 'purge', thing, '--yes']))).stdout).toContain('is removed for good');
      expect(await shell('ls -A /home/.retired; btrfs subvolume list /home | grep -c iris || true')).toBe('0\n');
      expect(JSON.parse(await output('cat', '/var/lib/croft/purged'))).toMatchObject({ thing, since: today() });
      await comeBack(kept);
      await whollyDone();
      expect([await output('ls', '-A', '/home/iris'), await imap()]).toEqual(['', expect.stringContaining('a letter to keep')]);
    });
  });

  describe('a signed zone', () => {
    const zone = 'members/ada/zones/ada.example.yaml';
    const ask = async (server: string, ...words: readonly string[]): Promise<string> => (await net(['dig', '+time=3', '+tries=2', '+norec', '+dnssec', `@${server}`, ...words])).stdout;
    const keys = (): Promise<string> => shell('cd /var/lib/bind/croft/ada.example && sha256sum K* | sort');

    it('is answered with signatures by both name servers, from keys that outlive runs', async () => {
      edit(coop(), zone, (text) => `dnssec: true\n${text}`);
      await push(coop(), 'ada signs');
      await whollyDone();
      await expect.poll(() => ask(addresses.main.ipv4, 'ada.example', 'SOA'), { timeout: 30_000 }).toMatch(/RRSIG\s+SOA 13 /);
      await expect.poll(() => ask(addresses.dynamic.ipv4, 'ada.example', 'SOA'), { timeout: 60_000 }).toMatch(/RRSIG\s+SOA 13 /);
      expect(await ask(addresses.dynamic.ipv6, 'nobody.ada.example', 'A')).toMatch(/NXDOMAIN[^]*NSEC/);
      expect(await ask(addresses.main.ipv4, 'ada.example', 'DNSKEY')).toMatch(/DNSKEY\s+257 3 13 /);
      const before = await keys();
      edit(coop(), zone, (text) => text.replace('records:', 'records:\n  - { name: signed, type: A, address: 198.51.100.77 }'));
      await push(coop(), 'one record more');
      await whollyDone();
      await expect.poll(() => ask(addresses.dynamic.ipv4, 'signed.ada.example', 'A'), { timeout: 60_000 }).toMatch(/198\.51\.100\.77[^]*RRSIG\s+A 13 /);
      await must(exec('main', ['systemctl', 'restart', 'named']));
      await expect.poll(() => ask(addresses.main.ipv4, 'signed.ada.example', 'A'), { timeout: 30_000 }).toMatch(/RRSIG\s+A 13 /);
      expect(await keys()).toBe(before);
      expect((await exec('main', ['croft', 'drift', '--exit-code'])).status).toBe(0);
    });

    it('is not unsigned while somebody above may still vouch for its keys', async () => {
      edit(coop(), zone, (text) => text.replace('dnssec: true', 'dnssec: false'));
      await push(coop(), 'ada does not sign');
      const { status, stdout } = await reconcile('main');
      expect([status, stdout]).toEqual([4, expect.stringMatching(/stop signing the zone ada\.example: .*wait two days.*\[guard\/dnssec\]/)]);
      expect(await ask(addresses.main.ipv4, 'ada.example', 'SOA')).toMatch(/RRSIG\s+SOA 13 /);
      const entry = stdout.split('\n').find((line) => line.trim().startsWith('- { guard: dnssec')) ?? '';
      edit(coop(), 'coop/allowances.yaml', `allowances:\n${entry}\n`);
      await push(coop(), 'the DS is gone since Monday');
      await whollyDone();
      await expect.poll(() => ask(addresses.main.ipv4, 'ada.example', 'SOA'), { timeout: 30_000 }).not.toContain('RRSIG');
      await expect.poll(() => ask(addresses.dynamic.ipv4, 'ada.example', 'SOA'), { timeout: 60_000 }).not.toContain('RRSIG');
      expect(await shell(`ls /var/lib/bind/croft/.retired/ada.example@${today()} | grep -c '^K.*private$'`)).toBe('1\n');
      edit(coop(), 'coop/allowances.yaml', 'allowances: []\n');
      const revision = await push(coop(), 'it has done its work');
      await must(exec('main', ['systemctl', 'start', 'croft.timer', 'croft.path']));
      await timerRun('main', { revision }, 300);
    });
  });
}

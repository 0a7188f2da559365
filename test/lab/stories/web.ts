import { describe, expect, it } from 'vitest';
import type { Vhost } from '../../../reconciler/model/desired.ts';
import { declared, get, login, must, upload, type Coop } from '../coop.ts';
import { addresses, exec, net, type Host } from '../lab.ts';

/** Every declared site, by every name, over both families. */
export function web(coop: () => Coop): void {
  describe('web', () => {
    const sites = (): readonly Vhost[] => declared(coop()).vhosts.filter(({ suspended }) => !suspended);

    it('serves every static site by each of its names', async () => {
      for (const site of sites()) {
        if (site.site.kind !== 'static') continue;
        const page = `this is ${site.name}`;
        await publish(coop(), site, page);
        for (const name of [site.name, ...site.aliases]) {
          for (const family of ['ipv4', 'ipv6'] as const) expect(await get(site.host.name as string as Host, family, { name }), `${name} ${family}`).toMatchObject({ code: 200, body: page });
        }
      }
    });

    it('redirects every redirecting site', async () => {
      for (const { name, site, host } of sites()) {
        if (site.kind !== 'redirect') continue;
        for (const family of ['ipv4', 'ipv6'] as const) expect(await get(host.name as string as Host, family, { name }), name).toMatchObject({ code: site.status });
        expect((await get(host.name as string as Host, 'ipv4', { name })).location).toContain(site.to.replace(/\/$/, ''));
      }
    });

    it('hands every proxied site to the member’s own program', async () => {
      for (const { name, site, host, member } of sites()) {
        if (site.kind !== 'proxy' || member === null) continue;
        const on = host.name as string as Host;
        const unit = `lab-proxied-${site.port}`;
        await exec(on, ['systemctl', 'reset-failed', `${unit}.service`]);
        const started = await exec(on, ['systemd-run', `--uid=${member.uid}`, `--gid=${member.uid}`, `--slice=user-${member.uid}.slice`, `--unit=${unit}`, '/usr/bin/perl', '-e', server, String(site.port), `this is port ${site.port}`]);
        expect(started.status, started.stderr).toBe(0);
        await expect.poll(async () => (await get(on, 'ipv4', { name })).body, { timeout: 15_000, interval: 500 }).toContain(`this is port ${site.port}`);
        expect((await get(on, 'ipv6', { name })).body).toContain(`this is port ${site.port}`);
      }
    });

    it('shows nobody’s site to an unknown name or a bare address', async () => {
      for (const host of ['main', 'dynamic'] as const) {
        for (const name of ['unknown.example', addresses[host].ipv4]) {
          const { code, body } = await get(host, 'ipv4', { name });
          expect(code, `${name}@${host}`).toBe(404);
          expect(body).not.toContain('this is ');
        }
      }
    });

    it('answers 503 for a suspended member’s site', async () => {
      const suspended = declared(coop()).vhosts.filter((site) => site.suspended);
      expect(suspended.length).toBeGreaterThan(0);
      for (const { name, host } of suspended) expect((await get(host.name as string as Host, 'ipv4', { name })).code).toBe(503);
    });

    it('sends declared headers, redirects and error pages', async () => {
      const { stdout } = await must(net(['curl', '-s', '-i', '--resolve', `blog.ada.example:80:${addresses.main.ipv4}`, 'http://blog.ada.example/']));
      expect(stdout).toMatch(/^referrer-policy: no-referrer\r?$/im);
      expect(await get('main', 'ipv4', { name: 'blog.ada.example', path: '/feed' })).toMatchObject({ code: 301, location: 'http://blog.ada.example/feed.xml' });
      expect(await get('main', 'ipv4', { name: 'blog.ada.example', path: '/2019/03/spring' })).toMatchObject({ location: 'http://blog.ada.example/archive/2019/03/spring' });
      await upload(coop(), { host: 'main', member: 'ada', path: 'sites/blog/errors/not-found.html' }, 'nothing grows here');
      expect(await get('main', 'ipv4', { name: 'blog.ada.example', path: '/no-such-page' })).toMatchObject({ code: 404, body: 'nothing grows here' });
    });

    it('serves only what the member owns: not through a link to a neighbour’s file, not a dotfile', async () => {
      await upload(coop(), { host: 'main', member: 'carol', path: 'sites/secret.txt' }, 'carol’s secret');
      await must(exec('main', ['setpriv', '--reuid=ada', '--regid=ada', '--clear-groups', 'ln', '-sfn', '/home/carol/sites/secret.txt', '/home/ada/sites/blog/stolen.txt']));
      await must(exec('main', ['setpriv', '--reuid=ada', '--regid=ada', '--clear-groups', 'ln', '-sfn', '/etc/passwd', '/home/ada/sites/blog/passwd.txt']));
      await upload(coop(), { host: 'main', member: 'ada', path: 'sites/blog/.htpasswd' }, 'ada:secret');
      for (const path of ['/stolen.txt', '/passwd.txt', '/.htpasswd']) {
        const { code, body } = await get('main', 'ipv4', { name: 'blog.ada.example', path });
        expect(code, path).toBeGreaterThanOrEqual(403);
        expect(body).not.toMatch(/secret|root:/);
      }
    });

    it('keeps logs out of homes, where members cannot change them', async () => {
      expect((await exec('main', ['grep', '-c', 'no-such-page', '/var/log/apache2/croft/blog.ada.example-access.log'])).stdout.trim()).not.toBe('0');
      expect((await login(coop(), 'dynamic', 'judy', 'echo x >> /var/log/apache2/croft/blog.ada.example-access.log')).status).not.toBe(0);
    });
  });
}

/** A web server of a few lines, for the member's own port. */
const server = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], Listen => 16, ReuseAddr => 1) or die $!;
while (my $c = $s->accept) { my $l = <$c>; while (<$c> =~ /\\S/) {} print $c "HTTP/1.0 200 OK\\r\\nContent-Length: " . length($ARGV[1]) . "\\r\\n\\r\\n" . $ARGV[1]; close $c; }`;

async function publish(coop: Coop, { site, member, host }: Vhost, page: string): Promise<void> {
  if (site.kind !== 'static') return;
  const on = host.name as string as Host;
  if (member !== null) return upload(coop, { host: on, member: member.name, path: `${site.root}/${site.index[0] ?? 'index.html'}` }, page);
  await must(exec(on, ['sh', '-c', `cat > /srv/www/${site.root}/${site.index[0] ?? 'index.html'}`], { input: page }));
}

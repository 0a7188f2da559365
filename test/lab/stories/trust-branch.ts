import { describe, expect, it } from 'vitest';
import { get, hosts, must, reconcile, timerRun, untold, type Coop } from '../coop.ts';
import { exec } from '../lab.ts';
import { change, client, gitdir, run } from '../trust-clients.ts';
import { held, onServer, script, status, tip } from '../trust-server.ts';

/** A server that shows hosts something old. */
export function trustBranch(coop: () => Coop): void {
  const carol = (): ReturnType<typeof client> => client(coop(), 'carol');
  const site = 'members/carol/vhosts/branch.carol.example.yaml';
  const leadTo = (path: string): string => `redirect: { to: "https://carol.example/${path}", keep-path: false }\n`;
  const visit = async (): Promise<string> => (await get('main', 'ipv4', { name: 'branch.carol.example' })).location;

  describe('a branch that goes back', () => {
    it('cannot be pushed', async () => {
      for (const path of ['first', 'second']) {
        const { status: pushed, stderr, oid } = await change(carol(), site, leadTo(path));
        expect(pushed, stderr).toBe(0);
        expect(await held(oid)).toEqual([]);
      }
      const was = await tip();
      const { status: pushed, stderr } = await run(carol(), ['git', 'push', '--force', 'origin', 'HEAD~1:refs/heads/main']);
      expect(pushed).not.toBe(0);
      expect(stderr).toContain('hosts never go back');
      expect(await tip()).toBe(was);
    });

    it('behind the hook, is followed by no host: each stays and says so, and croft status raises the alarm', async () => {
      const was = await tip();
      // Only a commit that has been in force for longer than a push takes to go round is one that the branch left behind.
      await reportAsIfSince('main', was, 2 * 60);
      await onServer('update-ref', 'refs/heads/main', `${was}~1`);
      try {
        for (const host of hosts) {
          const { report, status: ended } = await reconcile(host);
          expect([ended, report.revision]).toEqual([3, was]);
          expect(report.notices.join('\n')).toContain('git/backwards');
        }
        expect(await visit()).toBe('https://carol.example/second');
        await expect.poll(async () => (await status()).alarms.length, { timeout: untold, interval: 2000 }).toBeGreaterThan(0);
        expect((await status()).needsPerson).toBe(true);
      } finally {
        await onServer('update-ref', 'refs/heads/main', was);
      }
      for (const host of hosts) expect((await reconcile(host)).report).toMatchObject({ revision: was, notices: [], holds: [] });
      await expect.poll(async () => (await status()).alarms, { timeout: 30_000, interval: 1000 }).toEqual([]);
    });
  });

  describe('a server that keeps something back', () => {
    const stale = '/srv/git/stale.git';
    const config = '/etc/croft/config.yaml';
    const read = async (): Promise<readonly string[]> => (await reconcile('shell')).report.notices;

    it('is found out by the others’ reports, by the host’s own, and by croft status', async () => {
      await script('main', `install -d -o git -g git ${stale} && runuser -u git -- git clone -q --mirror ${gitdir} ${stale}`);
      const before = (await must(exec('shell', ['cat', config]))).stdout;
      await must(exec('shell', ['sed', '-i', `s,${gitdir},${stale},`, config]));
      try {
        await reconcile('shell');
        const { oid, status: pushed, stderr } = await change(carol(), site, leadTo('third'));
        expect(pushed, stderr).toBe(0);
        await timerRun('dynamic', { revision: oid }, 150);
        await reportAsIfSince('dynamic', oid, 20 * 60);
        await script('main', `runuser -u git -- git -C ${stale} fetch -q ${gitdir} +refs/croft/hosts/dynamic:refs/croft/hosts/dynamic`);
        expect((await read()).join('\n')).toMatch(new RegExp(`dynamic reports commit ${oid} for \\d+ minutes now, and this remote does not give it to us`));
        await script('main', `runuser -u git -- git -C ${stale} update-ref -d refs/croft/hosts/shell`);
        expect((await read()).join('\n')).toContain('the report that this host pushed has vanished from this remote');
        expect((await status()).hosts.find(({ host }) => host === 'shell')?.behind).toBeGreaterThan(0);
      } finally {
        await must(exec('shell', ['sh', '-c', `cat > ${config}`], { input: before }));
        await script('main', `rm -rf ${stale}`);
      }
      expect((await reconcile('shell')).report.revision).toBe(await tip());
    });
  });
}

/** Let a host report that a commit came into force there earlier: time that a test does not wait for. Another run may be telling just now, so it is done until the server has it. */
async function reportAsIfSince(host: (typeof hosts)[number], commit: string, seconds: number): Promise<void> {
  const published = '/var/lib/croft/spool/published.json';
  const since = Math.floor(Date.now() / 1000) - seconds;
  const reported = async (): Promise<number> => {
    const told = JSON.parse((await must(exec(host, ['cat', published]))).stdout) as { readonly commit: string };
    if (told.commit !== commit) return Infinity;
    await must(exec(host, ['sh', '-c', `cat > ${published}`], { input: JSON.stringify({ ...told, since }) }));
    await reconcile(host);
    return (JSON.parse(await onServer('show', `refs/croft/hosts/${host}:report.json`)) as { readonly since: number }).since;
  };
  await expect.poll(reported, { timeout: untold, interval: 1000 }).toBeLessThanOrEqual(since);
}

/** The half that reads what members wrote, on booted hosts: what it may not do, and what root does when it was taken over, killed or hung. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { must, reconcile, report, type Coop } from '../coop.ts';
import { exec, type Host } from '../lab.ts';

const unit = 'croft-compile.service';
const dropIn = `/run/systemd/system/${unit}.d/story.conf`;

/** What else may be in a host's own directories changes with its daemons; here only croft writes. */
const places = '/etc /usr/sbin /usr/local /root /home /srv /var/spool/cron /var/lib/extrausers /var/lib/croft/inventory.jsonl /var/lib/croft/trusted.json /var/lib/croft/handover.jsonl';

/** Exposure as systemd sees it; what is left open is argued in each unit. */
const mostExposed = { 'croft.service': 6, 'croft-compile.service': 1.5, 'croft-publish.service': 1.5 } as const;

/** Put something else in the place of what croft-compile runs, and of what waits there already, in the same sandbox; null: itself again. */
async function running(host: Host, what: { readonly start: string; readonly more?: string } | null): Promise<void> {
  const text = what === null ? '' : `[Service]\nExecStart=\nExecStart=${what.start}\n${what.more ?? ''}\n`;
  await must(exec(host, ['sh', '-c', `mkdir -p ${dropIn.replace(/\/[^/]*$/, '')} && cat > ${dropIn} && systemctl daemon-reload && systemctl stop ${unit}`], { input: text }));
}

/** Wait until the half that reads waits: it is active from before it is awake until it has answered. Shape: which one it is, as systemd tells them apart. */
async function waitingOn(host: Host): Promise<string> {
  await vi.waitFor(() => must(exec(host, ['test', '-e', '/var/lib/croft/spool/compile.json.waits'])), { timeout: 20_000 });
  return (await must(exec(host, ['systemctl', 'show', '--property=InvocationID', '--value', unit]))).stdout.trim();
}

/** A program for the sandbox, in words for the shell or for croft's own engine. */
async function program(host: Host, name: string, text: string): Promise<string> {
  const path = `/run/croft-story-${name}`;
  await must(exec(host, ['sh', '-c', `cat > ${path} && chmod 755 ${path}`], { input: text }));
  return path;
}

/** Everything that a run could have changed: names, modes, owners, sizes and times. */
async function standing(host: Host): Promise<string> {
  return (await must(exec(host, ['sh', '-c', `find ${places} -xdev -printf '%p %m %u %g %s %T@\\n' | sort`]))).stdout;
}

/** The answer of somebody who took the compiler over: the last one, under the request's id, and changed. */
function forgery(change: string): string {
  return `const fs = require('fs');
const { id } = JSON.parse(fs.readFileSync('/run/croft/compile.json', 'utf8'));
const [answer, declared, ...list] = fs.readFileSync('/var/lib/croft/spool/good.json', 'utf8').trimEnd().split('\\n').map((line) => JSON.parse(line));
const find = (id) => list.find((each) => each.id === id);
const source = 'desired-state/cluster.yaml:1:1';
answer.request = id;
${change}
list.sort((a, b) => (a.id < b.id ? -1 : 1));
answer.catalog.resources = list.length;
fs.writeFileSync('/var/lib/croft/spool/forged.json', [answer, declared, ...list].map((value) => JSON.stringify(value) + '\\n').join(''));
fs.renameSync('/var/lib/croft/spool/forged.json', '/var/lib/croft/spool/compile.json');
`;
}

const forgeries: readonly (readonly [string, string, RegExp])[] = [
  ['a file in /etc/cron.d', `list.push({ id: 'file:/etc/cron.d/x', kind: 'file', name: '/etc/cron.d/x', owner: 'coop', source, needs: [], after: [], desired: { type: 'file', mode: '0644', owner: 'root', group: 'root', content: 'sha256:' + '0'.repeat(64) }, payload: { text: '* * * * * root id\\n' } });`, /cannot make file:\/etc\/cron\.d\/x: croft makes no file of that name/],
  ['a setuid bit', `find('file:/usr/sbin/policy-rc.d').desired.mode = '4755';`, /cannot make file:\/usr\/sbin\/policy-rc\.d: it would be root:root 4755/],
  ['a shell to reload by', `find('unit:ssh.service').load.reload = ['/bin/sh', '-c', 'id > /root/taken'];`, /cannot make unit:ssh\.service: it would be told by \/bin\/sh/],
  ['a second root', `find('table:/var/lib/extrausers/passwd').payload.text += 'toor:x:0:0:toor:/home/toor:/bin/bash\\n';`, /cannot make table:\/var\/lib\/extrausers\/passwd: its row \d+ is none/],
  ['a field that nobody knows', `find('unit:ssh.service').run = ['/bin/sh'];`, /cannot use what croft-compile handed over: .*"run" is not known/],
  ['a commit that was left behind', `answer.trusted.commit = '0'.repeat(40); answer.confirmedAt = null;`, /nothing new was confirmed/],
];

/** Two processes, one of which nobody has to trust. */
export function twoProcesses(_coop: () => Coop, hosts: readonly Host[] = ['main', 'dynamic']): void {
  // Hosts have nothing to do with each other in this, so that none waits for another. (What is said soon is waited for by vi: expect.poll wants to be the only test.)
  describe.concurrent.each(hosts)('on %s, the half that reads documents', (host) => {
    describe.sequential('in its sandbox', () => {
      beforeAll(async () => {
        await must(exec(host, ['systemctl', 'stop', 'croft.timer', 'croft.path']));
        await reconcile(host);
        // One that reads everything is handed over everything, whatever the run before it knew.
        await must(exec(host, ['croft', 'reconcile', '--audit']));
        await must(exec(host, ['cp', '-p', '/var/lib/croft/spool/compile.json', '/var/lib/croft/spool/good.json']));
      });

      afterAll(async () => {
        await must(exec(host, ['sh', '-c', `rm -rf ${dropIn.replace(/\/[^/]*$/, '')} /run/croft-story-* /var/lib/croft/spool/good.json && systemctl daemon-reload && systemctl reset-failed && systemctl start croft.timer croft.path`]));
      });

      it('is not root, cannot read the host\'s secrets, and cannot write anywhere but where its own things are', async () => {
        const tries = ['/etc/croft/cluster.key', '/etc/shadow', '/etc/croft/host.key', '/var/lib/croft/inventory.jsonl', '/var/lib/croft/handover.jsonl', '/proc/1/environ', '/etc/ssh/ssh_host_ed25519_key'].map((path) => `cat ${path} > /dev/null 2>&1 && echo "reads ${path}"`);
        const writes = ['/etc', '/var/lib/croft', '/usr', '/home', '/root', '/run/croft', '/run', '/var/log', '/srv'].map((path) => `touch ${path}/story 2> /dev/null && echo "writes ${path}"`);
        const own = ['/var/lib/croft/repository.git', '/var/lib/croft/spool'].map((path) => `touch ${path}/story && rm ${path}/story && echo "keeps ${path}"`);
        const other = ['mount -t tmpfs none /mnt 2> /dev/null && echo mounts', 'unshare --mount true 2> /dev/null && echo unshares', 'test -r $CREDENTIALS_DIRECTORY/host.key && echo "has the key"', 'echo "is $(id -un) $(id -Gn)"'];
        await running(host, { start: `/bin/sh ${await program(host, 'tries', `${['exec > /var/lib/croft/spool/said', ...tries, ...writes, ...own, ...other, 'true'].join('\n')}\n`)}` });
        await must(exec(host, ['systemctl', 'start', '--wait', unit]));
        const { stdout } = await must(exec(host, ['sh', '-c', 'cat /var/lib/croft/spool/said && rm /var/lib/croft/spool/said']));
        await running(host, null);
        expect(stdout.trim().split('\n')).toEqual(['keeps /var/lib/croft/repository.git', 'keeps /var/lib/croft/spool', 'has the key', 'is croft croft']);
      });

      it.each(forgeries)('was taken over and hands over %s: it is refused, and nothing changes', async (_, change, says) => {
        const engine = (await must(exec(host, ['sh', '-c', 'head -n 1 /usr/bin/croft | cut -c 3-']))).stdout.trim();
        await running(host, { start: `${engine} ${await program(host, 'forge.cjs', forgery(change))}` });
        const before = await standing(host);
        const said = await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 600 });
        expect(said.stderr).toMatch(says);
        expect(said.status).toBe(1);
        expect(await standing(host)).toBe(before);
        await running(host, null);
      });

      it.each([
        ['hangs', { start: '/bin/sleep 600', more: 'RuntimeMaxSec=2s' }, 'it took too long'],
        ['is killed', { start: '/bin/sh -c \'kill -9 $$$$\'' }, 'it was killed'],
      ] as const)('%s: what it handed over last stays in force, drift is healed, and it is said with status 3', async (_, what, why) => {
        await running(host, what);
        await must(exec(host, ['sh', '-c', 'echo "# by hand" >> /etc/security/limits.d/croft.conf']));
        const said = await reconcile(host);
        await running(host, null);
        expect(said.status, said.stdout + said.stderr).toBe(3);
        expect(said.report.notices.join('\n')).toMatch(new RegExp(`cannot read the repository now: ${why}.*what was handed over last stays in force`));
        expect(said.report.outcomes).toMatchObject([{ id: 'file:/etc/security/limits.d/croft.conf', result: 'done' }]);
        expect((await reconcile(host)).status).toBe(0);
      });

      it('a run that was killed is told by the next one', async () => {
        await running(host, { start: '/bin/sleep 30' });
        await must(exec(host, ['sh', '-c', 'systemctl start --no-block croft.service; for n in $(seq 100); do test -e /var/lib/croft/run.json && test "$(systemctl is-active croft-compile)" = active && break; sleep 0.1; done; systemctl kill -s KILL croft.service croft-compile.service; systemctl stop croft.service croft-compile.service']));
        await running(host, null);
        const said = await reconcile(host);
        expect(said.report.notices.join('\n')).toMatch(/the run that began at \S+Z did not end: it was reading the repository/);
        expect((await reconcile(host)).report.notices).toEqual([]);
      });

      it('begins again when a run is over, and the next one is answered by it', async () => {
        await must(exec(host, ['systemctl', 'start', 'croft.service']));
        const waits = await waitingOn(host);
        await must(exec(host, ['systemctl', 'start', 'croft.service']));
        const answered = (await must(exec(host, ['journalctl', '-u', unit, '-o', 'json', '--output-fields=MESSAGE,INVOCATION_ID', '-n', '40']))).stdout.trim().split('\n').map((line) => JSON.parse(line) as { readonly MESSAGE: string; readonly INVOCATION_ID?: string });
        expect(answered.filter(({ INVOCATION_ID: id }) => id === waits).map(({ MESSAGE: says }) => says)).toContainEqual(expect.stringMatching(/: Deactivated successfully\.$/));
        expect(await waitingOn(host)).not.toBe(waits);
      });

      it('answers with the key that the host has now: who waits with one of before is replaced', async () => {
        await must(exec(host, ['systemctl', 'start', 'croft.service']));
        const waits = await waitingOn(host);
        await must(exec(host, ['sh', '-c', 'cp -p /etc/croft/host.key /run/croft-story-key && ssh-keygen -q -t ed25519 -N "" -f /run/croft-story-new && cat /run/croft-story-new > /etc/croft/host.key']));
        expect(await exec(host, ['croft', 'plan'])).toMatchObject({ status: 0 });
        const answers = (await must(exec(host, ['systemctl', 'show', '--property=InvocationID', '--value', unit]))).stdout.trim();
        await must(exec(host, ['sh', '-c', 'cat /run/croft-story-key > /etc/croft/host.key']));
        expect(answers).not.toBe(waits);
        expect(await reconcile(host)).toMatchObject({ status: 0 });
      });

      it('is begun by whoever asks where it does not wait, and ends by itself', async () => {
        await must(exec(host, ['systemctl', 'stop', unit]));
        expect(await exec(host, ['croft', 'plan'])).toMatchObject({ status: 0, stderr: '' });
        await vi.waitFor(async () => {
          const { stdout } = await exec(host, ['systemctl', 'show', '--property=ActiveState,Result', unit]);
          expect(stdout.trim().split('\n').toSorted()).toEqual(['ActiveState=inactive', 'Result=success']);
        }, { timeout: 20_000 });
      });

      it('plan, drift, why and status ask it as well, and leave nothing of root\'s where it works', async () => {
        for (const words of [['plan'], ['drift'], ['why', 'ada'], ['status'], ['reconcile', '--dry-run'], ['reconcile', '--offline']]) {
          expect([0, 3], words.join(' ')).toContain((await exec(host, ['croft', ...words])).status);
        }
        const { stdout } = await must(exec(host, ['find', '/var/lib/croft/repository.git', '/var/lib/croft/spool', '!', '-user', 'croft']));
        expect(stdout).toBe('');
      });

      it('answers whoever looks at a plan while a run goes on, each the own question', async () => {
        const [plans, run] = await Promise.all([exec(host, ['sh', '-c', 'for n in 1 2 3; do croft plan > /dev/null || exit; done']), reconcile(host)]);
        expect([plans.status, run.status, plans.stderr]).toEqual([0, 0, '']);
      });

      it('is a child with the rights of that user where systemd does not run', async () => {
        const hidden = 'mkdir -p /run/croft-story-empty && mount --bind /run/croft-story-empty /run/systemd && exec croft plan';
        const { status, stdout, stderr } = await exec(host, ['unshare', '--mount', 'sh', '-c', hidden]);
        expect([status, stderr]).toEqual([0, '']);
        expect(stdout).toContain(`${host} @ `);
        expect((await must(exec(host, ['stat', '-c', '%U %a', '/var/lib/croft/spool/compile.json', '/run/croft/credentials/host.key']))).stdout).toBe('croft 600\nroot 440\n');
      });

      it.each(Object.entries(mostExposed))('%s is as tight as its work lets it be: at most %f of 10', async (name, most) => {
        const { stdout } = await must(exec(host, ['systemd-analyze', 'security', '--no-pager', name]));
        const exposed = /Overall exposure level for \S+: ([0-9.]+)/.exec(stdout)?.[1];
        expect(Number(exposed)).toBeLessThanOrEqual(most);
        expect((await report(host)).outcomes).toEqual([]);
      });
    });
  });
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hosts, must, untold, type Coop } from '../coop.ts';
import { exec } from '../lab.ts';
import { change, client, commit, git, push, run } from '../trust-clients.ts';
import { held, onServer, status, tip } from '../trust-server.ts';

/** What hosts say of themselves, and that nobody can say it for them. */
export function trustReports(coop: () => Coop): void {
  const ada = (): ReturnType<typeof client> => client(coop(), 'ada');

  describe('reports', () => {
    it('are there from each host after a push, signed with the key of its document', async () => {
      const { oid, status: pushed, stderr } = await change(ada(), 'members/ada/vhosts/told.ada.example.yaml', 'redirect: { to: "https://ada.example/", keep-path: false }\n');
      expect(pushed, stderr).toBe(0);
      expect(await held(oid)).toEqual([]);
      await expect.poll(async () => (await status()).hosts.map(({ report }) => report?.commit), { timeout: untold, interval: 1000 }).toEqual([oid, oid, oid]);
      await must(run(ada(), ['git', 'fetch', '-q', 'origin', '+refs/croft/*:refs/croft/*', '+refs/notes/croft/*:refs/notes/croft/*']));
      const signers = hosts.map((host) => `${host} namespaces="git" ${/^key: (.*)$/m.exec(git(ada(), 'show', `HEAD:desired-state/hosts/${host}.yaml`))?.[1]}\n`);
      writeFileSync(join(ada().home, 'signers'), signers.join(''));
      for (const host of hosts) {
        const checked = await run(ada(), ['git', '-c', `gpg.ssh.allowedSignersFile=${ada().home}/signers`, 'verify-commit', `refs/croft/hosts/${host}`]);
        expect(checked.stderr).toContain(`Good "git" signature for ${host} with ED25519 key`);
      }
    });

    it('show all hosts as desired, at the branch’s commit, to whoever asks', async () => {
      expect(await status('shell')).toMatchObject({ commit: await tip(), needsPerson: false, alarms: [], hosts: ['dynamic', 'main', 'shell'].map((host) => ({ host, behind: 0 })) });
      const local = await must(exec('main', ['runuser', '-u', 'git', '--', 'croft', 'status', '--repo', '/srv/git/coop.git']));
      for (const host of hosts) expect(local.stdout).toMatch(new RegExp(`^${host} +(as desired|drifted) `, 'm'));
    });

    it('answer a commit’s author in git log', async () => {
      const log = git(ada(), 'log', '-1', '--notes=croft/*');
      for (const host of hosts) expect(log).toMatch(new RegExp(`^ +live on ${host} \\d\\d:\\d\\d:\\d\\d$`, 'm'));
    });

    it('cannot be written or taken away by a member', async () => {
      const before = await onServer('for-each-ref', '--format=%(refname)', 'refs/croft', 'refs/notes');
      commit(ada(), 'something new');
      for (const ref of ['refs/croft/hosts/main', 'refs/notes/croft/main', 'refs/croft/hosts/elsewhere', 'refs/croft/tip', 'refs/anything']) {
        const { status: pushed, stderr } = await push(ada(), ref, '--force');
        expect(pushed, ref).not.toBe(0);
        expect(stderr).toContain(`cannot accept this push to ${ref}`);
      }
      const { status: deleted } = await run(ada(), ['git', 'push', '-q', 'origin', ':refs/croft/hosts/main']);
      expect(deleted).not.toBe(0);
      expect(await onServer('for-each-ref', '--format=%(refname)', 'refs/croft', 'refs/notes')).toBe(before);
    });
  });
}

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { perform } from '../../../reconciler/reconcile.ts';
import { trade, type StoryHost } from '../../scenarios/drive.ts';
import { files, mail, mailbox, member, type Files } from './guard/case.ts';
import { allowing, now, told, weigh, withHost } from './guard/rig.ts';

describe('a mail domain that is another member\'s from one commit to the next', () => {
  const plain = (uid: number, more = ''): string => member(uid, more).replace('generous', 'regular');
  const bobTakes: Files = { ...mail, 'members/bob/member.yaml': plain(10_003, 'domains: [bob.example, ada.example]\nports: [20010]\n'), 'members/bob/mailboxes/ada.example.yaml': mailbox.replace('  bob', '  ada') };
  const adaGoes = files(['members/ada/vhosts/blog.ada.example.yaml', 'members/ada/zones/ada.example.yaml'], null);
  const letter = 'var/vmail/ada.example/ada/letter';
  const written = (host: StoryHost): void => writeFileSync(join(host.directory, letter), 'dear ada');

  it('is not, until that is allowed: whose it was would have her mail read', async () => {
    await withHost({}, async (host, after) => {
      const commit = { ...bobTakes, ...adaGoes, 'members/ada/member.yaml': plain(10_002) };
      const { guarded, stopped, planned: { plan } } = await weigh(host, after(commit));
      expect([told(guarded).filter((line) => line.startsWith('mail')), stopped]).toEqual([['mail-domain mail:ada.example member:ada 1'], false]);
      expect(plan.holds.map(({ owner }) => owner)).toEqual(['member:ada', 'member:bob']);
      expect(told((await weigh(host, after(commit, allowing(guarded)))).guarded)).toEqual([]);
    });
  });

  it('waits for a run when she leaves, and begins with an empty mailbox', async () => {
    await withHost({}, async (host, after) => {
      written(host);
      const commits = after({ ...bobTakes, ...adaGoes, 'members/ada/member.yaml': plain(10_002, 'state: retired\n') });
      const first = await weigh(host, commits);
      expect([told(first.guarded), first.stopped]).toEqual([['mail-domain mail:ada.example member:bob 1'], false]);
      await perform(host.machine, first.planned, { ...trade, now });
      const second = await weigh(host, commits);
      expect(second.guarded).toEqual([]);
      await perform(host.machine, second.planned, { ...trade, now });
      expect([existsSync(join(host.directory, 'var/vmail/ada.example/ada')), existsSync(join(host.directory, letter))]).toEqual([true, false]);
    });
  });
});

import { describe, expect, it } from 'vitest';
import { get, type Coop } from '../coop.ts';
import { catchUp, change, client, commit, git, newKey, publicLine, push, run, write } from '../trust-clients.ts';
import { held, tip } from '../trust-server.ts';

/** A member changes the key with which she signs: two admins have to agree, and from then on the old one opens nothing. */
export function trustKeys(coop: () => Coop): void {
  const document = 'members/ada/member.yaml';
  const site = 'members/ada/vhosts/keys.ada.example.yaml';
  const leadTo = (path: string): string => `redirect: { to: "https://ada.example/${path}", keep-path: false }\n`;
  const as = (who: string): ReturnType<typeof client> => client(coop(), who);
  const fresh = (): string => newKey(coop(), 'ada-new');
  let proposed = '';

  describe('a member’s signing keys', () => {
    it('are not hers to give: her own commit is refused, and says which two could allow it', async () => {
      const was = await tip();
      const { status, stderr, oid } = await change(as('ada'), document, (text) => text.replace(/^signing-keys:\n/m, `signing-keys:\n  - ${publicLine(fresh())}\n`));
      expect(status).not.toBe(0);
      expect(stderr).toContain('cannot change `signing-keys`');
      expect(stderr).toContain('dana and judy can approve it');
      expect(await tip()).toBe(was);
      proposed = oid;
      const wish = await push(as('ada'), 'ada-key', '--force');
      expect(wish.status, wish.stderr).toBe(0);
    });

    it('come into force when two admins approve that very commit', async () => {
      const before = await change(as('ada'), site, leadTo('new'), { key: fresh() });
      expect(before.stderr).toContain('authority/unknown-key');
      await take('dana', 'ada-key');
      commit(as('dana'), 'approve', { approves: proposed });
      const alone = await push(as('dana'));
      expect(alone.status).not.toBe(0);
      expect(alone.stderr).toContain('only dana signed');
      expect((await push(as('dana'), 'ada-key')).status).toBe(0);
      await take('judy', 'ada-key');
      const oid = commit(as('judy'), 'approve', { approves: proposed });
      const both = await push(as('judy'));
      expect(both.status, both.stderr).toBe(0);
      expect(await held(oid)).toEqual([]);
      const after = await change(as('ada'), site, leadTo('new'), { key: fresh() });
      expect(after.status, after.stderr).toBe(0);
      expect(await held(after.oid)).toEqual([]);
      expect(await get('main', 'ipv4', { name: 'keys.ada.example' })).toMatchObject({ location: 'https://ada.example/new' });
    });

    it('are taken away by two admins as well, and then sign nothing any more', async () => {
      await catchUp(as('dana'));
      write(as('dana'), document, (text) => text.replace(/^signing-keys:\n(?: .*\n)*/m, `signing-keys:\n  - ${publicLine(fresh())}\n`));
      const removal = commit(as('dana'), 'ada has a new key');
      expect((await push(as('dana'))).status).not.toBe(0);
      expect((await push(as('dana'), 'ada-key', '--force')).status).toBe(0);
      await take('judy', 'ada-key');
      const oid = commit(as('judy'), 'approve', { approves: removal });
      const both = await push(as('judy'));
      expect(both.status, both.stderr).toBe(0);
      expect(await held(oid)).toEqual([]);
      const old = await change(as('ada'), site, leadTo('old'));
      expect(old.status).not.toBe(0);
      expect(old.stderr).toContain('authority/unknown-key');
      const { status, stderr, oid: now } = await change(as('ada'), site, leadTo('newest'), { key: fresh() });
      expect(status, stderr).toBe(0);
      expect(await held(now)).toEqual([]);
      git(as('ada'), 'config', 'user.signingkey', `${fresh()}.pub`);
    });
  });

  async function take(who: string, branch: string): Promise<void> {
    await catchUp(as(who));
    const { status, stderr } = await run(as(who), ['git', 'fetch', '-q', 'origin', branch]);
    expect(status, stderr).toBe(0);
    git(as(who), 'reset', '-q', '--hard', 'FETCH_HEAD');
  }
}

import { describe, expect, it } from 'vitest';
import { get, type Coop } from '../coop.ts';
import { catchUp, change, client, commit, git, newKey, push, write } from '../trust-clients.ts';
import { force, held, tip } from '../trust-server.ts';

const site = 'members/ada/vhosts/www.ada.example.yaml';
const stolen = (text: string): string => text.replace(/^( *to: ).*$/m, '$1https://phish.elsewhere.example');

/** Pushes by somebody who may not, and the same forced in behind the hook. */
export function trustHostile(coop: () => Coop): void {
  const visit = async (): Promise<string> => (await get('main', 'ipv4', { name: 'www.ada.example' })).location;
  const as = (who: string): ReturnType<typeof client> => client(coop(), who);
  const forge = (): string => newKey(coop(), 'forge');
  let before = '';

  describe('what is not theirs', () => {
    it('a change to another member’s file is refused with who could make it, and nothing has moved', async () => {
      before = await visit();
      expect(before).toContain('blog.ada.example');
      const was = await tip();
      const { status, stderr } = await change(as('bob'), site, stolen);
      expect(status).not.toBe(0);
      expect(stderr).toContain('cannot accept this push to refs/heads/main');
      expect(stderr).toContain("it is ada's, and bob may change only what is");
      expect(stderr).toContain('authority/foreign');
      expect(await tip()).toBe(was);
    });

    it('forced in behind the hook, it is refused by every host, for its owner alone', async () => {
      const oid = git(as('bob'), 'rev-parse', 'HEAD');
      await force(as('bob'));
      expect(await tip()).toBe(oid);
      expect(await held(oid)).toEqual(['member:ada authority/foreign']);
      expect(await visit()).toBe(before);
    });

    it('everybody else’s signed changes go on, and so do hers', async () => {
      for (const [who, domain] of [['bob', 'bob.example'], ['carol', 'carol.example'], ['ada', 'ada.example']] as const) {
        const { status, stderr, oid } = await change(as(who), `members/${who}/vhosts/after.${domain}.yaml`, `redirect: { to: "https://${domain}/", keep-path: false }\nhost: main\n`);
        expect(status, stderr).toBe(0);
        expect(stderr).toContain(`+ site after.${domain}`);
        expect(await held(oid)).toEqual(['member:ada authority/foreign']);
        expect(await get('main', 'ipv4', { name: `after.${domain}` })).toMatchObject({ location: `https://${domain}/` });
      }
      expect(await visit()).toBe(before);
    });

    it('putting the file back ends it', async () => {
      await catchUp(as('ada'));
      const [smuggled = ''] = git(as('ada'), 'log', '-1', '--format=%H', '--', `desired-state/${site}`).split('\n');
      git(as('ada'), 'checkout', '-q', `${smuggled}~1`, '--', `desired-state/${site}`);
      const oid = commit(as('ada'), 'back to what it was');
      const { status, stderr } = await push(as('ada'));
      expect(status, stderr).toBe(0);
      expect(await held(oid)).toEqual([]);
      expect(await visit()).toBe(before);
    });

    it('a commit without a signature is refused, and one that is signed with a key that nobody has', async () => {
      const was = await tip();
      const unsigned = await change(as('ada'), site, stolen, { key: null });
      expect(unsigned.status).not.toBe(0);
      expect(unsigned.stderr).toContain('it is not signed');
      expect(unsigned.stderr).toContain('git commit --amend -S');
      const strange = await change(as('ada'), site, stolen, { key: newKey(coop(), 'stranger') });
      expect(strange.status).not.toBe(0);
      expect(strange.stderr).toContain('authority/unknown-key');
      expect(await tip()).toBe(was);
    });
  });

  describe('a forge’s merge key', () => {
    it('authors nothing: a commit that it signs is refused by the hook, and behind it by every host', async () => {
      const { status, stderr } = await change(as('carol'), site, stolen, { key: forge() });
      expect(status).not.toBe(0);
      expect(stderr).toContain('may merge and never author');
      const oid = git(as('carol'), 'rev-parse', 'HEAD');
      await force(as('carol'));
      expect(await held(oid)).toEqual(['member:ada authority/bad-signature']);
      expect(await visit()).toBe(before);
      const back = await change(as('ada'), site, (text) => text.replace('https://phish.elsewhere.example', before.replace(/\/$/, '')));
      expect(back.status, back.stderr).toBe(0);
      expect(await held(back.oid)).toEqual([]);
    });

    it('merges what a member has signed', async () => {
      const oid = await merged('ada', 'members/ada/vhosts/merged.ada.example.yaml', 'redirect: { to: "https://ada.example/", keep-path: false }\nhost: main\n');
      const { status, stderr } = await push(as('carol'));
      expect(status, stderr).toBe(0);
      expect(await held(oid)).toEqual([]);
      expect(await get('main', 'ipv4', { name: 'merged.ada.example' })).toMatchObject({ location: 'https://ada.example/' });
    });

    it('does not undo what others changed meanwhile: a merge with the tree of its last parent is refused, and behind the hook by every host', async () => {
      const since = await change(as('bob'), 'members/bob/vhosts/after.bob.example.yaml', (text) => text.replace('https://bob.example/', 'https://bob.example/new'));
      expect(since.status, since.stderr).toBe(0);
      await merged('ada', 'members/ada/vhosts/merged.ada.example.yaml', (text) => text.replace('https://ada.example/', 'https://ada.example/new'), `${since.oid}~1`);
      const carol = as('carol');
      const evil = git(carol, '-c', `user.signingkey=${forge()}.pub`, 'commit-tree', '-S', '-m', 'merge', '-p', since.oid, '-p', 'HEAD^2', 'HEAD^2^{tree}');
      git(carol, 'reset', '-q', '--hard', evil);
      const { status, stderr } = await push(carol);
      expect(status).not.toBe(0);
      expect(stderr).toContain('members/bob/vhosts/after.bob.example.yaml');
      await force(carol);
      expect(await held(evil)).toEqual(['member:bob authority/unsigned']);
      expect(await get('main', 'ipv4', { name: 'after.bob.example' })).toMatchObject({ location: 'https://bob.example/new' });
      expect(await get('main', 'ipv4', { name: 'merged.ada.example' })).toMatchObject({ location: 'https://ada.example/new' });
      const back = await change(as('bob'), 'members/bob/vhosts/after.bob.example.yaml', (text) => text.replace('https://bob.example/', 'https://bob.example/new'));
      expect(back.status, back.stderr).toBe(0);
      expect(await held(back.oid)).toEqual([]);
    });
  });

  /** Merge a member's signed branch with the forge's key, in carol's clone. Shape: the merge. */
  async function merged(who: string, path: string, to: Parameters<typeof write>[2], from = 'origin/main'): Promise<string> {
    const [member, carol] = [as(who), as('carol')];
    await catchUp(member);
    git(member, 'reset', '-q', '--hard', from);
    write(member, path, to);
    commit(member, `${who}: ${path}`);
    const branch = `${who}-wishes`;
    const pushed = await push(member, branch, '--force');
    expect(pushed.status, pushed.stderr).toBe(0);
    await catchUp(carol);
    git(carol, 'fetch', '-q', member.clone, 'HEAD');
    git(carol, '-c', `user.signingkey=${forge()}.pub`, 'merge', '-q', '--no-ff', '-S', '-m', `merge ${branch}`, 'FETCH_HEAD');
    return git(carol, 'rev-parse', 'HEAD');
  }
}

import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordedTip } from '../../reconciler/git/ratchet.ts';
import { at, documents, member } from '../unit/trust/coop.ts';
import { keyOf } from '../unit/trust/keys.ts';
import { blog, clone, commit, coop, env, git, gitdir, ok, readme, room, root, tip, type Said, withHooks, write } from './hooked.ts';

withHooks();

/** All files of the repository, but for what croft works out again whenever it is gone. */
function everything(): readonly string[] {
  return readdirSync(gitdir, { recursive: true, encoding: 'utf8' }).filter((path) => !/^(?:croft-known|croft-trees)/.test(path)).toSorted();
}

describe('a push of main', () => {
  it('of a member\'s own site is accepted, told in words, and remembered', async () => {
    const work = clone('ada');
    commit(work, { [blog]: 'static:\n  root: web/new\n' });
    const said = git(work, ['push', 'origin', 'main']);
    expect(said.status, said.text).toBe(0);
    expect(said.text).toContain('remote: ada');
    expect(said.text).toContain('blog.ada.example');
    expect(said.text).not.toMatch(/\u001b/);
    expect(tip()).toBe(ok(work, ['rev-parse', 'HEAD']));
    expect((await recordedTip({ gitdir })).value).toMatchObject({ oid: tip(), trusted: { pending: [] } });
  });

  it.each([
    { name: 'another\'s file', who: 'bob', files: { [readme]: 'evil\n' }, options: [], says: ["README.md", "it is ada's", 'can approve it', '[authority/foreign]'] },
    { name: 'what nobody signed', who: 'ada', files: { [readme]: 'mine\n' }, options: ['--no-gpg-sign'], says: ['it is not signed', 'git commit --amend -S', '[authority/unsigned]'] },
    { name: 'a field that admins keep', who: 'ada', files: { 'members/ada/member.yaml': (documents().get(at('members/ada/member.yaml')) ?? '').replace('uid: 10002', 'uid: 10042') }, options: [], says: ['`uid`', 'uid: 10002 becomes 10042', '[authority/admin-field]', 'member.yaml:2:1'] },
    { name: 'a key of her own choice', who: 'ada', files: { 'members/ada/member.yaml': member(documents().get(at('members/ada/member.yaml')) ?? '', [keyOf('ada').line, keyOf('mallory').line]) }, options: [], says: ['signing-keys: +SHA256:', '[authority/admin-field]'] },
    { name: 'a document that is wrong', who: 'ada', files: { [blog]: 'static:\n  rot: web\n' }, options: [], says: [`${at(blog)}:2:3`] },
    { name: 'a domain that is not hers', who: 'ada', files: { 'members/ada/vhosts/www.bob.example.yaml': 'static:\n  root: web\n' }, options: [], says: ['www.bob.example'] },
  ])('of $name is refused in words, and nothing moves or stays', ({ who, files, options, says }) => {
    const before = everything();
    const work = clone(who);
    commit(work, files, ...options);
    const said = git(work, ['push', 'origin', 'main']);
    expect(said.status).toBe(1);
    expect(said.text).toContain('remote: croft: cannot accept this push to refs/heads/main');
    for (const part of says) expect(said.text).toContain(part);
    expect(said.text).toContain('(pre-receive hook declined)');
    expect(tip()).toBe(coop.first);
    expect(everything()).toEqual(before);
  });

  it('of what a guard keeps back is accepted, and says so: who is held, and the two ways out of it', () => {
    const zone = 'members/ada/zones/ada.example.yaml';
    const work = clone('ada');
    ok(work, ['rm', '-q', at(zone)]);
    ok(work, ['commit', '-q', '-m', 'no zone']);
    const said = git(work, ['push', 'origin', 'main']);
    expect([said.status, tip()]).toEqual([0, ok(work, ['rev-parse', 'HEAD'])]);
    expect(said.text).not.toContain('refused');
    expect(said.text).toContain('remote: kept back by a guard');
    expect(said.text).toContain('hosts hold ada for it, and nobody else');
    expect(said.text).toMatch(/remote: +- \{ guard: zone, object: "zone:ada\.example", count: 1, /);
    expect(said.text).toContain(`git revert ${tip().slice(0, 10)}`);
    expect(said.text.replaceAll(/\s*\nremote: /g, ' ')).toMatch(/croft: this push is accepted, and a guard keeps it back: each host holds ada, and only ada, until .* git revert/);
  });

  it('is not told what it would change when another ref of it is refused', () => {
    const work = clone('ada');
    commit(work, { [blog]: 'static:\n  root: web/new\n' });
    const said = git(work, ['push', 'origin', 'HEAD:refs/replace/x', 'HEAD:main']);
    expect([said.status, tip()]).toEqual([1, coop.first]);
    expect(said.text).not.toContain('preview');
  });

  it('of what a member formatted as docs/members.md tells is accepted, though others\' files are not formatted', () => {
    const [, formats = ''] = /^ {4}(croft fmt [^#\n]+?)\s*#/m.exec(readFileSync(join(root, 'docs/members.md'), 'utf8')) ?? [];
    const work = clone('ada');
    write(work, { [blog]: 'static:   {root:   web/new}\n' });
    const said = spawnSync('sh', ['-c', formats], { cwd: work, env, encoding: 'utf8' });
    expect(said).toMatchObject({ status: 0, stdout: expect.stringContaining(`formatted ${at(blog)}`) as string });
    expect(spawnSync('sh', ['-c', 'croft fmt --check'], { cwd: work, env, encoding: 'utf8' }).stdout).toContain(at('hosts/one.yaml'));
    ok(work, ['commit', '-q', '-a', '-m', 'a change']);
    expect(git(work, ['push', 'origin', 'main'])).toMatchObject({ status: 0 });
  });

  it('that would make the co-op forget who was a member is refused, with the line to add, and accepted with it', () => {
    const work = clone('dana');
    const approve = (): void => {
      const head = ok(work, ['rev-parse', 'HEAD']);
      ok(work, ['-c', `user.signingkey=${join(room, 'judy.key')}`, 'commit', '-q', '--allow-empty', '-S', '-m', 'approve', '--trailer', `Approves: ${head}`]);
    };
    ok(work, ['rm', '-q', '-r', at('members/carol')]);
    ok(work, ['commit', '-q', '-m', 'carol has left']);
    approve();
    const said = git(work, ['push', 'origin', 'main']);
    expect([said.status, tip()]).toEqual([1, coop.first]);
    expect(said.text).toContain(`remote:   ${at('coop/retired.yaml')}:1:1: cannot take carol's directory away without a line for carol and the uid 10004 here`);
    const [entry] = /- \{ name: carol, uid: 10004, left: [0-9]{4}-[0-9]{2}-[0-9]{2} \}/.exec(said.text) ?? [];
    ok(work, ['reset', '-q', '--soft', 'HEAD~2']);
    commit(work, { 'coop/retired.yaml': `members:\n  ${entry}\n` });
    approve();
    const again = git(work, ['push', 'origin', 'main']);
    expect(again.status, again.text).toBe(0);
    expect(tip()).toBe(ok(work, ['rev-parse', 'HEAD']));
  });

  it('that goes back, or elsewhere, or away is refused', () => {
    ok(gitdir, ['config', 'receive.denyDeleteCurrent', 'ignore']);
    const work = clone('ada');
    commit(work, { [readme]: 'one\n' });
    ok(work, ['push', '-q', 'origin', 'main']);
    const there = tip();
    const back = git(work, ['push', '--force', 'origin', `${coop.first}:main`]);
    expect([back.status, tip()]).toEqual([1, there]);
    expect(back.text).toContain('hosts never go back');
    ok(work, ['checkout', '-q', coop.first]);
    commit(work, { [readme]: 'two\n' });
    expect(git(work, ['push', '--force', 'origin', 'HEAD:main']).text).toContain('which does not descend from it');
    const gone = git(work, ['push', 'origin', ':main']);
    expect([gone.status, tip()]).toEqual([1, there]);
    expect(gone.text).toContain('cannot be deleted');
  });

  it('that is dated next year is refused', () => {
    const work = clone('ada');
    write(work, { [readme]: 'mine\n' });
    const late = `${Math.floor(Date.now() / 1000) + 365 * 86_400} +0000`;
    expect(git(work, ['commit', '-q', '-m', 'late'], { GIT_COMMITTER_DATE: late }).status).toBe(0);
    const said = git(work, ['push', 'origin', 'main']);
    expect([said.status, tip()]).toEqual([1, coop.first]);
    expect(said.text).toContain('is dated more than a day ahead');
  });

  it('that approves a commit by its first digits is refused, and by all of them is not', () => {
    const work = clone('judy');
    const approve = (id: string): Said => git(work, ['commit', '--allow-empty', '-q', '-m', 'approve', '--trailer', `Approves: ${id}`]);
    expect(approve(coop.first.slice(0, 10)).status).toBe(0);
    const said = git(work, ['push', 'origin', 'main']);
    expect([said.status, tip()]).toEqual([1, coop.first]);
    expect(said.text).toContain(`approves ${coop.first.slice(0, 10)}: that trailer is not a whole id`);
    ok(work, ['reset', '-q', '--hard', 'HEAD^']);
    expect(approve(coop.first).status).toBe(0);
    expect(git(work, ['push', 'origin', 'main'])).toMatchObject({ status: 0 });
  });

  it('after something was forced in beside the hook is accepted, and what was forced in stays out', async () => {
    const first = clone('ada');
    commit(first, { 'members/ada/NEWS.md': 'first\n' });
    ok(first, ['push', '-q', 'origin', 'main']);
    const onTop = ok(gitdir, ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${join(room, 'bob.key')}`, 'commit-tree', '-S', '-p', 'main', '-m', 'evil', treeWith('main', readme, 'evil\n')]);
    ok(gitdir, ['update-ref', 'refs/heads/main', onTop]);
    const work = clone('carol');
    commit(work, { 'members/carol/NEWS.md': 'mine\n' });
    const said = git(work, ['push', 'origin', 'main']);
    expect(said.status, said.text).toBe(0);
    const { value } = await recordedTip({ gitdir });
    expect(value?.trusted?.pending).toMatchObject([{ path: at(readme), commit: onTop, signers: ['bob'] }]);
    expect(ok(gitdir, ['rev-parse', `${tip()}:${at(readme)}`])).toBe(coop.blob('evil\n'));
    const worse = clone('bob');
    commit(worse, { [readme]: 'worse\n' });
    expect(git(worse, ['push', 'origin', 'main']).text).toContain('[authority/foreign]');
  });
});

/** A tree of the repository with one file of another text. */
function treeWith(revision: string, path: string, text: string): string {
  const index = { GIT_INDEX_FILE: join(room, 'index') };
  expect(git(gitdir, ['read-tree', revision], index).status).toBe(0);
  expect(git(gitdir, ['update-index', '--add', '--cacheinfo', `100644,${coop.blob(text)},${at(path)}`], index).status).toBe(0);
  return git(gitdir, ['write-tree'], index).text;
}

describe('a push of other refs', () => {
  it('that are branches and tags is nobody\'s business', () => {
    const work = clone('bob');
    commit(work, { [readme]: 'a proposal\n' });
    ok(work, ['tag', 'v1']);
    ok(work, ['push', '-q', 'origin', 'HEAD:refs/heads/proposal', 'v1']);
    expect(tip('refs/heads/proposal')).toBe(tip('refs/tags/v1'));
  });

  it.each(['refs/replace/{}', 'refs/tags/main', 'refs/heads/HEAD', 'refs/tags/heads/main', 'refs/heads/refs/heads/main', 'refs/croft/tip', 'refs/notes/commits', 'refs/hidden/x', 'refs/croft/hosts/one', 'refs/croft/hosts/nine', 'refs/croft/hosts/deep/one', 'refs/notes/croft/one'])('to %s by a member is refused', (ref) => {
    const work = clone('ada');
    commit(work, { [readme]: 'mine\n' });
    const said = git(work, ['push', 'origin', `HEAD:${ref.replace('{}', coop.first)}`]);
    expect(said.status).toBe(1);
    expect(said.text).toContain('cannot accept this push');
    expect(git(gitdir, ['for-each-ref']).text.split('\n')).toHaveLength(1);
  });

  it('is refused as a whole when one of them is', () => {
    const work = clone('bob');
    commit(work, { [readme]: 'evil\n' });
    const said = git(work, ['push', 'origin', 'HEAD:refs/heads/proposal', 'HEAD:main']);
    expect(said.status).toBe(1);
    expect(git(gitdir, ['for-each-ref']).text).toBe(`${coop.first} commit\trefs/heads/main`);
  });

  it('that a host signed for itself is accepted, and for another host it is not', () => {
    const report = coop.commit([], { by: 'one', files: new Map([['report.json', { mode: '100644', oid: coop.blob('{}') }]]) });
    const work = clone('ada');
    ok(work, ['fetch', '-q', gitdir]);
    ok(gitdir, ['update-ref', 'refs/heads/carrier', report]);
    ok(work, ['fetch', '-q', 'origin', 'carrier']);
    expect(git(work, ['push', 'origin', `${report}:refs/croft/hosts/one`])).toMatchObject({ status: 0 });
    expect(git(work, ['push', 'origin', `${report}:refs/croft/hosts/two`])).toMatchObject({ status: 1 });
    expect(git(work, ['push', 'origin', ':refs/croft/hosts/one'])).toMatchObject({ status: 1 });
    expect(tip('refs/croft/hosts/one')).toBe(report);
  });
});

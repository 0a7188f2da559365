import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { check } from '../../../reconciler/desired/check.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { inForce } from '../../../reconciler/trust/snapshots.ts';
import { git, room } from '../git/fixture.ts';
import { at, found, removeAll } from './coop.ts';
import { judged } from './judged.ts';
import { keyOf } from './keys.ts';

afterAll(removeAll);

describe('the co-op of these tests', () => {
  test('is right by all rules but those that no test here is about, and its commits are such as git writes and verifies', async () => {
    const coop = found();
    const next = coop.commit(coop.first, { by: 'ada', changes: { [at('members/ada/README.md')]: 'new\n' }, message: 'grüße\n\nApproves: nothing' });
    const merge = coop.merge([next, coop.commit(coop.first, { by: 'bob', changes: { [at('members/bob/README.md')]: 'new\n' } })], { by: 'forge' });
    const repository = await openRepository(coop.gitdir);
    const { trusted } = await judged(coop, coop.first, merge);
    expect(check(await inForce(repository, trusted)).problems).toEqual([]);
    git(coop.gitdir, ['update-ref', 'refs/heads/main', merge]);
    expect(git(coop.gitdir, ['fsck', '--strict', '--no-dangling'])).toBe('');
    const allowed = join(room(), 'allowed');
    writeFileSync(allowed, ['ada', 'bob', 'dana', 'forge'].map((name) => `${name} ${keyOf(name).publicLine}\n`).join(''));
    for (const oid of [coop.first, next, merge]) expect(git(coop.gitdir, ['-c', `gpg.ssh.allowedSignersFile=${allowed}`, 'log', '-1', '--format=%G?', oid])).toBe('G');
  });

  test('takes commits that git itself signed', async () => {
    const coop = found();
    const key = join(room(), 'key');
    writeFileSync(key, keyOf('ada').pem);
    chmodSync(key, 0o600);
    execFileSync('ssh-keygen', ['-y', '-f', key], { stdio: 'pipe' });
    const mine = coop.tree(new Map([...coop.files(coop.first), [at('members/ada/README.md'), { mode: '100644', oid: coop.blob('by git\n') }]]));
    const signed = git(coop.gitdir, ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${key}`, 'commit-tree', '-S', '-p', coop.first, '-m', 'mine', mine]);
    expect(await (await judged(coop, coop.first, signed)).force(at('members/ada/README.md'))).toBe('by git\n');
  });
});

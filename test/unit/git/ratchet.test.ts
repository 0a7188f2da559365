import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openMirror } from '../../../reconciler/git/mirror.ts';
import { recordedTip } from '../../../reconciler/git/ratchet.ts';
import { follow, type Followed } from '../../../reconciler/trust/follow.ts';
import { bare, commit, commitOf, git, room } from './fixture.ts';
import { flipped, limits, path, run, textAt, packs, served } from './follow.ts';

describe('the ratchet', () => {
  test('refuses a branch that was rewritten, an older commit and an unrelated history, each time', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    await run(mirror, [url], 1_000_000);
    const rewritten = commitOf(repository, { [path]: 'evil\n' }, first);
    const unrelated = (): string => commitOf(repository, { [path]: 'other\n' });
    for (const make of [() => rewritten, () => commit(repository, `${first}^{tree}`, { parents: [first], message: 'again' }), unrelated, () => first]) {
      const candidate = make();
      git(repository, ['update-ref', 'refs/heads/main', candidate]);
      for (const again of [1, 2]) {
        const { tip, problems, remote, ageSeconds } = await run(mirror, [url], 1_000_000 + again * 60_000);
        expect({ tip, remote, ageSeconds }).toEqual({ tip: second, remote: url, ageSeconds: again * 60 });
        expect(problems.map(({ code, message }) => [code, message])).toEqual([['git/backwards', `cannot go from commit ${second} to ${candidate}: it does not descend from it`]]);
      }
    }
    git(repository, ['update-ref', 'refs/heads/main', commitOf(repository, { [path]: 'three\n' }, second)]);
    expect((await run(mirror, [url])).problems).toEqual([]);
  });

  test('goes forward through a merge in which it was the second parent', async () => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [repository]);
    const side = commitOf(repository, { [path]: 'side\n' });
    const merge = commitOf(repository, { [path]: 'merged\n' }, side, first);
    expect(await run(mirror, [repository])).toMatchObject({ tip: merge, problems: [] });
  });

  test('a mirror that was deleted, or whose objects were, comes back', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const mirror = join(room(), 'mirror');
    const tip = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [url]);
    rmSync(mirror, { recursive: true });
    expect(await run(mirror, [url])).toMatchObject({ tip, problems: [{ code: 'git/one-tip' }] });
    expect(await run(mirror, [url])).toMatchObject({ tip, problems: [] });
    rmSync(join(mirror, 'objects'), { recursive: true });
    expect(await run(mirror, [url])).toMatchObject({ tip, problems: [] });
    expect(await textAt(mirror, tip)).toBe('one\n');
  });

  test('a mirror with a damaged pack is fetched anew and heals', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const mirror = join(room(), 'mirror');
    const tip = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [url]);
    const pack = join(mirror, 'objects/pack', packs(mirror)[0] ?? '');
    writeFileSync(pack, flipped(readFileSync(pack)));
    await expect(textAt(mirror, tip)).rejects.toThrow('it is damaged');
    expect(await run(mirror, [url])).toMatchObject({ tip, problems: [] });
    expect(await textAt(mirror, tip)).toBe('one\n');
  });

  const damaged = ['', '{"oid":', '{"oid":"x","time":1}', '[]', 'null', '{"oid":"OID","time":1,"trusted":{}}', '{"oid":"OID","time":1,"trusted":{"commit":"OID","tree":"OID","pending":[{"path":1}],"overrides":[]}}'];

  test.each(damaged)('two records of %j count as none, and that is said', async (text) => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const tip = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [repository]);
    for (const record of ['croft-tip', '../trusted.json']) writeFileSync(join(mirror, record), text.replaceAll('OID', tip));
    const followed = await run(mirror, [repository]);
    expect(followed).toMatchObject({ tip, problems: [{ code: 'git/lost-tip', owner: 'coop' }] });
    expect((await run(mirror, [repository])).problems).toEqual([]);
  });

  test.each(['croft-tip', '../trusted.json'])('with %s lost or damaged the other record stands, nothing goes back, and both are there again', async (record) => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    await run(mirror, [repository]);
    git(repository, ['update-ref', 'refs/heads/main', first]);
    for (const spoil of [() => rmSync(join(mirror, record)), () => writeFileSync(join(mirror, record), '{')]) {
      spoil();
      expect(await run(mirror, [repository])).toMatchObject({ tip: second, problems: [{ code: 'git/one-tip' }, { code: 'git/backwards' }] });
    }
    git(repository, ['update-ref', 'refs/heads/main', second]);
    await run(mirror, [repository]);
    expect(readFileSync(join(mirror, 'croft-tip'), 'utf8')).toBe(readFileSync(join(mirror, '../trusted.json'), 'utf8'));
    expect((await run(mirror, [repository])).problems).toEqual([]);
  });

  test('of two records that differ the newer one counts: a crash between writing them goes nowhere', async () => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [repository], 1);
    const old = readFileSync(join(mirror, 'croft-tip'), 'utf8');
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    await run(mirror, [repository], 2);
    writeFileSync(join(mirror, '../trusted.json'), old);
    git(repository, ['update-ref', 'refs/heads/main', first]);
    expect(await run(mirror, [repository], 3)).toMatchObject({ tip: second, problems: [{ code: 'git/backwards' }] });
  });

  test('a record that an older croft wrote counts', async () => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    await run(mirror, [repository]);
    rmSync(join(mirror, '../trusted.json'));
    writeFileSync(join(mirror, 'croft-tip'), `{"oid":"${second}","time":42}\n`);
    git(repository, ['update-ref', 'refs/heads/main', first]);
    expect(await run(mirror, [repository])).toMatchObject({ tip: second });
    expect((await recordedTip(await openMirror(mirror))).value).toEqual({ oid: second, time: 42, trusted: null });
  });

  test('a host that is told the first commit believes only what descends from it', async () => {
    const repository = bare();
    const first = commitOf(repository, { [path]: 'one\n' });
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    const followed = async (pin: string): Promise<Followed> => follow(await openMirror(join(room(), 'mirror')), { remotes: [repository], branch: 'main', limits }, { now: 0, pin });
    expect((await followed(first)).trusted.commit).toBe(second);
    git(repository, ['update-ref', 'refs/heads/main', first]);
    await expect(followed(second)).rejects.toThrow(`${second}, the first that this host is told to trust`);
    git(repository, ['update-ref', 'refs/heads/main', commitOf(repository, { [path]: 'other\n' })]);
    await expect(followed(first)).rejects.toThrow(`${first}, the first that this host is told to trust`);
  });

  test('after fifty packs the mirror is fetched whole, and old packs go', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: '1\n' });
    await run(mirror, [url]);
    const [name = ''] = packs(mirror);
    for (let n = 0; n < 49; n += 1) {
      const copy = `pack-${n.toString(16).padStart(40, '0')}`;
      for (const ending of ['pack', 'idx']) copyFileSync(join(mirror, 'objects/pack', name.replace(/pack$/, ending)), join(mirror, 'objects/pack', `${copy}.${ending}`));
    }
    const second = commitOf(repository, { [path]: '2\n' }, first);
    expect((await run(mirror, [url])).tip).toBe(second);
    expect(packs(mirror)).toHaveLength(1);
    expect(git(mirror, ['fsck', '--strict'])).toBe('');
    expect(git(mirror, ['rev-list', '--count', second])).toBe('2');
  });
});

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openMirror } from '../../../reconciler/git/mirror.ts';
import { follow, type Followed } from '../../../reconciler/trust/follow.ts';
import { git } from '../git/fixture.ts';
import { own } from './case.ts';
import { at, documents, found, removeAll, type Coop } from './coop.ts';
import { textAt } from './judged.ts';

const room = mkdtempSync(join(tmpdir(), 'croft-follow-'));
const adas = 'members/ada/README.md';
const bobs = 'members/bob/README.md';
let coop: Coop;
let host: string;
/** bob writes into ada's file, and then carol something of her own. */
let evil: string;
let head: string;

beforeEach(() => {
  coop = found();
  host = mkdtempSync(join(room, 'host-'));
  evil = coop.commit(coop.first, { by: 'bob', changes: own(adas, 'evil\n') });
  head = coop.commit(evil, { by: 'carol', changes: own('members/carol/NEWS.md', 'mine\n') });
  move(head);
});

afterAll(() => {
  removeAll();
  rmSync(room, { recursive: true });
});

function move(to: string): void {
  writeFileSync(join(coop.gitdir, 'refs/heads/main'), `${to}\n`);
}

/** One run of the host: what it believes, and what it then keeps. */
async function run(pin: string | null = coop.first, { remotes = [coop.gitdir], keep = true }: { readonly remotes?: readonly string[]; readonly keep?: boolean } = {}): Promise<Followed & { readonly codes: readonly string[]; readonly text: string | null }> {
  const mirror = await openMirror(join(host, 'repository.git'));
  const followed = await follow(mirror, { remotes, branch: 'main' }, { now: 1_780_400_000_000, pin });
  if (keep) await followed.keep();
  return { ...followed, codes: followed.problems.map(({ code }) => code), text: await textAt(mirror, followed.trusted.tree, at(adas)) };
}

const waits = { pending: [{ path: at(adas), signers: ['bob'] }] };

describe('a host that follows the branch', () => {
  test('judges it from the commit that it was told of, and keeps out what nobody entitled signed', async () => {
    const { trusted, codes, text, verdicts } = await run();
    expect(trusted).toMatchObject({ commit: head, ...waits });
    expect([codes, text]).toEqual([[], 'I am ada\n']);
    expect(verdicts.map(({ path, allowed }) => [path, allowed])).toEqual([[at(adas), false], [at('members/carol/NEWS.md'), true]]);
    expect(await run()).toMatchObject({ trusted, verdicts: [], codes: [], text });
  });

  test('believes nothing until it is told to keep it', async () => {
    await run(coop.first, { keep: false });
    move(coop.first);
    expect(await run()).toMatchObject({ trusted: { commit: coop.first }, codes: [] });
  });

  test('stays where it is when nothing answers, with what waits still waiting', async () => {
    await run();
    expect(await run(coop.first, { remotes: [join(room, 'nowhere')] })).toMatchObject({ trusted: { commit: head, ...waits }, codes: [], text: 'I am ada\n' });
  });

  test.each([
    { name: 'to an older commit', to: () => coop.first },
    { name: 'to another commit on top of an older one', to: () => coop.commit(coop.first, { by: 'ada', changes: own(adas, 'other\n') }) },
    { name: 'to a history of its own', to: () => coop.commit([], { by: 'dana', files: coop.files(coop.first) }) },
  ])('does not go with it $name, and says so each time', async ({ to }) => {
    await run();
    move(to());
    for (let n = 0; n < 2; n += 1) expect(await run()).toMatchObject({ trusted: { commit: head, ...waits }, verdicts: [], codes: ['git/backwards'] });
    const next = coop.commit(head, { by: 'ada', changes: own(adas, 'I am ada\n') });
    move(next);
    expect(await run()).toMatchObject({ trusted: { commit: next, pending: [] }, codes: [] });
  });

  test('that lost both records begins at its pin again, and ends where it was', async () => {
    const { trusted } = await run();
    for (const record of ['repository.git/croft-tip', 'trusted.json']) rmSync(join(host, record));
    expect(await run()).toMatchObject({ trusted, codes: ['git/lost-tip'] });
    expect((await run()).codes).toEqual([]);
  });

  test('that lost everything and has no pin believes the first commit that it sees, and says that', async () => {
    expect(await run(null)).toMatchObject({ trusted: { commit: head, pending: [] }, codes: ['git/unpinned'], text: 'evil\n' });
    for (const record of ['repository.git/croft-tip', 'trusted.json']) rmSync(join(host, record));
    expect((await run(null)).codes).toEqual(['git/lost-tip', 'git/unpinned']);
    expect((await run(null)).codes).toEqual([]);
  });

  test('says nothing of a pin where trust is off', async () => {
    const cluster = documents().get(at('cluster.yaml')) ?? '';
    const off = found((files) => files.set(at('cluster.yaml'), cluster.slice(0, cluster.indexOf('trust:'))));
    const next = off.commit(off.first, { changes: own(bobs, 'anybody\n') });
    writeFileSync(join(off.gitdir, 'refs/heads/main'), `${next}\n`);
    expect(await run(null, { remotes: [off.gitdir] })).toMatchObject({ trusted: { commit: next, pending: [] }, codes: [] });
  });

  test('whose mirror was deleted while something waited goes on from the record beside it', async () => {
    const { trusted } = await run();
    expect(trusted.tree).not.toBe(git(coop.gitdir, ['rev-parse', `${head}^{tree}`]));
    rmSync(join(host, 'repository.git'), { recursive: true });
    const next = coop.commit(head, { by: 'carol', changes: own('members/carol/NEWS.md', 'more\n') });
    move(next);
    const after = await run();
    expect(after).toMatchObject({ trusted: { commit: next, ...waits }, text: 'I am ada\n' });
    expect([...after.trusted.overrides.keys()]).toEqual([evil, head, next]);
  });

  test('is not led astray by what the remote\'s repository says of itself', async () => {
    const forged = coop.commit([], { by: 'ada', files: coop.files(evil) });
    git(coop.gitdir, ['replace', evil, forged]);
    writeFileSync(join(coop.gitdir, 'shallow'), '');
    git(coop.gitdir, ['config', 'core.worktree', room]);
    expect(await run()).toMatchObject({ trusted: { commit: head, ...waits }, text: 'I am ada\n' });
    expect(readdirSync(join(host, 'repository.git/refs'))).not.toContain('replace');
  });
});

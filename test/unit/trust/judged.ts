/** What came of a way from one commit to another, with what holds of every way checked already. */
import { rmSync } from 'node:fs';
import { expect } from 'vitest';
import { changesBetween, entryAt } from '../../../reconciler/git/changes.ts';
import { lineBetween } from '../../../reconciler/git/line.ts';
import { recordedTip, recordTip } from '../../../reconciler/git/ratchet.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { readCommit, readObject, type Repository } from '../../../reconciler/git/store.ts';
import type { Verdict } from '../../../reconciler/model/authority.ts';
import { inForce, writtenTrusted } from '../../../reconciler/handover/handover.ts';
import { written } from '../../../reconciler/handover/words.ts';
import { holdsOf, type Trusted } from '../../../reconciler/model/trusted.ts';
import { believe, verify } from '../../../reconciler/trust/verify.ts';
import type { Coop } from './coop.ts';

export interface Judged {
  readonly trusted: Trusted;
  readonly verdicts: readonly Verdict[];
  /** What waits, by path: the codes of its problems. */
  readonly refused: { readonly [path: string]: string };
  readonly held: readonly string[];
  /** What is in force at a path: a file's text, the mode and id of anything else, or null. */
  readonly force: (path: string) => Promise<string | null>;
}

/** Judge a way at once, check that it is the same with a stop at each commit, and that what is in force is the commit without what waits. */
export async function judged(coop: Coop, from: string, to: string): Promise<Judged> {
  const repository = await openRepository(coop.gitdir);
  const start = await believe(repository, from);
  const verified = await verify(repository, start, to);
  if (verified === null) throw new Error(`${to} does not descend from ${from}`);
  const { trusted, verdicts } = verified;
  expect(await stepwise(coop, start, to)).toEqual(trusted);
  await isWithoutWhatWaits(repository, trusted);
  expect(inForce(JSON.parse(written(writtenTrusted(trusted)))), 'handed over').toEqual(trusted);
  const allowed = verdicts.filter(({ allowed: yes }) => yes).map(({ path }) => path);
  expect(trusted.pending.filter(({ path }) => allowed.includes(path))).toEqual([]);
  return {
    trusted, verdicts, held: holdsOf(trusted).map(({ owner }) => owner),
    refused: Object.fromEntries(trusted.pending.map(({ path, problems }) => [path, problems.map(({ code }) => code).join(' ')])),
    force: (path) => textAt(repository, trusted.tree, path),
  };
}

/** Judge with a stop at every commit of the way, where all is written down, forgotten and read again, and nothing that was worked out is kept. */
export async function stepwise(coop: Coop, start: Trusted, to: string): Promise<Trusted> {
  const line = (await lineBetween(await openRepository(coop.gitdir), start.commit, to)) ?? [];
  let trusted = start;
  for (const { to: { oid } } of line) {
    const repository = await openRepository(coop.gitdir);
    rmSync(`${coop.gitdir}/croft-known`, { force: true });
    const next = await verify(repository, trusted, oid);
    if (next === null) throw new Error('a stop that is not on the way');
    await recordTip({ gitdir: coop.gitdir }, { oid, time: 1, trusted: next.trusted });
    trusted = (await recordedTip({ gitdir: coop.gitdir })).value?.trusted ?? start;
  }
  return trusted;
}

async function isWithoutWhatWaits(repository: Repository, { commit, tree, pending }: Trusted): Promise<void> {
  const own = (await readCommit(repository, commit)).tree;
  const differing = (await changesBetween(repository, tree, own)).map(({ path }) => path);
  expect(pending.map(({ path }) => path)).toEqual(differing);
}

/** Read what a tree has at a path. */
export async function textAt(repository: Repository, tree: string, path: string): Promise<string | null> {
  const entry = await entryAt(repository, tree, path);
  if (entry === null) return null;
  if (entry.mode !== '100644') return `${entry.mode} ${entry.oid}`;
  return Buffer.from((await readObject(repository, entry.oid)).bytes).toString('utf8');
}

/**
 * A host only ever goes forward: to the commit it is at or to one that descends from it. Whoever can answer in the remote's place, or
 * push with force, could otherwise bring back a state in which a key was still good or a member not yet suspended. The commit in force
 * is kept in `croft-tip` beside the mirror's objects and never taken from refs, which a fetch cut off in the middle may have moved.
 * `refs/croft/tip` is written as well, for people with git at hand, and to notice that the record itself was lost; it is never believed.
 */
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Checked, Problem } from '../model/problem.ts';
import { because, GitError } from './error.ts';
import { isAncestor } from './history.ts';
import { sync } from './mirror.ts';
import { isOid } from './objects.ts';
import { readText } from './repository.ts';
import { readCommit, type Repository } from './store.ts';

export interface Tip {
  readonly oid: string;
  /** When a remote last said so, milliseconds since the epoch. */
  readonly time: number;
}

/** Read which commit is in force; null before the first. A record that is lost or damaged is told as a problem and counts as none. */
export async function recordedTip(mirror: Repository): Promise<Checked<Tip | null>> {
  const text = await readText(tipFile(mirror));
  const value = text === null ? null : parseTip(text);
  if (value !== null) return { value, problems: [] };
  if (text === null && (await readText(refFile(mirror))) === null) return { value, problems: [] };
  const why = text === null ? 'is missing' : 'is damaged';
  const message = `cannot tell which commit was in force on this host: ${tipFile(mirror)} ${why}`;
  return { value, problems: [{ ...about('lost-tip', message), hint: 'the next commit is taken as the first one; look whether it is the one you expect' }] };
}

/** Move to a commit if it is the one in force or descends from it, and keep that for good. Shape: the commit in force afterwards. */
export async function advance(mirror: Repository, candidate: string, now: number): Promise<Checked<string>> {
  await readCommit(mirror, candidate);
  const { value: tip, problems } = await recordedTip(mirror);
  if (tip !== null && !(await isForward(mirror, tip.oid, candidate))) return { value: tip.oid, problems: [...problems, backwards(mirror, tip.oid, candidate)] };
  await record(mirror, { oid: candidate, time: now });
  return { value: candidate, problems };
}

async function isForward(mirror: Repository, tip: string, candidate: string): Promise<boolean> {
  try {
    return await isAncestor(mirror, tip, candidate);
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

function backwards(mirror: Repository, tip: string, candidate: string): Problem {
  const message = `cannot go from commit ${tip} to ${candidate}: it does not descend from it`;
  const hint = `the branch was rewritten, or the remote is behind; to accept it on this host all the same, remove ${tipFile(mirror)}`;
  return { ...about('backwards', message), hint };
}

function about(rule: string, message: string): Problem {
  return { code: `git/${rule}`, message, owner: 'coop', source: { file: 'desired-state/cluster.yaml', line: 1, column: 1 } };
}

async function record(mirror: Repository, tip: Tip): Promise<void> {
  try {
    await replace(tipFile(mirror), `${JSON.stringify(tip)}\n`);
    await replace(refFile(mirror), `${tip.oid}\n`);
  } catch (error) {
    throw new GitError(`cannot record the commit in force: ${because(error)}`);
  }
}

/** Replace a file so that after a power cut it holds the old text or the new one. */
async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.new`, 'w', 0o600);
  await file.writeFile(text).then(() => file.sync()).finally(() => file.close());
  await rename(`${path}.new`, path);
  await sync(dirname(path));
}

function tipFile(mirror: Repository): string {
  return join(mirror.gitdir, 'croft-tip');
}

function refFile(mirror: Repository): string {
  return join(mirror.gitdir, 'refs/croft/tip');
}

function parseTip(text: string): Tip | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('oid' in value) || !('time' in value)) return null;
    const { oid, time } = value;
    return typeof oid === 'string' && isOid(oid) && typeof time === 'number' && Number.isFinite(time) ? { oid, time } : null;
  } catch {
    return null;
  }
}

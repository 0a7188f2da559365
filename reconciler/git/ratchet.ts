/**
 * A host only ever goes forward: to the commit it is at or to one that descends from it. Whoever can answer in the remote's place, or
 * push with force, could otherwise bring back a state in which a key was still good or a member not yet suspended.
 * What is believed is kept in two places, `croft-tip` beside the mirror's objects and `trusted.json` beside the mirror, and never taken
 * from refs, which a fetch cut off in the middle may have moved: with one of them lost or damaged the other one stands, so that the
 * mirror may be deleted. `refs/croft/tip` is written as well, for people with git at hand, and to notice that both were lost.
 */
import { join } from 'node:path';
import type { Checked, Problem } from '../model/problem.ts';
import type { Pending, Tip, Trusted } from '../model/trusted.ts';
import { replaceFile } from './durable.ts';
import { because, GitError } from './error.ts';
import { isOid } from './objects.ts';
import { readText } from './repository.ts';

/** Where the records are: in a repository, and for a host's mirror also beside it. */
export interface Records {
  readonly gitdir: string;
  readonly copy?: string;
}

/** Read what is believed; null before the first time. A record that is lost or damaged is told as a problem; when both are, nothing is believed. */
export async function recordedTip(mirror: Records): Promise<Checked<Tip | null>> {
  const texts = await Promise.all(places(mirror).map(readText));
  const tips = texts.map((text) => (text === null ? null : parseTip(text)));
  const [newest = null] = tips.filter((tip) => tip !== null).toSorted((a, b) => b.time - a.time);
  const faults = places(mirror).filter((_, index) => tips[index] === null).map((path) => `${path} is ${texts[places(mirror).indexOf(path)] === null ? 'missing' : 'damaged'}`);
  if (newest !== null) return { value: newest, problems: faults.length === 0 ? [] : [{ ...about('one-tip', `cannot read one of the two records of what this host believes: ${faults.join(', ')}`), hint: 'the other one stands, and the next run writes both' }] };
  const fresh = texts.every((text) => text === null) && (await readText(refFile(mirror))) === null;
  if (fresh) return { value: null, problems: [] };
  const message = `cannot tell which commit was in force on this host: ${faults.join(', ')}`;
  return { value: null, problems: [{ ...about('lost-tip', message), hint: 'what config.yaml says is trusted counts, else the next commit is taken as the first one; look whether it is the one you expect' }] };
}

/** Keep what is believed for good, in both places. Errors: GitError when it cannot be written. */
export async function recordTip(mirror: Records, tip: Tip): Promise<void> {
  try {
    for (const path of places(mirror)) await replaceFile(path, Buffer.from(formatTip(tip)));
    await replaceFile(refFile(mirror), Buffer.from(`${tip.oid}\n`));
  } catch (error) {
    throw new GitError(`cannot record the commit in force: ${because(error)}`);
  }
}

/**
 * Make the record in the mirror say what the one beside it says. Where the mirror belongs to a user who reads what members wrote, and the
 * copy to root, the mirror's own is only a copy: whoever took that user over cannot make a host believe anything else from then on.
 * Shape: false when it said something else. Errors: GitError when it cannot be written.
 */
export async function obeyCopy({ gitdir, copy }: Records): Promise<boolean> {
  const [rule, own] = await Promise.all([copy === undefined ? null : readText(copy), readText(join(gitdir, 'croft-tip'))]);
  const tip = rule === null ? null : parseTip(rule);
  if (tip === null || own === formatTip(tip)) return true;
  try {
    await replaceFile(join(gitdir, 'croft-tip'), Buffer.from(formatTip(tip)));
  } catch (error) {
    throw new GitError(`cannot record the commit in force: ${because(error)}`);
  }
  const said = own === null ? null : parseTip(own);
  return said === null || said.time <= tip.time;
}

/** Say that a branch went to a commit that does not descend from the one in force. */
export function backwards(mirror: Records, tip: string, candidate: string): Problem {
  const message = `cannot go from commit ${tip} to ${candidate}: it does not descend from it`;
  const hint = `the branch was rewritten, or the remote is behind; to accept it on this host all the same, remove ${places(mirror).join(' and ')}`;
  return { ...about('backwards', message), hint };
}

/** Make a problem of the whole branch. */
export function about(rule: string, message: string): Problem {
  return { code: `git/${rule}`, message, owner: 'coop', source: { file: 'desired-state/cluster.yaml', line: 1, column: 1 } };
}

function places({ gitdir, copy }: Records): readonly string[] {
  return [join(gitdir, 'croft-tip'), ...(copy === undefined ? [] : [copy])];
}

function refFile({ gitdir }: Records): string {
  return join(gitdir, 'refs/croft/tip');
}

function formatTip({ oid, time, trusted }: Tip): string {
  return `${JSON.stringify({ oid, time, trusted: trusted === null ? null : { ...trusted, overrides: [...trusted.overrides] } })}\n`;
}

function parseTip(text: string): Tip | null {
  try {
    const { oid, time, trusted = null } = JSON.parse(text) as { readonly oid?: unknown; readonly time?: unknown; readonly trusted?: unknown };
    const known = trusted === null ? null : parseTrusted(trusted);
    const sound = typeof oid === 'string' && isOid(oid) && typeof time === 'number' && Number.isFinite(time) && (trusted === null || known?.commit === oid);
    return sound ? { oid, time, trusted: known } : null;
  } catch {
    return null;
  }
}

/** Throws on anything that croft would not have written. */
function parseTrusted(value: unknown): Trusted {
  const { commit, tree, pending, overrides } = value as { readonly commit: string; readonly tree: string; readonly pending: readonly Pending[]; readonly overrides: readonly (readonly [string, string])[] };
  const oids = [commit, tree, ...overrides.flat(), ...pending.flatMap((each) => [each.commit, each.since])];
  const texts = pending.flatMap(({ path, owner, signers, doubts, problems }) => [path, owner, ...signers, ...doubts, ...problems.flatMap((problem) => [problem.code, problem.message, problem.source.file])]);
  const isSound = oids.every((oid) => isOid(oid)) && texts.every((text) => typeof text === 'string') && pending.every(({ signers, doubts, problems }) => [signers, doubts, problems].every(Array.isArray));
  if (!isSound) throw new Error('damaged');
  return { commit, tree, pending, overrides: new Map(overrides) };
}

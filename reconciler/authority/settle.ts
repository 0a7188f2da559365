/**
 * What hangs together. What one person changed in one directory stands or falls as a whole: half of a change is something that nobody
 * wrote and nobody tried. What strangers did there falls alone, else anybody could stop anybody. And two paths that cannot be in one tree
 * at once (a file where a directory was, names that differ in case only) are not both taken.
 */
import type { Proposal, Verdict } from '../model/authority.ts';
import { ownerName } from '../model/owner.ts';
import { compareText } from '../model/source.ts';
import { collision } from './admissible.ts';
import { greatest, nobody } from './approve.ts';
import { prefixes } from './spelling.ts';
import { problemOf, type Said } from './problem.ts';
import { shownPath, visible } from './shown.ts';

/** A verdict on the way, with those whose word counted for it. */
export interface Vote {
  readonly proposal: Proposal;
  readonly entitled: readonly string[];
  readonly verdict: Verdict;
}

/** Let fall what hangs on something that fell, until nothing more does. Shape: the votes in the same order. */
export function settle(votes: readonly Vote[]): readonly Vote[] {
  let now = withoutTwins(votes);
  for (;;) {
    const next = withoutBlocked(together(now));
    if (allowedIn(next) === allowedIn(now)) return next;
    now = next;
  }
}

function allowedIn(votes: readonly Vote[]): number {
  return votes.filter(({ verdict }) => verdict.allowed).length;
}

function together(votes: readonly Vote[]): readonly Vote[] {
  const culprits = new Map<string, Vote>();
  for (const vote of votes) {
    const bundle = bundleOf(vote);
    if (bundle !== null && !vote.verdict.allowed && !culprits.has(bundle)) culprits.set(bundle, vote);
  }
  return votes.map((vote) => {
    const culprit = culprits.get(bundleOf(vote) ?? '');
    return culprit === undefined || !vote.verdict.allowed ? vote : fallen(vote, culprit, saidTogether(vote, culprit));
  });
}

/** Strangers' signatures neither make nor part a bundle. null: nobody with a say signed it. */
function bundleOf({ proposal: { owner }, entitled }: Vote): string | null {
  if (entitled.length === 0) return null;
  return owner === 'coop' ? owner : JSON.stringify([owner, entitled]);
}

function saidTogether({ proposal: { change, owner } }: Vote, culprit: Vote): Said {
  const [path, reason] = [change.path, culprit.proposal.change.path].map(shownPath);
  const message = owner === 'coop'
    ? `cannot take ${path}: what changes of the co-op is taken whole or refused whole, and ${reason} is refused`
    : `cannot take ${path}: what one person changes of ${visible(ownerName(owner))}'s stands or falls together, and ${reason} is refused`;
  return { code: 'authority/together', message, hint: `put ${reason} right first, or take it back` };
}

function fallen(vote: Vote, culprit: Vote, said: Said): Vote {
  const { approvers } = culprit.verdict;
  const risk = greatest([vote.verdict.risk, culprit.verdict.risk]);
  return { ...vote, verdict: { ...vote.verdict, risk, allowed: false, approvers, problems: [problemOf(vote.proposal, said)] } };
}

/** Two new paths that differ in case only: neither was first. Those that are refused anyway do not count, so that no stranger's does. */
function withoutTwins(votes: readonly Vote[]): readonly Vote[] {
  const spellings = spellingsOf(votes.filter(isNew));
  return votes.map((vote) => {
    const twin = isNew(vote) ? twinOf(vote.proposal.change.path, spellings) : null;
    if (twin === null) return vote;
    return { ...vote, verdict: { ...vote.verdict, risk: 'red', allowed: false, approvers: nobody, problems: collision(vote.proposal, twin) } };
  });
}

function isNew({ proposal: { change }, verdict }: Vote): boolean {
  return verdict.allowed && change.before === null;
}

function spellingsOf(votes: readonly Vote[]): ReadonlyMap<string, ReadonlySet<string>> {
  const spellings = new Map<string, Set<string>>();
  for (const prefix of votes.flatMap(({ proposal }) => prefixes(proposal.change.path))) {
    const folded = prefix.toLowerCase();
    spellings.set(folded, (spellings.get(folded) ?? new Set()).add(prefix));
  }
  return spellings;
}

function twinOf(path: string, spellings: ReadonlyMap<string, ReadonlySet<string>>): string | null {
  const others = prefixes(path).flatMap((prefix) => [...(spellings.get(prefix.toLowerCase()) ?? [])].filter((other) => other !== prefix));
  return others.toSorted(compareText).at(0) ?? null;
}

/** A new path cannot be where something stays that is a directory on its way, or has it as one. */
function withoutBlocked(votes: readonly Vote[]): readonly Vote[] {
  const staying = votes.filter(({ proposal: { change }, verdict }) => (verdict.allowed ? change.after : change.before) !== null);
  const files = new Map(staying.map((vote) => [vote.proposal.change.path, vote]));
  const directories = new Map(staying.flatMap((vote) => prefixes(vote.proposal.change.path).slice(0, -1).map((prefix) => [prefix, vote] as const)));
  return votes.map((vote) => {
    const { path } = vote.proposal.change;
    if (!isNew(vote) || vote.proposal.change.after === null) return vote;
    const obstacle = directories.get(path) ?? prefixes(path).slice(0, -1).flatMap((prefix) => files.get(prefix) ?? []).at(0);
    return obstacle === undefined ? vote : fallen(vote, obstacle, saidBlocked(vote, obstacle));
  });
}

function saidBlocked({ proposal }: Vote, obstacle: Vote): Said {
  const [path, other] = [proposal.change.path, obstacle.proposal.change.path].map(shownPath);
  const hint = obstacle.verdict.allowed ? 'give one of them another name' : `have the removal of ${other} approved first`;
  return { code: 'authority/in-the-way', message: `cannot add ${path}: ${other} is in the way, and stays`, hint };
}

import type { Repository } from '../git/store.ts';
import type { Verdict } from '../model/authority.ts';
import { compareText } from '../model/source.ts';
import type { Pending } from '../model/trusted.ts';
import type { Brought } from './sides.ts';
import { approvedPaths, vouch, type Vouched } from './vouch.ts';

/** Who vouches for a path, and which commit brought it. */
export type Waiting = Vouched & { readonly commit: string };

/** Who vouches for what: what waited before, what the stride brought, and what somebody in it approves. */
export async function waitingAfter(repository: Repository, brought: Brought, pending: readonly Pending[]): Promise<ReadonlyMap<string, Waiting>> {
  const { stride } = brought;
  const { paths, approvals } = await vouch(repository, brought);
  const waiting = new Map<string, Waiting>(pending.map(({ path, commit, signers, doubts }) => [path, { commit, signers: new Set(signers), doubts }]));
  for (const [path, vouched] of paths) waiting.set(path, { ...vouched, commit: stride.to.oid });
  if (approvals.length === 0) return waiting;
  const approvedIn = approvedPaths(repository, stride.to.tree);
  // Of commits that changed the same it is the same list, which is gone through once for all who approve it.
  const approvers = new Map<readonly string[], Set<string>>();
  for (const { by, commit } of approvals) {
    const approved = await approvedIn(commit);
    approvers.set(approved, (approvers.get(approved) ?? new Set()).add(by));
  }
  for (const [approved, by] of approvers) {
    for (const path of approved) {
      const one = waiting.get(path);
      if (one !== undefined) waiting.set(path, { ...one, signers: new Set([...one.signers, ...by]) });
    }
  }
  return waiting;
}

/** Of what is wrong with one path these are enough to know that it is. */
const mostProblems = 100;

/** What is left to wait: everything that is refused, with those who vouch for it so far. */
export function pendingAfter(judged: readonly Verdict[], { waiting, since, before }: { readonly waiting: ReadonlyMap<string, Waiting>; readonly since: string; readonly before: readonly Pending[] }): readonly Pending[] {
  const known = new Map(before.map((each) => [each.path, each]));
  return judged.filter(({ allowed }) => !allowed).map(({ path, owner, problems, commit }) => ({
    path, owner, commit, problems: problems.slice(0, mostProblems), since: known.get(path)?.since ?? since,
    signers: [...(waiting.get(path)?.signers ?? [])].toSorted(compareText), doubts: waiting.get(path)?.doubts ?? [],
  }));
}

/** A thief's signature must not wait until fewer are needed: with the key goes what it signed and is not in force. */
export function withoutLostKeys(pending: readonly Pending[], lost: ReadonlySet<string>): readonly Pending[] {
  return pending.map((each) => {
    const gone = each.signers.filter((name) => lost.has(name));
    const doubts = gone.map((name) => `${name}, who signed it, has lost a key since`);
    return gone.length === 0 ? each : { ...each, signers: each.signers.filter((name) => !lost.has(name)), doubts: [...each.doubts, ...doubts] };
  });
}

/**
 * Who may change what. Everything is refused that the rules do not allow; the rules are those of the tree in force, and whose a thing is
 * follows from its path alone. A change that its owner may make is green; what only admins may change, or what reaches beyond one member,
 * takes one of them (amber), and what concerns people, keys, limits, hosts, code or the loss of data takes several (red).
 */
import type { Proposal, Verdict } from '../model/authority.ts';
import { ownerName } from '../model/owner.ts';
import { compareText } from '../model/source.ts';
import { inadmissible } from './admissible.ts';
import { approversOf, entitled, greatest, nobody, suffices } from './approve.ts';
import { clashes } from './spelling.ts';
import { givenUp, takeovers, type GivenUp } from './claims.ts';
import { classify } from './classify.ts';
import { refusals } from './explain.ts';
import { visible } from './shown.ts';
import { settle, type Vote } from './settle.ts';
import { weight, type Context, type Weight } from './weight.ts';

export type { Context };

/** More paths than anybody changes by hand in one step. */
const MANY = 1000;
/** Of what one verdict lists. */
const MOST = 20;

/**
 * Judge what is proposed between the tree in force and another one: all of it at once, since what one gives up another may take, and what
 * one person changes in one place stands or falls together. Shape: one verdict a proposal, sorted by path; the order of the proposals is
 * no matter. Errors: none.
 */
export function judge(proposals: readonly Proposal[], context: Context): readonly Verdict[] {
  const sorted = proposals.toSorted(byPath);
  if (context.rules.trust === null) return sorted.map(believed);
  const around = { given: givenUp(sorted), crowds: crowds(sorted, context), clashes: clashes(sorted, context) };
  return settle(sorted.map((proposal) => vote(proposal, context, around))).map(({ verdict }) => verdict);
}

/** What the other proposals mean for each one. */
interface Around {
  readonly given: GivenUp;
  /** How many paths the same people changed of the same owner. */
  readonly crowds: ReadonlyMap<string, number>;
  /** By path: the path in the tree in force that differs in case only. */
  readonly clashes: ReadonlyMap<string, string>;
}

function vote(proposal: Proposal, context: Context, around: Around): Vote {
  const { rules } = context;
  const { owner, signers, change } = proposal;
  const by = entitled(rules, owner, signers);
  const wrong = inadmissible(proposal, around.clashes.get(change.path) ?? null);
  if (wrong.length > 0) return { proposal, entitled: by, verdict: { ...verdictOf(proposal), risk: 'red', allowed: false, approvers: nobody, problems: wrong } };
  const weights = [...classify(proposal, context), ...weighAround(proposal, context, around)];
  const risk = greatest(weights.map((each) => each.risk));
  const allowed = suffices(rules, proposal, risk);
  const problems = allowed ? [] : refusals(rules, { proposal, risk, weights });
  const reasons = told(weights);
  return { proposal, entitled: by, verdict: { ...verdictOf(proposal), risk, allowed, approvers: approversOf(rules, owner, risk), problems, reasons } };
}

function weighAround(proposal: Proposal, context: Context, { given, crowds: counted }: Around): readonly Weight[] {
  const taken = takeovers(proposal, given).map(({ claim, field, from }): Weight =>
    ({ risk: 'amber', reason: `takes over ${visible(claim)}, which ${visible(ownerName(from))} gives up`, field, rule: 'takeover' }));
  const count = counted.get(crowdOf(proposal, context)) ?? 0;
  return proposal.owner !== 'coop' && count > MANY ? [...taken, weight('amber', `so many files: ${count} at once`)] : taken;
}

/** Whoever writes ten thousand forwards shall not make us print them all. */
function told(weights: readonly Weight[]): readonly string[] {
  const reasons = [...new Set(weights.map(({ reason }) => reason))];
  return reasons.length > MOST ? [...reasons.slice(0, MOST), `and ${reasons.length - MOST} more like these`] : reasons;
}

/** Strangers who sign too are not told apart, so that they cannot make a crowd smaller. */
function crowdOf({ owner, signers }: Proposal, { rules }: Context): string {
  return JSON.stringify([owner, entitled(rules, owner, signers)]);
}

function crowds(proposals: readonly Proposal[], context: Context): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const proposal of proposals) {
    const crowd = crowdOf(proposal, context);
    counted.set(crowd, (counted.get(crowd) ?? 0) + 1);
  }
  return counted;
}

function believed(proposal: Proposal): Verdict {
  return { ...verdictOf(proposal), allowed: true };
}

/** What a verdict says before anything is decided. */
function verdictOf({ change, owner, commit, signers }: Proposal): Verdict {
  return {
    path: change.path, owner, commit, risk: 'green', allowed: false, signers: [...signers].toSorted(compareText), approvers: nobody, problems: [], reasons: [],
  };
}

function byPath(a: Proposal, b: Proposal): number {
  return compareText(a.change.path, b.change.path) || compareText(a.commit, b.commit);
}

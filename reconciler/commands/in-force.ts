import { restrictions } from '../desired/restrictions.ts';
import type { Context } from '../authority/judge.ts';
import { resolveRevision } from '../git/repository.ts';
import type { Rules } from '../model/authority.ts';
import type { Trusted } from '../model/trusted.ts';
import { charterOf, type Charter } from '../trust/charter.ts';
import { neighbours } from '../trust/neighbours.ts';
import { standingAt } from '../trust/standing.ts';
import { text, type Call, type World } from './command.ts';
import { repositoryAround, type Found } from './repository.ts';

/** Who may change what, as a commit of a co-op says it. */
export interface InForce extends Found {
  readonly trusted: Trusted;
  readonly charter: Charter;
  readonly isTrustOn: boolean;
  /** While trust is off: what would hold if it were on, and everybody had a key. */
  readonly rules: Rules;
}

/** Read the rules in force: of `--rev`, else of main, in `--repo` or the repository around the caller. Errors: GitError when there is none. */
export async function inForceOf(call: Call, world: World): Promise<InForce> {
  const found = await repositoryAround(text(call, 'repo'), world);
  const trusted = await standingAt(found.repository, await resolveRevision(found.repository, text(call, 'rev') ?? 'main'));
  const charter = await charterOf(found.repository, trusted.tree);
  const isTrustOn = charter.rules.trust !== null;
  return { ...found, trusted, charter, isTrustOn, rules: isTrustOn ? charter.rules : asIfOn(charter.rules) };
}

/** Gather what judging some paths needs. */
export async function contextOf({ repository, trusted, rules }: InForce, paths: readonly string[]): Promise<Context> {
  const changes = paths.map((path) => ({ path, before: null, after: null }));
  return { rules, restrictions, ...(await neighbours(repository, trusted.tree, changes)) };
}

/** What is said first while trust is off. */
export const offNotice = 'trust is off: whoever may push may change anything';

function asIfOn(rules: Rules): Rules {
  const key = { type: '', blob: '', validAfter: null, validBefore: null, revokedAt: null };
  const people = [...rules.people].map(([name, person]) => [name, { ...person, keys: [key] }] as const);
  return { ...rules, trust: { approvals: 2, mergeKeys: [] }, people: new Map(people) };
}

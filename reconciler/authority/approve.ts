import type { Person, Proposal, Risk, Rules, Verdict } from '../model/authority.ts';
import type { Owner } from '../model/owner.ts';
import { compareText } from '../model/source.ts';

/** Who could let something pass, and how many of them it takes. */
export type Approvers = Verdict['approvers'];

const RANKS: { readonly [Each in Risk]: number } = { green: 0, amber: 1, red: 2 };

/** What nobody at all could let pass. */
export const nobody: Approvers = { needed: 0, of: [] };

/** Find the greatest of some risks; green when there are none. */
export function greatest(risks: readonly Risk[]): Risk {
  return risks.reduce<Risk>((most, risk) => (RANKS[risk] > RANKS[most] ? risk : most), 'green');
}

/** Is this somebody who may speak as an admin? */
export function isAdmin(rules: Rules, name: string): boolean {
  return rules.admins.has(name) && rules.people.get(name)?.active === true;
}

/** Is this the member whose thing it is, and may she speak? */
export function isOwner(rules: Rules, owner: Owner, name: string): boolean {
  return owner === `member:${name}` && rules.people.get(name)?.active === true;
}

/** Pick those signers whose word counts for what an owner has, in the order of their names. */
export function entitled(rules: Rules, owner: Owner, signers: ReadonlySet<string>): readonly string[] {
  return [...signers].filter((name) => isOwner(rules, owner, name) || isAdmin(rules, name)).toSorted(compareText);
}

/** Name the admins who are able to sign. An admin whose last key was revoked is not waited for: else nobody could give her a new one. */
export function ableAdmins(rules: Rules): readonly string[] {
  return [...rules.admins].filter((name) => isAdmin(rules, name) && canSign(rules.people.get(name))).toSorted(compareText);
}

/** Say who could let a change of this risk pass. Shape: the owner first, then the admins by name. */
export function approversOf(rules: Rules, owner: Owner, risk: Risk): Approvers {
  const admins = ableAdmins(rules);
  const own = risk === 'green' ? [...rules.people.keys()].filter((name) => isOwner(rules, owner, name) && canSign(rules.people.get(name))) : [];
  return { needed: needed(rules, risk), of: [...own, ...admins.filter((name) => !own.includes(name))] };
}

/** Do those who signed suffice? Each counts once, whatever else she is. */
export function suffices(rules: Rules, { owner, signers }: Pick<Proposal, 'owner' | 'signers'>, risk: Risk): boolean {
  if (risk === 'green') return entitled(rules, owner, signers).length > 0;
  return signedAdmins(rules, signers).length >= needed(rules, risk);
}

/** Pick the admins among those who signed. */
export function signedAdmins(rules: Rules, signers: ReadonlySet<string>): readonly string[] {
  return [...signers].filter((name) => isAdmin(rules, name)).toSorted(compareText);
}

function needed(rules: Rules, risk: Risk): number {
  return risk === 'red' ? Math.max(1, Math.min(rules.trust?.approvals ?? 1, ableAdmins(rules).length)) : 1;
}

function canSign(person: Person | undefined): boolean {
  return person?.keys.some(({ revokedAt }) => revokedAt === null) === true;
}

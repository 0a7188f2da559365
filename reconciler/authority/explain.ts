import type { Proposal, Risk, Rules } from '../model/authority.ts';
import { ownerName } from '../model/owner.ts';
import type { Problem } from '../model/problem.ts';
import { compareText } from '../model/source.ts';
import { approversOf, entitled, signedAdmins, type Approvers } from './approve.ts';
import { problemOf, type Said } from './problem.ts';
import { listed, shownPath, visible } from './shown.ts';
import type { Weight } from './weight.ts';

/** A proposal that too few have signed, and why it takes whom it takes. */
export interface Refused {
  readonly proposal: Proposal;
  readonly risk: Risk;
  readonly weights: readonly Weight[];
}

const SIGN = 'git commit --amend -S --no-edit (git config gpg.format ssh; git config user.signingkey ~/.ssh/id_ed25519.pub)';

/** Of problems with one file. */
const MOST = 20;

/** Say why a proposal is refused, who could let it pass, and how. */
export function refusals(rules: Rules, refused: Refused): readonly Problem[] {
  const { proposal, risk } = refused;
  const { owner, signers } = proposal;
  const approvers = approversOf(rules, owner, risk);
  if (signers.size === 0) return [problemOf(proposal, unsigned(proposal, approvers))];
  const hint = approveHint(rules, proposal, approvers);
  if (entitled(rules, owner, signers).length === 0) {
    const said = strangers(rules, proposal);
    if (said !== null) return [problemOf(proposal, { ...said, hint })];
  }
  const shortfall = signedAdmins(rules, signers).length === 0 ? byWeight(refused, approvers) : [tooFew(rules, refused, approvers)];
  return shortfall.map((said) => problemOf(proposal, { ...said, hint }));
}

function unsigned({ change, doubts }: Proposal, approvers: Approvers): Said {
  const because = doubts.length === 0 ? 'it is not signed' : doubts.join('; ');
  return { code: codeOf(because), message: `cannot take ${shownPath(change.path)}: ${because}`, hint: cureFor(because, approvers) };
}

/** Who signed with a key that does not count must not sign again with the same one. */
function cureFor(doubt: string, approvers: Approvers): string {
  const unsigned = codeOf(doubt) === 'authority/unsigned';
  return unsigned ? `sign it: ${SIGN}, as ${someOf(approvers)}` : `croft whoami says for whom the co-op takes you; it must be signed by ${someOf(approvers)}`;
}

function codeOf(doubt: string): Said['code'] {
  if (/nobody .*has the key/.test(doubt)) return 'authority/unknown-key';
  return /it is not signed|nobody signed/.test(doubt) ? 'authority/unsigned' : 'authority/bad-signature';
}

/** Those who signed have no say here at all. */
function strangers(rules: Rules, { change, owner, signers }: Proposal): Said | null {
  const names = [...signers].toSorted(compareText);
  const idle = names.filter((name) => rules.people.get(name)?.active !== true);
  const active = names.filter((name) => !idle.includes(name));
  if (active.length === 0) return { code: 'authority/not-active', message: `cannot ${verb(change)}: who signed it is not active (${listed(idle, 'and')})` };
  if (owner === 'coop') return null;
  const message = `cannot ${verb(change)}: it is ${ownerName(owner)}'s, and ${listed(active, 'and')} may change only what is their own`;
  return { code: 'authority/foreign', message };
}

/** The owner signed, and no admin did: say for each thing why that is not enough. */
function byWeight({ proposal, weights, risk }: Refused, approvers: Approvers): readonly Said[] {
  const by = admins(approvers.needed);
  const special = weights.slice(0, MOST).flatMap(({ rule, reason, field }): readonly Said[] => {
    if (rule === 'other') return [];
    if (rule === 'admin-field') return [{ code: 'authority/admin-field', message: `cannot change \`${field}\` (${reason}): it takes ${by}`, field }];
    return [{ code: 'authority/takeover', message: `cannot ${verb(proposal.change)}: it ${reason}; that takes ${by}`, field }];
  });
  const others = weights.filter(({ rule }) => rule === 'other');
  const heavy = others.filter((each) => each.risk === risk);
  const [first] = heavy.length > 0 ? heavy : others;
  const code = approvers.needed > 1 ? 'authority/needs-admins' : 'authority/needs-admin';
  if (first === undefined) return special.length > 0 ? special : [{ code, message: `cannot ${verb(proposal.change)}: it takes ${by}` }];
  const message = `cannot ${verb(proposal.change)}: it takes ${by} (${reasons(others)})`;
  return [...special, { code, message, field: first.field }];
}

function tooFew(rules: Rules, { proposal, weights }: Refused, { needed }: Approvers): Said {
  const signed = signedAdmins(rules, proposal.signers);
  const message = `cannot ${verb(proposal.change)}: it takes ${admins(needed)} (${reasons(weights)}), and only ${listed(signed, 'and')} signed`;
  return { code: 'authority/needs-admins', message, field: weights.find(({ risk }) => risk === 'red')?.field ?? null };
}

/** Name those who could approve, with the command. Shape: `1 of 2 admins has signed: judy can approve it: git commit …`. */
export function approveHint(rules: Rules, { signers, commit }: Proposal, approvers: Approvers): string {
  const signed = signedAdmins(rules, signers).length;
  const left = { needed: Math.max(1, approvers.needed - signed), of: approvers.of.filter((name) => !signers.has(name)) };
  if (left.of.length === 0) return 'no active admin has a signing key, so nobody can approve it';
  const counted = signed > 0 ? `${signed} of ${approvers.needed} admins ${signed === 1 ? 'has' : 'have'} signed: ` : '';
  const oid = /^[0-9a-f]{7,64}$/.test(commit) ? commit : '<commit>';
  return `${counted}${someOf(left)} can approve it: git commit --allow-empty -S -m "approve" --trailer "Approves: ${oid}"`;
}

function someOf({ needed, of }: Approvers): string {
  if (of.length === 0) return 'an admin with a signing key, of whom there is none';
  if (needed <= 1) return listed(of, 'or');
  return of.length <= needed ? listed(of, 'and') : `${needed} of ${listed(of, 'and')}`;
}

function admins(count: number): string {
  return count === 1 ? 'an admin' : `${count} admins`;
}

function reasons(weights: readonly Weight[]): string {
  const all = weights.map(({ reason }) => visible(reason));
  return all.length > 3 ? `${all.slice(0, 3).join('; ')}; and ${all.length - 3} more` : all.join('; ');
}

function verb({ path, before, after }: Proposal['change']): string {
  return `${before === null ? 'add' : after === null ? 'remove' : 'change'} ${shownPath(path)}`;
}

import type { Meaning, Risk } from '../model/authority.ts';
import { ownerName, ownerOf, type Owner } from '../model/owner.ts';
import { ableAdmins, approversOf, greatest, isAdmin, isOwner, type Approvers } from './approve.ts';
import { isKnownPlace } from './classify.ts';
import { listed, visible } from './shown.ts';
import type { Context } from './weight.ts';

/** Whether somebody may change a path by herself, before a word of it is written. */
export interface Permission {
  /** The least that any change of it is; the content may make it more. */
  readonly risk: Risk;
  readonly allowed: boolean;
  /** A sentence for people, which begins with `yes` or `no`. */
  readonly because: string;
  readonly approvers: Approvers;
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^cluster\.yaml$/, 'cluster'], [/^hosts\/[^/]+\.yaml$/, 'host'], [/^limits\/[^/]+\.yaml$/, 'limits'], [/^coop\/retired\.yaml$/, 'retired'],
  [/^coop\/allowances\.yaml$/, 'allowances'],
  [/^members\/[^/]+\/member\.yaml$/, 'member'], [/^(?:coop|members\/[^/]+)\/vhosts\/[^/]+\.yaml$/, 'vhost'],
  [/^(?:coop|members\/[^/]+)\/zones\/[^/]+\.yaml$/, 'zone'], [/^(?:coop|members\/[^/]+)\/mailboxes\/[^/]+\.yaml$/, 'mailboxes'],
  [/^(?:coop|members\/[^/]+)\/secrets\/[^/]+\.yaml$/, 'secret'],
];
const OFF = 'trust is off, and whatever is on the branch is believed';
const NOTE = /^(?:docs\/.+\.(?:md|txt)|(?:.+\/)?[A-Z][A-Za-z0-9_-]*(?:\.(?:md|txt))?)$/;

/** What a path is about, as far as its name says: a kind of document, a note, or something else. */
type Subject = { readonly is: Meaning['is']; readonly kind: string };

/** Say whether somebody may change a path, and who else could. Errors: none. */
export function mayChange(who: string, path: string, context: Context): Permission {
  const { rules } = context;
  const owner = ownerOf(path);
  if (rules.trust === null) return { risk: 'green', allowed: true, because: `yes: ${OFF}`, approvers: { needed: 1, of: [who] } };
  const subject = subjectOf(path);
  const risk = leastRisk(path, owner, { subject, context });
  const approvers = approversOf(rules, owner, risk);
  const admin = isAdmin(rules, who);
  const allowed = risk === 'green' ? admin || isOwner(rules, owner, who) : admin && approvers.needed <= 1;
  return { risk, allowed, because: allowed ? yes(who, owner, { subject, context }) : no(who, owner, { risk, approvers, context }), approvers };
}

interface Asked {
  readonly subject: Subject;
  readonly context: Context;
}

function subjectOf(path: string): Subject {
  const inside = path.replace(/^desired-state\//, '');
  const kind = KINDS.find(([pattern]) => pattern.test(inside))?.[1];
  return kind === undefined ? { is: NOTE.test(inside) ? 'note' : 'other', kind: '' } : { is: 'document', kind };
}

function leastRisk(path: string, owner: Owner, { subject, context }: Asked): Risk {
  const newcomer: Risk = isKnownPlace(path, owner, context.paths) ? 'green' : 'red';
  const shared: Risk = owner === 'coop' ? 'amber' : 'green';
  if (subject.is !== 'document') return greatest([newcomer, shared, subject.is === 'other' ? 'red' : 'green']);
  const restriction = context.restrictions.get(subject.kind);
  return greatest([newcomer, shared, restriction === undefined ? 'red' : (restriction.whole ?? 'green')]);
}

function yes(who: string, owner: Owner, { subject, context: { restrictions, rules } }: Asked): string {
  const fields = [...(restrictions.get(subject.kind)?.fields ?? [])];
  const kept = fields.filter(([, risk]) => !isAdmin(rules, who) || (risk === 'red' && approversOf(rules, owner, 'red').needed > 1)).map(([field]) => field);
  if (kept.length > 0) return `yes, but not the fields ${listed(kept, 'and')}${isAdmin(rules, who) ? ' alone' : ''}`;
  const mail = subject.kind === 'mailboxes' ? ', but taking a mailbox away or forwarding mail outside takes more' : '';
  return `yes${mail}`;
}

interface Denied {
  readonly risk: Risk;
  readonly approvers: Approvers;
  readonly context: Context;
}

function no(who: string, owner: Owner, { risk, approvers, context: { rules } }: Denied): string {
  const others = ableAdmins(rules).filter((name) => name !== who);
  if (isAdmin(rules, who)) return `no, not alone: it takes ${approvers.needed} admins (${listed(others, 'or')} can approve it)`;
  const admins = listed(others, approvers.needed > 1 ? 'and' : 'or');
  const count = approvers.needed > 1 ? `${approvers.needed} admins` : 'an admin';
  const own = risk === 'green' && approvers.of.includes(ownerName(owner)) ? `${visible(ownerName(owner))} or ` : '';
  return `no: ${whyNot(who, owner, rules)}; ${own}${count} (${admins === '' ? 'none has a signing key' : admins}) can`;
}

function whyNot(who: string, owner: Owner, rules: Context['rules']): string {
  if (rules.people.get(who)?.active !== true) return `${visible(who)} is no active member`;
  if (owner === 'coop') return "it is the co-op's";
  return isOwner(rules, owner, who) ? 'only admins may change it' : `it is ${visible(ownerName(owner))}'s`;
}

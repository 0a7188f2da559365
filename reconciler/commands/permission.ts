import { ableAdmins, approversOf, greatest, isAdmin, isOwner, type Approvers } from '../authority/approve.ts';
import type { Context } from '../authority/judge.ts';
import { isGood } from '../authority/keyring.ts';
import { mayChange } from '../authority/may-change.ts';
import { meaningOf } from '../desired/layout.ts';
import { ownerName, ownerOf, type Owner } from '../model/owner.ts';
import type { Risk } from '../model/authority.ts';
import { keptWords, pathText, takes, whose, type Answer, type Kept } from '../report/can.ts';
import { list } from '../report/words.ts';

/** Who asks, by which rules. */
interface Asking {
  /** null: who may at all? */
  readonly who: string | null;
  readonly context: Pick<Context, 'restrictions' | 'rules'>;
}

/** Who asks about a path, by which rules, and when. */
export interface Question extends Asking {
  readonly path: string;
  /** `desired-state/`, or empty where the desired state lies at the top. */
  readonly root: string;
  readonly context: Context;
  /** Units: unix seconds. */
  readonly now: number;
}

/** A question with what is known of the answer. */
interface Case extends Question {
  readonly owner: Owner;
  readonly risk: Risk;
  readonly allowed: boolean;
  readonly approvers: Approvers;
  readonly kept: readonly Kept[];
}

const APPROVE = 'git commit --allow-empty -S -m "approve" --trailer "Approves: <commit>"';

/** Say whether somebody may change a path, by which rule, who else could, and what to do now. */
export function answerTo(question: Question): Answer {
  const { who, path, root, context } = question;
  const { risk, allowed, approvers } = mayChange(who ?? '', path, context);
  const owner = ownerOf(path);
  const meaning = path.startsWith(root) ? meaningOf(path.slice(root.length)) : null;
  const kind = meaning?.is === 'document' ? meaning.kind : '';
  const kept = allowed || who === null ? keptOf(kind, risk, question) : [];
  const one: Case = { ...question, owner, risk, allowed, approvers, kept };
  const said = meaning?.is === 'unknown' && root !== '' ? meaning.said : null;
  const hint = said === null ? [] : [`no document has this path${said.hint === undefined ? '' : ` – ${said.hint}`}`];
  const verdict = who === null ? null : !allowed || keyless(one) ? 'no' : one.kept.length > 0 ? 'in part' : 'yes';
  const because = who === null ? anybody(one) : verdict === 'no' ? no(one, who) : yes(one, who);
  const remarks = [...hint, ...(verdict === 'no' ? [] : remarksOn(kind, one))];
  return { path, owner, verdict, risk, because, kept, approvers, remarks, next: nextFor(one, verdict) };
}

/** List the fields of a kind of document that take more than the rest, and that somebody cannot change alone; the greatest risk first. */
export function keptOf(kind: string, least: Risk, { who, context: { restrictions, rules } }: Asking): readonly Kept[] {
  const fields = [...(restrictions.get(kind)?.fields ?? [])];
  return (['red', 'amber'] as const).flatMap((risk): readonly Kept[] => {
    const of = fields.filter(([, each]) => each === risk && greatest([each, least]) !== least).map(([field]) => field);
    const { needed } = approversOf(rules, 'coop', risk);
    const alone = who !== null && isAdmin(rules, who) && needed === 1;
    return of.length === 0 || alone ? [] : [{ risk, needed, fields: of }];
  });
}

function keyless({ who, now, context: { rules } }: Case): boolean {
  return who !== null && !(rules.people.get(who)?.keys ?? []).some((key) => key.revokedAt === null && isGood(key, now).good);
}

function yes({ owner, path, risk, kept, context: { rules } }: Case, who: string): string {
  const whole = `${pathText(path)} is ${whose(owner, who)}`;
  if (kept.length > 0) return `yes, but not every field: ${whole}, ${risk}; ${keptWords(kept)}`;
  if (isOwner(rules, owner, who) && risk === 'green') return `yes: ${whole}, ${risk}: a commit signed by her is enough`;
  return `yes: ${whole}, ${risk}: a commit signed by one admin is enough, and ${who} is one`;
}

function no(one: Case, who: string): string {
  const { owner, path, risk, approvers, allowed, context: { rules } } = one;
  const whole = `${pathText(path)} is ${whose(owner, who)}, ${risk}`;
  if (allowed) return `no, not yet: ${whole}, but no signing key of ${who} is good; ${admins(one, approversOf(rules, 'coop', 'red').needed)} can give one`;
  if (rules.people.get(who)?.active !== true) return `no: ${who} is not active, and signs nothing; ${whole}: ${could(one)}`;
  if (isAdmin(rules, who)) return `no, not alone: ${whole}: it takes ${admins(one, approvers.needed)}`;
  return `no: ${whole}: ${could(one)}`;
}

function anybody(one: Case): string {
  const { owner, path, risk, kept } = one;
  return `${pathText(path)} is ${whose(owner, null)}, ${risk}: ${could(one)} change it${kept.length === 0 ? '' : `; ${keptWords(kept)}`}`;
}

/** Shape: `bob, or an admin (dana or judy), may`. */
function could(one: Case): string {
  const { owner, risk, approvers, context: { rules } } = one;
  const own = risk === 'green' && approvers.of.includes(ownerName(owner)) && !isAdmin(rules, ownerName(owner)) ? `${ownerName(owner)}, or ` : '';
  return `${own}${admins(one, approvers.needed)}${own === '' ? '' : ','} may`;
}

function admins({ context: { rules } }: Case, needed: number): string {
  const able = ableAdmins(rules);
  const names = able.length === 0 ? 'none has a signing key' : able.join(', ');
  return `${needed === 1 ? 'an admin' : `${needed} admins`} (${names})`;
}

function remarksOn(kind: string, { who, context: { rules } }: Case): readonly string[] {
  const red = approversOf(rules, 'coop', 'red').needed;
  if (who !== null && isAdmin(rules, who) && red === 1) return [];
  const most = takes({ needed: red, risk: 'red' });
  if (kind === 'mailboxes') return [`to take a mailbox away takes ${most}, to forward mail outside the co-op ${takes({ needed: 1, risk: 'amber' })}`];
  return kind === 'member' ? [`to retire her takes ${most}`] : [];
}

function nextFor({ who, approvers, context: { rules }, kept, allowed }: Case, verdict: Answer['verdict']): string {
  if (who === null) return '';
  if (verdict === 'yes') return 'git commit -S';
  if (verdict === 'no' && allowed) return 'croft whoami prints the lines to ask for';
  const others = (kept.length > 0 ? ableAdmins(rules) : approvers.of).filter((name) => name !== who);
  const left = (kept[0]?.needed ?? approvers.needed) - (isAdmin(rules, who) ? 1 : 0);
  return `${kept.length > 0 ? 'for those fields ask' : 'ask'} ${someOf(others, left)}, to look at your commit and approve it: ${APPROVE}`;
}

/** Shape: `dana or judy`, `dana and judy`, `2 of ada, dana and judy`. */
function someOf(names: readonly string[], needed: number): string {
  if (names.length === 0) return 'an admin';
  if (needed <= 1) return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  return names.length <= needed ? list(names) : `${needed} of ${list(names)}`;
}

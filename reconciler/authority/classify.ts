import type { Meaning, Proposal, Restriction, Written } from '../model/authority.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import { changedFields, describeChange, fieldsOf } from './compare.ts';
import { weighMail } from './mail.ts';
import { visible } from './shown.ts';
import { weighSharedZone } from './shared-zone.ts';
import { weight, type Context, type Weight } from './weight.ts';

/** A reason goes through every report; whoever writes values of any length shall not make it too long to be read. */
const LONGEST_REASON = 2000;

type DocumentMeaning = Extract<Meaning, { readonly is: 'document' }>;

/** Find all that makes a proposal more than green, as far as it alone shows. Nothing: its owner may do it alone. */
export function classify(proposal: Proposal, context: Context): readonly Weight[] {
  const { owner, meaning, change } = proposal;
  const people = isKnownPlace(change.path, owner, context.paths) ? [] : [weight('red', `people: there is no member ${visible(ownerName(owner))}`)];
  const unseen = change.before?.mode === '40000' ? [weight('red', 'data loss: a directory with too much in it to be looked through')] : [];
  return [...people, ...unseen, ...weighMeaning(meaning, owner, context)];
}

function weighMeaning(meaning: Meaning, owner: Owner, context: Context): readonly Weight[] {
  if (meaning.is === 'note') return owner === 'coop' ? [weight('amber', 'a note of the co-op')] : [];
  return meaning.is === 'other' ? [weight('red', 'code')] : weighDocument(meaning, owner, context);
}

/** Is the path the co-op's, or in the directory of somebody who is a member already? */
export function isKnownPlace(path: string, owner: Owner, paths: Context['paths']): boolean {
  if (owner === 'coop') return true;
  const directory = `members/${ownerName(owner)}`;
  return paths(`${path.startsWith(directory) ? '' : path.slice(0, Math.max(0, path.indexOf(`/${directory}`) + 1))}${directory}/member.yaml`);
}

function weighDocument(document: DocumentMeaning, owner: Owner, { restrictions, rules }: Context): readonly Weight[] {
  const restriction = restrictions.get(document.kind);
  if (restriction === undefined) return weighUnknown(document, owner);
  if (restriction.whole !== null) return weighWhole(document, restriction.whole);
  const shared = owner === 'coop' ? [weight('amber', `${document.kind} of the co-op`)] : [];
  const kept = document.kind === 'member' ? weighMember(document, restriction) : weighFields(document, restriction);
  if (document.kind === 'mailboxes') return [...shared, ...kept, ...weighMail(document, rules.mailDomains)];
  return [...shared, ...kept, ...(document.kind === 'zone' && owner === 'coop' ? weighSharedZone(document) : [])];
}

/** What declares nothing may be cleared away by whoever has it. */
function weighUnknown({ before, after }: DocumentMeaning, owner: Owner): readonly Weight[] {
  return owner !== 'coop' && after === null && before?.value === null ? [] : [weight('red', 'no schema describes it')];
}

function weighWhole({ kind, name, before, after }: DocumentMeaning, whole: Weight['risk']): readonly Weight[] {
  const title = kind === name ? kind : `${kind} ${visible(name)}`;
  if (before === null) return [weight(whole, `${title}: new`)];
  if (after === null) return [weight(whole, `${title}: removed`)];
  if (before.value === null) return [weight(whole, `${title}: what it said could not be read`)];
  const fields = changedFields(before.value, after.value);
  if (fields.length === 0) return [weight('amber', `${title}: says the same in other words`)];
  return fields.map((field) => weight(whole, describe(field, before, after), field));
}

function weighMember(document: DocumentMeaning, restriction: Restriction): readonly Weight[] {
  const { name, before, after } = document;
  if (before === null) return [weight('red', `people: ${visible(name)} becomes a member`)];
  if (after === null) return [weight('red', `data loss: ${visible(name)} goes away`)];
  return weighFields(document, restriction).map((each) => (isRetirement(each, before, after) ? { ...each, risk: 'red' } : each));
}

/** Who retires loses her data after a while; who comes back gets what is left of it. */
function isRetirement({ field }: Weight, before: Written, after: Written): boolean {
  return field === 'state' && [before, after].some(({ value }) => fieldsOf(value).get('state') === 'retired');
}

function weighFields({ before, after }: DocumentMeaning, { fields: kept }: Restriction): readonly Weight[] {
  if (before !== null && before.value === null) return kept.size === 0 ? [] : [weight('red', 'what it said could not be read')];
  return changedFields(before?.value, after?.value).flatMap((field): readonly Weight[] => {
    const risk = kept.get(field);
    return risk === undefined ? [] : [{ risk, reason: describe(field, before, after), field, rule: 'admin-field' }];
  });
}

function describe(field: string, before: Written | null, after: Written | null): string {
  const said = visible(describeChange(field, fieldsOf(before?.value).get(field), fieldsOf(after?.value).get(field)));
  return said.length > LONGEST_REASON ? `${said.slice(0, LONGEST_REASON)}…` : said;
}

import type { Written } from '../model/authority.ts';
import { fieldsOf, textsOf } from './compare.ts';
import { visible } from './shown.ts';
import { weight, type Weight } from './weight.ts';

/** The mail of one domain, as both sides have it. */
interface MailDomain {
  readonly name: string;
  readonly before: Written | null;
  readonly after: Written | null;
}

/**
 * Weigh a change of one domain's mail. A mailbox that goes takes its mail along; a forward that leads outside carries off what people
 * believe to stay in the co-op, and spoils its name with other providers when it carries spam.
 */
export function weighMail({ name, before, after }: MailDomain, mailDomains: ReadonlySet<string>): readonly Weight[] {
  if (after === null) return [weight('red', `data loss: all mail of ${visible(name)} goes away`)];
  if (before !== null && before.value === null) return [weight('amber', 'what it said could not be read')];
  return [...lost(name, before, after), ...forwards({ name, before, after }, mailDomains)];
}

function lost(name: string, before: Written | null, after: Written): readonly Weight[] {
  const [old, now] = [before, after].map((side) => fieldsOf(fieldsOf(side?.value).get('mailboxes')));
  return [...(old?.keys() ?? [])].filter((local) => now?.has(local) !== true)
    .map((local) => weight('red', `data loss: the mailbox ${visible(`${local}@${name}`)} goes away`, 'mailboxes'));
}

function forwards({ name, before, after }: MailDomain, mailDomains: ReadonlySet<string>): readonly Weight[] {
  const known = new Set(targetsOf(before).map((target) => JSON.stringify(target)));
  return targetsOf(after)
    .filter((target) => !known.has(JSON.stringify(target)) && leadsOutside(target.to, name, mailDomains))
    .map(({ from, to, field }) => weight('amber', `forward outside: ${visible(`${from}@${name}`)} to ${visible(to)}`, field));
}

interface Target {
  readonly from: string;
  readonly to: string;
  readonly field: string;
}

function targetsOf(written: Written | null): readonly Target[] {
  const fields = fieldsOf(written?.value);
  const aliases = [...fieldsOf(fields.get('aliases'))].flatMap(([from, targets]) => textsOf(targets).map((to) => ({ from, to, field: 'aliases' })));
  return [...aliases, ...textsOf([fields.get('catch-all')]).map((to) => ({ from: '*', to, field: 'catch-all' }))];
}

/** Whatever stands after the last @ is the domain, as mail servers read it. */
function leadsOutside(target: string, name: string, mailDomains: ReadonlySet<string>): boolean {
  const domain = target.slice(target.lastIndexOf('@') + 1).toLowerCase();
  return target.includes('@') && domain !== name && !mailDomains.has(domain);
}

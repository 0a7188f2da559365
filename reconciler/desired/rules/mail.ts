import type { MailDomain } from '../../model/desired.ts';
import { ownerName, type Owner } from '../../model/owner.ts';
import { finding, shown, type Finding } from '../finding.ts';
import { didYouMean } from '../nearest.ts';
import { holdingOf, isWhollyOwn } from '../ownership.ts';
import type { World } from '../world.ts';

/** Who receives these may order certificates for a domain, or speak for its operators. RFC 2142; CA/Browser Forum requirements, 3.2.2.4.4. */
const OPERATORS = new Set([
  'abuse', 'admin', 'administrator', 'hostmaster', 'info', 'mailer-daemon', 'noc', 'postmaster', 'root', 'security', 'ssl-admin', 'ssladmin', 'support',
  'sysadmin', 'usenet', 'uucp', 'webmaster', 'www',
]);

/** An address is a mailbox or an alias, not both. */
export function* addressesAreSingle({ documents }: World): Iterable<Finding> {
  for (const { value, keyAt } of documents.mailboxes) {
    const mailboxes = new Set(Object.keys(value.mailboxes ?? {}).map((local) => local.toLowerCase()));
    for (const local of Object.keys(value.aliases ?? {})) {
      if (mailboxes.has(local.toLowerCase())) yield finding(keyAt('aliases', local), {
        code: 'mail/duplicate-address', message: `cannot make ${shown(local)} an alias: it is a mailbox`, hint: 'rename one of the two',
      });
    }
  }
}

/** On a domain that is only partly one's own, addresses of its operators stay with those who operate it. */
export function* operatorsAddressesAreKept({ documents, ownership }: World): Iterable<Finding> {
  for (const { name, owner, value, keyAt } of documents.mailboxes) {
    if (owner === 'coop' || isWhollyOwn(ownership, name)) continue;
    for (const [field, locals] of [['mailboxes', Object.keys(value.mailboxes ?? {})], ['aliases', Object.keys(value.aliases ?? {})]] as const) {
      for (const local of locals.filter((each) => OPERATORS.has(each.toLowerCase()))) {
        yield finding(keyAt(field, local), {
          code: 'mail/reserved-address', message: `cannot use ${shown(local)} in ${name}: the domain is shared, and that address speaks for it`,
          hint: 'on a domain of your own you may', against: holdingOf(ownership, name)?.by === 'grant' ? 'coop' : undefined,
        });
      }
    }
  }
}

/** Aliases lead to addresses that are there and that receive mail. */
export function* aliasesLeadSomewhere({ documents, mailDomains }: World): Iterable<Finding> {
  const domains = new Map<string, Addresses>(mailDomains.map((each) => [each.name, addressesOf(each)]));
  const hint = fewHints();
  for (const { name, owner, value, at } of documents.mailboxes) {
    for (const [local, targets] of Object.entries(value.aliases ?? {})) {
      const seen = new Set<string>();
      for (const [index, written] of targets.entries()) {
        const [part = '', domain = name] = written.split('@');
        const source = at('aliases', local, index);
        const there = domains.get(domain);
        const said = there === undefined || there.owner !== owner ? null : whyNot(there, part);
        if (said !== null) yield finding(source, { code: said.code, message: `cannot hand mail on to ${shown(written)}: ${said.why}`, hint: hint(owner, part, said.among) });
        if (seen.has(`${part}@${domain}`)) yield finding(source, {
          code: 'mail/duplicate-target', message: `cannot hand mail on to ${shown(written)} twice`, hint: 'keep one of them',
        });
        seen.add(`${part}@${domain}`);
      }
    }
  }
}

/** How often one owner is told what was probably meant: to look for it in ten thousand names takes a while, and there may be as many mistakes. */
const MOST_HINTS = 20;

/** Count what each owner is told, and say what was probably meant of the first. */
function fewHints(): (owner: Owner, word: string, among: Iterable<string> | undefined) => string | undefined {
  const told = new Map<Owner, number>();
  return (owner, word, among) => {
    const before = told.get(owner) ?? 0;
    told.set(owner, before + 1);
    return among === undefined || before >= MOST_HINTS ? undefined : didYouMean(word, among);
  };
}

interface Addresses {
  readonly name: string;
  readonly owner: Owner;
  readonly sendOnly: ReadonlySet<string>;
  readonly known: ReadonlySet<string>;
  readonly catches: boolean;
}

function addressesOf({ name, owner, mailboxes, aliases, catchAll }: MailDomain): Addresses {
  const sendOnly = new Set<string>(mailboxes.filter((mailbox) => mailbox.sendOnly).map(({ localPart }) => localPart));
  const known = new Set<string>([...mailboxes, ...aliases].map(({ localPart }) => localPart));
  return { name, owner, sendOnly, known, catches: catchAll !== null };
}

interface WhyNot {
  readonly code: string;
  readonly why: string;
  readonly among?: ReadonlySet<string>;
}

function whyNot({ name, sendOnly, known, catches }: Addresses, local: string): WhyNot | null {
  if (sendOnly.has(local)) return { code: 'mail/send-only-target', why: 'it only sends mail' };
  if (catches || known.has(local)) return null;
  return { code: 'mail/unknown-target', why: `${name} has no such mailbox or alias`, among: known };
}

interface Caught extends Pick<MailDomain, 'owner'> {
  readonly boxes: ReadonlyMap<string, MailDomain['mailboxes'][number]>;
}

/**
 * What nobody asked for stays where it was sent to: a catch-all leads to a mailbox of the same owner; the co-op's, to anybody's in it.
 * If a neighbour's would do, the neighbour could never take that mailbox away again.
 */
export function* catchAllsStay({ documents, mailDomains }: World): Iterable<Finding> {
  const domains = new Map<string, Caught>(mailDomains.map((each) => [each.name, { owner: each.owner, boxes: new Map(each.mailboxes.map((mailbox) => [mailbox.localPart, mailbox])) }]));
  const uncertain = new Set([...documents.mailboxes.map(({ name }) => `mailboxes ${name}`), ...documents.unreadable]);
  const hint = fewHints();
  for (const { name, owner, value, at } of documents.mailboxes) {
    const written = value['catch-all'];
    if (written === undefined) continue;
    const [local = '', domain = name] = written.split('@');
    const there = domains.get(domain);
    const known = there?.boxes.get(local);
    if (there === undefined && uncertain.has(`mailboxes ${domain}`)) continue;
    if (there === undefined) yield finding(at('catch-all'), {
      code: 'mail/external-catch-all',
      message: `cannot send all mail for ${name} on to ${shown(written)}: it is outside the co-op, and most of such mail is spam`,
      hint: 'name a mailbox of the co-op',
    });
    else if (there.owner !== owner && owner !== 'coop') yield finding(at('catch-all'), {
      code: 'mail/foreign-catch-all', message: `cannot send all mail for ${name} on to ${shown(written)}: ${domain} is ${ownerName(there.owner)}'s`,
      hint: 'name a mailbox of your own',
    });
    else if (known === undefined) yield finding(at('catch-all'), {
      code: 'mail/unknown-catch-all', message: `cannot send all mail for ${name} to ${shown(written)}: there is no such mailbox`,
      hint: hint(owner, local, there.boxes.keys()), against: there.owner,
    });
    else if (known.sendOnly) yield finding(at('catch-all'), {
      code: 'mail/send-only-target', message: `cannot send all mail for ${name} to ${shown(written)}: it only sends mail`, against: there.owner,
    });
  }
}

import type { Alias, DesiredState, MailDomain, Mailbox } from '../../model/desired.ts';
import type { MailAddress } from '../../model/values.ts';
import type { Row } from '../../resources/table.ts';

/** Name the domains whose addresses are virtual. Postfix asks only for the key. */
export function domains({ mailDomains }: DesiredState): readonly Row[] {
  return mailDomains.map((domain) => row(domain, domain, [domain.name, 'virtual']));
}

/** Name the addresses with a mailbox. The value would be the place of its mail, but Dovecot decides that. */
export function mailboxes({ mailDomains }: DesiredState): readonly Row[] {
  return mailDomains.flatMap((domain) => receiving(domain).map((mailbox) => row(domain, mailbox, [mailbox.address, 'mailbox'])));
}

/**
 * Say where else mail goes. `@domain` catches what no other row of the domain does, mailboxes included, so with a catch-all every mailbox
 * has a row that leads to itself. The addresses that every mail domain must answer (RFC 5321 §4.5.1, RFC 2142) lead to the co-op where
 * nobody has declared them. Source: virtual(5).
 */
export function aliases({ cluster, mailDomains }: DesiredState): readonly Row[] {
  return mailDomains.flatMap((domain) => {
    const declared = domain.aliases.map((alias) => row(domain, alias, [alias.address, alias.targets.join(', ')]));
    const { catchAll } = domain;
    if (catchAll === null) return [...declared, ...required(domain, cluster.contact)];
    const itself = domain.mailboxes.map((mailbox) => row(domain, mailbox, [mailbox.address, mailbox.address]));
    return [...declared, ...itself, ...required(domain, cluster.contact), row(domain, catchAll, [`@${domain.name}`, catchAll.to])];
  });
}

/** Say who may use an address as sender: its mailbox, and for an alias the local mailboxes it leads to. Source: postconf(5), smtpd_sender_login_maps. */
export function senderLogins({ mailDomains }: DesiredState): readonly Row[] {
  const local = new Set<string>(mailDomains.flatMap((domain) => domain.mailboxes.map(({ address }) => address)));
  return mailDomains.flatMap((domain) => [
    ...domain.mailboxes.map((mailbox) => row(domain, mailbox, [mailbox.address, mailbox.address])),
    ...domain.aliases.flatMap((alias) => byAlias(domain, alias, local)),
  ]);
}

/** Refuse, where nobody logs in, mail that claims to come from a domain of this host's; its SPF record says the same to everybody else. Source: access(5). */
export function ownSenders({ mailDomains }: DesiredState): readonly Row[] {
  return mailDomains.map((domain) => row(domain, domain, [domain.name, 'REJECT who sends for this domain logs in first']));
}

/** Refuse mail to addresses that only send, before a catch-all takes it. Source: access(5). */
export function refusedRecipients({ mailDomains }: DesiredState): readonly Row[] {
  return mailDomains.flatMap((domain) => domain.mailboxes.filter(({ sendOnly }) => sendOnly).map((mailbox) =>
    row(domain, mailbox, [mailbox.address, 'REJECT this address only sends mail'])));
}

/** The host's own system accounts have no mailboxes: what is for one of these goes to the co-op, the rest is refused. */
export function localAliases({ cluster }: DesiredState): readonly Row[] {
  return ['abuse', 'hostmaster', 'mailer-daemon', 'postmaster', 'root'].map((name) => (
    { key: name, columns: { value: cluster.contact }, owner: 'coop', source: cluster.source }));
}

function byAlias(domain: MailDomain, alias: Alias, local: ReadonlySet<string>): readonly Row[] {
  const senders = alias.targets.filter((target) => local.has(target));
  return senders.length === 0 ? [] : [row(domain, alias, [alias.address, senders.join(', ')])];
}

function required(domain: MailDomain, contact: MailAddress): readonly Row[] {
  const declared = new Set<string>([...domain.mailboxes, ...domain.aliases].map(({ address }) => address));
  return ['abuse', 'postmaster'].map((name) => `${name}@${domain.name}`)
    .filter((address) => !declared.has(address) && address !== contact)
    .map((address) => row(domain, domain, [address, contact]));
}

function receiving({ mailboxes }: MailDomain): readonly Mailbox[] {
  return mailboxes.filter(({ sendOnly }) => !sendOnly);
}

/** One row of a domain's owner; its source is the declaration behind it. */
function row({ owner }: MailDomain, { source }: Pick<Row, 'source'>, [key, value]: readonly [string, string]): Row {
  return { key, columns: { value }, owner, source };
}

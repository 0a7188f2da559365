import type { DesiredState, MailDomain, Mailbox } from '../../model/desired.ts';
import type { PasswordHash } from '../../model/values.ts';
import { quotaField, type DovecotVersion } from '../../formats/dovecot.ts';
import type { Row } from '../../resources/table.ts';

/** The system user that all mail belongs to, and where it is. The accounts service writes the user's row. */
export const keeper = { name: 'croft-vmail', uid: 590, root: '/var/vmail' } as const;

/** Say who may log in, to read or to send: everybody with a mailbox, except in domains whose owner is suspended. */
export function logins({ mailDomains }: DesiredState): readonly Row[] {
  return mailDomains.filter(({ suspended }) => !suspended).flatMap((domain) => domain.mailboxes.map((mailbox) => ({
    ...whose(domain, mailbox), columns: { password: withScheme(mailbox.password) },
  })));
}

/**
 * Say who has mail, where, and how much of it. The suspended still get theirs, so that nothing is lost. Who only sends is not here:
 * without a row, Dovecot lets such a login ask Postfix to send, and refuses it a mailbox.
 */
export function users({ mailDomains }: DesiredState, version: DovecotVersion): readonly Row[] {
  return mailDomains.flatMap((domain) => domain.mailboxes.filter(({ sendOnly }) => !sendOnly).map((mailbox) => ({
    ...whose(domain, mailbox),
    columns: {
      password: '!',
      uid: String(keeper.uid),
      gid: String(keeper.uid),
      home: `${keeper.root}/${domain.name}/${mailbox.localPart}`,
      extra: quotaField(version, mailbox.quotaMib),
    },
  })));
}

/** crypt(3) knows every allowed scheme but one, which Dovecot must be told to check by itself. */
function withScheme(hash: PasswordHash): string {
  return `${hash.startsWith('$argon2id$') ? '{ARGON2ID}' : '{CRYPT}'}${hash}`;
}

function whose({ owner }: MailDomain, { address, source }: Mailbox): Pick<Row, 'key' | 'owner' | 'source'> {
  return { key: address, owner, source };
}

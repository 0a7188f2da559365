/**
 * Dovecot's configuration, in both of its languages: 2.3 (Debian 12) and 2.4 (Debian 13) name the same things differently and neither
 * reads the other's file. One model here, one writer for each beside it. croft owns the whole of /etc/dovecot/dovecot.conf and includes
 * nothing of conf.d. Users are virtual: two passwd-files say who may log in (`passdb`) and who has mail (`userdb`); all mail belongs to
 * one system user. Both files are looked at anew at each lookup, so a change of users needs no reload.
 * Source: doc.dovecot.org, 2.3 and 2.4, "passwd-file", "quota", "LMTP".
 */
import type { Source } from '../model/source.ts';
import { entries23 } from './dovecot/before.ts';
import { entries24 } from './dovecot/since.ts';
import type { MailStore } from './dovecot/store.ts';
import { renderEntries } from './dovecot/syntax.ts';

/** Which of the two languages: by Debian release. */
export type DovecotVersion = '2.3' | '2.4';

/** Render dovecot.conf. Errors: throws when it would be read otherwise: a bug. */
export function renderDovecot(source: Source, version: DovecotVersion, store: MailStore): string {
  return renderEntries(source, version === '2.3' ? entries23(store) : entries24(store));
}

/** Say a user's quota as an extra field of the userdb. Units: mebibytes. */
export function quotaField(version: DovecotVersion, quotaMib: number): string {
  if (!Number.isSafeInteger(quotaMib) || quotaMib < 1) throw new Error(`cannot limit a mailbox to ${quotaMib} MiB`);
  return version === '2.3' ? `userdb_quota_rule=*:storage=${quotaMib}M` : `userdb_quota_storage_size=${quotaMib}M`;
}

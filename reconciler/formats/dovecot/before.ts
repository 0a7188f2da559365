import type { AbsPath } from '../../model/values.ts';
import { text } from '../text.ts';
import { folders, services } from './common.ts';
import type { Entry } from './syntax.ts';
import type { MailStore } from './store.ts';

/** Say it in the language of Dovecot 2.3. */
export function entries23(store: MailStore): readonly Entry[] {
  return [
    [text('protocols'), text('imap lmtp')],
    [text('listen'), text('*, ::')],
    [text('hostname'), text(store.hostname)],
    [text('postmaster_address'), text(store.postmaster)],
    [text('auth_mechanisms'), text('plain login')],
    [text('auth_username_format'), text('%Lu')],
    [text('disable_plaintext_auth'), text('yes')],
    [text('recipient_delimiter'), text('')],
    [text('ssl'), text('required')],
    [text('ssl_cert'), text('<', store.certificate)],
    [text('ssl_key'), text('<', store.certificateKey)],
    [text('ssl_min_protocol'), text('TLSv1.2')],
    [text('mail_location'), text('maildir:~/Maildir')],
    [text('mail_uid'), store.uid],
    [text('mail_gid'), store.uid],
    [text('first_valid_uid'), store.uid],
    [text('last_valid_uid'), store.uid],
    [text('first_valid_gid'), store.uid],
    [text('last_valid_gid'), store.uid],
    [text('mail_plugins'), text('quota')],
    database('passdb', store.passwd),
    database('userdb', store.users),
    { section: [text('plugin')], entries: quota },
    { section: [text('protocol'), text('imap')], entries: [[text('mail_plugins'), text('quota imap_quota')]] },
    folders,
    ...services(store.lmtpSocket, store.authSocket),
  ];
}

/** A message that does not fit is refused; by default one more would be let in. */
const quota: readonly Entry[] = [[text('quota'), text('count:User')], [text('quota_vsizes'), text('yes')], [text('quota_grace'), 0]];

function database(name: 'passdb' | 'userdb', path: AbsPath): Entry {
  return { section: [text(name)], entries: [[text('driver'), text('passwd-file')], [text('args'), text(path)]] };
}

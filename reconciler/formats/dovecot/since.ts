import type { AbsPath } from '../../model/values.ts';
import { text } from '../text.ts';
import { folders, services } from './common.ts';
import type { Entry } from './syntax.ts';
import type { MailStore } from './store.ts';

/** Say it in the language of Dovecot 2.4, which must begin with the version that it is written for. */
export function entries24(store: MailStore): readonly Entry[] {
  return [
    [text('dovecot_config_version'), text('2.4.0')],
    [text('dovecot_storage_version'), text('2.4.0')],
    [text('protocols'), text('imap lmtp')],
    [text('listen'), text('*, ::')],
    [text('hostname'), text(store.hostname)],
    [text('postmaster_address'), text(store.postmaster)],
    [text('auth_mechanisms'), text('plain login')],
    [text('auth_username_format'), text('%{user | lower}')],
    [text('auth_allow_cleartext'), text('no')],
    [text('recipient_delimiter'), text('')],
    [text('ssl'), text('required')],
    [text('ssl_server_cert_file'), text(store.certificate)],
    [text('ssl_server_key_file'), text(store.certificateKey)],
    [text('ssl_min_protocol'), text('TLSv1.2')],
    [text('mail_driver'), text('maildir')],
    [text('mail_path'), text('~/Maildir')],
    [text('mail_uid'), store.uid],
    [text('mail_gid'), store.uid],
    [text('first_valid_uid'), store.uid],
    [text('last_valid_uid'), store.uid],
    [text('first_valid_gid'), store.uid],
    [text('last_valid_gid'), store.uid],
    plugins('quota'),
    database('passdb', store.passwd),
    database('userdb', store.users),
    { section: [text('quota'), text('User')], entries: [[text('driver'), text('count')], [text('quota_storage_grace'), 0]] },
    { section: [text('protocol'), text('imap')], entries: [plugins('imap_quota')] },
    folders,
    ...services(store.lmtpSocket, store.authSocket),
  ];
}

function plugins(name: 'quota' | 'imap_quota'): Entry {
  return { section: [text('mail_plugins')], entries: [[text(name), text('yes')]] };
}

function database(name: 'passdb' | 'userdb', path: AbsPath): Entry {
  return { section: [text(name), text('passwd-file')], entries: [[text('passwd_file_path'), text(path)]] };
}

import type { Scope } from '../../model/service.ts';
import type { AbsPath } from '../../model/values.ts';
import type { MainWord, MasterService, Parameter } from '../../formats/postfix.ts';
import { text, type Text } from '../../formats/text.ts';

/** The maps that Postfix asks. */
export type PostfixMap =
  | 'virtual-mailbox-domains'
  | 'virtual-mailboxes'
  | 'virtual-aliases'
  | 'sender-logins'
  | 'own-senders'
  | 'refused-recipients'
  | 'local-aliases';

/**
 * Say how Postfix behaves. It relays for nobody but who has logged in, not even for the host itself: programs hand mail over by
 * sendmail(1), and only root's do. There are no address extensions (`ada+list@`), because `+` may stand in a mailbox's own name.
 */
export function mainParameters({ state, host }: Scope, place: (name: PostfixMap) => AbsPath): readonly Parameter[] {
  const map = (name: PostfixMap): MainWord => ({ texthash: place(name) });
  const local = state.mailDomains.some(({ name }) => name === host.fqdn) ? [] : [host.fqdn];
  return [
    set(text('compatibility_level'), text('3.6')),
    set(text('myhostname'), host.fqdn),
    set(text('myorigin'), text('$myhostname')),
    set(text('mydestination'), ...local, text('localhost')),
    set(text('mynetworks'), text('127.0.0.1/32'), text('[::1]/128')),
    set(text('relay_domains')),
    set(text('inet_interfaces'), text('all')),
    set(text('inet_protocols'), text('all')),
    set(text('recipient_delimiter')),
    set(text('parent_domain_matches_subdomains')),
    set(text('smtputf8_enable'), text('no')),
    set(text('biff'), text('no')),
    set(text('authorized_submit_users'), text('root')),
    set(text('message_size_limit'), 52_428_800),
    set(text('mailbox_size_limit'), 0),
    set(text('virtual_mailbox_limit'), 0),
    ...delivery(map),
    ...admission(map),
    ...encryption,
    ...rates,
  ];
}

/** Nothing is ever handed to a program or appended to a file, whatever an alias says. */
function delivery(map: (name: PostfixMap) => MainWord): readonly Parameter[] {
  return [
    set(text('alias_maps'), map('local-aliases')),
    set(text('alias_database')),
    set(text('allow_mail_to_commands')),
    set(text('allow_mail_to_files')),
    set(text('local_recipient_maps'), text('$alias_maps')),
    set(text('virtual_alias_domains')),
    set(text('virtual_alias_maps'), map('virtual-aliases')),
    set(text('virtual_mailbox_domains'), map('virtual-mailbox-domains')),
    set(text('virtual_mailbox_maps'), map('virtual-mailboxes')),
    set(text('virtual_transport'), text('lmtp:unix:private/dovecot-lmtp')),
  ];
}

/** Who may say what to port 25, where nobody logs in: mail that claims to come from a domain of this host's is somebody else's lie. */
function admission(map: (name: PostfixMap) => MainWord): readonly Parameter[] {
  return [
    set(text('disable_vrfy_command'), text('yes')),
    set(text('smtpd_helo_required'), text('yes')),
    set(text('strict_rfc821_envelopes'), text('yes')),
    set(text('smtpd_forbid_bare_newline'), text('normalize')),
    set(text('smtpd_forbid_unauth_pipelining'), text('yes')),
    set(text('smtpd_sasl_type'), text('dovecot')),
    set(text('smtpd_sasl_path'), text('private/auth')),
    set(text('smtpd_sasl_security_options'), text('noanonymous')),
    set(text('smtpd_sender_login_maps'), map('sender-logins')),
    set(text('smtpd_relay_restrictions'), text('reject_unauth_destination')),
    set(text('smtpd_sender_restrictions'), text('reject_non_fqdn_sender'), text('check_sender_access'), map('own-senders')),
    set(text('smtpd_recipient_restrictions'), text('reject_non_fqdn_recipient'), text('check_recipient_access'), map('refused-recipients')),
    set(text('smtpd_data_restrictions'), text('reject_unauth_pipelining')),
  ];
}

/** Debian's own self-signed certificate, until the host has a real one; other mail servers do not look at it. */
const encryption: readonly Parameter[] = [
  set(text('smtp_tls_security_level'), text('may')),
  set(text('smtpd_tls_security_level'), text('may')),
  set(text('smtpd_tls_auth_only'), text('yes')),
  set(text('smtpd_tls_chain_files'), text('/etc/ssl/private/ssl-cert-snakeoil.key'), text('/etc/ssl/certs/ssl-cert-snakeoil.pem')),
  set(text('smtpd_tls_mandatory_protocols'), text('>=TLSv1.2')),
];

/** For each client and minute, counted by anvil(8). */
const rates: readonly Parameter[] = [
  set(text('smtpd_client_connection_count_limit'), 20),
  set(text('smtpd_client_connection_rate_limit'), 120),
  set(text('smtpd_client_message_rate_limit'), 120),
  set(text('smtpd_client_recipient_rate_limit'), 600),
  set(text('smtpd_client_auth_rate_limit'), 20),
  set(text('smtpd_error_sleep_time'), text('5s')),
  set(text('smtpd_soft_error_limit'), 5),
  set(text('smtpd_hard_error_limit'), 20),
];

/** Submission: nothing before a login, a login only inside TLS, and no sender but the login's own. */
const submission: readonly Parameter[] = [
  set(text('smtpd_sasl_auth_enable'), text('yes')),
  set(text('smtpd_relay_restrictions'), text('permit_sasl_authenticated'), text('reject')),
  set(text('smtpd_sender_restrictions'), text('reject_non_fqdn_sender'), text('reject_sender_login_mismatch')),
];

/** Postfix's programs, as its own master.cf has them without what nobody here uses. */
export const masterServices: readonly MasterService[] = [
  { name: text('smtp'), type: 'inet', private: false, command: text('smtpd') },
  {
    name: text('submission'), type: 'inet', private: false, command: text('smtpd'),
    options: [set(text('syslog_name'), text('postfix/submission')), set(text('smtpd_tls_security_level'), text('encrypt')), ...submission],
  },
  {
    name: text('submissions'), type: 'inet', private: false, command: text('smtpd'),
    options: [set(text('syslog_name'), text('postfix/submissions')), set(text('smtpd_tls_wrappermode'), text('yes')), ...submission],
  },
  { name: text('pickup'), type: 'unix', private: false, wakeup: 60, limit: 1, command: text('pickup') },
  { name: text('cleanup'), type: 'unix', private: false, limit: 0, command: text('cleanup') },
  { name: text('qmgr'), type: 'unix', private: false, wakeup: 300, limit: 1, command: text('qmgr') },
  { name: text('tlsmgr'), type: 'unix', wakeup: text('1000?'), limit: 1, command: text('tlsmgr') },
  { name: text('rewrite'), type: 'unix', command: text('trivial-rewrite') },
  { name: text('bounce'), type: 'unix', limit: 0, command: text('bounce') },
  { name: text('defer'), type: 'unix', limit: 0, command: text('bounce') },
  { name: text('trace'), type: 'unix', limit: 0, command: text('bounce') },
  { name: text('verify'), type: 'unix', limit: 1, command: text('verify') },
  { name: text('flush'), type: 'unix', private: false, wakeup: text('1000?'), limit: 0, command: text('flush') },
  { name: text('proxymap'), type: 'unix', command: text('proxymap') },
  { name: text('proxywrite'), type: 'unix', limit: 1, command: text('proxymap') },
  { name: text('smtp'), type: 'unix', command: text('smtp') },
  { name: text('relay'), type: 'unix', command: text('smtp') },
  { name: text('showq'), type: 'unix', private: false, command: text('showq') },
  { name: text('error'), type: 'unix', command: text('error') },
  { name: text('retry'), type: 'unix', command: text('error') },
  { name: text('discard'), type: 'unix', command: text('discard') },
  { name: text('local'), type: 'unix', privileged: true, command: text('local') },
  { name: text('lmtp'), type: 'unix', command: text('lmtp') },
  { name: text('anvil'), type: 'unix', limit: 1, command: text('anvil') },
  { name: text('scache'), type: 'unix', limit: 1, command: text('scache') },
  { name: text('postlog'), type: 'unix-dgram', private: false, limit: 1, command: text('postlogd') },
];

function set(name: Text, ...words: readonly MainWord[]): Parameter {
  return { name, words };
}

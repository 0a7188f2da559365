/**
 * Postfix and Dovecot. Both are started by root, and both have words by which they run programs (`mailbox_command`, pipe(8),
 * `executable`), so every parameter is one of a closed list, and those that bound deliveries have one value only.
 */
import { exactly, type Permit } from './permit.ts';
import { loginRow, mailboxRow, mailRow, rowsFit } from './rows.ts';

const rootOnly = ['root:root 0644'] as const;
const own = '/etc/postfix/croft/';

/** A value holds names, addresses and numbers; what leads to a file is said out below. */
const plain = '[^/|!`;{}<]*';

const main = [
  new RegExp(`^(?:compatibility_level|myhostname|myorigin|mydestination|relay_domains|inet_interfaces|inet_protocols|recipient_delimiter|parent_domain_matches_subdomains|smtputf8_enable|biff|authorized_submit_users|message_size_limit|mailbox_size_limit|virtual_mailbox_limit|virtual_alias_domains|local_recipient_maps|disable_vrfy_command|strict_rfc821_envelopes|smtpd_[a-z_]+|smtp_tls_security_level) =${plain}$`),
  /^mynetworks = [0-9a-f.:/[\], ]+$/,
  exactly('alias_database =', 'allow_mail_to_commands =', 'allow_mail_to_files =', 'smtpd_sasl_path = private/auth', 'virtual_transport = lmtp:unix:private/dovecot-lmtp'),
  new RegExp(`^(?:alias_maps|virtual_alias_maps|virtual_mailbox_domains|virtual_mailbox_maps|smtpd_sender_login_maps) = texthash:${own}[a-z-]+$`),
  new RegExp(`^smtpd_sender_restrictions = ${plain}, check_sender_access, texthash:${own}[a-z-]+$`),
  new RegExp(`^  (?:[a-z_]+|texthash:${own}[a-z-]+),?$`),
  exactly('smtpd_tls_chain_files = /etc/ssl/private/ssl-cert-snakeoil.key, /etc/ssl/certs/ssl-cert-snakeoil.pem'),
];

const programs = '(?:smtpd|pickup|cleanup|qmgr|tlsmgr|trivial-rewrite|bounce|verify|flush|proxymap|smtp|showq|error|discard|local|lmtp|anvil|scache|postlogd)';

const dovecot = [
  /^(?:protocols|listen|hostname|postmaster_address|auth_mechanisms|auth_username_format|disable_plaintext_auth|auth_allow_cleartext|recipient_delimiter|ssl|ssl_min_protocol|mail_driver|dovecot_config_version|dovecot_storage_version) =[^/|<>`;{}]*$/,
  /^auth_username_format = "%\{user \| lower\}"$/,
  /^(?:ssl_cert = <|ssl_server_cert_file = )\/etc\/ssl\/certs\/ssl-cert-snakeoil\.pem$/, /^(?:ssl_key = <|ssl_server_key_file = )\/etc\/ssl\/private\/ssl-cert-snakeoil\.key$/,
  /^(?:mail_location = maildir:~\/Maildir|mail_path = ~\/Maildir)$/, /^(?:mail_uid|mail_gid|first_valid_uid|last_valid_uid|first_valid_gid|last_valid_gid) = 590$/,
  /^ *mail_plugins(?: \{| = (?:(?:quota|imap_quota) ?)+)$/,
  /^(?:passdb|userdb)(?: passwd-file)? \{$/, /^(?:plugin|protocol imap|namespace inbox|service lmtp|service auth|quota User) \{$/,
  /^ {2}driver = (?:passwd-file|count)$/, /^ {2}(?:args|passwd_file_path) = \/etc\/dovecot\/croft\/(?:passwd|users)$/,
  /^ {2}(?:quota = (?:count:User|yes)|quota_vsizes = yes|quota_grace = 0|quota_storage_grace = 0|inbox = yes)$/, /^ {4}imap_quota = yes$/,
  /^ {2}mailbox [A-Z][a-z]+ \{$/, /^ {4}(?:auto = (?:subscribe|create)|special_use = \\[A-Z][a-z]+)$/,
  /^ {2}unix_listener \/var\/spool\/postfix\/private\/(?:dovecot-lmtp|auth) \{$/, /^ {4}(?:mode = 0600|user = postfix|group = postfix)$/, /^ *\}$/,
];

export const mail: readonly Permit[] = [
  { kinds: ['directory'], name: /^\/etc\/postfix\/croft$/, access: ['root:postfix 0750'] },
  { kinds: ['directory'], name: /^\/etc\/dovecot\/croft$/, access: ['root:dovecot 0750'] },
  { kinds: ['directory'], name: /^\/var\/vmail(?:\/[a-z0-9.-]+)?$/, access: ['root:croft-vmail 0750'] },
  { kinds: ['home'], name: /^\/var\/vmail\/[a-z0-9.-]+\/[a-z0-9](?:[a-z0-9._+-]*[a-z0-9])?$/, access: ['croft-vmail:croft-vmail 0700'] },
  { kinds: ['table'], name: /^\/etc\/postfix\/croft\/[a-z-]+$/, access: ['root:postfix 0640'], further: rowsFit(mailRow) },
  { kinds: ['table'], name: /^\/etc\/dovecot\/croft\/passwd$/, access: ['root:dovecot 0640'], further: rowsFit(loginRow) },
  { kinds: ['table'], name: /^\/etc\/dovecot\/croft\/users$/, access: ['root:dovecot 0640'], further: rowsFit(mailboxRow) },
  { kinds: ['file'], name: /^\/etc\/postfix\/main\.cf$/, access: rootOnly, lines: { comment: '#', fit: main } },
  {
    kinds: ['file'], name: /^\/etc\/postfix\/master\.cf$/, access: rootOnly,
    lines: { comment: '#', fit: [new RegExp(`^[a-z]+ +(?:inet|unix|unix-dgram) +[n-] +[ny-] +[n-] +[0-9?-]+ +[0-9-]+ +${programs}$`), /^ {2}-o (?:syslog_name=postfix\/[a-z]+|smtpd_[a-z_]+=[a-z_,]+)$/] },
  },
  { kinds: ['file'], name: /^\/etc\/dovecot\/dovecot\.conf$/, access: rootOnly, check: ['doveconf', '-n', '-c', '{}'], lines: { comment: '#', fit: dovecot } },
];

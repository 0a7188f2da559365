import type { Orders } from './permit.ts';

const postfix = ['/etc/postfix/croft/', '/etc/postfix/main.cf', '/etc/postfix/master.cf'];

/** Which units a catalog may want to run and have told, of what, and by which programs. No argv of a catalog is run that does not stand here. */
export const units: { readonly [name: string]: Orders } = {
  systemd: { reads: ['/etc/systemd/system/'], reload: [['systemctl', 'daemon-reload']] },
  'ssh.service': { reads: ['/etc/ssh/sshd_config.d/croft.conf'], check: [['/usr/sbin/sshd', '-t']], reload: [['systemctl', 'reload', 'ssh.service']] },
  'apache2.service': {
    reads: ['/etc/apache2/croft/', '/etc/apache2/conf-enabled/croft.conf', '/etc/apache2/mods-enabled/', '/etc/apache2/ports.conf', '/etc/apache2/sites-enabled/000-default.conf'],
    check: [['apache2ctl', '-t']], reload: [['systemctl', 'reload', 'apache2.service']],
  },
  'named.service': { reads: ['/etc/bind/croft/', '/etc/bind/named.conf.local', '/etc/bind/named.conf.options'], check: [['named-checkconf']], reload: [['rndc', 'reload']] },
  'postfix.service': { reads: postfix, check: [['postfix', 'check']], reload: [['postfix', 'reload']] },
  'postfix@-.service': { reads: postfix, check: [['postfix', 'check']], reload: [['postfix', 'reload']] },
  'dovecot.service': { reads: ['/etc/dovecot/dovecot.conf'], check: [['doveconf', '-n']], reload: [['doveadm', 'reload']] },
};

/** Which packages a catalog may want. */
export const packages: ReadonlySet<string> = new Set([
  'apache2', 'bind9', 'bind9-utils', 'btrfs-progs', 'dovecot-core', 'dovecot-imapd', 'dovecot-lmtpd', 'libnss-extrausers', 'logrotate', 'openssh-server', 'postfix', 'quota', 'ssl-cert', 'zsh',
]);

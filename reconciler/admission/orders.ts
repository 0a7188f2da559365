import type { Orders } from './permit.ts';

/** Which units a catalog may want to run and have told, and by which programs. No argv of a catalog is run that does not stand here. */
export const units: { readonly [name: string]: Orders } = {
  systemd: { reload: [['systemctl', 'daemon-reload']] },
  'ssh.service': { check: [['/usr/sbin/sshd', '-t']], reload: [['systemctl', 'reload', 'ssh.service']] },
  'apache2.service': { check: [['apache2ctl', '-t']], reload: [['systemctl', 'reload', 'apache2.service']] },
  'named.service': { check: [['named-checkconf']], reload: [['rndc', 'reload']] },
  'postfix.service': { check: [['postfix', 'check']], reload: [['postfix', 'reload']] },
  'postfix@-.service': { check: [['postfix', 'check']], reload: [['postfix', 'reload']] },
  'dovecot.service': { check: [['doveconf', '-n']], reload: [['doveadm', 'reload']] },
};

/** Which packages a catalog may want. */
export const packages: ReadonlySet<string> = new Set([
  'apache2', 'bind9', 'bind9-utils', 'btrfs-progs', 'dovecot-core', 'dovecot-imapd', 'dovecot-lmtpd', 'libnss-extrausers', 'logrotate', 'openssh-server', 'postfix', 'quota', 'ssl-cert', 'zsh',
]);

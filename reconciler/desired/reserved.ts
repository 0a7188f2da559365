/** Account names that no member may have, with the reason. Debian's own accounts and those of the daemons a co-op runs (CVE-2022-2626). */
const REASONS: readonly { readonly why: string; readonly names: string }[] = [
  {
    why: 'it is a user or group of every Debian system',
    names: `root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody nogroup adm tty disk kmem dialout fax voice cdrom
      floppy tape sudo audio dip operator src shadow utmp video sasl plugdev staff users input kvm render sgx crontab netdev lxd docker wheel admin`,
  },
  {
    why: 'it is an account of a daemon',
    names: `messagebus sshd polkitd postfix postdrop dovecot dovenull vmail opendkim opendmarc spamd rspamd amavis clamav bind named unbound nsd mysql mariadb
      postgres redis memcache memcached mosquitto rabbitmq elasticsearch mongodb influxdb grafana prometheus chrony ntp ntpd ntpsec avahi avahi-autoipd geoclue
      uuidd tcpdump rtkit saned colord usbmux lightdm gdm sddm hplip cups pulse tss ejabberd prosody asterisk kamailio mailman mlmmj nginx apache apache2 httpd
      haproxy varnish squid caddy ftp proftpd pure-ftpd vsftpd git gitolite gitea forgejo jenkins buildbot munin nagios icinga zabbix collectd statd rpc nslcd
      libvirt-qemu libvirt quagga frr tor i2psvc debian-tor freerad radiusd openldap ldap slapd systemd ssl-cert acme letsencrypt tomcat jetty puppet ansible`,
  },
  {
    why: 'images of Debian come with it, and who enters as it can become root',
    names: 'debian ubuntu vagrant cloud-user ec2-user azureuser',
  },
  {
    why: 'mail for the people who run the systems goes to it (RFC 2142)',
    names: 'abuse administrator hostmaster mailer-daemon noc postmaster security support webmaster info',
  },
  {
    why: 'it would be taken for a part of croft or of the co-op',
    names: 'croft coop co-op cluster hosts limits members member retired everyone anyone anybody somebody all any default self owner staff team',
  },
  {
    why: 'programs take it for a value and not for a name',
    names: 'true false yes no on off null none nil undefined nan inf infinity void localhost localdomain',
  },
];

const RESERVED: ReadonlyMap<string, string> = new Map(REASONS.flatMap(({ why, names }) => names.split(/\s+/).map((name) => [name, why] as const)));

/** Prefixes that daemons take for accounts of their own. */
const PREFIXES: readonly { readonly why: string; readonly prefix: string }[] = [
  { prefix: 'systemd-', why: 'accounts of systemd begin so' },
  { prefix: 'debian-', why: 'accounts of Debian packages begin so' },
  { prefix: 'croft-', why: 'accounts of croft begin so' },
];

/** Say why a member cannot have an account name; null when she can. */
export function whyReserved(name: string): string | null {
  return RESERVED.get(name) ?? PREFIXES.find(({ prefix }) => name.startsWith(prefix))?.why ?? null;
}

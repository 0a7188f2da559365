/**
 * What Debian's packages bring that croft's own files stand beside: directories, users, configuration, units. Only what is in use; a
 * package that is not here installs and brings nothing. Source: the .deb files of Debian 12 and their postinst scripts.
 */
import { MODULES, MODULES_WITH_CONF, ENABLED_MODULES } from './apache-modules.ts';

/** What one package brings. */
export interface Deb {
  readonly depends?: readonly string[];
  readonly groups?: readonly string[];
  /** System users, each with its group, and its home. */
  readonly users?: { readonly [name: string]: { readonly group: string; readonly home: string } };
  /** Each `path`, or `path mode owner group`. */
  readonly directories?: readonly string[];
  readonly files?: { readonly [path: string]: string };
  readonly links?: { readonly [path: string]: string };
  /** Units, with what they are wanted by; enabled and started as they are installed, but for one that nothing wants ('', a template). */
  readonly units?: { readonly [name: string]: string };
}

const EMPTY = '';
const APACHE_CONF = ['charset', 'localized-error-pages', 'other-vhosts-access-log', 'security', 'serve-cgi-bin'];
const BIND_FILES = ['named.conf.local', 'named.conf.default-zones', 'zones.rfc1918', 'bind.keys', 'db.0', 'db.127', 'db.255', 'db.empty', 'db.local'];
const WITH_CONF = ENABLED_MODULES.filter((name) => MODULES_WITH_CONF.includes(name));
const APACHE = 'IncludeOptional mods-enabled/*.load\nIncludeOptional mods-enabled/*.conf\nInclude ports.conf\n'
  + 'IncludeOptional conf-enabled/*.conf\nIncludeOptional sites-enabled/*.conf\n';

/** The packages in use, by name. */
export const DEBS: { readonly [name: string]: Deb } = {
  apache2: {
    depends: ['apache2-bin', 'apache2-data', 'apache2-utils', 'media-types'],
    directories: [
      '/etc/apache2/conf-available', '/etc/apache2/conf-enabled', '/etc/apache2/mods-available', '/etc/apache2/mods-enabled', '/etc/apache2/sites-available',
      '/etc/apache2/sites-enabled', '/usr/lib/cgi-bin', '/var/cache/apache2', '/var/lib/apache2', '/var/log/apache2 0750 root adm', '/var/www/html',
    ],
    files: {
      '/etc/apache2/apache2.conf': APACHE,
      '/etc/apache2/ports.conf': 'Listen 80\n',
      '/etc/apache2/envvars': 'export APACHE_RUN_USER=www-data\nexport APACHE_RUN_GROUP=www-data\n',
      '/etc/apache2/sites-available/000-default.conf': '<VirtualHost *:80>\n\tDocumentRoot /var/www/html\n</VirtualHost>\n',
      '/etc/apache2/sites-available/default-ssl.conf': '<VirtualHost *:443>\n\tDocumentRoot /var/www/html\n</VirtualHost>\n',
      ...all(APACHE_CONF, (name) => [`/etc/apache2/conf-available/${name}.conf`, EMPTY]),
      ...all(MODULES, (name) => [`/etc/apache2/mods-available/${name}.load`, `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`]),
      ...all(MODULES_WITH_CONF, (name) => [`/etc/apache2/mods-available/${name}.conf`, EMPTY]),
      '/etc/logrotate.d/apache2': EMPTY,
    },
    links: {
      '/etc/apache2/sites-enabled/000-default.conf': '../sites-available/000-default.conf',
      ...all(APACHE_CONF, (name) => [`/etc/apache2/conf-enabled/${name}.conf`, `../conf-available/${name}.conf`]),
      ...all(ENABLED_MODULES, (name) => [`/etc/apache2/mods-enabled/${name}.load`, `../mods-available/${name}.load`]),
      ...all(WITH_CONF, (name) => [`/etc/apache2/mods-enabled/${name}.conf`, `../mods-available/${name}.conf`]),
    },
    units: { 'apache2.service': 'multi-user.target' },
  },
  bind9: {
    depends: ['bind9-libs', 'bind9-utils', 'dns-root-data'],
    users: { bind: { group: 'bind', home: '/var/cache/bind' } },
    directories: [
      '/etc/bind 2755 root bind', '/var/cache/bind 0775 root bind', '/var/lib/bind 0775 root bind', '/run/named 0775 root bind',
    ],
    files: {
      '/etc/bind/named.conf': 'include "/etc/bind/named.conf.options";\ninclude "/etc/bind/named.conf.local";\ninclude "/etc/bind/named.conf.default-zones";\n',
      '/etc/bind/named.conf.options': 'options {\n\tdirectory "/var/cache/bind";\n\tdnssec-validation auto;\n\tlisten-on-v6 { any; };\n};\n',
      ...all(BIND_FILES, (name) => [`/etc/bind/${name}`, EMPTY]),
      '/etc/default/named': 'OPTIONS="-u bind"\n',
    },
    units: { 'named.service': 'multi-user.target' },
  },
  'dovecot-core': {
    depends: ['openssl', 'ssl-cert', 'ucf'],
    users: { dovecot: { group: 'dovecot', home: '/usr/lib/dovecot' }, dovenull: { group: 'dovenull', home: '/nonexistent' } },
    directories: ['/etc/dovecot/conf.d', '/etc/dovecot/private', '/usr/lib/dovecot', '/var/lib/dovecot', '/run/dovecot'],
    files: { '/etc/dovecot/dovecot.conf': '!include conf.d/*.conf\n', '/etc/default/dovecot': EMPTY, '/etc/pam.d/dovecot': EMPTY },
    units: { 'dovecot.service': 'multi-user.target' },
  },
  'dovecot-imapd': { depends: ['dovecot-core'], files: { '/usr/share/dovecot/protocols.d/imapd.protocol': 'protocols = $protocols imap\n' } },
  'dovecot-lmtpd': { depends: ['dovecot-core'], files: { '/usr/share/dovecot/protocols.d/lmtpd.protocol': 'protocols = $protocols lmtp\n' } },
  'libnss-extrausers': { directories: ['/var/lib/extrausers'] },
  'openssh-server': {
    depends: ['openssh-client', 'openssh-sftp-server'],
    users: { sshd: { group: 'nogroup', home: '/run/sshd' } },
    directories: ['/etc/ssh/sshd_config.d', '/run/sshd', '/usr/lib/openssh'],
    files: {
      '/etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\nSubsystem sftp /usr/lib/openssh/sftp-server\n',
      '/etc/pam.d/sshd': '@include common-session\n',
      '/etc/default/ssh': EMPTY,
    },
    units: { 'ssh.service': 'multi-user.target' },
  },
  postfix: {
    depends: ['ssl-cert'],
    groups: ['postdrop'],
    users: { postfix: { group: 'postfix', home: '/var/spool/postfix' } },
    directories: [
      '/etc/postfix/dynamicmaps.cf.d', '/etc/postfix/postfix-files.d', '/etc/postfix/sasl', '/var/lib/postfix 0755 postfix postfix', '/var/spool/postfix',
      '/var/spool/postfix/private 0700 postfix root',
    ],
    files: {
      '/etc/postfix/main.cf': 'compatibility_level = 3.6\nmyhostname = localhost\nalias_maps = hash:/etc/aliases\n',
      '/etc/postfix/master.cf': 'smtp      inet  n       -       y       -       -       smtpd\n',
      '/etc/postfix/dynamicmaps.cf': EMPTY,
      '/etc/postfix/postfix-files': EMPTY,
      '/etc/aliases': 'postmaster:    root\n',
    },
    units: { 'postfix.service': 'multi-user.target', 'postfix@.service': '' },
  },
  'postfix-lmdb': { depends: ['postfix'], files: { '/etc/postfix/dynamicmaps.cf.d/lmdb': 'lmdb\tpostfix-lmdb.so\tdict_lmdb_open\n' } },
  'ssl-cert': {
    groups: ['ssl-cert'],
    directories: ['/etc/ssl/private 0710 root ssl-cert'],
    files: { '/etc/ssl/certs/ssl-cert-snakeoil.pem': 'not a certificate: this machine is a directory\n' },
  },
  sudo: { directories: ['/etc/sudoers.d 0750 root root'], files: { '/etc/sudoers': '@includedir /etc/sudoers.d\n' } },
  zsh: { directories: ['/etc/zsh'], files: { '/usr/bin/zsh': EMPTY } },
};

function all<Name extends string>(names: readonly Name[], entry: (name: Name) => readonly [string, string]): { readonly [path: string]: string } {
  return Object.fromEntries(names.map(entry));
}

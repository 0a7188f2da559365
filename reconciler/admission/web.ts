/**
 * Apache. Its configuration is read by root, and much of it would be run by root: a log that is a pipe, a module from anywhere, an
 * `Include`, a `User`. So the words that may begin a line are a closed set, and those that name a place name one of croft's.
 */
import { beginning, exactly, type Permit } from './permit.ts';

const rootOnly = ['root:root 0644'] as const;
const modules = '(?:alias|auth_basic|authn_core|authn_file|authz_core|authz_host|authz_user|autoindex|deflate|dir|env|filter|headers|http2|md|mime|mpm_event|negotiation|proxy|proxy_fcgi|proxy_http|proxy_wstunnel|reqtimeout|rewrite|setenvif|socache_shmcb|ssl|watchdog)';

const directives = [
  beginning('ServerName', 'ServerAlias', 'Require', 'DirectoryIndex', 'Header', 'RequestHeader', 'ErrorDocument', 'Redirect', 'RedirectMatch', 'RewriteRule', 'ProxyPass', 'ProxyPassMatch', 'ProxyPassReverse'),
  /^[ \t]*(?:<VirtualHost \*:(?:80|443)>|<\/VirtualHost>|<\/Directory>|<LocationMatch .+>|<\/LocationMatch>)$/,
  /^[ \t]*(?:RewriteEngine|ProxyPreserveHost) On$/,
  /^[ \t]*(?:ErrorLog|CustomLog) \/var\/log\/apache2\/croft\/[a-z0-9._-]+\.log(?: combined)?$/,
  /^[ \t]*(?:DocumentRoot |<Directory )\/(?:home|srv\/www)(?:\/(?!\.{1,2}(?:[/>]|$))[A-Za-z0-9._-]+)+>?$/,
  /^[ \t]*AllowOverride None$/,
  /^[ \t]*Options (?:None|SymLinksIfOwnerMatch(?: Indexes)?)$/,
];

export const web: readonly Permit[] = [
  { kinds: ['directory'], name: /^\/etc\/apache2\/croft(?:\/sites)?$/, access: ['root:root 0755'] },
  { kinds: ['directory'], name: /^\/var\/log\/apache2\/croft$/, access: ['root:adm 0750'] },
  { kinds: ['directory'], name: /^\/srv\/www(?:\/(?!\.)[A-Za-z0-9._-]+)*$/, access: ['root:root 0755'] },
  { kinds: ['link'], name: new RegExp(`^/etc/apache2/mods-enabled/(${modules}\\.(?:load|conf))$`), target: new RegExp(`^\\.\\./mods-available/${modules}\\.(?:load|conf)$`) },
  { kinds: ['link'], name: /^\/etc\/apache2\/(?:mods-enabled\/(?:status|userdir|[a-z0-9_]+)\.(?:load|conf)|sites-enabled\/000-default\.conf)$/, absent: true },
  { kinds: ['file'], name: /^\/etc\/apache2\/conf-enabled\/croft\.conf$/, access: rootOnly, lines: { comment: '#', fit: [exactly('Include /etc/apache2/croft/croft.conf')] } },
  { kinds: ['file'], name: /^\/etc\/apache2\/ports\.conf$/, access: rootOnly, lines: { comment: '#', fit: [/^Listen (?:80|443)$/] } },
  {
    kinds: ['file'], name: /^\/etc\/apache2\/croft\/check\.conf$/, access: rootOnly,
    lines: {
      comment: '#',
      fit: [
        exactly('ServerRoot /etc/apache2', 'DefaultRuntimeDir /run', 'ErrorLog /dev/null', 'Define CROFT_DOLLAR $'), /^ServerName [a-z0-9.-]+$/,
        new RegExp(`^Include /etc/apache2/mods-available/${modules}\\.load$`),
      ],
    },
  },
  {
    kinds: ['file'], name: /^\/etc\/apache2\/croft\/croft\.conf$/, access: rootOnly,
    lines: {
      comment: '#',
      fit: [
        ...directives, exactly('Define CROFT_DOLLAR $', 'EnableMMAP Off', 'ProxyRequests Off', '<Directory />', '<Directory /var/www>', 'IncludeOptional /etc/apache2/croft/sites/*.conf'),
      ],
    },
  },
  {
    kinds: ['file'], name: /^\/etc\/apache2\/croft\/sites\/[a-z0-9._-]+\.conf$/, access: rootOnly,
    check: ['apache2ctl', '-t', '-C', 'Include /etc/apache2/croft/check.conf', '-f', '{}'], lines: { comment: '#', fit: directives },
  },
  {
    kinds: ['file'], name: /^\/etc\/logrotate\.d\/croft-apache2$/, access: rootOnly,
    lines: {
      comment: '#',
      fit: [
        exactly('/var/log/apache2/croft/*.log {', '}', '        systemctl reload apache2.service'),
        exactly(...['daily', 'missingok', 'notifempty', 'compress', 'delaycompress', 'create 0640 root adm', 'sharedscripts', 'postrotate', 'endscript'].map((word) => `    ${word}`)), /^ {4}rotate [0-9]{1,3}$/,
      ],
    },
  },
];

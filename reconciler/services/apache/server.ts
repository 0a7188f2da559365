import type { Host } from '../../model/desired.ts';
import type { Source } from '../../model/source.ts';
import { apacheConfig, directive, flag, section } from '../../formats/apache.ts';
import type { Directive } from '../../formats/apache/syntax.ts';
import { heading } from '../../formats/heading.ts';
import { text } from '../../formats/text.ts';
import { moduleNames } from './modules.ts';

/** What holds for every site, the answer to unknown names, and then the sites. */
export function serverConfig(host: Host): string {
  return apacheConfig(host.source, [
    directive('ServerName', text(host.fqdn)),
    dollar,
    // A member who shortens a file while it is being sent would crash the process that mapped it, with all sites in it.
    flag('EnableMMAP', false),
    ...directories,
    ...(host.roles.includes('web-dynamic') ? [flag('ProxyRequests', false)] : []),
    catchAll,
    directive('IncludeOptional', text('/etc/apache2/croft/sites/*.conf')),
  ]);
}

/** The ground on which one site's file is checked: the same modules and variables, and no other site. */
export function checkConfig(host: Host): string {
  return apacheConfig(host.source, [
    directive('ServerRoot', text('/etc/apache2')),
    directive('ServerName', text(host.fqdn)),
    directive('DefaultRuntimeDir', text('/run')),
    directive('ErrorLog', text('/dev/null')),
    dollar,
    ...moduleNames(host).map((name) => directive('Include', text('/etc/apache2/mods-available/', name, '.load'))),
  ]);
}

/** One `Listen` serves IPv4 and IPv6: Debian's Apache takes IPv4 connections as mapped addresses. */
export function ports(host: Host): string {
  return apacheConfig(host.source, [directive('Listen', text(80))]);
}

/** The only line that leads from Debian's configuration into croft's. */
export function include(host: Host): string {
  return apacheConfig(host.source, [directive('Include', text('/etc/apache2/croft/croft.conf'))]);
}

/** Debian's own rule covers /var/log/apache2/*.log only. */
export function logRotation(source: Source): string {
  return `${heading('#', source)}/var/log/apache2/croft/*.log {
    daily
    rotate 14
    missingok
    notifempty
    compress
    delaycompress
    create 0640 root adm
    sharedscripts
    postrotate
        systemctl reload apache2.service
    endscript
}
`;
}

const dollar: Directive = directive('Define', text('CROFT_DOLLAR'), text('$'));

/**
 * Nothing is served unless a site says so. Debian lets links lead anywhere from /; here a link, at any depth below any folder, is followed
 * only to what its own owner owns. That covers links only. A hard link needs fs.protected_hardlinks (Debian's default) to be harmless, and
 * what somebody else has put into a folder of the member's with her leave is served; httpd has no check of a plain file's owner.
 */
const directories: readonly Directive[] = [
  section('Directory', text('/'), [
    directive('Options', text('SymLinksIfOwnerMatch')),
    directive('AllowOverride', text('None')),
    directive('Require', text('all'), text('denied')),
  ]),
  section('Directory', text('/var/www'), [directive('Options', text('None')), directive('Require', text('all'), text('denied'))]),
];

/** The name of the first virtual host, which nobody has (RFC 6761). */
export const nobody = 'unknown.invalid';
/** What is answered to names that nobody declared. */
export const noSite = 'There is no site of this name here.';

/** The first virtual host: names that nobody declared, and the bare address, never show anybody's site. */
const catchAll: Directive = section('VirtualHost', text('*:80'), [
  directive('ServerName', text(nobody)),
  directive('ErrorLog', text('/var/log/apache2/croft/unknown-error.log')),
  directive('CustomLog', text('/var/log/apache2/croft/unknown-access.log'), text('combined')),
  directive('ErrorDocument', text(404), text(noSite)),
  directive('Header', text('always'), text('set'), text('Content-Type'), text('text/plain; charset=utf-8')),
  directive('Redirect', text(404), text('/')),
]);

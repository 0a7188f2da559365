/**
 * Web sites, by the Apache HTTP server 2.4. croft owns /etc/apache2/croft as a whole, Debian's ports.conf, and one include in
 * conf-enabled; each vhost is a file of its owner's in croft/sites, checked alone and then with all others before it takes its place, so that one member's
 * mistake stays hers; when Apache was told, it must answer for each name that is new, and for nobody's. The first virtual host that Apache reads answers for every unknown name, so that one is croft's (server.ts). Apache runs as
 * www-data, which reads every home by its group: links are followed only to files of the link's own owner, a configuration in a folder
 * (.htaccess) is never read, and logs are root's. Source: https://httpd.apache.org/docs/2.4/vhosts/details.html.
 */
import type { Claim } from '../../model/claim.ts';
import type { DesiredState, Vhost } from '../../model/desired.ts';
import type { Id, Provenance, Resource } from '../../model/resource.ts';
import type { Scope, Service } from '../../model/service.ts';
import { apacheConfig } from '../../formats/apache.ts';
import { directory } from '../../resources/directory.ts';
import { file } from '../../resources/file.ts';
import { link } from '../../resources/link.ts';
import { packages } from '../../resources/packages.ts';
import { unit } from '../../resources/unit.ts';
import { banned, modulesOf } from './modules.ts';
import { checkConfig, include, logRotation, nobody, noSite, ports, serverConfig } from './server.ts';
import { siteConfig } from './site.ts';

/** Sites of members and of the co-op, on hosts that have a web role. */
export const apache: Service = {
  name: 'apache',
  *claims(state): Iterable<Claim> {
    for (const vhost of state.vhosts) yield* addresses(vhost);
  },
  *compile({ state, host }): Iterable<Resource> {
    if (!host.roles.includes('web-static') && !host.roles.includes('web-dynamic')) return;
    yield* server({ state, host });
    yield* coopFolders(state, host.name);
    for (const vhost of state.vhosts) if (vhost.host.name === host.name) yield site(vhost);
  },
};

const etc = '/etc/apache2';
const own = `${etc}/croft`;
const logs = '/var/log/apache2/croft';
const check = `${own}/check.conf`;

/** A suspended site's name still leads here: whoever asks is told. */
function* addresses({ name, aliases, host, owner, source }: Vhost): Iterable<Claim> {
  for (const each of [name, ...aliases]) {
    const claim = { kind: 'record', name: each, why: `site ${name} on ${host.name}`, owner, source } as const;
    yield { ...claim, data: { type: 'A', address: host.ipv4 } };
    yield { ...claim, data: { type: 'AAAA', address: host.ipv6 } };
  }
}

function* server({ host }: Scope): Iterable<Resource> {
  const { source } = host;
  const whose = { owner: 'coop', source } as const;
  const installed: Provenance = { ...whose, needs: ['packages:apache'] };
  const inside: Provenance = { ...whose, needs: [`directory:${own}`] };
  yield packages('apache', ['apache2', 'logrotate'], { ...whose, needs: ['file:/usr/sbin/policy-rc.d'] });
  yield directory(own, { exclusive: true }, installed);
  yield directory(`${own}/sites`, { exclusive: true }, inside);
  yield directory(logs, { mode: '0750', group: 'adm' }, installed);
  yield file(`${own}/croft.conf`, { text: serverConfig(host) }, inside);
  yield file(check, { text: checkConfig(host) }, inside);
  yield file(`${etc}/ports.conf`, { text: ports(host) }, installed);
  yield file(`${etc}/conf-enabled/croft.conf`, { text: include(host) }, { ...whose, needs: [`file:${own}/croft.conf`] });
  yield file('/etc/logrotate.d/croft-apache2', { text: logRotation(source) }, installed);
  yield link(`${etc}/sites-enabled/000-default.conf`, null, installed);
  for (const name of modulesOf(host)) yield link(`${etc}/mods-enabled/${name}`, `../mods-available/${name}`, installed);
  for (const name of banned) yield link(`${etc}/mods-enabled/${name}`, null, installed);
  yield running(whose);
}

/** It only comes after the sites (compile/ sees to it by what it reads): a site that fails its check keeps none from being loaded. */
function running(whose: Provenance): Resource {
  const needs: readonly Id[] = ['packages:apache', `file:${etc}/conf-enabled/croft.conf`, `file:${etc}/ports.conf`, 'directory:/var/lib/croft/loaded'];
  const reads = [`${own}/`, `${etc}/conf-enabled/croft.conf`, `${etc}/mods-enabled/`, `${etc}/ports.conf`, `${etc}/sites-enabled/000-default.conf`];
  const probes = [{ by: 'http', port: 80, name: nobody }] as const;
  const load = { reads, check: ['apache2ctl', '-t'], reload: ['systemctl', 'reload', 'apache2.service'], probes };
  return unit('apache2.service', { enabled: true, active: true, load }, { ...whose, needs });
}

/** One file a site. The staged file is the whole configuration that Apache checks; `-C` gives it the server's ground first. */
function site(vhost: Vhost): Resource {
  const argv = ['apache2ctl', '-t', '-C', `Include ${check}`, '-f', '{}'];
  const probe = { by: 'http', port: 80, name: vhost.name, unlike: noSite } as const;
  return file(`${own}/sites/${vhost.name}.conf`, { text: apacheConfig(vhost.source, [siteConfig(vhost)]), check: argv, probe }, {
    owner: vhost.owner, source: vhost.source, needs: ['packages:apache', `directory:${own}/sites`, `directory:${logs}`, `file:${check}`],
  });
}

/** The folders of the co-op's own sites are root's; a member makes hers by herself, since root never works in a home. */
function* coopFolders(state: DesiredState, hostName: string): Iterable<Resource> {
  const folders = new Map<string, Vhost>();
  for (const vhost of state.vhosts) {
    if (vhost.member !== null || vhost.host.name !== hostName || vhost.site.kind !== 'static') continue;
    for (const path of lineage(`/srv/www/${vhost.site.root}`)) if (!folders.has(path)) folders.set(path, vhost);
  }
  for (const [path, { owner, source }] of folders) {
    yield directory(path, {}, { owner, source, needs: path === '/srv/www' ? [] : [`directory:${path.slice(0, path.lastIndexOf('/'))}`] });
  }
}

/** Name a path's ancestors from /srv/www on, and the path. */
function lineage(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/')).slice(2);
}

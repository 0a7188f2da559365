/**
 * DNS, by BIND 9. The primary has every declared zone as a file of its owner's below /etc/bind/croft/zones, checked alone before it takes
 * its place; secondaries fetch them by AXFR, signed with a key that every host of the co-op derives for itself (TSIG, RFC 8945), and are
 * told of news by NOTIFY (RFC 1996). croft owns named.conf.options and named.conf.local, which Debian's named.conf includes. named takes
 * the zones it can read and answers SERVFAIL for the others, so a zone file that is missing harms only its owner; for that reason the
 * whole is checked without `-z`, which would refuse all zones for one, and named is asked afterwards for the SOA of each that is new. A zone
 * that asks for it is signed by the primary itself (inline signing), with keys that stand on that host only; secondaries fetch it signed.
 * Source: BIND 9 Administrator Reference Manual; named.conf(5).
 */
import type { Zone } from '../../model/desired.ts';
import type { Claim } from '../../model/claim.ts';
import type { Id, Resource } from '../../model/resource.ts';
import type { Scope, Service } from '../../model/service.ts';
import { renderNamed } from '../../formats/named.ts';
import { renderZone } from '../../formats/zone.ts';
import { directory } from '../../resources/directory.ts';
import { file } from '../../resources/file.ts';
import { home } from '../../resources/home.ts';
import { key } from '../../resources/key.ts';
import { packages } from '../../resources/packages.ts';
import { unit } from '../../resources/unit.ts';
import { zone, type ZoneContent } from '../../resources/zone.ts';
import { cache, options, partsOf, primaryZones, secondaryZones, signing, transferKey, zoneFileOf, zoneParts, type Parts } from './named.ts';
import { recordsOf } from './records.ts';

/** Every declared zone, on hosts that have a DNS role. */
export const bind: Service = {
  name: 'bind',
  *compile(scope, claims): Iterable<Resource> {
    const parts = partsOf(scope);
    if (parts.role === 'none') return;
    const zones = parts.role === 'primary' ? [...zoneFiles(scope, claims)] : [];
    yield* ground(scope, parts);
    yield* zones;
    const keys = parts.role === 'primary' ? [...signedZones(scope)] : [];
    yield* keys;
    yield* configuration(scope, { parts, zones: [...zones, ...keys].map(({ id }) => id) });
  },
};

const own = '/etc/bind/croft';
const files: readonly Id[] = ['packages:bind', `directory:${own}/zones`];

function* ground({ host }: Scope, parts: Parts): Iterable<Resource> {
  const whose = { owner: 'coop', source: host.source } as const;
  yield packages('bind', ['bind9', 'bind9-utils'], { ...whose, needs: ['file:/usr/sbin/policy-rc.d'] });
  // Debian's package makes it, but not anew when it was removed and is installed again; named does not start where it cannot write.
  yield directory(cache, { mode: '0775', group: 'bind' }, { ...whose, needs: ['packages:bind'] });
  yield directory(own, { mode: '0750', group: 'bind', exclusive: true }, { ...whose, needs: ['packages:bind'] });
  yield directory(`${own}/zones`, { mode: '0750', group: 'bind', exclusive: true }, { ...whose, needs: [`directory:${own}`] });
  if (parts.transfers) yield key(transferKey.path, transferKey.content, { ...whose, needs: [`directory:${own}`] });
}

/** named opens zone files by itself and logs what it cannot read: these it must never need. */
function* zoneFiles({ state }: Scope, claims: readonly Claim[]): Iterable<Resource> {
  const records = recordsOf(state, claims);
  for (const each of state.zones) yield zoneFile(each, { text: renderZone(each.source, { ...records.start(each), records: records.lines(each) }), parts: records.parts(each) });
}

function zoneFile({ name, owner, source }: Zone, content: Pick<ZoneContent, 'text' | 'parts'>): Resource {
  const check = ['named-checkzone', '-i', 'local', '-k', 'fail', name, '{}'];
  return zone(zoneFileOf(name), { ...content, mode: '0640', group: 'bind', check, probe: { by: 'dns', zone: name } }, { owner, source, needs: files });
}

/** What named makes of a zone that it signs is data: without its keys the zone is worth nothing to whoever trusts them (DS). */
function* signedZones({ state, host }: Scope): Iterable<Resource> {
  const whose = { owner: 'coop', source: host.source } as const;
  // Debian lets named write in here, which is more than it needs where croft signs.
  yield directory(signing.ground, { group: 'bind' }, { ...whose, needs: ['packages:bind'] });
  yield directory(signing.root, {}, { ...whose, needs: [`directory:${signing.ground}`] });
  for (const { name, owner, source, dnssec } of state.zones) {
    const seed = { name: signing.link, target: zoneFileOf(name) };
    if (dnssec) yield home(`${signing.root}/${name}`, { mode: '0750', owner: 'bind', group: 'bind', seed }, { owner, source, needs: [`directory:${signing.root}`] });
  }
}

function* configuration(scope: Scope, { parts, zones }: { readonly parts: Parts; readonly zones: readonly Id[] }): Iterable<Resource> {
  const { source } = scope.host;
  const whose = { owner: 'coop', source } as const;
  const check = ['named-checkconf', '{}'];
  const local = parts.role === 'primary' ? primaryZones(scope.state) : secondaryZones(scope.state, parts);
  const [optionsPath, localPath] = ['/etc/bind/named.conf.options', '/etc/bind/named.conf.local'];
  // A missing include stops named as a whole, so without its key there are no new options.
  yield file(optionsPath, { text: renderNamed(source, options(scope.state, parts)), group: 'bind', check }, {
    ...whose, needs: ['packages:bind', ...(parts.transfers ? [`key:${transferKey.path}` as const] : [])],
  });
  yield file(localPath, { text: renderNamed(source, local), group: 'bind', check, parts: zoneParts(scope.state) }, { ...whose, needs: ['packages:bind'], after: zones });
  const probes = [{ by: 'dns', zone: null }] as const;
  const load = { reads: [`${own}/`, localPath, optionsPath], check: ['named-checkconf'], reload: ['rndc', 'reload'], probes };
  yield unit('named.service', { enabled: true, active: true, load }, {
    ...whose, needs: ['packages:bind', `directory:${cache}`, `file:${optionsPath}`, `file:${localPath}`, 'directory:/var/lib/croft/loaded'],
  });
}

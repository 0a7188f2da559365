import { ownerName } from '../model/owner.ts';
import type { Resource } from '../model/resource.ts';
import { declaredIn, entriesOf, undeclaredIn, zoneOf, zonesOf } from './before.ts';
import type { Danger, Guard } from './guards.ts';

const named = 'unit:named.service';
const signed = 'home:/var/lib/bind/croft/';

/**
 * Find name servers that zones lose. Who was sent there by the zone above goes on asking there: where one server leaves all zones it is
 * the co-op's to say, once and not by zone; where one zone leaves servers that stay, it is that zone's.
 */
export const nameServers: Guard = (sight) => {
  const { catalog, inventory, state, zones } = sight;
  const files = catalog.resources.filter(({ id }) => zoneOf(id) !== null);
  const serving = new Set(files.flatMap((file) => serversIn(file).filter(isDerived).map(({ data }) => data)));
  const lost = files.flatMap((file) => lostServers(file, zones.get(file.id)).map((line) => ({ server: line.data, isGone: isDerived(line) && !serving.has(line.data), file })));
  const own = state.hosts.find(({ name }) => name === catalog.host);
  const isStopping = own !== undefined && inventory.entries.has(named) && !declaredIn(sight).has(named);
  const gone = [...new Set([...lost.filter(({ isGone }) => isGone).map(({ server }) => server), ...(isStopping ? [own.fqdn] : [])])].toSorted();
  const byServer = gone.map((server): Danger => {
    const zones = lost.filter((each) => each.isGone && each.server === server).map(({ file }) => file.id);
    const going = zones.length === 0 ? [server] : zones;
    return {
      guard: 'name-servers', object: `name:${server}`, owner: 'coop', going,
      says: `take the name server ${server} out of ${going.length} of the co-op's zones: whoever was told so by the zones above asks it until they say otherwise – change it at the registrars first, and wait two days`,
    };
  });
  const byZone = [...new Set(lost.filter(({ isGone }) => !isGone).map(({ file }) => file))].map((file): Danger => {
    const theirs = lost.filter((each) => each.file === file && !each.isGone).map(({ server }) => server);
    const name = zoneOf(file.id) ?? '';
    const all = serversIn(file).every((line) => !isDerived(line)) ? ', and no server of the co-op is left' : '';
    return {
      guard: 'name-servers', object: `zone:${name}`, owner: file.owner, going: theirs,
      says: `take ${theirs.join(', ')} from the name servers of the zone ${name}${all}: nobody finds any name in it until its registrar says the same – change it there first, and wait two days`,
    };
  });
  return [...byServer, ...byZone];
};

/** Find signed zones that would be no more, or signed by other keys, while the zone above may still say by which they are. */
export const unsigned: Guard = ({ catalog, inventory, state }) => {
  const dropped = entriesOf(inventory, undeclaredIn(inventory, catalog).filter((id) => id.startsWith(signed)));
  return dropped.flatMap(({ id, owner }): readonly Danger[] => {
    const name = id.slice(signed.length);
    const zone = state.zones.find((each) => each.name === name);
    if (zone === undefined) return [];
    const what = zone.dnssec ? `leave the keys of the zone ${name} on ${catalog.host}, where it is signed no more` : `stop signing the zone ${name}`;
    return [{
      guard: 'dnssec', object: `zone:${name}`, owner, going: [id],
      says: `${what}: as long as a DS record for it stands at its registrar, whoever checks finds no name in it – first have the DS taken away there, then wait two days until everybody has forgotten it, then allow this`,
    }];
  });
};

/** Find a name that would be found no more and behind which is the repository that this host follows. */
export const remotes: Guard = (sight) => {
  const { catalog, inventory, state, zones, remotes: urls = [] } = sight;
  const declared = declaredIn(sight);
  return [...new Set(urls.flatMap((url) => nameIn(url) ?? []))].flatMap((name): readonly Danger[] => {
    const around = entriesOf(inventory, zonesOf(inventory).filter((id) => isIn(name, zoneOf(id)))).map((zone) => ({ ...zone, zone: zoneOf(zone.id) ?? '' }));
    const [holder] = around.toSorted((a, b) => b.zone.length - a.zone.length);
    if (holder === undefined) return [];
    const file = catalog.resources.find(({ id }) => id === holder.id);
    const was = zones.get(holder.id);
    const isServed = declared.has(holder.id) || state.zones.some((each) => each.name === holder.zone);
    const isGone = !isServed || (file !== undefined && was !== undefined && leadsTo(was, name) && !leadsTo(file.payload?.text ?? '', name));
    if (!isGone) return [];
    const says = `take ${name} out of DNS: this host fetches the co-op's repository from there, and would never hear how to put it back (${ownerName(holder.owner)}'s zone ${holder.zone})`;
    return [{ guard: 'remote', object: `name:${name}`, owner: 'coop', going: [name], says }];
  });
};

function isIn(name: string, zone: string | null): boolean {
  return zone !== null && (name === zone || name.endsWith(`.${zone}`));
}

/** Name the host of a URL or of `user@host:path`; null for a path and for an address. */
function nameIn(remote: string): string | null {
  const found = /^[a-z+]+:\/\/(?:[^/@]*@)?([^/:]+)/.exec(remote)?.[1] ?? /^[^/\s@]+@([^/\s:]+):/.exec(remote)?.[1] ?? null;
  const name = found?.toLowerCase().replace(/\.$/, '') ?? null;
  return name !== null && /^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*$/.test(name) ? name : null;
}

interface ZoneLine {
  readonly name: string;
  readonly type: string;
  readonly data: string;
  readonly why: string;
}

function lostServers(file: Resource, was: string | undefined): readonly ZoneLine[] {
  if (was === undefined) return [];
  const left = new Set(serversIn(file).map(({ data }) => data));
  return apexServers(was, zoneOf(file.id) ?? '').filter(({ data }) => !left.has(data));
}

/** Of each zone file once, for all that is asked about it. */
const known = new WeakMap<Resource, readonly ZoneLine[]>();

function serversIn(file: Resource): readonly ZoneLine[] {
  const servers = known.get(file) ?? apexServers(file.payload?.text ?? '', zoneOf(file.id) ?? '');
  known.set(file, servers);
  return servers;
}

function apexServers(text: string, apex: string): readonly ZoneLine[] {
  const own = text.split('\n').filter((line) => line.startsWith(`${apex}. `));
  return linesOf(own.join('\n')).filter(({ name, type }) => name === apex && type === 'NS');
}

/** Is it there because a host plays that part, and not because somebody wrote it down? */
function isDerived({ why }: ZoneLine): boolean {
  return why.startsWith('name server ');
}

function leadsTo(text: string, name: string): boolean {
  return linesOf(text).some((line) => line.name === name && ['A', 'AAAA', 'CNAME'].includes(line.type));
}

/** Read the lines of a master file as croft writes it: one record each, absolute names, and why after a semicolon. */
function linesOf(text: string): readonly ZoneLine[] {
  return text.split('\n').flatMap((each) => {
    const [, name = '', type = '', data = '', why = ''] = /^(\S+)\. (?:[0-9]+ )?IN (NS|A|AAAA|CNAME) (\S+?)\.?(?: ; (.*))?$/.exec(each) ?? [];
    return name === '' ? [] : [{ name, type, data, why }];
  });
}

import type { DesiredState, Member } from '../../model/desired.ts';
import type { Owner } from '../../model/owner.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { ownerOf } from '../../model/owner.ts';
import { ownersIn } from '../../model/parts.ts';
import { compareText } from '../../model/source.ts';
import { allowances, cluster, delegates, domains, hosts, limits, members, partsOf, signing } from './coop.ts';
import { zones } from './dns.ts';
import { tellMail } from './mail.ts';
import { tell, type Told } from './telling.ts';
import { secrets } from './secrets.ts';
import { sites } from './web.ts';

const nobody = { hosts: [], limits: [], members: [], vhosts: [], zones: [], mailDomains: [], secrets: [], allowances: [] };

/** Tell what appears, what goes and what changes between two states of the co-op; members by name, the co-op last. */
export function tellStates(before: DesiredState | null, after: DesiredState): readonly Told[] {
  const old = before ?? nobody;
  const all = [
    ...tell(cluster, before === null ? [] : [before.cluster], [after.cluster]),
    ...tell(hosts, old.hosts, after.hosts),
    ...tell(limits(after), old.limits, after.limits),
    ...tell(members, old.members, after.members),
    ...tell(signing, partsOf(old.members, (each) => each.signingKeys), partsOf(after.members, (each) => each.signingKeys)),
    ...tell(domains, domainsOf(old.members), domainsOf(after.members)),
    ...tell(delegates, partsOf(old.members, (each) => each.delegates), partsOf(after.members, (each) => each.delegates)),
    ...tell(sites(after), old.vhosts, after.vhosts),
    ...tell(zones, old.zones, after.zones),
    ...tellMail(old.mailDomains, after.mailDomains),
    ...tell(secrets, old.secrets, after.secrets),
    ...tell(allowances, old.allowances, after.allowances),
  ];
  return all.toSorted((a, b) => compareOwners(a.owner, b.owner));
}

/** Tell documents that differ and of which nothing else was told: what they say is of no consequence for any host. */
export function tellFiles(before: Snapshot, after: Snapshot, told: readonly Told[]): readonly Told[] {
  const known = new Set(told.map(({ source }) => source.file));
  const [old, now] = filesOfOthers(before, after);
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path) && !known.has(path)).sort(compareText);
  return paths.map((path): Told => ({
    owner: ownerOf(path), mark: !old.has(path) ? 'add' : now.has(path) ? 'change' : 'remove', what: 'file', name: path,
    says: 'changes nothing on a host by itself', details: [], source: { file: path, line: 1, column: 1 },
  }));
}

function domainsOf(all: readonly Member[]): ReturnType<typeof partsOf<{ readonly domain: string }>> {
  return partsOf(all, (each) => each.domains.map((domain) => ({ domain })));
}

/** Order owners: members by name, the co-op last. */
export function compareOwners(a: Owner, b: Owner): number {
  return Number(a === 'coop') - Number(b === 'coop') || compareText(a, b);
}

/** Of those alone whose documents are others. */
function filesOfOthers(...both: readonly [Snapshot, Snapshot]): readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>] {
  const [old, now] = [ownersIn(both[0]), ownersIn(both[1])];
  const oids = (theirs: typeof old, others: typeof old): ReadonlyMap<string, string> => (
    new Map([...theirs].flatMap(([owner, part]) => (others.get(owner)?.id === part.id ? [] : part.files().map(({ path, oid }) => [path, oid] as const)))));
  return [oids(old, now), oids(now, old)];
}

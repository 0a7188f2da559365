import type { Cluster, Host, Limits, MailDomain, Member, Secret, Vhost } from '../model/desired.ts';
import type { Owner } from '../model/owner.ts';
import type { Checked } from '../model/problem.ts';
import { compareText } from '../model/source.ts';
import type { Documents } from './documents.ts';
import { mayUse, ownershipOf, type Ownership } from './ownership.ts';
import { ranksOf, type Ranks } from './ranks.ts';
import { resolveCluster, resolveHost, resolveLimits } from './resolve/cluster.ts';
import { resolveMail } from './resolve/mail.ts';
import { resolveMember } from './resolve/member.ts';
import { resolveSecret } from './resolve/secret.ts';
import { resolveVhost } from './resolve/vhost.ts';
import { resolveZone, type ResolvedZone } from './resolve/zone.ts';

/** Everything that could be understood of a snapshot, for the rules to look at and the desired state to be made of. Lists are sorted by name. */
export interface World {
  readonly documents: Documents;
  readonly cluster: Cluster;
  readonly hosts: readonly Host[];
  readonly limits: readonly Limits[];
  readonly members: ReadonlyMap<string, Member>;
  readonly vhosts: readonly Vhost[];
  readonly zones: readonly ResolvedZone[];
  /** Without those of domains that their owner may not use. */
  readonly mailDomains: readonly MailDomain[];
  readonly secrets: readonly Secret[];
  readonly ownership: Ownership;
  readonly ranks: Ranks;
}

/** Parse every value and follow every reference. null: there is no cluster to begin with. */
export function resolveWorld(documents: Documents): Checked<World | null> {
  const [declared] = documents.cluster;
  const { value: cluster, problems } = declared === undefined ? { value: null, problems: [] } : resolveCluster(declared);
  if (declared === undefined || cluster === null) return { value: null, problems };
  const { unreadable } = documents;
  const ranks = ranksOf(documents.member);
  const { ownership, problems: disputed } = ownershipOf(declared, documents.member, ranks);
  const hosts = gather(documents.host.map((host) => resolveHost(host, cluster)), byName);
  const limits = gather(documents.limits.map(resolveLimits), byName);
  const around = { admins: new Set<string>(cluster.admins), limits: new Map(limits.value.map((each) => [each.name, each])), unreadable };
  const resolved = gather(documents.member.map((member) => resolveMember(member, around)), byName);
  const members = new Map<string, Member>(resolved.value.map((member) => [member.name, member]));
  const sites = documents.vhost.filter(known(members));
  const vhosts = gather(sites.map((vhost) => resolveVhost(vhost, { member: memberOf(members, vhost.owner), hosts: hosts.value, unreadable })), byName);
  const zones = gather(documents.zone.map((zone) => resolveZone(zone, cluster)), (a, b) => compareText(a.document.name, b.document.name));
  const mail = documents.mailboxes.filter(({ owner, name }) => mayUse(ownership, owner, name)).filter(known(members));
  const mailDomains = gather(mail.map((domain) => resolveMail(domain, memberOf(members, domain.owner))), byName);
  const sealed = documents.secret.filter(known(members));
  const secrets = gather(sealed.map((secret) => resolveSecret(secret, { hosts: hosts.value, unreadable })), byName);
  const lists = {
    hosts: hosts.value, limits: limits.value, vhosts: vhosts.value, zones: zones.value, mailDomains: mailDomains.value, secrets: secrets.value,
  };
  const value = { documents, cluster, ownership, ranks, members, ...lists };
  return { value, problems: [...problems, ...disputed, ...[hosts, limits, resolved, vhosts, zones, mailDomains, secrets].flatMap((each) => each.problems)] };
}

/** Find the member who is this owner; null for the co-op. */
export function memberOf(members: ReadonlyMap<string, Member>, owner: Owner): Member | null {
  return owner === 'coop' ? null : members.get(owner.slice('member:'.length)) ?? null;
}

/** What somebody declares whose own document cannot be read says nothing that is certain. */
function known(members: ReadonlyMap<string, Member>): (document: { readonly owner: Owner }) => boolean {
  return ({ owner }) => owner === 'coop' || memberOf(members, owner) !== null;
}

function gather<Item>(checked: readonly Checked<Item | null>[], compare: (a: Item, b: Item) => number): Checked<readonly Item[]> {
  return { value: checked.flatMap(({ value }) => value ?? []).toSorted(compare), problems: checked.flatMap(({ problems }) => problems) };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareText(a.name, b.name);
}

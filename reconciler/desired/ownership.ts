import { isWithin } from '../model/grammar/names.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import type { Source } from '../model/source.ts';
import type { Document } from './documents.ts';
import { finding, shown, type Finding } from './finding.ts';
import { rankOf, type Ranks } from './ranks.ts';

/** A domain that is somebody's, with everything below it that is nobody else's. */
export interface Holding {
  readonly domain: string;
  readonly owner: Owner;
  readonly by: 'coop' | 'grant' | 'delegation';
  readonly source: Source;
}

/** Who may use which domain, by domain. The longest match wins. */
export type Ownership = ReadonlyMap<string, Holding>;

interface Owned {
  readonly ownership: Ownership;
  readonly problems: readonly Finding[];
}

const REVERSE = ['in-addr.arpa', 'ip6.arpa'];

/** Work out who owns which domain: the co-op its own and the reverse zones, members what admins granted, delegates what members passed on. */
export function ownershipOf(cluster: Document<'cluster'>, members: readonly Document<'member'>[], ranks: Ranks): Owned {
  const coop = [cluster.value.domain, ...REVERSE].map((domain): Holding => ({ domain, owner: 'coop', by: 'coop', source: cluster.at('domain') }));
  const grants = members.flatMap((member) => (member.value.domains ?? []).map((domain, index): Holding =>
    ({ domain, owner: member.owner, by: 'grant', source: member.at('domains', index) })));
  const { ownership: granted, problems } = merge(coop, grants.toSorted((a, b) => rankOf(ranks, a.owner) - rankOf(ranks, b.owner)), alreadyGranted);
  const checked = members.map((member) => delegationsOf(member, { granted, members: ranks }));
  const delegated = merge([...granted.values()], checked.flatMap(({ holdings }) => holdings), alreadyDelegated);
  return { ownership: delegated.ownership, problems: [...problems, ...checked.flatMap((each) => each.problems), ...delegated.problems] };
}

/** Find whose a name is: the nearest domain at or above it that is somebody's. */
export function holdingOf(ownership: Ownership, name: string): Holding | null {
  for (let domain = name; domain !== ''; domain = parentOf(domain)) {
    const holding = ownership.get(domain);
    if (holding !== undefined) return holding;
  }
  return null;
}

/** May this owner use this name? The co-op may use any. */
export function mayUse(ownership: Ownership, owner: Owner, name: string): boolean {
  return owner === 'coop' || holdingOf(ownership, name)?.owner === owner;
}

/** Does the domain of a name belong to its owner alone: granted, and not below what is somebody else's? */
export function isWhollyOwn(ownership: Ownership, name: string): boolean {
  const holding = holdingOf(ownership, name);
  if (holding === null || holding.by === 'coop') return holding !== null;
  const above = holdingOf(ownership, parentOf(holding.domain));
  return holding.by === 'grant' && (above === null || (above.owner === holding.owner && isWhollyOwn(ownership, above.domain)));
}

/** Say that a name is not the owner's to use. */
export function foreign(source: Source, { ownership, owner, name, code }: { ownership: Ownership; owner: Owner; name: string; code: string }): Finding {
  const holding = holdingOf(ownership, name);
  const why = holding === null ? `it is below no domain of ${ownerName(owner)}` : `${shown(holding.domain)} belongs to ${ownerName(holding.owner)}`;
  const byAdmin = holding === null || holding.by === 'coop';
  const hint = byAdmin ? `an admin can add it to \`domains\` of ${ownerName(owner)}` : `${ownerName(holding.owner)} can delegate it to ${ownerName(owner)}`;
  return finding(source, { code, message: `cannot use ${shown(name)}: ${why}`, hint, against: holding?.owner });
}

/** Cut the first label off a name. */
export function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

interface Delegated {
  readonly holdings: readonly Holding[];
  readonly problems: readonly Finding[];
}

function delegationsOf(member: Document<'member'>, { granted, members }: { readonly granted: Ownership; readonly members: Ranks }): Delegated {
  const [holdings, problems]: [Holding[], Finding[]] = [[], []];
  const { owner } = member;
  for (const [index, { domain, to }] of (member.value.delegates ?? []).entries()) {
    const source = member.at('delegates', index, 'domain');
    const own = holdingOf(granted, domain);
    if (own?.owner !== owner) problems.push(foreign(source, { ownership: granted, owner, name: domain, code: 'member/foreign-delegation' }));
    else if (own.domain === domain) problems.push(finding(source, {
      code: 'member/whole-delegation', message: `cannot delegate ${shown(domain)}: it is a whole domain of your own`, hint: 'delegate a name below it',
    }));
    else if (members.has(`member:${to}`) && `member:${to}` !== owner) holdings.push({ domain, owner: `member:${to}`, by: 'delegation', source });
  }
  return { holdings, problems };
}

/** Take domains in the order of who was first; say so where one is already taken. */
function merge(first: readonly Holding[], later: readonly Holding[], taken: (holding: Holding, by: Holding) => Finding): Owned {
  const ownership = new Map(first.map((holding) => [holding.domain, holding]));
  const problems: Finding[] = [];
  for (const holding of later) {
    const known = ownership.get(holding.domain) ?? (REVERSE.some((domain) => isWithin(holding.domain, domain)) ? ownership.get(REVERSE[0] ?? '') : undefined);
    if (known === undefined) ownership.set(holding.domain, holding);
    else problems.push(taken(holding, known));
  }
  return { ownership, problems };
}

function alreadyGranted({ domain, source }: Holding, { owner }: Holding): Finding {
  return finding(source, { code: 'member/duplicate-domain', message: `cannot grant ${shown(domain)}: it belongs to ${ownerName(owner)}`, against: owner });
}

function alreadyDelegated({ domain, source }: Holding, { owner }: Holding): Finding {
  return finding(source, {
    code: 'member/duplicate-delegation', message: `cannot delegate ${shown(domain)}: it is already ${ownerName(owner)}'s`, hint: 'keep one delegation',
    against: owner,
  });
}

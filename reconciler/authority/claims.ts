/**
 * What one owner lets go of and another one takes up in the same step. Each alone looks harmless, but together they hand a name with its
 * visitors and their cookies, or a number with its files, from one to the other: the takeover of forgotten subdomains is the most common
 * abuse of registries that people change by themselves.
 */
import type { Proposal, Written } from '../model/authority.ts';
import type { Owner } from '../model/owner.ts';
import { fieldsOf, listOf, textsOf } from './compare.ts';

/** What a document claims, as people say it, with the field that claims it; null: the name of the file does. */
export type Claims = ReadonlyMap<string, string | null>;

/** Something that somebody else gives up in the same step. */
export interface Takeover {
  readonly claim: string;
  readonly field: string | null;
  readonly from: Owner;
}

/** What is given up, by whom. */
export type GivenUp = ReadonlyMap<string, readonly Owner[]>;

/**
 * Collect what single documents give up. One document at a time: if what else its owner writes could make up for it, a stranger's file in
 * the owner's directory, which nobody will accept, could hide that a name becomes free.
 */
export function givenUp(proposals: readonly Proposal[]): GivenUp {
  const found = new Map<string, readonly Owner[]>();
  for (const proposal of proposals) {
    const { before, after } = claimsOf(proposal);
    for (const claim of before.keys()) {
      const owners = found.get(claim) ?? [];
      if (!after.has(claim) && !owners.includes(proposal.owner)) found.set(claim, [...owners, proposal.owner]);
    }
  }
  return found;
}

/** Find what a proposal takes up of what others give up. */
export function takeovers(proposal: Proposal, given: GivenUp): readonly Takeover[] {
  const { before, after } = claimsOf(proposal);
  return [...after].filter(([claim]) => !before.has(claim)).flatMap(([claim, field]) => {
    const from = given.get(claim)?.find((owner) => owner !== proposal.owner);
    return from === undefined ? [] : [{ claim, field, from }];
  });
}

function claimsOf({ meaning }: Proposal): { readonly before: Claims; readonly after: Claims } {
  if (meaning.is !== 'document') return { before: new Map(), after: new Map() };
  const { kind, name, before, after } = meaning;
  return { before: claimsIn(kind, name, before), after: claimsIn(kind, name, after) };
}

/** Names are one kind of claim, whoever uses them: a zone may take up what a site gave up. */
function claimsIn(kind: string, name: string, written: Written | null): Claims {
  if (written === null) return new Map();
  const fields = fieldsOf(written.value);
  if (kind === 'member') return memberClaims(fields);
  const own: readonly (readonly [string, null])[] = ['vhost', 'zone', 'mailboxes'].includes(kind) ? [[name, null]] : [];
  const aliases = kind === 'vhost' ? textsOf(fields.get('aliases')).map((alias) => [alias, 'aliases'] as const) : [];
  return new Map<string, string | null>([...own, ...aliases]);
}

function memberClaims(fields: ReadonlyMap<string, unknown>): Claims {
  const uid = fields.get('uid');
  return new Map([
    ...textsOf(fields.get('domains')).map((domain) => [domain, 'domains'] as const),
    ...listOf(fields.get('ports')).filter(isNumber).map((port) => [`port ${port}`, 'ports'] as const),
    ...(isNumber(uid) ? [[`uid ${uid}`, 'uid'] as const] : []),
  ]);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

import { setMaxListeners } from 'node:events';
import { proofIn, proofRecord, type Claim } from '../authority/proof.ts';
import { read } from '../desired/read.ts';
import { isWithin } from '../model/grammar/names.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { compareText } from '../model/source.ts';
import { patience, proofWords } from './prove.ts';
import { textsAt, type Look } from './proof-lookup.ts';

/** How many are looked up at once, and how long all of it may take. Units: milliseconds. */
const atOnce = 20;
const longest = 60_000;

/** What a check of proofs is about. */
export interface Wanted {
  readonly snapshot: Snapshot;
  /** Only domains that it does not have; null: all. */
  readonly base: Snapshot | null;
  readonly resolver: string | null;
}

/** Look up the proof of each domain that a member was given. Shape: a sentence for each that is not proven, sorted, and how many were looked up. */
export async function unproven({ snapshot, base, resolver }: Wanted): Promise<{ readonly notes: readonly string[]; readonly looked: number }> {
  const known = new Set(base === null ? [] : claimsIn(base).map(nameOf));
  const claims = claimsIn(snapshot).filter((claim) => !known.has(nameOf(claim)));
  const members = [...new Set(read(snapshot).value.member.map(({ name }) => name))];
  const deadline = AbortSignal.timeout(longest);
  // Each question under way listens to it, so that many listeners are no leak.
  setMaxListeners(0, deadline);
  const look: Look = { resolver, patience, deadline };
  const waiting = claims.values();
  const notes: string[] = [];
  const work = async (): Promise<void> => {
    for (const claim of waiting) notes.push(...(await noteOn(claim, members, look)));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, claims.length) }, work));
  return { notes: notes.toSorted(compareText), looked: claims.length };
}

async function noteOn(claim: Claim, members: readonly string[], look: Look): Promise<readonly string[]> {
  const found = await textsAt(proofRecord(claim).name, claim.domain, look);
  if (!found.ok) return [`${claim.domain}: cannot tell whether it is ${claim.member}'s: ${found.why}`];
  const proof = proofIn(found.texts, claim, members);
  return proof.is === 'proven' ? [] : [`${claim.domain}: ${proofWords(claim, proof)}`];
}

/** What the co-op gave its members, but for names below its own. */
function claimsIn(snapshot: Snapshot): readonly Claim[] {
  const { cluster: [cluster], member: members } = read(snapshot).value;
  if (cluster === undefined) return [];
  const coop = cluster.value.domain;
  const claims = members.flatMap(({ name: member, value }) => (value.domains ?? []).map((domain) => ({ coop, member, domain })));
  return claims.filter(({ domain }) => !isWithin(domain, coop));
}

function nameOf({ member, domain }: Claim): string {
  return `${member} ${domain}`;
}

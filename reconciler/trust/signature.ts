/**
 * Whose word a commit is: its ssh signature, checked, and its key looked up in the charter. The key must be good when it signed, and since
 * a commit's date is its author's own to choose, that is asked as far as dates can be held against something: a revoked key is good for
 * nothing from the tree on that says so, and one with an end cannot be dated back before what it builds on.
 */
import { isGood } from '../authority/keyring.ts';
import { verifySignature } from '../authority/sshsig.ts';
import { isOid, type Commit } from '../git/objects.ts';
import { signedPartsOf, trailersOf } from '../git/signed.ts';
import type { Repository } from '../git/store.ts';
import type { Charter } from './charter.ts';
import { firstParent } from './own-changes.ts';

/** What one commit's signature says. */
export interface Signature {
  /** Who signed; `forge` for a merge key; null when nobody did whom the charter knows. */
  readonly by: string | null;
  readonly doubt: string | null;
  /** Commits that the signer approves. */
  readonly approves: readonly string[];
}

/** Nobody reads more than that before she signs. */
const MOST_APPROVED = 100;
/** For a date that somebody signed. */
const MOST_LOOKED_AT = 1000;

/** Commits may be dated a little before what they build on: clocks differ. */
const CLOCK_SECONDS = 86_400;

/** Check one commit's signature against the charter. */
export async function signatureOf(repository: Repository, { commit, since, merged = 0 }: { readonly commit: Commit; readonly since: Commit | null; readonly merged?: number }, charter: Charter): Promise<Signature> {
  const { signature, payload, oddity, message, time } = await signedPartsOf(repository, commit.oid);
  const none = (doubt: string): Signature => ({ by: null, doubt, approves: [] });
  if (signature === null) return none(oddity === null ? 'it is not signed' : `its signature does not count: ${oddity}`);
  const checked = verifySignature({ armored: signature, payload, namespace: 'git' });
  if (!checked.ok) return none(`its signature does not count: ${checked.why}`);
  const holder = charter.holders.get(checked.blob);
  if (holder === undefined) return none(`nobody in the co-op has the key ${checked.fingerprint} that signed it`);
  const { person, key } = holder;
  // A date is the signer's own to choose. A revoked key is out from the commit on that says so; one with an end cannot be dated back before what it builds on.
  const goodness = isGood(key, key.revokedAt === null ? time : Math.max(time, key.revokedAt));
  if (!goodness.good) return none(`it is signed with a key of ${person?.name ?? 'the forge'} that is no longer good: ${goodness.why}`);
  const dated = key.validBefore !== null && since !== null && time < (await movedAt(repository, since, charter)) - CLOCK_SECONDS;
  if (dated) return none('it is dated before the commit that it builds on');
  if (key.validBefore !== null && merged > key.validBefore) return none(`it is signed with a key of ${person?.name ?? 'the forge'} that was no longer good when it was merged`);
  if (person === null) return { by: 'forge', doubt: null, approves: [] };
  if (!person.active) return none(`it is signed by ${person.name}, who is not active`);
  return { by: person.name, doubt: null, approves: [...new Set((trailersOf(message).get('Approves') ?? []).filter(isOid))].slice(0, MOST_APPROVED) };
}

/** When somebody last moved the branch whose keys have no end: whoever stole one that has may put commits of any date below. Units: unix seconds. */
async function movedAt(repository: Repository, tip: Commit, charter: Charter): Promise<number> {
  const { lasting, signed } = lastingOf(charter);
  let [commit, latest]: [Commit | null, number] = [tip, 0];
  for (let looked = 0; commit !== null && looked < MOST_LOOKED_AT; looked += 1) {
    const isSigned = signed.get(commit.oid) ?? (await signatureOf(repository, { commit, since: null }, lasting)).by !== null;
    signed.set(commit.oid, isSigned);
    if (isSigned) return commit.revision.time;
    latest = Math.max(latest, commit.revision.time);
    commit = await firstParent(repository, commit);
  }
  return latest;
}

interface Lasting {
  /** The same rules with those keys alone that have no end. */
  readonly lasting: Charter;
  /** Which commits are signed with one of them. */
  readonly signed: Map<string, boolean>;
}

/** Charters are never changed, and along a branch the same commits are looked at again and again. */
const lastings = new WeakMap<Charter, Lasting>();

function lastingOf(charter: Charter): Lasting {
  const known = lastings.get(charter) ?? { lasting: { ...charter, holders: new Map([...charter.holders].filter(([, { key }]) => key.validBefore === null)) }, signed: new Map<string, boolean>() };
  lastings.set(charter, known);
  return known;
}

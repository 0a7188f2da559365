/**
 * Whether all who were held when a host was made of documents last are held just so now. What holds somebody is in her newest documents, in the
 * older ones that were tried, and in those of whoever has to do with either (desired/standing.ts), be it by way of the co-op's mail: as long as all
 * of these are as they were, also in what was in force between the two commits, her version stands, and is told in the same words.
 */
import { closeKept } from './desired/close-kept.ts';
import { everyDocument } from './desired/documents.ts';
import { read, type ReadCache } from './desired/read.ts';
import { relatedTo, type Ties } from './desired/related.ts';
import { nothing, takesOf, together, type Takes } from './desired/takes.ts';
import { written } from './handover/words.ts';
import { othersIn, partIn, tiesIn, type HeldThen, type Made } from './kept/made.ts';
import { digest } from './model/digest.ts';
import type { DesiredState } from './model/desired.ts';
import type { Owner } from './model/owner.ts';
import { ownersIn } from './model/parts.ts';
import type { Snapshot, SnapshotFile } from './model/snapshot.ts';

/** Where a commit stands. */
export interface Descent {
  /** Names it together with all that was in force before it. */
  readonly at: string;
  /** What was in force between the commit that a host was made of last and this one, newest first; null: that is not known. */
  readonly since: readonly Snapshot[] | null;
}

/** A commit, what was in force before it, and what the host was made of last. */
interface Since {
  readonly head: Snapshot;
  readonly readings: ReadCache;
  readonly last: Made;
  readonly since: readonly Snapshot[];
}

/** Name those who are held. */
export function ownersHeld({ holds }: HeldThen): ReadonlySet<Owner> {
  return new Set(holds.map(({ owner }) => owner));
}

/** Are they held just so? Errors: Damaged, of what was kept. */
export function isHeldStill(held: HeldThen, { head, readings, last, since }: Since): boolean {
  const come = new Map<Owner, Takes>();
  const moved = new Set<Owner>();
  for (const snapshot of [head, ...since]) {
    const theirs = oddIn(snapshot) === held.odd ? movedIn(snapshot, { last, readings }) : null;
    if (theirs === null) return false;
    for (const [owner, takes] of theirs) {
      moved.add(owner);
      come.set(owner, together(come.get(owner) ?? nothing, takes));
    }
  }
  const near = nearTo(moved, tiesIn(last, come), partIn(last, 'coop')?.takes ?? nothing);
  return !near.has('coop') && held.holds.every(({ owner }) => !near.has(owner));
}

/**
 * Everybody who has to do with some owners, also by way of the co-op's mail: whoever leads to a domain of the co-op's leads to whomever any alias of the
 * co-op leads to. Two to whom the co-op leads have nothing to do with each other.
 */
function nearTo(moved: ReadonlySet<Owner>, ties: Ties, { marks, leads }: Takes): ReadonlySet<Owner> {
  const [into, from] = [marks.flatMap((mark) => ties.having(`lead ${mark}`)), leads.flatMap((lead) => ties.having(`mark ${lead}`))];
  let near = relatedTo(moved, ties);
  for (;;) {
    const isNear = (owner: Owner): boolean => near.has(owner);
    const more = [...(into.some(isNear) ? from : []), ...(from.some(isNear) ? into : [])].filter((owner) => !isNear(owner));
    if (more.length === 0) return near;
    near = relatedTo([...near, ...more], ties);
  }
}

/**
 * Whose documents differ from those that a host was made of, and what they take; null where that is not clear. Words about what is wrong may name
 * any member, and the next number that is free: so nobody may have come or gone, or have another number.
 */
function movedIn(snapshot: Snapshot, { last, readings }: Pick<Since, 'last' | 'readings'>): ReadonlyMap<Owner, Takes> | null {
  const [files, owners] = [ownersIn(snapshot), othersIn(last, snapshot)];
  const { value: documents, problems } = read({ revision: snapshot.revision, problems: [], files: owners.flatMap((owner) => files.get(owner)?.files() ?? []) }, readings);
  const takes = takesOf(everyDocument(documents));
  const isClear = problems.length === 0 && owners.every((owner) => namesIn(partIn(last, owner)?.takes) === namesIn(takes.get(owner)));
  return isClear ? new Map(owners.map((owner) => [owner, takes.get(owner) ?? nothing])) : null;
}

function namesIn({ marks }: Takes = nothing): string {
  return marks.filter((mark) => /^(?:member|uid) /.test(mark)).toSorted().join('\n');
}

/** Stand for all that a commit has beside files: what is wrong with how it has them, and whose are hidden by that. */
export function oddIn({ problems, hidden = [] }: Snapshot): string {
  return problems.length + hidden.length === 0 ? '' : digest(written([problems, hidden.map(({ path, oid }) => [path, oid])]));
}

/** Close in some documents whatever those who are held closed since, as far as these are theirs. */
export function closeHeldIn(state: DesiredState, held: HeldThen, { head, owners }: { readonly head: Snapshot; readonly owners: ReadonlySet<Owner> }): DesiredState {
  const theirs = [...ownersHeld(held)].filter((owner) => owners.has(owner));
  const files = theirs.flatMap((owner): readonly SnapshotFile[] => ownersIn(head).get(owner)?.files() ?? []);
  return theirs.length === 0 ? state : closeKept(state, { owners: new Set(theirs), newest: { ...head, files } });
}

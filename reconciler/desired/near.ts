/**
 * Whether somebody's documents are fine, by a look at hers, at the co-op's, and at those of whoever has to do with her (desired/related.ts)
 * alone. A member may send a hundred wrong versions, one after the other: to find the right one before them each is tried, and whoever else
 * changes something waits for that. Of a knot of circles in mail that is led to by an alias of the co-op it may find others than a look at
 * everything does; whatever is held is looked at with everything in the end (hold.ts).
 */
import { groupBy } from '../model/group.ts';
import type { Owner } from '../model/owner.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { examine, type Examined } from './check.ts';
import { everyDocument } from './documents.ts';
import { read, type ReadCache } from './read.ts';
import { relatedTo, tiesOf } from './related.ts';
import { takesOf, type Takes } from './takes.ts';
import { compose, isSame, mixtureOf, NOTHING, type Mixture, type Version } from './versions.ts';

/** Are these owners' documents fine in a mixture, under the name of a commit? As a look at all of it would tell, but for the circles named above. */
export type Judge = (mixture: Mixture, owners: readonly Owner[], of: Snapshot) => boolean;

/** What owners have to do with each other. */
interface Ground {
  readonly takes: ReadonlyMap<Owner, Takes>;
  readonly having: ReadonlyMap<string, readonly Owner[]>;
  /** Nobody knows what they take. */
  readonly unclear: ReadonlySet<Owner>;
}

/** Judge mixtures of which most is as in one commit: what that comes to is worked out once. */
export function judgeNear(head: Snapshot, cache: ReadCache): Judge {
  let known: { readonly mixture: Mixture; readonly ground: Ground } | null = null;
  return (mixture, owners, of) => {
    if (owners.includes('coop')) return areFine(examine(compose(mixture, of), cache), owners);
    known ??= { mixture: mixtureOf(head), ground: groundOf(head, cache) };
    const near = neighbours(owners, known, { mixture, of, cache });
    return areFine(examine(compose(new Map([...mixture].filter(([owner]) => near.has(owner))), of), cache), owners);
  };
}

/** Has none of them a problem? */
function areFine({ problems }: Examined, owners: readonly Owner[]): boolean {
  return problems.every(({ owner }) => !owners.includes(owner));
}

interface Judged {
  readonly mixture: Mixture;
  readonly of: Snapshot;
  readonly cache: ReadCache;
}

/** What cannot be read may be anybody's neighbour. */
function neighbours(owners: readonly Owner[], known: { readonly mixture: Mixture; readonly ground: Ground }, { mixture, of, cache }: Judged): ReadonlySet<Owner> {
  const others = new Map(othersIn(known.mixture, mixture));
  const [before, now] = [known.ground, groundOf(compose(others, of), cache)];
  const unclear = [...[...before.unclear].filter((owner) => !others.has(owner)), ...now.unclear];
  return relatedTo([...owners, 'coop', ...unclear], {
    takesOf: (owner) => (others.has(owner) ? now : before).takes.get(owner),
    having: (tie) => [...(before.having.get(tie) ?? []).filter((owner) => !others.has(owner)), ...(now.having.get(tie) ?? [])],
  });
}

function* othersIn(before: Mixture, now: Mixture): Iterable<readonly [Owner, Version]> {
  for (const owner of new Set([...before.keys(), ...now.keys()])) {
    const [was, is] = [before.get(owner) ?? NOTHING, now.get(owner) ?? NOTHING];
    if (was !== is && !isSame(was, is)) yield [owner, is];
  }
}

function groundOf(snapshot: Snapshot, cache: ReadCache): Ground {
  const { value: documents, problems } = read(snapshot, cache);
  const takes = takesOf(everyDocument(documents));
  const pairs = [...takes].flatMap(([owner, theirs]) => tiesOf(theirs).map((tie) => ({ owner, tie })));
  const having = new Map([...groupBy(pairs, ({ tie }) => tie)].map(([tie, all]) => [tie, all.map(({ owner }) => owner)]));
  return { takes, having, unclear: new Set(problems.map(({ owner }) => owner)) };
}

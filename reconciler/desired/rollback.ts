import type { Rollback } from '../model/aside.ts';
import type { Owner } from '../model/owner.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { compareText } from '../model/source.ts';
import { compose, isSame, mixtureOf, NOTHING, type Mixture, type Version } from './versions.ts';

/** A rollback with what its two commits hold. */
export interface Known<Meant extends Pick<Rollback, 'owner'> = Rollback> {
  readonly rollback: Meant;
  readonly to: Snapshot;
  readonly bad: Snapshot;
}

/** The documents to use, and whose of them come from an older commit. */
export interface GoneBack<Meant = Rollback> {
  readonly head: Snapshot;
  readonly owners: ReadonlyMap<Owner, Meant>;
}

/**
 * Take from an older commit what is still as the bad one has it, owner by owner: who has changed her documents since has answered for
 * them, and whoever came later stays. Of several rollbacks the last one counts. Pure: the same commits, the same documents.
 */
export function goBack<Meant extends Pick<Rollback, 'owner'>>(head: Snapshot, rollbacks: readonly Known<Meant>[]): GoneBack<Meant> {
  if (rollbacks.length === 0) return { head, owners: new Map() };
  const newest = mixtureOf(head);
  const found = new Map<Owner, { readonly version: Version; readonly rollback: Meant }>();
  for (const { rollback, to, bad } of rollbacks.toReversed()) {
    const [older, refused] = [mixtureOf(to), mixtureOf(bad)];
    for (const owner of rollback.owner === null ? newest.keys() : [rollback.owner]) {
      const version = older.get(owner);
      if (found.has(owner) || version === undefined || !isRefused(owner, { newest, refused, version })) continue;
      found.set(owner, { version, rollback });
    }
  }
  const owners = new Map([...found].map(([owner, { rollback }]) => [owner, rollback] as const).toSorted(([a], [b]) => compareText(a, b)));
  if (found.size === 0) return { head, owners };
  return { head: compose(new Map([...newest, ...[...found].map(([owner, { version }]) => [owner, version] as const)]), head), owners };
}

function isRefused(owner: Owner, { newest, refused, version }: { readonly newest: Mixture; readonly refused: Mixture; readonly version: Version }): boolean {
  const now = newest.get(owner) ?? NOTHING;
  return isSame(now, refused.get(owner) ?? NOTHING) && !isSame(now, version);
}

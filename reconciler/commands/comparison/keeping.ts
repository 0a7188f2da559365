import type { Repository } from '../../git/store.ts';
import { keeperFor, keeperIn, type Keeper } from '../../kept/keeper.ts';
import { listingsOf } from '../../kept/listings.ts';
import { readingsOf } from '../../kept/readings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { World } from '../command.ts';
import type { Kept } from './sides.ts';

/** A repository with what was worked out of it before. */
export interface Keeping {
  /** Knows what lies below the directories that were listed before. */
  readonly repository: Repository;
  readonly kept: Kept;
  /** Write down what is new, now that a commit was looked at. */
  readonly keep: (head: Snapshot) => void;
}

/** Find where whoever runs croft keeps what is known of a repository; null: nowhere. */
export function keeperOf({ gitdir }: Pick<Repository, 'gitdir'>, { cache, build }: Pick<World, 'cache' | 'build'>): Keeper | null {
  return keeperFor(keeperIn(cache, build), gitdir);
}

/** Recall what whoever runs croft knows of a repository. */
export function keepingOf(opened: Repository, world: Pick<World, 'cache' | 'build'>): Keeping {
  const keeper = keeperOf(opened, world);
  const [readings, listed] = [readingsOf(keeper), listingsOf(keeper)];
  const keep = (head: Snapshot): void => {
    readings.keep(head);
    listed.keep();
  };
  return { repository: { ...opened, listed }, kept: { readings, keeper }, keep };
}

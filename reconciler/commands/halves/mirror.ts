import { openMirror } from '../../git/mirror.ts';
import type { Repository } from '../../git/store.ts';
import { listingsOf, type Listings } from '../../kept/listings.ts';
import { keeperAt, mirrorOf, type Rooms } from '../rooms.ts';

/** The mirror, and what is known of the directories in it. */
export interface Mirror extends Repository {
  readonly listed: Listings;
}

/** Open the mirror of the half that reads. Errors: GitError. */
export async function mirrorAt(desk: Rooms & { readonly build: string | null }): Promise<Mirror> {
  return { ...(await openMirror(mirrorOf(desk))), listed: listingsOf(keeperAt(desk)) };
}

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { GitError } from '../git/error.ts';
import { openRepository } from '../git/repository.ts';
import type { Repository } from '../git/store.ts';
import type { World } from './command.ts';

/** A repository on this machine, and where its files lie when somebody works in it. */
export interface Found {
  readonly repository: Repository;
  /** The directory that the paths of its files are below; null for a bare repository. */
  readonly top: string | null;
}

/** Open the repository that was named, or like git the nearest one upwards. Errors: GitError when there is none. */
export async function repositoryAround(named: string | null, { directory }: Pick<World, 'directory'>): Promise<Found> {
  if (named !== null) return found(resolve(directory, named));
  for (let place = directory; ; place = dirname(place)) {
    try {
      return await found(place);
    } catch (error) {
      if (!(error instanceof GitError) || dirname(place) === place) throw error;
    }
  }
}

async function found(place: string): Promise<Found> {
  return { repository: await openRepository(place), top: existsSync(join(place, '.git')) ? place : null };
}

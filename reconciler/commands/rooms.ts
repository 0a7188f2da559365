import { join } from 'node:path';
import { keeperIn, type Keeper } from '../kept/keeper.ts';

/** Where croft keeps what it has, as far as a place says. */
export interface Rooms {
  readonly stateDirectory: string;
}

/** Where the git server leaves word that there is news: a file `now`. The package makes it (packaging/croft.tmpfiles). */
export const kicks = '/run/croft-kick';

/** Where a host's copy of the repository is. */
export function mirrorOf({ stateDirectory }: Rooms): string {
  return join(stateDirectory, 'repository.git');
}

/** Where the half that reads documents keeps everything else that it has. */
export function spoolOf({ stateDirectory }: Rooms): string {
  return join(stateDirectory, 'spool');
}

/** Where it keeps what was worked out before, for croft as it is now. */
export function keeperAt({ build, ...rooms }: Rooms & { readonly build: string | null }): Keeper | null {
  return keeperIn(join(spoolOf(rooms), 'cache'), build);
}

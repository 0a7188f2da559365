import type { World } from '../command.ts';
import { identityOf, type Place } from '../place.ts';
import { isInstalled, lend, user } from './half.ts';

/**
 * Go on as the user who reads repositories, for good, where root on an installed host asks something that only takes reading: what parses
 * what members wrote has no rights on the host. The host's key is lent first. Errors: MachineError.
 */
export async function leaveRoot(place: Place, world: World): Promise<Place> {
  if (!world.isRoot || place.root !== '/' || !isInstalled()) return place;
  const credentials = await lend(place.machine);
  process.setgroups?.([]);
  process.setgid?.(user);
  process.setuid?.(user);
  return { ...place, identity: identityOf('/', { credentials, ssh: { agent: null, home: null } }) };
}

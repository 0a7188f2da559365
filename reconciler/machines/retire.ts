/**
 * Moving data aside and back. Each is one rename(2) inside one file system, between two directories that only root can change: whatever
 * is inside stays as it is, quota groups and project ids with it, and a crash leaves it in the one place or in the other. Before it goes,
 * what still runs as its owner is ended (systemd's slice of the user, which holds every login), and whoever still has it open is named:
 * then it stays, and the next run tries again. Source: rename(2) (EXDEV), user@.service(5).
 */
import { renameSync } from 'node:fs';
import { MachineError, type Step } from '../model/machine.ts';
import type { Ground } from './ground.ts';
import { enter, leave, look, type Place } from './tree.ts';
import { syncDirectory } from './durable.ts';

type Retire = Extract<Step, { do: 'retire' }>;
type Restore = Extract<Step, { do: 'restore' }>;

/** Below are the host's own users; data of theirs is a daemon's, which goes on running. */
const FIRST_PERSON = 1000;

/** Move data aside; nothing when it is gone. Errors: MachineError when something is in the way, or somebody still uses it. */
export async function retire(ground: Ground, { path, to }: Retire): Promise<void> {
  const undoable = `cannot retire ${path}`;
  const owner = between(ground, { path, other: to, undoable }, (here, there) => {
    if (look(here) === null) return null;
    const ids = ownerOf(ground, here, undoable);
    assertFree(there, undoable);
    return ids;
  });
  if (owner === null) return;
  if (owner >= FIRST_PERSON) await end(ground, owner, undoable);
  const user = ground.user({ path, uid: owner >= FIRST_PERSON ? owner : null });
  if (user !== null) throw new MachineError(`${undoable}: ${user}; the next run tries again`);
  between(ground, { path, other: to, undoable }, (here, there) => {
    if (ownerOf(ground, here, undoable) !== owner) throw new MachineError(`${undoable}: it became somebody else's meanwhile`);
    assertFree(there, undoable);
    move(ground, here, there);
  });
}

/** Move data back to where it was. Errors: MachineError when there is something by now, or when it was another user's. */
export function restore(ground: Ground, { path, from, owner }: Restore): void {
  const undoable = `cannot restore ${path}`;
  const { uid } = ground.names.ids({ owner, group: 'root' }, path);
  between(ground, { path, other: from, undoable }, (here, there) => {
    if (look(here) !== null) throw new MachineError(`${undoable}: something is there by now; ${from} stays where it is`);
    const was = ownerOf(ground, there, `${undoable} from ${from}`);
    if (was !== uid) throw new MachineError(`${undoable}: ${from} is of uid ${was}, and ${owner} is uid ${uid}: a name is never used twice`);
    move(ground, there, here);
  });
}

async function end(ground: Ground, uid: number, undoable: string): Promise<void> {
  const argv = ['systemctl', 'stop', `user-${uid}.slice`];
  const { status, stderr } = await ground.run({ argv, timeoutSeconds: 180 });
  if (status !== 0) throw new MachineError(`${undoable}: what runs as uid ${uid} could not be ended`, { argv, status, stderr });
}

function ownerOf(ground: Ground, place: Place, undoable: string): number {
  const stats = look(place);
  if (stats === null) throw new MachineError(`${undoable}: it is not there`);
  if (!stats.isDirectory()) throw new MachineError(`${undoable}: it is no directory`);
  return ground.ownership.of(place.path, stats).uid;
}

function assertFree(place: Place, undoable: string): void {
  if (look(place) !== null) throw new MachineError(`${undoable}: ${place.path} is in the way; it can go there tomorrow`);
}

/** Nobody but root can make names in either directory, so what was looked at is what is moved, and nothing is overwritten. */
function move(ground: Ground, from: Place, to: Place): void {
  renameSync(from.at, to.at);
  ground.ownership.moved(from.path, to.path);
  syncDirectory(to);
  syncDirectory(from);
}

function between<T>(ground: Ground, { path, other, undoable }: { readonly path: string; readonly other: string; readonly undoable: string }, work: (here: Place, there: Place) => T): T {
  const here = enter(ground, path, undoable);
  try {
    const there = enter(ground, other, undoable);
    try {
      return work(here, there);
    } finally {
      leave(there);
    }
  } finally {
    leave(here);
  }
}

/**
 * All or nothing, for several files at once. What is staged lies beside its path; a swap gives what is there a second name, writes a
 * journal of it all, and only then renames. Nothing that happens in between – kill -9, a power cut, a full disk – leaves more than two
 * ways out, and the journal alone tells which: `putBack` makes it as before, `keep` ends it. Both may be repeated from any point.
 * Source: rename(2), link(2), fsync(2): names are durable once their directory is synced.
 */
import { closeSync, linkSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { MachineError, type Making, type Placing, type Step } from '../model/machine.ts';
import { modeBits } from './access.ts';
import { derive } from './derive.ts';
import { syncDirectories, syncDirectory, syncOrLeave, syncStaged } from './durable.ts';
import type { Ground, Viewed } from './ground.ts';
import { endJournal, formatJournal, journalPath, markKept, nameWith, oldToken, readJournal, type Entry } from './journal.ts';
import { beside, enter, find, leave, look, type Place } from './tree.ts';
import { discard, judge, stage as stageText, stagedBeside, sweep, target, write } from './write.ts';

type Do<Name extends Step['do']> = Extract<Step, { do: Name }>;

/** Make what is to stand at a path beside it, and have it checked. Errors: MachineError when the check or the system refuses; then nothing is left. */
export async function stage(ground: Ground, { path, token, make, among = [] }: Do<'stage'>): Promise<void> {
  const place = target(ground, path);
  const staged = stagedBeside(place, token);
  try {
    if (look(staged) !== null) discard(ground, staged);
    try {
      put(ground, { place, token, make });
      await check(ground, { make, staged, places: [...among, { path, token }], inView: among.length > 0 });
    } catch (error) {
      discard(ground, staged);
      throw error;
    }
  } finally {
    leave(place);
  }
}

/** Take back what was staged, and what a crash left beside it. */
export function unstage(ground: Ground, places: readonly Placing[]): void {
  for (const { path, token } of places) {
    if (token !== null) withPlace(ground, path, (place) => {
      sweep(ground, place);
      discard(ground, stagedBeside(place, token));
    });
  }
}

/** Let what was staged take its place, all of it or (if the system refuses) none. Errors: MachineError, also when an earlier swap is still open. */
export async function swap(ground: Ground, { unit, places }: Do<'swap'>): Promise<void> {
  if (readJournal(ground, unit) !== null) throw new MachineError(`cannot begin a transaction of ${unit}: an earlier one is still open`);
  makeHome(ground);
  const holding: Holding = { directories: new Map(), staged: [] };
  const { directories, staged } = holding;
  try {
    const entries = places.map((placing) => remember(ground, holding, placing));
    await syncStaged(ground, staged);
    await syncDirectories(ground, [...directories.values()]);
    await write(ground, { path: journalPath(ground, unit), text: formatJournal(entries), mode: '0600', owner: 'root', group: 'root' });
    for (const entry of entries) take(ground, entry);
    await syncDirectories(ground, [...directories.values()]);
  } catch (error) {
    if (readJournal(ground, unit) === null) forgetOld(ground, places);
    else await putBack(ground, unit);
    throw error;
  } finally {
    for (const place of directories.values()) leave(place);
  }
}

/** End a unit's swap for good. */
export async function keep(ground: Ground, unit: string): Promise<void> {
  const journal = readJournal(ground, unit);
  if (journal === null) return;
  if (!journal.kept) markKept(ground, unit, syncDirectory);
  await clear(ground, journal.entries.filter(({ old }) => old !== null), (place, { old }) => {
    if (old !== null) discard(ground, beside(place, nameWith(old, place.name)));
  });
  endJournal(ground, unit, { kept: true, sync: syncDirectory });
}

/** Undo a unit's swap, unless it was already good. */
export async function putBack(ground: Ground, unit: string): Promise<void> {
  const journal = readJournal(ground, unit);
  if (journal === null) return;
  if (journal.kept) return keep(ground, unit);
  await clear(ground, journal.entries, (place, entry) => restore(ground, place, entry));
  endJournal(ground, unit, { kept: false, sync: syncDirectory });
}

/** Say where places are, by no link, and what is staged for them. */
export function viewed(ground: Ground, places: readonly Placing[]): readonly Viewed[] {
  return places.flatMap(({ path, token }) => withPlace(ground, path, (place) => (
    { directory: place.directory, path: place.path, staged: token === null ? null : stagedBeside(place, token).path })) ?? []);
}

function put(ground: Ground, { place, token, make }: { readonly place: Place; readonly token: string; readonly make: Making }): void {
  if (make.do === 'link') return symlinkSync(make.target, stagedBeside(place, token).at);
  const text = make.do === 'write' ? make.text : derive(ground, make);
  const { place: staged, fd } = stageText(ground, place, { text, mode: modeBits(make.mode), ids: ground.names.ids(make, make.path), token });
  try {
    syncOrLeave(ground, staged, fd);
  } finally {
    closeSync(fd);
  }
}

interface Checking {
  readonly make: Making;
  readonly staged: Place;
  readonly places: readonly Placing[];
  /** Something that the check needs is only staged, too. */
  readonly inView: boolean;
}

async function check(ground: Ground, { make, staged, places, inView }: Checking): Promise<void> {
  if (make.do !== 'write' || make.check === undefined) return;
  const argv = make.check.map((word) => word.replaceAll('{}', () => (inView ? make.path : staged.path)));
  const ran = await ground.patience(argv, (timeoutSeconds) => (inView ? ground.view(viewed(ground, places), argv, timeoutSeconds) : ground.run({ argv, timeoutSeconds })));
  judge(ran, { ...make, check: make.check }, staged);
}

/** What a swap holds until its end: directories by their paths, and what is staged in them. */
interface Holding {
  readonly directories: Map<string, Place>;
  readonly staged: Place[];
}

/** Give what stands at a path a second name, and hold its directory. */
function remember(ground: Ground, { directories, staged }: Holding, { path, token }: Placing): Entry {
  const place = token === null ? reach(ground, path) : enter(ground, path, `cannot write ${path}`);
  if (place === null) return { path, token, old: null };
  const before = directories.get(place.directory);
  if (before === undefined) directories.set(place.directory, place);
  else leave(place);
  const here = before === undefined ? place : beside(before, place.name);
  if (token !== null) staged.push(stagedBeside(here, token));
  return link(ground, here, { path, token });
}

function link(ground: Ground, place: Place, { path, token }: Placing): Entry {
  const stats = look(place);
  if (stats?.isDirectory()) throw new MachineError(`cannot change ${path}: a directory is there, where croft puts a file; move it away`);
  if (stats === null) return { path, token, old: null };
  const old = stagedBeside(place, oldToken(path));
  discard(ground, old);
  linkSync(place.at, old.at);
  ground.ownership.linked(place.path, old.path);
  return { path, token, old: oldToken(path) };
}

function take(ground: Ground, { path, token }: Entry): void {
  withPlace(ground, path, (place) => {
    if (token === null) return look(place) === null ? undefined : discard(ground, place);
    const staged = stagedBeside(place, token);
    renameSync(staged.at, place.at);
    ground.ownership.moved(staged.path, place.path);
  });
}

/** Two names of one file cannot be renamed onto each other (rename(2) then does nothing), so the second one goes. */
function restore(ground: Ground, place: Place, { token, old }: Entry): void {
  if (token !== null) discard(ground, stagedBeside(place, token));
  const now = look(place);
  if (now?.isDirectory()) return;
  if (old === null) return now === null || token === null ? undefined : discard(ground, place);
  const before = stagedBeside(place, old);
  const was = look(before);
  if (was === null) return;
  if (now?.ino === was.ino) return discard(ground, before);
  renameSync(before.at, place.at);
  ground.ownership.moved(before.path, place.path);
}

/** Do something at every place of a journal, and make it durable. What lies in a directory that is gone is gone, too. */
async function clear(ground: Ground, entries: readonly Entry[], work: (place: Place, entry: Entry) => void): Promise<void> {
  const changed = new Map<string, Place>();
  try {
    for (const entry of entries) {
      const place = reach(ground, entry.path);
      if (place === null) continue;
      const before = changed.get(place.directory);
      if (before === undefined) changed.set(place.directory, place);
      else leave(place);
      work(before === undefined ? place : beside(before, place.name), entry);
    }
    await syncDirectories(ground, [...changed.values()]);
  } finally {
    for (const place of changed.values()) leave(place);
  }
}

function forgetOld(ground: Ground, places: readonly Placing[]): void {
  for (const { path } of places) withPlace(ground, path, (place) => discard(ground, stagedBeside(place, oldToken(path))));
}

function makeHome(ground: Ground): void {
  withPlace(ground, ground.transactions, (place) => {
    if (look(place) !== null) return;
    mkdirSync(place.at, 0o700);
    syncDirectory(place);
  });
}

function withPlace<T>(ground: Ground, path: string, work: (place: Place) => T): T | null {
  const place = reach(ground, path);
  if (place === null) return null;
  try {
    return work(place);
  } finally {
    leave(place);
  }
}

/** Where there is no directory, there is nothing in it; what must not be trusted is refused. Errors: MachineError. */
function reach(ground: Ground, path: string): Place | null {
  const place = find(ground, path, 'change');
  if (!('broken' in place)) return place;
  if ('broken' in closed(find(ground, path, 'look'))) return null;
  throw new MachineError(`cannot change ${path}: ${place.broken}`);
}

function closed<T extends Place | { readonly broken: string }>(found: T): T {
  if (!('broken' in found)) leave(found);
  return found;
}

import { chmodSync, closeSync, constants, fstatSync, mkdirSync, openSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { MachineError, ownRoom, type Step } from '../model/machine.ts';
import { modeBits, type Ids } from './access.ts';
import { derive } from './derive.ts';
import { syncDirectory, syncLater, syncLatest } from './durable.ts';
import type { Ground } from './ground.ts';
import { entriesAt } from './read.ts';
import { purge } from './purge.ts';
import { refusal } from './refusal.ts';
import { restore, retire } from './retire.ts';
import { lastLine, lastLines } from './run.ts';
import { keep, putBack, stage, swap, unstage } from './transaction.ts';
import { enter, find, leave, look, O_PATH, type Place } from './tree.ts';
import { unseal } from './unseal.ts';
import { commit, discard, discardDirectory, stagedBeside, sweep, target, write } from './write.ts';

type Do<Name extends Step['do']> = Extract<Step, { do: Name }>;

/** Do one step. Errors: MachineError when the host refuses; then nothing of the step remains that a repetition would not put right. */
export async function perform(ground: Ground, step: Step): Promise<void> {
  ground.begin(follows(ground, step));
  try {
    if (!naming.includes(step.do) && !isOthers(step)) syncLatest(ground);
    await take(ground, step);
  } catch (error) {
    throw refusal(undoable(step), error);
  } finally {
    if (step.do === 'access') ground.ways.forget(step.path);
    else if (turns.includes(step.do)) ground.ways.forget();
  }
}

/** Steps that run nothing but a checker (which is waited for), and change neither who is who nor what is remembered of anybody else. */
function isCalm(step: Step): boolean {
  return naming.includes(step.do) || step.do === 'stage';
}

/** The grounds on which the last thing done was such a step, and this process has not waited for anything since. */
const resting = new WeakSet<Ground>();

/** Of a thousand directories made in one go, one asks who the host's users are. As for ways (ways.ts), that holds no longer than until this process next waits. */
function follows(ground: Ground, step: Step): boolean {
  const rests = resting.has(ground);
  if (!isCalm(step)) {
    resting.delete(ground);
    return false;
  }
  if (!rests) {
    resting.add(ground);
    setImmediate(() => resting.delete(ground));
  }
  return rests;
}

/** The steps that leave what they made to be synced with more of the kind. */
const naming: readonly Step['do'][] = ['directory', 'access', 'link'];

/** Is it a file that is written for others? A thousand keys and limits of members are so many names in a few directories. Where croft writes down what it did, that is there for good. */
function isOthers(step: Step): boolean {
  return step.do === 'write' && !step.path.startsWith(ownRoom);
}

/** The steps after which a directory may be another one, or others may write in it. */
const turns: readonly Step['do'][] = ['run', 'retire', 'restore', 'purge', 'remove-directory'];

function undoable(step: Step): string {
  if (step.do === 'run') return `cannot run ${step.argv.join(' ')}`;
  return 'path' in step ? `cannot change ${step.path}` : `cannot change what ${'unit' in step ? step.unit : 'a unit'} reads`;
}

function take(ground: Ground, step: Step): Promise<void> | void {
  switch (step.do) {
    case 'write': return write(ground, step, isOthers(step) ? 'soon' : 'at once');
    case 'derive': return write(ground, { ...step, text: derive(ground, step), secret: true });
    case 'unseal': return unseal(ground, step);
    case 'directory': return directory(ground, step);
    case 'access': return access(ground, step);
    case 'link': return link(ground, step);
    case 'remove': return remove(ground, step.path);
    case 'remove-directory': return removeDirectory(ground, step.path);
    case 'stage': return stage(ground, step);
    case 'unstage': return unstage(ground, step.places);
    case 'swap': return swap(ground, step);
    case 'keep': return keep(ground, step.unit);
    case 'put-back': return putBack(ground, step.unit);
    case 'retire': return retire(ground, step);
    case 'restore': return restore(ground, step);
    case 'purge': return purge(ground, step.path);
    case 'run': return run(ground, step);
  }
}

function directory(ground: Ground, step: Do<'directory'>): void {
  const wanted = { ids: ground.names.ids(step, step.path), mode: modeBits(step.mode) };
  at(enter(ground, step.path, `cannot make the directory ${step.path}`), (place) => {
    const stats = look(place);
    if (stats?.isDirectory()) return;
    if (stats !== null) throw new MachineError(`cannot make the directory ${step.path}: something else is there; move it away`);
    sweep(ground, place);
    // Under its name it is there with its mode and owner, or not at all.
    const staged = stagedBeside(place);
    mkdirSync(staged.at, 0o700);
    try {
      give(ground, staged, wanted);
      commit(ground, staged, place);
    } catch (error) {
      discardDirectory(ground, staged);
      throw error;
    }
    syncLater(ground, place);
  });
}

function access(ground: Ground, step: Do<'access'>): void {
  const wanted = { ids: ground.names.ids(step, step.path), mode: modeBits(step.mode) };
  at(enter(ground, step.path, `cannot set mode and owner of ${step.path}`), (place) => give(ground, place, wanted));
}

/**
 * The node is opened by name only (O_PATH), looked at, and then changed through the descriptor: no link is followed, no device woken.
 * A file with a second name is refused: that name may be anywhere, and the file somebody else's (attack F11).
 */
function give(ground: Ground, place: Place, wanted: { readonly ids: Ids; readonly mode: number }): void {
  const fd = openSync(place.at, O_PATH | constants.O_NOFOLLOW);
  try {
    const stats = fstatSync(fd);
    const undoable = `cannot set mode and owner of ${place.path}`;
    if (stats.isSymbolicLink()) throw new MachineError(`${undoable}: a link is there`);
    if (!stats.isFile() && !stats.isDirectory()) throw new MachineError(`${undoable}: neither a file nor a directory is there`);
    if (stats.isFile() && stats.nlink > 1) throw new MachineError(`${undoable}: the file has ${stats.nlink} names (hard links), croft knows but one`);
    ground.ownership.give(fd, place.path, wanted.ids);
    chmodSync(`/proc/self/fd/${fd}`, wanted.mode);
  } finally {
    closeSync(fd);
  }
}

function link(ground: Ground, step: Do<'link'>): void {
  at(target(ground, step.path), (place) => {
    const staged = stagedBeside(place);
    try {
      symlinkSync(step.target, staged.at);
      commit(ground, staged, place);
    } catch (error) {
      discard(ground, staged);
      throw error;
    }
    syncLater(ground, place);
  });
}

function remove(ground: Ground, path: string): void {
  gone(ground, path, (place) => {
    if (look(place)?.isDirectory()) throw new MachineError(`cannot remove ${path}: a directory is there, where croft had put a file`);
    unlinkSync(place.at);
  });
}

function removeDirectory(ground: Ground, path: string): void {
  gone(ground, path, (place) => {
    if (!look(place)?.isDirectory()) throw new MachineError(`cannot remove the directory ${path}: it is none any more`);
    sweepInside(ground, path);
    const entries = entriesAt(place) ?? [];
    if (entries.length > 0) throw new MachineError(`cannot remove the directory ${path}: it holds ${some(entries)}; croft removes only empty ones`);
    rmdirSync(place.at);
  });
}

function sweepInside(ground: Ground, path: string): void {
  at(enter(ground, `${path}/.croft`, `cannot remove the directory ${path}`), (inside) => sweep(ground, inside));
}

/** Take away what is there, in a directory that is there; what is gone already is as it should be. */
function gone(ground: Ground, path: string, unlink: (place: Place) => void): void {
  if (isGone(ground, path)) return;
  at(enter(ground, path, `cannot remove ${path}`), (place) => {
    if (look(place) === null) return;
    unlink(place);
    ground.ownership.forget(place.path);
    syncDirectory(place);
  });
}

function isGone(ground: Ground, path: string): boolean {
  const place = find(ground, path, 'look');
  return 'broken' in place || at(place, (found) => look(found) === null);
}

async function run(ground: Ground, step: Do<'run'>): Promise<void> {
  const { status, stderr, stdout } = await ground.run(step);
  if (status === 0 || status === step.idle) return;
  const said = [lastLine(stderr) || lastLine(stdout), `(status ${status})`].filter((text) => text !== '').join(' ');
  throw new MachineError(`cannot run ${step.argv.join(' ')}: ${said}`, { argv: step.argv, status, stderr: lastLines(stderr) });
}

function at<T>(place: Place, work: (place: Place) => T): T {
  try {
    return work(place);
  } finally {
    leave(place);
  }
}

function some(entries: readonly string[]): string {
  const named = entries.slice(0, 3).join(', ');
  return entries.length > 3 ? `${named} and ${entries.length - 3} more` : named;
}

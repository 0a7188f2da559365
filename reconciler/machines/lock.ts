/**
 * One run at a time on a host: /run/croft/lock names the process that works. It appears with its content at once (link(2) fails where
 * there is one), so nobody reads half of it. It is stale when no process of that number began at that time, which is counted from the boot;
 * who finds it stale takes a second lock, made the same way, before looking again and replacing it, so two finders cannot both win.
 * Source: link(2), proc_pid_stat(5) (field 22, starttime), /proc/sys/kernel/random/boot_id in proc_sys_kernel(5).
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { MachineError } from '../model/machine.ts';
import { inodes, names } from './access.ts';
import { distrust } from './guard.ts';
import { textAt } from './read.ts';
import { refusal } from './refusal.ts';
import { beside, enter, leave, look, type Place, type Tree } from './tree.ts';

interface Holder {
  readonly pid: number;
  readonly boot: string;
  /** Clock ticks after boot. */
  readonly started: string;
}

const DIRECTORY = '/run/croft';
const MAX_ATTEMPTS = 5;

/** Another run has the lock. Shape: which one, in words; and since when. Units: milliseconds since the epoch. */
export class AtWork extends MachineError {
  readonly holder: string;
  readonly since: number;

  constructor(holder: string, since: number) {
    super(`cannot begin a run: ${holder}`);
    this.holder = holder;
    this.since = since;
  }
}

/** Do a piece of work while no other run of croft works below this root. Errors: AtWork naming the process that is at work, MachineError. */
export async function withLock<T>(root: string, work: () => Promise<T>): Promise<T> {
  const mine = JSON.stringify(self());
  const place = take(root, mine);
  try {
    return await work();
  } finally {
    release(place, mine);
    leave(place);
  }
}

function take(root: string, mine: string): Place {
  try {
    return taken(lockPlace(treeOf(root)), mine);
  } catch (error) {
    throw refusal(`cannot begin a run: ${DIRECTORY}/lock cannot be made`, error);
  }
}

/** Whoever waits tries many times: what a try opened is closed. */
function taken(place: Place, mine: string): Place {
  try {
    acquire(place, mine);
    return place;
  } catch (error) {
    leave(place);
    throw error;
  }
}

function treeOf(root: string): Tree {
  if (root !== '/') return { root, distrust: () => null };
  const people = names({ root, distrust: () => null });
  return { root, distrust: (path, stats, purpose) => distrust({ ownership: inodes, names: people }, { path, stats, purpose }) };
}

function lockPlace(tree: Tree): Place {
  for (const path of ['/run', DIRECTORY]) makeDirectory(tree, path);
  return enter(tree, `${DIRECTORY}/lock`, 'cannot begin a run');
}

function makeDirectory(tree: Tree, path: string): void {
  const place = enter(tree, path, 'cannot begin a run');
  try {
    if (look(place) === null) makeNew(place);
  } finally {
    leave(place);
  }
}

/** Not `recursive`: on a file system that is read-only that says that something is not there. Another run may make it at the same time. */
function makeNew(place: Place): void {
  try {
    mkdirSync(place.at, { mode: 0o755 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function acquire(place: Place, mine: string): void {
  const staged = beside(place, `.lock.croft-${randomBytes(8).toString('hex')}`);
  writeFileSync(staged.at, mine, { flag: 'wx', mode: 0o644 });
  try {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) if (linked(staged, place) || recovered(staged, place)) return;
    throw new MachineError('cannot begin a run: its lock changes hands all the time; try again');
  } finally {
    if (look(staged) !== null) unlinkSync(staged.at);
  }
}

function linked(staged: Place, place: Place): boolean {
  try {
    linkSync(staged.at, place.at);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Replace a lock whose holder is no more. The lock beside it is needed for a moment only, and may be stale itself. */
function recovered(staged: Place, place: Place): boolean {
  refuseWhileHeld(place);
  const claim = beside(place, `${place.name}.recovery`);
  if (claim.name.length > 60) throw new MachineError(`cannot begin a run: remove what is in ${DIRECTORY} by hand`);
  if (!linked(staged, claim) && !recovered(staged, claim)) return false;
  try {
    refuseWhileHeld(place);
    if (look(place) === null) return false;
    const next = beside(place, `${staged.name}-next`);
    linkSync(staged.at, next.at);
    renameSync(next.at, place.at);
    return true;
  } finally {
    if (look(claim) !== null) unlinkSync(claim.at);
  }
}

function refuseWhileHeld(place: Place): void {
  const written = look(place);
  const holder = written?.isFile() ? parse(textAt(place) ?? '') : null;
  if (holder === null || written === null || !isAlive(holder)) return;
  const who = holder.pid === process.pid ? 'this very process' : `process ${holder.pid}`;
  throw new AtWork(`${who} has been at work since ${written.mtime.toISOString().slice(0, 19)}Z (${place.path})`, written.mtimeMs);
}

function release(place: Place, mine: string): void {
  if (look(place)?.isFile() && textAt(place) === mine) unlinkSync(place.at);
}

function self(): Holder {
  return { pid: process.pid, boot: bootId(), started: startOf(process.pid) ?? '' };
}

/**
 * In a container systemd puts a boot's id of its own over the kernel's, and a unit whose /proc is made anew sees the kernel's all the same:
 * another id alone does not say that the host was booted since.
 */
function isAlive(holder: Holder): boolean {
  const started = startOf(holder.pid);
  return started === null ? holder.boot === bootId() && isHidden(holder.pid) : started === holder.started;
}

/** Another user's process may be hidden from /proc (hidepid); then only its number is known. */
function isHidden(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** The second field is the program's name in parentheses and may hold anything: count from the last one. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}

function parse(text: string): Holder | null {
  try {
    const { pid, boot, started }: { readonly [key: string]: unknown } = Object(JSON.parse(text));
    return typeof pid === 'number' && pid > 0 && typeof boot === 'string' && typeof started === 'string' ? { pid, boot, started } : null;
  } catch {
    return null;
  }
}

/**
 * Writing a file whole or not at all. The text is staged beside the target as `.<name>.croft-<16 hex digits>` with its final mode and
 * owner, the daemon's own checker reads it there, it is synced, and one rename(2) puts it in the place of the old one, whatever that
 * was (a link is replaced, not followed; only a directory is refused). A crash leaves the old file and perhaps a staged one, which goes
 * when croft next writes in that directory. Source: rename(2), fsync(2) (a directory must be synced for its names).
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fchmodSync, fsyncSync, openSync, renameSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { MachineError, type Step } from '../model/machine.ts';
import { pieceLength, piecesOf } from '../model/pieces.ts';
import { modeBits, type Ids } from './access.ts';
import { syncDirectory, syncLater } from './durable.ts';
import type { Ground } from './ground.ts';
import { namedInJournals } from './journal.ts';
import { entriesAt } from './read.ts';
import { lastLine, lastLines, type Ran } from './run.ts';
import { beside, enter, leave, look, type Place } from './tree.ts';

type Writing = Omit<Extract<Step, { do: 'write' }>, 'do'>;

/** A file beside its target, not yet in its place. */
interface Staged {
  readonly place: Place;
  readonly fd: number;
}

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const STAGED = /^\..*\.croft-[0-9a-f]{16}$/s;

/**
 * Put a file in its place, or leave the old one as it is. What is in it survives a power cut from then on, and its name does, too, or soon
 * (durable.ts). Errors: MachineError when the check or the system refuses.
 */
export async function write(ground: Ground, writing: Writing, named: 'at once' | 'soon' = 'at once'): Promise<void> {
  const ids = ground.names.ids(writing, writing.path);
  const mode = modeBits(writing.mode);
  const place = target(ground, writing.path);
  try {
    const staged = stage(ground, place, { text: writing.text, mode, ids });
    try {
      if (writing.check !== undefined) await check(ground, { ...writing, check: writing.check }, staged.place);
      fsyncSync(staged.fd);
      commit(ground, staged.place, place);
    } catch (error) {
      discard(ground, staged.place);
      throw error;
    } finally {
      closeSync(staged.fd);
    }
    if (named === 'soon') syncLater(ground, place);
    else syncDirectory(place);
  } finally {
    leave(place);
  }
}

/** Hold the place where a file or link shall be, clean of what a crash left. Errors: MachineError when a directory is there. */
export function target(ground: Ground, path: string): Place {
  const place = enter(ground, path, `cannot write ${path}`);
  try {
    if (look(place)?.isDirectory()) throw new MachineError(`cannot write ${path}: a directory is there, and croft never removes one for a file; move it away`);
    sweep(ground, place);
    return place;
  } catch (error) {
    leave(place);
    throw error;
  }
}

/** Random digits that nobody has used: to ask for those of one name takes as long as for those of hundreds. */
let digits = '';

function freshToken(): string {
  if (digits === '') digits = randomBytes(2048).toString('hex');
  const token = digits.slice(0, 16);
  digits = digits.slice(16);
  return token;
}

/** Choose a name for what is staged beside a place. Shape: `.<name>.croft-<16 hex digits>`. */
export function stagedBeside(place: Place, token = freshToken()): Place {
  return beside(place, `.${place.name.slice(0, 60)}.croft-${token}`);
}

/** Write a text beside its place, with its final mode and owner. */
export function stage(ground: Ground, place: Place, content: { readonly text: string; readonly mode: number; readonly ids: Ids; readonly token?: string }): Staged {
  const staged = stagedBeside(place, content.token);
  const fd = openSync(staged.at, CREATE, 0o600);
  try {
    writeText(fd, content.text);
    ground.ownership.give(fd, staged.path, content.ids);
    fchmodSync(fd, content.mode);
    return { place: staged, fd };
  } catch (error) {
    closeSync(fd);
    discard(ground, staged);
    throw error;
  }
}

const BYTES = Buffer.allocUnsafe(3 * pieceLength);

/** Write a text as UTF-8. */
function writeText(fd: number, text: string): void {
  if (text.length <= pieceLength) return writeFileSync(fd, text);
  for (const piece of piecesOf(text)) writeFileSync(fd, BYTES.subarray(0, BYTES.write(piece)));
}

/** Put what was staged in its place, at once. */
export function commit(ground: Ground, staged: Place, place: Place): void {
  renameSync(staged.at, place.at);
  ground.ownership.moved(staged.path, place.path);
}

/** Take back what was staged. */
export function discard(ground: Ground, staged: Place): void {
  if (look(staged) !== null) unlinkSync(staged.at);
  ground.ownership.forget(staged.path);
}

/** Take back a directory that was staged, unless somebody has put something in it. */
export function discardDirectory(ground: Ground, staged: Place): void {
  if (look(staged)?.isDirectory() === true && entriesAt(staged)?.length === 0) rmdirSync(staged.at);
  ground.ownership.forget(staged.path);
}

/** Is something of this path beside its place? */
export function isStaged(path: string): boolean {
  return STAGED.test(path.slice(path.lastIndexOf('/') + 1));
}

/** Remove what a crash left staged in a place's directory, but for what a journal still needs; once for each directory, for only one croft writes at a time. */
export function sweep(ground: Ground, place: Place): void {
  if (ground.swept.has(place.directory)) return;
  const staged = (entriesAt(beside(place, '.')) ?? []).filter((entry) => STAGED.test(entry));
  const kept = staged.length === 0 ? new Set<string>() : namedInJournals(ground);
  for (const name of staged) {
    const left = beside(place, name);
    if (kept?.has(name) !== false) continue;
    if (look(left)?.isDirectory() === true) discardDirectory(ground, left);
    else discard(ground, left);
  }
  ground.swept.add(place.directory);
}

type Checked = Pick<Writing, 'path' | 'secret'> & { readonly check: readonly string[] };

async function check(ground: Ground, writing: Checked, staged: Place): Promise<void> {
  const argv = writing.check.map((word) => word.replaceAll('{}', () => staged.path));
  judge(await ground.patience(argv, (timeoutSeconds) => ground.run({ argv, timeoutSeconds })), writing, staged);
}

/** Say what a check came to. Errors: MachineError when it refuses, in the words of the file's own path. */
export function judge(ran: Ran, writing: Checked, staged: Place): void {
  if (ran.status === 0) return;
  const said = `${ran.stdout}\n${ran.stderr}`.replaceAll(staged.path, () => writing.path).replaceAll(staged.name, () => writing.path);
  const stderr = writing.secret ? '' : lastLines(said);
  const because = writing.secret ? 'what it said is not repeated, because the file is secret' : lastLine(stderr) || `status ${ran.status}`;
  throw new MachineError(`cannot write ${writing.path}: ${writing.check[0] ?? 'its check'} refuses it: ${because}`, { argv: writing.check, status: ran.status, stderr });
}

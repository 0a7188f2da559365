/**
 * Tells the others how a run went: a signed report below refs/croft/hosts/, and a note on the commit that came into force, which
 * `git log --notes='croft/*'` shows below it. Both refs name one commit without parents and are moved by force, so the repository does not
 * grow with them. Nothing new is told again after ten minutes, so that silence means something. Source: git-notes(1).
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reportFile } from '../authority/host-report.ts';
import type { PrivateKey } from '../authority/sign.ts';
import { createRepository } from '../git/commit.ts';
import { because, codeOf, GitError } from '../git/error.ts';
import { usualLimits } from '../git/http.ts';
import { writeStatement, type Stating } from '../git/statement.ts';
import type { Pushed, Transport, Update } from '../git/transport.ts';
import { transportTo } from '../git/transports.ts';
import type { Told } from '../handover/telling.ts';
import { digest } from '../model/digest.ts';
import type { Signer } from '../model/host-report.ts';
import { withoutTime } from '../report/host-report.ts';
import { signingKeyOf, type KeyPlace } from './host-key.ts';
import type { Desk } from './place.ts';
import { readPublished, writePublished, type Published } from './published.ts';
import { reportRefs } from './reports.ts';

/** A run that has ended, and where it is to be told. */
export interface Ended {
  /** `stateDirectory` is where what was told is remembered. */
  readonly place: KeyPlace & Pick<Desk, 'stateDirectory' | 'identity'>;
  readonly told: Told;
  /** Where to tell it; null: nowhere now. */
  readonly remote: string | null;
  readonly host: Signer;
  /** What the remote had below `refs/croft/hosts/` when the run began; null when it did not say. */
  readonly refs: ReadonlyMap<string, string> | null;
  /** The way by which that was heard, which stays open; null or not there: one is opened. */
  readonly way?: Transport | null;
}

/** Units: seconds. */
const heartbeat = 10 * 60;
const mostNotes = 500;
/** Half a day of them: a server may be away for long after one that it took. */
const mostUnanswered = 72;

/** Tell the others how a run went, when there is something to tell. Never fails the run. Shape: notices. Errors: GitError. */
export async function publish(ended: Ended): Promise<readonly string[]> {
  const { refused, notices } = await tell(ended, false);
  return refused === null ? notices : [`cannot tell the others how this run went: ${refused}; it is tried again in ${heartbeat / 60} minutes`];
}

/** The same, where what this host told before is as it left it: then nobody asks first. Shape: null where it is not, or not all was taken: ask. Errors: GitError. */
export async function publishAsLeft(ended: Omit<Ended, 'refs' | 'way'>): Promise<readonly string[] | null> {
  const { refused, notices } = await tell({ ...ended, refs: null }, true);
  return refused === null ? notices : null;
}

/** What came of telling. */
interface Outcome {
  readonly refused: string | null;
  readonly notices: readonly string[];
}

/** `asLeft`: nobody asks where refs are; whoever guesses so has not been refused by anybody yet. */
async function tell(ended: Ended, asLeft: boolean): Promise<Outcome> {
  const { place, remote, host } = ended;
  const key = await signingKeyOf(place, host);
  if (key === null || !key.ok) return { refused: null, notices: key === null ? [] : [key.why] };
  const before = await readPublished(place.stateDirectory);
  const news = newsOf(ended, before);
  const sent = remote === null || !news.due ? null : await send({ ...ended, remote, key, guessed: asLeft ? leftBy(host, before) : null }, news);
  await keep(place, before, sent === null ? news.published : { ...afterSending(news, sent), refusedAt: sent.refused === null ? null : asLeft ? before.refusedAt : news.time });
  return { refused: sent?.refused ?? null, notices: [] };
}

/** Where a host left its refs; those that it never left anywhere are taken not to be there. */
function leftBy({ name }: Signer, { report, noted }: Published): ReadonlyMap<string, string> {
  return new Map([...(report === null ? [] : [[reportOf(name), report.oid] as const]), ...(noted === null ? [] : [[notesOf(name), noted] as const])]);
}

/** A remote may take one of the two and not the other; or both, without a word. */
function afterSending({ published, time, said }: News, { report, unanswered, notes }: Sent): Published {
  const told = report === null ? { unanswered: [...published.unanswered, ...unanswered].slice(-mostUnanswered) } : { report: { oid: report, time, said }, unanswered: [] };
  return { ...published, ...told, noted: notes ?? published.noted, owed: published.owed && notes === null };
}

interface News {
  readonly time: number;
  readonly text: string;
  readonly said: string;
  readonly published: Published;
  readonly due: boolean;
}

function newsOf({ told, host, refs }: Ended, before: Published): News {
  const time = Math.floor(told.endedAt / 1000);
  const { commit } = told.report;
  const since = before.commit === commit ? before.since : time;
  const report = { ...told.report, since };
  const said = digest(withoutTime(report));
  const notes = noted(before.notes, told);
  const published = { ...before, commit, since, notes, owed: before.owed || notes !== before.notes };
  const isLost = refs !== null && refs.get(reportOf(host.name)) !== before.report?.oid;
  const isNew = said !== before.report?.said || published.owed || isLost || hasPassed(before.report.time, time);
  const mayTry = before.refusedAt === null || hasPassed(before.refusedAt, time);
  return { time, text: `${JSON.stringify(report, null, 2)}\n`, said, published, due: isNew && mayTry };
}

/** A clock that was put back must not keep a host silent. */
function hasPassed(from: number, to: number): boolean {
  return Math.abs(to - from) >= heartbeat;
}

/** A commit gets its note when it comes into force, and another when what was left out of it then is in force too. */
function noted(notes: Published['notes'], { report: { commit }, note, whole }: Told): Published['notes'] {
  const [last, text] = notes.at(-1) ?? [];
  const isTold = last === commit && !(text?.includes(', except: ') === true && whole);
  if (isTold) return notes;
  return [...notes.filter(([oid]) => oid !== commit), [commit, note] as const].slice(-mostNotes);
}

async function keep({ stateDirectory }: Ended['place'], before: Published, after: Published): Promise<void> {
  if (JSON.stringify(before) !== JSON.stringify(after)) await writePublished(stateDirectory, after);
}

type Sending = Ended & { readonly remote: string; readonly key: PrivateKey; readonly guessed: ReadonlyMap<string, string> | null };

/** What the remote took of it, by oid, and why not all. */
interface Sent {
  readonly report: string | null;
  /** The report, where nothing was said of it: it may have been taken, or never have come there. */
  readonly unanswered: readonly string[];
  readonly notes: string | null;
  readonly refused: string | null;
}

function reportOf(host: string): string {
  return `${reportRefs}${host}`;
}

function notesOf(host: string): string {
  return `refs/notes/croft/${host}`;
}

const nothing = { report: null, unanswered: [], notes: null } as const;

/** Commits are written apart from the mirror, which would have to be cleared of them. */
async function send(sending: Sending, news: News): Promise<Sent> {
  const directory = join(sending.place.stateDirectory, 'outgoing.git');
  try {
    await rm(directory, { recursive: true, force: true });
    return await sendFrom(directory, sending, news);
  } catch (error) {
    if (error instanceof GitError) return { ...nothing, refused: error.message };
    // A disk that is full or read-only keeps a host from telling, and nothing else.
    if (codeOf(error) !== null) return { ...nothing, refused: because(error) };
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true }).catch(unlessSystem);
  }
}

/** What cannot be cleared away now is cleared away first next time. */
function unlessSystem(error: unknown): void {
  if (codeOf(error) === null) throw error;
}

async function sendFrom(directory: string, { place, host, remote, key, guessed, way = null }: Sending, { time, text, published }: News): Promise<Sent> {
  const repository = await createRepository(directory);
  const author = { name: `croft on ${host.name}`, mail: `croft@${host.fqdn}` };
  const signed = { author, time, sign: (payload) => key.sign(payload, 'git') } satisfies Partial<Stating>;
  const oid = await writeStatement(repository, { ...signed, files: new Map([[reportFile, text]]), message: `report of ${host.name}` });
  const lines = new Map(published.notes.map(([commit, note]) => [commit, `${note}\n`]));
  const notes = await writeStatement(repository, { ...signed, files: lines, message: `notes of ${host.name}` });
  const transport = way ?? transportTo(remote, usualLimits, place.identity);
  try {
    const refs = guessed ?? (await transport.refs());
    const update = (ref: string, next: string): Update => ({ ref, old: refs.get(ref) ?? null, new: next, force: true });
    const owed = published.owed ? [update(notesOf(host.name), notes)] : [];
    // It may be there already, from a try of which only this was taken.
    const isThere = refs.get(reportOf(host.name)) === oid;
    const pushed = await answerOf(transport.push(repository, [...(isThere ? [] : [update(reportOf(host.name), oid)]), ...owed]));
    if (pushed instanceof GitError) return { ...nothing, unanswered: [oid], refused: pushed.message };
    const [first] = pushed.results.flatMap(({ ref, refused }) => (refused === null ? [] : [`${remote} does not take ${ref}: ${refused}`]));
    const taken = new Set(pushed.results.flatMap(({ ref, refused }) => (refused === null ? [ref] : [])));
    return { report: isThere || taken.has(reportOf(host.name)) ? oid : null, unanswered: [], notes: taken.has(notesOf(host.name)) ? notes : null, refused: first ?? null };
  } finally {
    if (transport !== way) transport.close();
  }
}

/** A remote may have taken what was pushed, and never said so. */
async function answerOf(pushed: Promise<Pushed>): Promise<Pushed | GitError> {
  try {
    return await pushed;
  } catch (error) {
    if (error instanceof GitError) return error;
    throw error;
  }
}

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
import type { Transport, Update } from '../git/transport.ts';
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

/** Tell the others how a run went, when there is something to tell. Never fails the run. Shape: notices. Errors: GitError. */
export async function publish(ended: Ended): Promise<readonly string[]> {
  const { place, remote, host } = ended;
  const key = await signingKeyOf(place, host);
  if (key === null) return [];
  if (!key.ok) return [key.why];
  const before = await readPublished(place.stateDirectory);
  const news = newsOf(ended, before);
  if (remote === null || !news.due) return keep(place, before, news.published);
  const { oid, refused } = await send({ ...ended, remote, key }, news);
  if (refused !== null) {
    await keep(place, before, { ...news.published, refusedAt: news.time });
    return [`cannot tell the others how this run went: ${refused}; it is tried again in ${heartbeat / 60} minutes`];
  }
  return keep(place, before, { ...news.published, report: { oid, time: news.time, said: news.said }, owed: false, refusedAt: null });
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
  const isLost = refs !== null && refs.get(`${reportRefs}${host.name}`) !== before.report?.oid;
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

async function keep({ stateDirectory }: Ended['place'], before: Published, after: Published): Promise<readonly string[]> {
  if (JSON.stringify(before) !== JSON.stringify(after)) await writePublished(stateDirectory, after);
  return [];
}

type Sending = Ended & { readonly remote: string; readonly key: PrivateKey };

interface Sent {
  readonly oid: string;
  readonly refused: string | null;
}

/** Commits are written apart from the mirror, which would have to be cleared of them. */
async function send(sending: Sending, news: News): Promise<Sent> {
  const directory = join(sending.place.stateDirectory, 'outgoing.git');
  try {
    await rm(directory, { recursive: true, force: true });
    return await sendFrom(directory, sending, news);
  } catch (error) {
    if (error instanceof GitError) return { oid: '', refused: error.message };
    // A disk that is full or read-only keeps a host from telling, and nothing else.
    if (codeOf(error) !== null) return { oid: '', refused: because(error) };
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true }).catch(unlessSystem);
  }
}

/** What cannot be cleared away now is cleared away first next time. */
function unlessSystem(error: unknown): void {
  if (codeOf(error) === null) throw error;
}

async function sendFrom(directory: string, { place, host, remote, key, way = null }: Sending, { time, text, published }: News): Promise<Sent> {
  const repository = await createRepository(directory);
  const author = { name: `croft on ${host.name}`, mail: `croft@${host.fqdn}` };
  const signed = { author, time, sign: (payload) => key.sign(payload, 'git') } satisfies Partial<Stating>;
  const oid = await writeStatement(repository, { ...signed, files: new Map([[reportFile, text]]), message: `report of ${host.name}` });
  const lines = new Map(published.notes.map(([commit, note]) => [commit, `${note}\n`]));
  const notes = await writeStatement(repository, { ...signed, files: lines, message: `notes of ${host.name}` });
  const transport = way ?? transportTo(remote, usualLimits, place.identity);
  try {
    const refs = await transport.refs();
    const update = (ref: string, next: string): Update => ({ ref, old: refs.get(ref) ?? null, new: next, force: true });
    const owed = published.owed ? [update(`refs/notes/croft/${host.name}`, notes)] : [];
    const { results } = await transport.push(repository, [update(`${reportRefs}${host.name}`, oid), ...owed]);
    const [first] = results.flatMap(({ ref, refused }) => (refused === null ? [] : [`${remote} does not take ${ref}: ${refused}`]));
    return { oid, refused: first ?? null };
  } finally {
    if (transport !== way) transport.close();
  }
}

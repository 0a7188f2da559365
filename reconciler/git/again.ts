/**
 * Who was told of news and could not get it asks again. What passes is asked about once more – a server that is silent, busy, or being
 * started – and nothing else: a password, a key or a path that is wrong is no better a moment later. The others are asked first, and who
 * waits waits a moment of its own, or all hosts would be back at the same time. A server that has too much to do is no quicker for being asked
 * more often, and throws away what it was at: so whoever is asked again is given more time.
 */
import type { Limits } from './http.ts';
import { recordedTip } from './ratchet.ts';
import type { Fetched, Wanted } from './remote.ts';
import type { Repository } from './store.ts';

/** Nobody is asked again later than this after the first was asked. Units: seconds. */
const latest = 45;

/** How long all together may be silent that are asked again, in times of what one may be that is asked first. */
const patience = 3;

/** Bound what asking so many again may take: all of them together as long as one that was asked first, however they answer. */
export function patient(limits: Limits, remotes: number): Limits {
  const silenceSeconds = Math.max(limits.silenceSeconds, (limits.silenceSeconds * patience) / remotes);
  return { ...limits, wholeSeconds: limits.wholeSeconds / remotes, silenceSeconds };
}

/** What came of asking all of them, when that was begun, by the process's own clock in seconds, and how to ask some. */
interface Asked {
  readonly fetched: Fetched;
  readonly begun: number;
  readonly ask: (more: Pick<Wanted, 'remotes' | 'limits'>) => Promise<Fetched>;
}

/** Ask again as often as that is wanted, as long as it may come to something. */
export async function askedAgain(mirror: Repository, { again, remotes: all, limits }: Pick<Wanted, 'remotes'> & Required<Pick<Wanted, 'again' | 'limits'>>, { fetched: first, begun, ask }: Asked): Promise<Fetched> {
  let fetched = first;
  for (const seconds of again) {
    const remotes = await toAskAgain(mirror, { remotes: all }, fetched);
    if (remotes.length === 0 || !(await waited(seconds, begun))) break;
    fetched = joined(fetched, await ask({ remotes, limits: patient(limits, remotes.length) }));
  }
  return fetched;
}

/** Wait before remotes are asked again. Shape: false when it is too late for that. */
async function waited(seconds: number, begun: number): Promise<boolean> {
  if (process.uptime() - begun + seconds > latest) return false;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return true;
}

/** Name the remotes to ask again: before the one that answered, or where that had nothing new, those whose trouble may be over. */
async function toAskAgain(mirror: Repository, { remotes }: Pick<Wanted, 'remotes'>, { tip, remote, failures }: Fetched): Promise<readonly string[]> {
  const missed = remotes.filter((each) => failures.some(({ url, passing }) => passing && url === each));
  // A remote that follows another one may not have what that one told of.
  const isNews = missed.length > 0 && remote !== null && tip !== (await recordedTip(mirror)).value?.oid;
  return isNews ? [] : missed;
}

/** Put what came of asking again in the place of what came before. */
function joined(before: Fetched, after: Fetched): Fetched {
  const failures = before.failures.map((failure) => after.failures.find(({ url }) => url === failure.url) ?? failure);
  if (after.remote === null) return { ...before, failures };
  const at = failures.findIndex(({ url }) => url === after.remote);
  const first = failures[at];
  return { ...after, failures: failures.slice(0, at), ...(first !== undefined && { first }) };
}

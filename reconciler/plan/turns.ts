/**
 * The turns of a day: what need not be done every minute, but must not be forgotten either, is done when its turn has come. Which turn it
 * is follows from the time and the host's name alone, so that not all hosts of a co-op do the same thing at the same time, and nobody has
 * to keep a list: what came due while a host was asleep is due when it wakes up.
 */
import { dayMilliseconds } from '../model/day.ts';
import { digest } from '../model/digest.ts';

/** How many turns a day has. */
export const turnsOfDay = 288;
const turnMs = dayMilliseconds / turnsOfDay;

/** Say in which turn a path is read: always in the same one, whatever else is read. Source: the hash is FNV-1a, of 32 bits. */
export function turnOf(path: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at += 1) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % turnsOfDay;
}

/** Name the turns that have come since a run ended; all of them where nobody knows, one where the clock was put back. Units: milliseconds since the epoch. */
export function turnsSince(host: string, last: number | null, now: number): readonly number[] {
  const shift = Number.parseInt(digest(host).slice('sha256:'.length, 'sha256:'.length + 8), 16) % dayMilliseconds;
  const turn = (at: number): number => Math.floor((at + shift) / turnMs);
  if (last === null || now - last >= dayMilliseconds) return Array.from({ length: turnsOfDay }, (_, index) => index);
  const first = last > now ? turn(now) : turn(last) + 1;
  return Array.from({ length: turn(now) - first + 1 }, (_, index) => (first + index) % turnsOfDay);
}

import { ownerName } from '../model/owner.ts';
import type { Danger, Guard } from './guards.ts';
import { alreadyWords, homes, isMuch, made, muchWords, type Bounds } from './tallies.ts';

/** Homes go one by one, with their members. */
const many: Bounds = { floor: 3, share: 1 / 10, words: 'a tenth' };
/** A co-op has few hosts and few classes of limits, and changes one at a time. Active members who leave are counted one by one elsewhere. */
const bounds = {
  members: { floor: 10, share: 1 / 2, words: 'a half' }, hosts: { floor: 1, share: 1 / 3, words: 'a third' }, limits: { floor: 1, share: 1 / 3, words: 'a third' },
} as const satisfies { readonly [what: string]: Bounds };
/** Of a co-op of two members both may rightly be gone tomorrow; of three, hardly. */
const fewestToEmpty = { members: 3, hosts: 1, limits: 1 } as const;

/** Find many homes that would be put aside at once, of whoever is not counted among the members who leave. */
export const data: Guard = (sight) => {
  const { host } = sight.catalog;
  const tally = homes(sight);
  const { going, gone, all } = tally;
  if (going.length === 0 || !isMuch(sight, { count: going.length + gone.length, of: all }, many)) return [];
  const names = `${going.slice(0, 5).map(({ owner }) => ownerName(owner)).join(', ')}${going.length > 5 ? ', …' : ''}`;
  return [{
    guard: 'data', object: `host:${host}`, owner: 'coop', going: going.map(({ id }) => id),
    says: `put ${going.length} of the ${all} homes on ${host} aside at once (${names})${alreadyWords(tally)}: ${muchWords(sight, many)}`,
  }];
};

/** Find a co-op that has lost much of what it is made of since this host was made. */
export const shrunken: Guard = (sight) => {
  const lost = (['members', 'hosts', 'limits'] as const).flatMap((what) => {
    const tally = made(sight, what);
    const { going, gone, all } = tally;
    const left = sight.state[what].length;
    const isEmpty = left === 0 && all >= fewestToEmpty[what];
    if (going.length === 0 || (!isEmpty && !isMuch(sight, { count: going.length + gone.length, of: all }, bounds[what]))) return [];
    return [{ going, says: `${left} of ${all} ${words[what]}${alreadyWords(tally)}` }];
  });
  if (lost.length === 0) return [];
  const danger: Danger = {
    guard: 'shrunken', object: 'coop', owner: 'coop', going: lost.flatMap(({ going }) => going.map(({ id }) => id)),
    says: `leave the co-op with ${lost.map(({ says }) => says).join(' and ')}: that is much at once`,
  };
  return [danger];
};

const words = { members: 'members', hosts: 'hosts', limits: 'classes of limits' } as const;

import { ownerName } from '../model/owner.ts';
import { declaredIn } from './before.ts';
import { isMuch, isSpared, leavingFrom, type Danger, type Guard } from './guards.ts';

const homes = 'home:/home/';

/** Homes go one by one, with their members. */
const many = { floor: 3, share: 1 / 10 } as const;
/** A co-op has few hosts and few classes of limits, and changes one at a time. Active members who leave are counted one by one elsewhere. */
const bounds = { members: { floor: 10, share: 1 / 2 }, hosts: { floor: 1, share: 1 / 3 }, limits: { floor: 1, share: 1 / 3 } } as const;
/** Of a co-op of two members both may rightly be gone tomorrow; of three, hardly. */
const fewestToEmpty = { members: 3, hosts: 1, limits: 1 } as const;

/** Find many homes that would be put aside at once, of whoever is not counted among the members who leave. */
export const data: Guard = (sight) => {
  const { catalog, inventory } = sight;
  const isLeaving = leavingFrom(sight);
  const declared = declaredIn(catalog);
  const all = [...inventory.entries].filter(([id]) => id.startsWith(homes));
  const gone = all.filter(([id, { owner }]) => !declared.has(id) && !isLeaving(owner) && !isSpared(owner, sight));
  if (!isMuch(gone.length, all.length, many)) return [];
  const names = gone.map(([, { owner }]) => ownerName(owner));
  return [{
    guard: 'data', object: `host:${catalog.host}`, owner: 'coop', count: gone.length,
    says: `put ${gone.length} of the ${all.length} homes on ${catalog.host} aside at once (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}): that is more than ${many.floor} and more than a tenth`,
  }];
};

/** Find a co-op that has lost much of what it is made of since this host was made. */
export const shrunken: Guard = ({ before, state }) => {
  if (before === null || before === undefined) return [];
  const now = { members: state.members.length, hosts: state.hosts.length, limits: state.limits.length };
  const lost = (['members', 'hosts', 'limits'] as const).flatMap((what) => {
    const count = before[what] - now[what];
    const isEmpty = now[what] === 0 && before[what] >= fewestToEmpty[what];
    return isEmpty || isMuch(count, before[what], bounds[what]) ? [{ count, says: `${now[what]} of ${before[what]} ${words[what]}` }] : [];
  });
  if (lost.length === 0) return [];
  const danger: Danger = {
    guard: 'shrunken', object: 'coop', owner: 'coop', count: lost.reduce((sum, { count }) => sum + count, 0),
    says: `leave the co-op with ${lost.map(({ says }) => says).join(' and ')}: that is much at once`,
  };
  return [danger];
};

const words = { members: 'members', hosts: 'hosts', limits: 'classes of limits' } as const;

/**
 * Finding whose change breaks the whole, by trying parts of it. Pure: what a trial is, and what it costs, is the caller's. A trial is
 * taken to be monotone (what is bad stays bad with more added), so a binary search finds the first item that spoils what came before it;
 * that one is left out, and the search goes on behind it. What is found is therefore a set to which nothing can be added that was left
 * out, also where two are bad only together: then the earlier one stays.
 */

/** Does everything go well with these, and no others? */
export type Trial<T> = (items: readonly T[]) => Promise<boolean>;

/** What became of the items: `untried` are those for which there was no trial left. */
export interface Blame<T> {
  readonly good: readonly T[];
  readonly bad: readonly T[];
  readonly untried: readonly T[];
}

/** Whose documents belong together: these are tried at once, and one by one only when they are bad. */
export interface Group<T> {
  readonly items: readonly T[];
}

/** Find the bad ones among items that are known to be bad together, while none of them is not. At most k·(⌈log₂ n⌉ + 1) trials for k bad ones. */
export async function blame<T>(items: readonly T[], trial: Trial<T>): Promise<Blame<T>> {
  let good: readonly T[] = [];
  let rest = items;
  const bad: T[] = [];
  while (rest.length > 0) {
    const first = await firstBad(rest, (some) => trial([...good, ...some]));
    good = [...good, ...rest.slice(0, first)];
    bad.push(...rest.slice(first, first + 1));
    rest = rest.slice(first + 1);
    if (rest.length > 0 && (await trial([...good, ...rest]))) return { good: [...good, ...rest], bad, untried: [] };
  }
  return { good, bad, untried: [] };
}

/** The same by groups first, then within the bad groups. */
export async function blameGroups<T>(groups: readonly Group<T>[], trial: Trial<T>): Promise<Blame<T>> {
  const flat = (some: readonly Group<T>[]): readonly T[] => some.flatMap(({ items }) => items);
  const found = await blame(groups, (some) => trial(flat(some)));
  let good = flat(found.good);
  const bad: T[] = [];
  for (const { items } of found.bad) {
    const inside = items.length === 1 ? { good: [], bad: items } : await blame(items, (some) => trial([...good, ...some]));
    good = [...good, ...inside.good];
    bad.push(...inside.bad);
  }
  return { good, bad, untried: [] };
}

/** Give a search no more than so many trials: what it would have tried later is `untried`, and what passed by then is good. */
export async function blameWithin<T>(groups: readonly Group<T>[], trial: Trial<T>, trials: number): Promise<Blame<T>> {
  let left = trials;
  let passed: readonly T[] = [];
  const refused: T[] = [];
  const limited: Trial<T> = async (items) => {
    if (left === 0) throw new Exhausted();
    left -= 1;
    const good = await trial(items);
    if (good) passed = items;
    else if (items.length === passed.length + 1) refused.push(...items.slice(-1));
    return good;
  };
  try {
    return await blameGroups(groups, limited);
  } catch (error) {
    if (!(error instanceof Exhausted)) throw error;
    const settled = new Set([...passed, ...refused]);
    return { good: passed, bad: [...new Set(refused)], untried: groups.flatMap(({ items }) => items).filter((item) => !settled.has(item)) };
  }
}

class Exhausted extends Error {}

/** The number of items before the one that spoils them; all of them together are known to be bad. */
async function firstBad<T>(items: readonly T[], trial: Trial<T>): Promise<number> {
  let [low, high] = [0, items.length];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await trial(items.slice(0, middle))) low = middle;
    else high = middle;
  }
  return low;
}

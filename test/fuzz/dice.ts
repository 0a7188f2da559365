/** Chance that can be thrown again: everything that a case is made of comes from one number. */
export interface Dice {
  /** A whole number from 0 up to, not including, `end`. */
  readonly below: (end: number) => number;
  readonly one: <T>(of: readonly T[]) => T;
  /** True so often of a hundred times. */
  readonly chance: (percent: number) => boolean;
  /** A list of up to `most` things. */
  readonly several: <T>(most: number, make: () => T) => readonly T[];
}

/** Throw from a number. Source: Mulberry32, by Tommy Ettinger, public domain. */
export function dice(seed: number): Dice {
  let state = seed | 0;
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 * end);
  };
  return {
    below,
    one: (of) => {
      const found = of[below(of.length)] ?? of[0];
      if (found === undefined) throw new Error('cannot choose of nothing');
      return found;
    },
    chance: (percent) => below(100) < percent,
    several: (most, make) => {
      const made: ReturnType<typeof make>[] = [];
      for (let left = below(most + 1); left > 0; left -= 1) made.push(make());
      return made;
    },
  };
}

/** Mix the number of a run and of a case into the case's own. */
export function mixed(seed: number, index: number): number {
  return Math.imul((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0, 0x85ebca6b) ^ index;
}

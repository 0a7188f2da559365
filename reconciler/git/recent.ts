/** Values by key, of which those not asked for longest are forgotten when all together weigh too much: walking a long history must not fill the memory. */
export interface Recent<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value, weight: number): void;
  /** Know the same, and go on apart. */
  copy(): Recent<Value>;
}

interface Kept<Value> {
  readonly value: Value;
  readonly weight: number;
}

/** Make a memory for values that may weigh so much together. */
export function recent<Value>(heaviest: number, start: Iterable<[string, Kept<Value>]> = []): Recent<Value> {
  const kept = new Map(start);
  let total = [...kept.values()].reduce((sum, { weight }) => sum + weight, 0);
  function drop(key: string): void {
    total -= kept.get(key)?.weight ?? 0;
    kept.delete(key);
  }
  return {
    get: (key) => {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.value;
    },
    set: (key, value, weight) => {
      drop(key);
      kept.set(key, { value, weight });
      total += weight;
      if (total <= heaviest) return;
      // Some at once: to find the oldest, V8 goes over what was dropped before it.
      for (const oldest of kept.keys()) {
        if (total <= heaviest * 0.9 || oldest === key) break;
        drop(oldest);
      }
    },
    copy: () => recent(heaviest, kept),
  };
}

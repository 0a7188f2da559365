/** Things in an order in which each comes after what comes before it. */
export interface Sequence<Key> {
  readonly ordered: readonly Key[];
  /** Something that would have to come before itself; null when nothing would, and the order is whole. */
  readonly circle: Key | null;
}

/** Put each thing after what comes before it, and else leave them as they are. However long the chains are: this does not recurse. */
export function inSequence<Key>(keys: readonly Key[], before: (key: Key) => readonly Key[]): Sequence<Key> {
  const ordered: Key[] = [];
  const visits = new Map<Key, 'open' | 'closed'>();
  for (const start of keys) {
    if (visits.has(start)) continue;
    const earlier = before(start);
    // Mostly all that comes before it is in its place already.
    if (earlier.every((key) => visits.has(key))) {
      visits.set(start, 'closed');
      ordered.push(start);
      continue;
    }
    visits.set(start, 'open');
    const way = [{ key: start, earlier, next: 0 }];
    for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
      const key = at.earlier[at.next];
      at.next += 1;
      if (key === undefined) {
        visits.set(at.key, 'closed');
        ordered.push(at.key);
        way.pop();
      } else if (visits.get(key) === 'open') {
        return { ordered, circle: key };
      } else if (!visits.has(key)) {
        visits.set(key, 'open');
        way.push({ key, earlier: before(key), next: 0 });
      }
    }
  }
  return { ordered, circle: null };
}

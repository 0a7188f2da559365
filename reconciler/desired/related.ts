import type { Owner } from '../model/owner.ts';
import { parentOf } from './ownership.ts';
import type { Takes } from './takes.ts';

/** Owners by a word. */
type Index = Map<string, Owner[]>;

/** Find everybody who has to do with some owners, however far round; the co-op only as far as it leads to others. */
export function relatedTo(seeds: Iterable<Owner>, takes: ReadonlyMap<Owner, Takes>): ReadonlySet<Owner> {
  const neighbours = neighboursIn(takes);
  const [found, waiting] = [new Set<Owner>(seeds), [...seeds]];
  for (let owner = waiting.pop(); owner !== undefined; owner = waiting.pop()) {
    for (const other of neighbours(owner)) {
      if (found.has(other)) continue;
      found.add(other);
      waiting.push(other);
    }
  }
  return found;
}

/** The co-op's own documents are always there: nobody is tied to somebody else by both having to do with them. */
function neighboursIn(takes: ReadonlyMap<Owner, Takes>): (owner: Owner) => readonly Owner[] {
  const [byMark, byLead, byName, byAbove]: [Index, Index, Index, Index] = [new Map(), new Map(), new Map(), new Map()];
  for (const [owner, { marks, names, leads }] of takes) {
    if (owner === 'coop') continue;
    for (const mark of marks) add(byMark, mark, owner);
    for (const lead of leads) add(byLead, lead, owner);
    for (const name of names) add(byName, name, owner);
    for (const above of new Set(names.flatMap(namesAbove))) add(byAbove, above, owner);
  }
  return (owner) => {
    const { marks = [], names = [], leads = [] } = takes.get(owner) ?? {};
    const led = leads.flatMap((lead) => byMark.get(lead) ?? []);
    if (owner === 'coop') return led;
    const marked = marks.flatMap((mark) => [...(byMark.get(mark) ?? []), ...(byLead.get(mark) ?? [])]);
    const named = names.flatMap((name) => [...[name, ...namesAbove(name)].flatMap((each) => byName.get(each) ?? []), ...(byAbove.get(name) ?? [])]);
    return [...led, ...marked, ...named];
  };
}

function namesAbove(name: string): readonly string[] {
  const names: string[] = [];
  for (let above = parentOf(name); above !== ''; above = parentOf(above)) names.push(above);
  return names;
}

function add(index: Index, word: string, owner: Owner): void {
  const there = index.get(word);
  if (there === undefined) index.set(word, [owner]);
  else there.push(owner);
}

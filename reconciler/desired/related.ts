import type { Owner } from '../model/owner.ts';
import { parentOf } from './ownership.ts';
import type { Takes } from './takes.ts';

/** What everybody takes, and who takes what; the co-op's own only by whose it is. */
export interface Ties {
  takesOf(owner: Owner): Takes | undefined;
  /** Whoever has a tie, as tiesOf writes it. */
  having(tie: string): readonly Owner[];
}

/** Find everybody who has to do with some owners, however far round; the co-op only as far as it leads to others. */
export function relatedTo(seeds: Iterable<Owner>, ties: Ties): ReadonlySet<Owner> {
  const [found, waiting] = [new Set<Owner>(seeds), [...seeds]];
  for (let owner = waiting.pop(); owner !== undefined; owner = waiting.pop()) {
    for (const other of neighboursOf(owner, ties)) {
      if (found.has(other)) continue;
      found.add(other);
      waiting.push(other);
    }
  }
  return found;
}

/** The co-op's own documents are always there: nobody is looked at with somebody else for both having to do with them. */
function neighboursOf(owner: Owner, { takesOf, having }: Ties): readonly Owner[] {
  const { marks = [], names = [], leads = [] } = takesOf(owner) ?? {};
  const led = leads.flatMap((lead) => having(`mark ${lead}`));
  if (owner === 'coop') return led;
  const marked = marks.flatMap((mark) => [...having(`mark ${mark}`), ...having(`lead ${mark}`)]);
  const named = names.flatMap((name) => [...[name, ...namesAbove(name)].flatMap((each) => having(`name ${each}`)), ...having(`above ${name}`)]);
  return [...led, ...marked, ...named];
}

/** Write each thing that somebody takes as a word, by which she is found. */
export function tiesOf({ marks, names, leads }: Takes): readonly string[] {
  return [...new Set([
    ...marks.map((mark) => `mark ${mark}`), ...leads.map((lead) => `lead ${lead}`),
    ...names.map((name) => `name ${name}`), ...names.flatMap(namesAbove).map((name) => `above ${name}`),
  ])];
}

function namesAbove(name: string): readonly string[] {
  const names: string[] = [];
  for (let above = parentOf(name); above !== ''; above = parentOf(above)) names.push(above);
  return names;
}

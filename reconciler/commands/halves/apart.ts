/**
 * Whether what is new can be handed over without all the rest (Handover.amends): nothing goes, and what is changed comes in the right order
 * also for whoever sees nothing else. For that nothing new may come, through something that is as it was, after what it would stand before. What
 * packages bring may be in the place of anything that needs them.
 */
import { recallLine } from '../../handover/lines.ts';
import type { Id, Resource } from '../../model/resource.ts';
import { circleIn, edgesOf, inOrder } from '../../plan/order.ts';
import type { Since } from './compiled.ts';

/** Where more is new, to hand over everything is no more work. */
const most = 200;

/** Can it? */
export function standsApart({ gone, lines, line }: Since): boolean {
  if (gone.length > 0 || lines.length > most) return false;
  const now = lines.map(recallLine);
  return now.every(({ desired }) => desired !== null) && comesInOrder(now, line);
}

/** Does all of this come in the right order, where nobody sees anything else? */
export function comesInOrder(now: readonly Resource[], line: Since['line']): boolean {
  if (now.some(({ kind }) => kind === 'packages') || circleIn(now) !== null) return false;
  const turns = new Map(inOrder(now).map(({ id }, turn) => [id, turn]));
  const behind = edgesBehind(line);
  return now.every((each) => comesAfter(each, { turns, behind }).every((id) => (turns.get(id) ?? 0) < (turns.get(each.id) ?? 0)));
}

interface Ordering {
  /** Where each of what is new stands. */
  readonly turns: ReadonlyMap<Id, number>;
  readonly behind: (id: Id) => readonly Id[];
}

/** Find what is new among all that something comes after by way of what is as it was. */
function comesAfter(start: Resource, { turns, behind }: Ordering): readonly Id[] {
  const found: Id[] = [];
  const seen = new Set<Id>();
  const next = edgesOf(start).filter((id) => !turns.has(id));
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (turns.has(id)) found.push(id);
    else next.push(...behind(id));
  }
  return found;
}

/** Look up what something that is as it was comes after. Tables and packages stand before all else, and nobody waits in front of them. */
function edgesBehind(line: Since['line']): Ordering['behind'] {
  return (id) => {
    const text = /^(?:table|packages):/.test(id) ? undefined : line(id);
    return text === undefined ? [] : edgesOf(recallLine(text));
  };
}

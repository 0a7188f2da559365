import { timeOf, worded, type Allowance, type Guarded, type Ledger } from '../model/guard.ts';
import { ownerName } from '../model/owner.ts';
import type { Problem } from '../model/problem.ts';
import { data, shrunken } from './data-guards.ts';
import { nameServers, remotes, unsigned } from './dns-guards.ts';
import { namesakes, uids } from './former-guards.ts';
import { adminsIn, departures, emptiedZones, emptiness, removals, whole, type Danger, type Guard } from './guards.ts';
import { current, isFor, isOf, judge, ledgerAfter, type Judged } from './ledger.ts';
import type { Sight } from './sight.ts';

const guardsOfZones: readonly Guard[] = [emptiedZones, nameServers, remotes];
const guards: readonly Guard[] = [adminsIn, shrunken, departures, emptiness, data, removals, whole, emptiedZones, nameServers, unsigned, remotes, uids, namesakes];

/** Say what a run would destroy and the co-op has not allowed, each with the exact entry that would. Units: milliseconds since the epoch. */
export function guard(remembering: Sight, now: number): readonly Guarded[] {
  const { sight, judged: { refused, spent } } = judgedAt(remembering, now);
  const { catalog: { host }, state: { allowances, cluster } } = sight;
  const where = cluster.source.file.replace(/cluster\.yaml$/, 'coop/allowances.yaml');
  return refused.map((danger) => ({
    code: `guard/${danger.guard}`, host, owner: danger.owner, object: danger.object, count: danger.going.length,
    message: `cannot ${danger.says}${usedUp(danger, { allowances, spent, now })}`, allow: worded({ ...danger, count: danger.going.length }, now), where,
  }));
}

/** Say it to the member who is held because of it. */
export function problemOf({ code, host, owner, message, where }: Guarded): Problem {
  const file = where.replace('coop/allowances.yaml', `members/${ownerName(owner)}/member.yaml`);
  return { code, message, hint: `croft plan on ${host} prints the entry that lets it pass`, owner, source: { file, line: 1, column: 1 } };
}

/** What guards let pass where they refuse nothing: what the host is to remember of it before it is done, and a sentence for each allowance that is used. */
export interface Passing {
  readonly ledger: Ledger;
  readonly notices: readonly string[];
}

/** Say what guards let pass. `lost`: the host's inventory was. Units: milliseconds since the epoch. */
export function passing(remembering: Sight, when: { readonly now: number; readonly lost: boolean }): Passing {
  const { sight, judged: { passed, spent } } = judgedAt(remembering, when.now);
  const notices = passed.map(({ danger: { guard: name, object, going }, allowance: { reason, source: { file, line } } }) =>
    `the allowance of ${name} for ${object} lets ${going.length} pass: ${reason} (${file}:${line})`);
  return { ledger: ledgerAfter(sight, spent, when), notices };
}

/** Tell which allowances hold no longer, or not yet: whoever keeps them may think that they do. */
export function idle(allowances: readonly Allowance[], now: number): readonly string[] {
  return allowances.flatMap((each) => {
    const { guard: name, object, from, until, source: { file, line } } = each;
    const time = timeOf(each, now);
    if (time === 'in time') return [];
    return [`the allowance of ${name} for ${object} ${time === 'late' ? `ended on ${until}: it lets nothing pass` : `begins on ${from}: it lets nothing pass until then`} (${file}:${line})`];
  });
}

/** What was judged, and of what: with what counts at that time of what the host remembers. Units: milliseconds since the epoch. */
interface Judgement {
  readonly now: number;
  readonly sight: Sight;
  readonly judged: Judged;
}

/** What is seen is never changed, so it is judged once for all that is to be said of it. */
const known = new WeakMap<Sight, Judgement>();

function judgedAt(remembering: Sight, now: number): Judgement {
  const before = known.get(remembering);
  if (before?.now === now) return before;
  const sight = { ...remembering, inventory: { ...remembering.inventory, ledger: current(remembering.inventory.ledger, now) } };
  const dangers = (sight.isPassed === true ? guardsOfZones : guards).flatMap((look) => look(sight));
  const found = { now, sight, judged: judge(dangers, { allowances: sight.state.allowances, ledger: sight.inventory.ledger, now }) };
  known.set(remembering, found);
  return found;
}

/** Who allowed something thinks that it was enough. */
function usedUp(danger: Danger, { allowances, spent, now }: { readonly allowances: readonly Allowance[]; readonly spent: Ledger['spent']; readonly now: number }): string {
  return allowances.filter((each) => isFor(each, danger) && timeOf(each, now) === 'in time').map((each) => {
    const { count, source: { file, line } } = each;
    const its = spent.find(isOf(each));
    if (its?.count === null) return `; what was let pass under ${file}:${line} is not known on this host, so that lets nothing pass any more: give it another reason`;
    const used = its === undefined ? 0 : its.count + its.going.length;
    return used === 0 ? '' : `; of the ${count} that ${file}:${line} allows, ${used} are used up: raise it to ${used + danger.going.length}, or add another one with a reason of its own`;
  }).join('');
}

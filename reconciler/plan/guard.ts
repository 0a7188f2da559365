import { dayMilliseconds, isInTime, type Allowance, type Guarded } from '../model/guard.ts';
import { data, shrunken } from './data-guards.ts';
import { nameServers, remotes, unsigned } from './dns-guards.ts';
import { adminsIn, departures, emptiedZones, emptiness, removals, whole, type Danger, type Guard, type Sight } from './guards.ts';

const guards: readonly Guard[] = [adminsIn, shrunken, departures, emptiness, data, removals, whole, emptiedZones, nameServers, unsigned, remotes];

/** How long an allowance holds that croft words itself: long enough for a review. Units: days. */
const usualDays = 14;

/** Say what a run would destroy and the co-op has not allowed, each with the exact entry that would. Units: milliseconds since the epoch. */
export function guard(sight: Sight, now: number): readonly Guarded[] {
  const { allowances, cluster } = sight.state;
  const inForce = allowances.filter((each) => isInTime(each, now));
  const where = cluster.source.file.replace(/cluster\.yaml$/, 'coop/allowances.yaml');
  return guards.flatMap((look) => look(sight))
    .filter((danger) => !inForce.some((each) => covers(each, danger)))
    .map((danger) => ({
      code: `guard/${danger.guard}`, host: sight.catalog.host, owner: danger.owner, object: danger.object, count: danger.count,
      message: `cannot ${danger.says}`, allow: entry(danger, now), where,
    }));
}

/** Tell which allowances have run out: whoever keeps them may think that they still hold. */
export function expired(allowances: readonly Allowance[], now: number): readonly string[] {
  return allowances.filter((each) => !isInTime(each, now)).map(({ guard: name, object, until, source: { file, line } }) =>
    `the allowance of ${name} for ${object} ended on ${until}: it lets nothing pass (${file}:${line})`);
}

function covers({ guard: name, object, count }: Allowance, danger: Danger): boolean {
  return name === danger.guard && object === danger.object && danger.count <= count;
}

function entry({ guard: name, object, count }: Danger, now: number): string {
  const until = new Date(now + usualDays * dayMilliseconds).toISOString().slice(0, 10);
  return `- { guard: ${name}, object: ${JSON.stringify(object)}, count: ${count}, reason: say why, until: ${until} }`;
}

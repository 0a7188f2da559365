import type { Change } from '../model/plan.ts';
import { compareText } from '../model/source.ts';

/** Count things in words. Shape: `1 file`, `3 files`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Join names as people do. Shape: `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** More names than that are not read. */
const mostNames = 10;

/** Join names as people do, and count those beyond the first ones. Shape: `a, b, c and 297 more`. */
export function some(names: readonly string[]): string {
  return names.length <= mostNames + 1 ? list(names) : `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`;
}

/** Sum up a list of changes. Shape: `3 to add, 1 to change, 2 to remove`. */
export function tally(changes: readonly Change[]): string {
  const of = (verb: Change['verb']): number => changes.filter((change) => change.verb === verb).length;
  const counted = [[of('create'), 'add'], [of('update'), 'change'], [of('remove'), 'remove'], [of('retire'), 'retire'], [of('restore'), 'restore'], [of('forget'), 'leave alone from now on']] as const;
  return counted.filter(([number]) => number > 0).map(([number, verb]) => `${number} to ${verb}`).join(', ') || 'nothing to change';
}

/** Say what the changes do to running daemons and to whom. Shape: `starts named.service, reloads apache2.service; touches ada and the co-op`. */
export function consequence(changes: readonly Change[], owners: readonly string[]): string {
  const units = changes.filter(({ resource }) => resource.kind === 'unit').sort((a, b) => compareText(a.resource.name, b.resource.name));
  const effects = units.map((change) => `${effectOn(change)} ${change.resource.name.replace(/\.service$/, '')}`);
  return `${effects.length === 0 ? 'reloads nothing' : effects.join(', ')}; ${owners.length === 0 ? 'nobody is touched' : `touches ${touchedNames(owners)}, nobody else`}`;
}

/** The co-op comes last, and is never among those who are only counted. */
function touchedNames(owners: readonly string[]): string {
  const members = owners.filter((name) => name !== 'the co-op');
  if (members.length <= mostNames + 1) return list(owners);
  return list([...members.slice(0, mostNames), `${members.length - mostNames} more members`, ...owners.filter((name) => name === 'the co-op')]);
}

function effectOn({ verb, actual, resource }: Change): string {
  if (verb === 'remove') return 'stops';
  if (resource.desired?.['active'] === true && actual?.['active'] !== true) return 'starts';
  return resource.desired?.['active'] === false ? 'stops' : 'reloads';
}

/** Say how long ago something was. Units: milliseconds in, the largest fitting unit out. */
export function ago(elapsedMilliseconds: number): string {
  const seconds = Math.max(0, Math.round(elapsedMilliseconds / 1000));
  const units = [[86_400, 'day'], [3600, 'hour'], [60, 'minute']] as const;
  const fitting = units.find(([size]) => seconds >= size);
  return `${fitting === undefined ? count(seconds, 'second') : count(Math.floor(seconds / fitting[0]), fitting[1])} ago`;
}

/**
 * How a roll comes to be (roll.ts): all paths are called, and with them the directories on the way to them, so that each way stays as it was judged
 * (stamps.ts). They are called before they are stamped: what moves in between has another time of change than the stamps say, and is found the next
 * time. Where a line does not say what the stamp says, there is no roll.
 */
import { constants } from 'node:fs';
import { stampNumbers, type Called, type Marked, type Stamp, type Told } from '../model/machine.ts';
import type { Ground } from './ground.ts';
import { asked, call, type Manner } from './roll.ts';
import { isOpen, judged, openIn, stamps, type Stamps } from './stamps.ts';

/** Call the roll of paths, then stamp them. Shape: no roll where find(1) says something else than the stamps. Errors: as of stamping. */
export async function stampedAndCalled(ground: Ground, paths: Marked): Promise<Stamps & { readonly called: Told | null }> {
  const named = { whole: [...paths.whole], outside: [...paths.outside] };
  const [before, now] = [judged(), judged()];
  const open = { whole: named.whole.filter((path) => isOpen(ground, path, before)), outside: named.outside.filter((path) => isOpen(ground, path, before)) };
  const among = new Set([...named.whole, ...named.outside]);
  const between = openIn(before).filter((directory) => !among.has(directory));
  const heard = { whole: await call(ground, 'whole', asked(open.whole)), outside: await call(ground, 'outside', asked([...open.outside, ...between])) };
  const { rows, ...bearings } = stamps(ground, { whole: named.whole, outside: [...named.outside, ...between] }, now);
  const middle = named.whole.length;
  const isToldOf = (path: string): boolean => isOpen(ground, path, before) && isOpen(ground, path, now);
  const ofWhole = told(named.whole, rows.subarray(0, middle * stampNumbers), { heard: heard.whole, isToldOf, manner: 'whole' });
  const ofOutside = told([...named.outside, ...between], rows.subarray(middle * stampNumbers), { heard: heard.outside, isToldOf, manner: 'outside' });
  const asNamed = rows.subarray(0, (middle + named.outside.length) * stampNumbers);
  if (ofWhole === null || ofOutside === null) return { rows: asNamed, ...bearings, called: null };
  return { rows: asNamed, ...bearings, called: { roll: { whole: ofWhole.called, outside: ofOutside.called }, untold: { whole: ofWhole.untold, outside: ofOutside.untold } } };
}

interface Heard {
  readonly manner: Manner;
  readonly heard: string;
  readonly isToldOf: (path: string) => boolean;
}

/** What was said of paths, and those of which it was not. */
interface Heeded {
  readonly called: Called;
  readonly untold: readonly (readonly [path: string, stamp: Stamp])[];
}

/** Find the line that was said of each path, where each says what the stamp says; null where one does not. */
function told(paths: readonly string[], rows: Float64Array, { manner, heard, isToldOf }: Heard): Heeded | null {
  const lines = heard.split('\n');
  const known: string[] = [];
  const untold: (readonly [path: string, stamp: Stamp])[] = [];
  for (const [index, path] of paths.entries()) {
    const row = rows.subarray(index * stampNumbers, (index + 1) * stampNumbers);
    if (row[0] === 0 || !isToldOf(path)) untold.push([path, [...row]]);
    else if (lines[known.length]?.startsWith(`${expected(row, manner)} `) === true) known.push(path);
    else return null;
  }
  return lines.length === known.length + 1 ? { called: { paths: asked(known), said: heard }, untold } : null;
}

/** What of a stamp is whole in what is said: times are not, to the nanosecond. */
function expected([mode = 0, device, node]: Float64Array, manner: Manner): string {
  return manner === 'outside' && isDirectory(mode) ? `${(mode & 0o7777).toString(8)} ${device} ${node}` : `${device} ${node}`;
}

function isDirectory(mode: number): boolean {
  return (mode & constants.S_IFMT) === constants.S_IFDIR;
}

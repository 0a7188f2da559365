/**
 * How a roll comes to be (roll.ts): all paths are called, and with them the directories on the way to them, so that each way stays as it was judged
 * (stamps.ts). They are called before they are stamped: what moves in between has another time of change than the stamps say, and is found the next
 * time. What a line says otherwise than its stamp, as where a number is too great for one, is left to stamps.
 */
import { constants } from 'node:fs';
import { stampNumbers, type Called, type Marked, type Roll, type Singly, type Stamp, type Told } from '../model/machine.ts';
import type { Ground } from './ground.ts';
import { call, named } from './roll.ts';
import { isOpen, judged, openIn, stamps, type Stamps } from './stamps.ts';

/** Call the roll of paths, then stamp them. Shape: null where find(1) does not say a line of each. Errors: as of stamping. */
export async function stampedAndCalled(ground: Ground, { whole, outside }: Marked): Promise<Stamps & { readonly called: Told | null }> {
  const [before, now] = [judged(), judged()];
  const own = new Set([...whole, ...outside]);
  for (const path of own) isOpen(ground, path, before);
  const all = { whole: [...whole], outside: [...outside, ...openIn(before).filter((directory) => !own.has(directory))] };
  const open = { whole: all.whole.filter((path) => isOpen(ground, path, before)), outside: all.outside.filter((path) => isOpen(ground, path, before)) };
  const said = { whole: await call(ground, 'whole', named(open.whole)), outside: await call(ground, 'outside', named(open.outside)) };
  const { rows, ...bearings } = stamps(ground, all, now);
  const middle = all.whole.length * stampNumbers;
  const isToldOf = (path: string): boolean => isOpen(ground, path, before) && isOpen(ground, path, now);
  const ofWhole = told(all.whole, rows.subarray(0, middle), { part: 'whole', said: said.whole, isToldOf });
  const ofOutside = told(all.outside, rows.subarray(middle), { part: 'outside', said: said.outside, isToldOf });
  const called = ofWhole === null || ofOutside === null ? null : { roll: { whole: ofWhole.called, outside: ofOutside.called }, untold: { whole: ofWhole.untold, outside: ofOutside.untold } };
  return { rows: rows.subarray(0, middle + [...outside].length * stampNumbers), ...bearings, called };
}

interface Saying {
  readonly part: keyof Roll;
  readonly said: string;
  readonly isToldOf: (path: string) => boolean;
}

/** Take for each path that is there its line; null where there are not as many. */
function told(paths: readonly string[], rows: Float64Array, { part, said, isToldOf }: Saying): { readonly called: Called; readonly untold: Singly[keyof Roll] } | null {
  const lines = said.split('\n').values();
  const [known, untold]: [{ readonly path: string; readonly line: string }[], [path: string, stamp: Stamp][]] = [[], []];
  for (const [index, path] of paths.entries()) {
    const row = rows.subarray(index * stampNumbers, (index + 1) * stampNumbers);
    const line = row[0] !== 0 && isToldOf(path) ? lines.next().value : undefined;
    if (line?.startsWith(`${expected(row, part)} `) === true) known.push({ path, line });
    else untold.push([path, [...row]]);
  }
  const isAll = lines.next().value === '' && lines.next().done === true;
  return isAll ? { called: { paths: named(known.map(({ path }) => path)), said: known.map(({ line }) => `${line}\n`).join('') }, untold } : null;
}

/** What of a stamp is whole in what is said: times are not, to the nanosecond. */
function expected([mode = 0, device, node]: Float64Array, part: keyof Roll): string {
  return part === 'outside' && isDirectory(mode) ? `${(mode & 0o7777).toString(8)} ${device} ${node}` : `${device} ${node}`;
}

function isDirectory(mode: number): boolean {
  return (mode & constants.S_IFMT) === constants.S_IFDIR;
}

import { day } from '../model/day.ts';
import { oneLine } from './printable.ts';
import { count } from './words.ts';

/** What of something that was put aside people are told. */
export interface ToldRetired {
  readonly thing: string;
  readonly user: string;
  readonly since: string;
  readonly sizeBytes: number | null;
  readonly purgeableFrom: string;
  readonly declared: boolean;
}

/** Print what is kept on a host although nobody declares it, and from when on it may be purged. Units: milliseconds since the epoch. */
export function formatRetired(host: string, things: readonly ToldRetired[], now: number): string {
  const head = `${host}: ${things.length === 0 ? 'nothing is put aside' : `${count(things.length, 'thing')} put aside`}`;
  const width = Math.max(0, ...things.map(({ thing }) => thing.length));
  return [head, ...things.map((each) => `  ${oneLine(each.thing.padEnd(width))}  of ${oneLine(each.user)}, since ${each.since}${size(each)}; ${fate(each, now)}`)].join('\n');
}

function size({ sizeBytes }: ToldRetired): string {
  return sizeBytes === null ? '' : `, ${(sizeBytes / 2 ** 20).toFixed(1)} MiB`;
}

/** Say what may become of it. */
export function fate({ purgeableFrom, declared }: ToldRetired, now: number): string {
  if (declared) return 'declared again: kept for whoever declares it';
  return purgeableFrom <= day(now) ? 'may be purged' : `kept until ${purgeableFrom} at least`;
}

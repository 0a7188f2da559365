import type { Request } from '../../handover/request.ts';
import { digest } from '../../model/digest.ts';

/** From when to when a host comes back, after the first ask and after the second: none with the others. Units: seconds. */
const spans = [{ least: 1, most: 5 }, { least: 5, most: 10 }] as const;

/** Say how long a host waits each time before it asks again for what it was told of; nobody else asks again, and the next run does. Units: seconds. */
export function waitsOf({ told, host, now }: Pick<Request, 'told' | 'host' | 'now'>): readonly number[] {
  return told ? spans.map(({ least, most }) => least + (most - least) * shareOf(`${host} ${now} ${least}`)) : [];
}

/** Draw a number from 0 to 1 that is another one for each host and each run, and the same each time. */
function shareOf(word: string): number {
  return Number.parseInt(digest(word).slice('sha256:'.length, 'sha256:'.length + 8), 16) / 0xffff_ffff;
}

import { text, UsageError, type Call, type World } from './command.ts';

const units: { readonly [unit: string]: number } = { m: 60, h: 60 * 60, d: 24 * 60 * 60, w: 7 * 24 * 60 * 60 };
const longestDays = 366;
const longestText = 300;

/**
 * Read until when something is to hold: `90m`, `2h`, `3d`, `1w` from now; a day, which ends with it; or a moment, in UTC unless it says
 * otherwise. Units: unix seconds. Errors: UsageError saying what would be right.
 */
export function untilOf(call: Call, world: Pick<World, 'now'>): number | null {
  const written = text(call, 'until');
  if (written === null) return null;
  const now = Math.floor(world.now() / 1000);
  const until = momentIn(written, now);
  if (until === null) throw new UsageError(`cannot use --until ${written}: say how long (90m, 2h, 3d, 1w), a day (2026-12-01, to its end) or a moment in UTC (2026-12-01T18:00Z)`);
  if (until <= now) throw new UsageError(`cannot use --until ${written}: that is over`);
  if (until > now + longestDays * 86_400) throw new UsageError(`cannot use --until ${written}: that is more than a year from now – what is to stay so long belongs into the repository`);
  return until;
}

function momentIn(written: string, now: number): number | null {
  const [, number, unit = ''] = /^([1-9][0-9]{0,4})([mhdw])$/.exec(written) ?? [];
  if (number !== undefined) return now + Number(number) * (units[unit] ?? 0);
  const [, day, time, zone = 'Z'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(written) ?? [];
  if (day === undefined) return null;
  const midnight = Date.parse(`${day}T00:00:00Z`) / 1000;
  // Date.parse takes 2026-02-31 for a day in March in some forms; only what it prints again is a day.
  if (Number.isNaN(midnight) || new Date(midnight * 1000).toISOString().slice(0, 10) !== day) return null;
  if (time === undefined) return midnight + 86_400;
  const moment = Date.parse(`${day}T${time}${zone}`) / 1000;
  return Number.isNaN(moment) ? null : Math.floor(moment);
}

/** Read why; nothing is set aside without a reason. Errors: UsageError. */
export function whyOf(call: Call): string {
  const why = (text(call, 'why') ?? '').trim();
  if (why === '') throw new UsageError('cannot do this without a reason: say --why TEXT, for whoever finds it');
  return oneText(why, 'why');
}

/** Read who does it: the person behind sudo, or who was named. Errors: UsageError when nobody knows. */
export function whoOf(call: Call, { person }: Pick<World, 'person'>): string {
  const who = (text(call, 'who') ?? person ?? '').trim();
  if (who === '') throw new UsageError('cannot tell who does this: say --who NAME');
  return oneText(who, 'who');
}

function oneText(written: string, option: string): string {
  if (written.length > longestText || /\p{Cc}/u.test(written)) throw new UsageError(`cannot use this --${option}: it must be one line of at most ${longestText} characters`);
  return written;
}

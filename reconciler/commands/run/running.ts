/** How every run begins: on the host that it was before, with its mark set, and with all that stands between it and what git says. */
import { MachineError } from '../../model/machine.ts';
import { standingOn, type Standing } from '../aside.ts';
import { UsageError, type World } from '../command.ts';
import type { Asking } from '../halves/ask.ts';
import { halfOf } from '../halves/half.ts';
import { beginRun, type Mark } from '../halves/marker.ts';
import { recorded, share, type Recorded } from '../halves/record.ts';
import { configPath, type Place } from '../place.ts';
import { lastReport, reportPath, type LastReport } from './report-file.ts';

/** A run that was asked for. */
export interface Running {
  readonly place: Place;
  readonly world: World;
  readonly format: 'text' | 'json';
  readonly what: 'follow' | 'stay';
  /** Is everything to be read, whatever was noted down before? */
  readonly audit: boolean;
}

/** A run that has begun. */
export interface Begun {
  readonly startedAt: number;
  readonly mark: Mark;
  readonly known: Recorded | null;
  readonly standing: Standing;
  readonly asking: Asking;
  /** How the last run went; null when nobody knows. */
  readonly last: LastReport | null;
}

/** Begin a run. To be called with the lock held. Errors: UsageError, MachineError. */
export async function begin({ place, world, what }: Running): Promise<Begun> {
  const last = await assertSameHost(place);
  const startedAt = world.now();
  const mark = await beginRun(place.machine, startedAt);
  const known = await recorded(place.machine);
  await share(place.machine);
  const standing = await standingAt({ place, world, what }, startedAt);
  return { startedAt, mark, known, standing, last, asking: { place: { ...place, remotes: standing.remotes.asked }, half: halfOf(place, world), now: startedAt, told: world.kicked } };
}

/** What stands between this run and what git says: only a timer's run leaves alone what failed a moment ago. */
export function standingAt({ place, world, what }: Pick<Running, 'place' | 'world' | 'what'>, now: number): Promise<Standing> {
  return standingOn(what === 'stay' ? { ...place, remotes: [] } : place, { now, patient: world.scheduled });
}

/** One word in config.yaml makes a machine another host, and takes away all that it is. Shape: its last report. Errors: UsageError when its last run was as another one. */
export async function assertSameHost({ machine, host }: Place): Promise<LastReport | null> {
  const { host: was, report } = await lastReport(machine);
  if (was !== null && was !== host) throw new UsageError(`cannot make this machine ${host}: its last run was as ${was}, and all that it does for the co-op would be taken away – say host: ${was} in ${configPath}, or remove ${reportPath} if that is meant`);
  return report;
}

/** Do what only writes down how a run went: where the host refuses that, what was done is told all the same, and this with it. */
export async function orSay<Value>(lost: string[], work: () => Promise<Value>): Promise<Value | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    lost.push(`what this run did is not written down as a whole: ${error.message}`);
    return null;
  }
}

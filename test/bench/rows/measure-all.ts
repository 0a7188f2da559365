/** Measures rows size by size, until all are or the time is over. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Gauge, Measured } from '../measure/measure.ts';
import { patience, resultOf, without, type Result, type Row } from './row.ts';
import { stageOf, type Stage } from './stage.ts';

/** What is to be measured, and with what. */
export interface Work {
  readonly rows: readonly Row[];
  readonly sizes: readonly number[];
  readonly runs: number;
  /** After so many seconds nothing more is begun. */
  readonly seconds: number;
  readonly room: string;
  readonly programs: string;
  readonly program: readonly string[];
  readonly gauge: Gauge;
  /** Told of each result as it is known. */
  readonly heard: (result: Result) => void;
  /** Seconds since any moment. */
  readonly clock: () => number;
}

const noTime = 'no time was left';

/** Measure. */
export function measureAll(work: Work): readonly Result[] {
  const end = work.clock() + work.seconds;
  const results: Result[] = [];
  const note = (result: Result): void => {
    results.push(result);
    work.heard(result);
  };
  work.sizes.toSorted((a, b) => a - b).forEach((size, nth) => {
    const rows = work.rows.filter((row) => nth === 0 || row.sizeless !== true);
    const room = join(work.room, `${size}`);
    const open = rows.map((row) => ({ row, why: whyNot(row, size, results) }));
    if (open.every(({ why }) => why !== null) || work.clock() > end) {
      for (const { row, why } of open) note(without(row, size, why ?? noTime));
      return;
    }
    mkdirSync(room);
    const stage = stageOf({ size, room, programs: work.programs, gauge: work.gauge, program: work.program, limitSeconds: Math.min(patience, end - work.clock()) });
    for (const { row, why } of open) {
      const left = end - work.clock();
      note(why !== null ? without(row, size, why) : left <= 0 ? without(row, size, noTime) : measureRow(row, stage, { ...work, limitSeconds: Math.min(row.limitSeconds, left) }));
    }
    rmSync(room, { recursive: true, force: true });
  });
  return results;
}

/** What could not be done for a small co-op is not tried for a larger one. */
function whyNot(row: Row, size: number, results: readonly Result[]): string | null {
  const failed = results.find(({ key, runs, said }) => key === row.key && runs === 0 && said !== noTime);
  if (failed !== undefined) return `not tried: at ${failed.size?.toLocaleString('en') ?? 'any size'}, ${failed.said ?? ''}`;
  return row.upTo !== undefined && size > row.upTo ? `asked for up to ${row.upTo.toLocaleString('en')} only` : null;
}

/** Runs of one row; fewer than asked for where the next one would not fit into the row's time. */
function measureRow(row: Row, stage: Stage, { runs, limitSeconds, gauge, clock }: Pick<Work, 'runs' | 'gauge' | 'clock'> & { readonly limitSeconds: number }): Result {
  const size = row.sizeless === true ? null : stage.size;
  const began = clock();
  const measured: Measured[] = [];
  for (let run = 0; run < runs; run += 1) {
    const spent = clock() - began;
    if (run > 0 && spent + spent / run > limitSeconds) break;
    const one = runOnce(row, stage, { run, limitSeconds: limitSeconds - (run === 0 ? 0 : spent), gauge });
    measured.push(one);
    if (!('cost' in one)) break;
  }
  return resultOf(row, size, measured);
}

function runOnce(row: Row, stage: Stage, { run, limitSeconds, gauge }: { readonly run: number; readonly limitSeconds: number; readonly gauge: Gauge }): Measured {
  try {
    const ready = row.ready(stage, run);
    if ('why' in ready) return { failed: ready.why };
    const before = row.played?.(stage) ?? 0;
    const one = gauge.measure(ready, limitSeconds);
    if (!('cost' in one)) return one;
    const wrong = row.wrong?.(stage, run) ?? null;
    if (wrong !== null) return { failed: wrong };
    return row.played === undefined ? one : { cost: { ...one.cost, playedSeconds: row.played(stage) - before } };
  } catch (error) {
    // A row that cannot be measured, a file that is not where it was to be, leaves the others.
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

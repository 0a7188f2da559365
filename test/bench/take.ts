/** Gets everything ready that rows need, measures them, and takes it away again. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compiled, gauge } from './measure/measure.ts';
import { measureAll } from './rows/measure-all.ts';
import type { Group, Result, Row } from './rows/row.ts';

/** Rows by what they are for. */
export const groups: readonly Group[] = ['croft', 'floors', 'peers'];

/** What a table is asked for. */
export interface Order {
  readonly rows: readonly Row[];
  readonly sizes: readonly number[];
  readonly runs: number;
  readonly seconds: number;
  readonly heard: (result: Result) => void;
}

/** What was measured, and how. */
export interface Taken {
  readonly results: readonly Result[];
  readonly measuredBy: string;
  /** The checkout. */
  readonly root: string;
}

/** The checkout: scripts/bench.mjs starts every bench there. */
export const checkout = process.cwd();

/** The words that start the croft of this checkout. */
export const croft: readonly string[] = [process.execPath, join(checkout, 'dist/croft.cjs')];

/** Take a table. */
export function takeTable(order: Order): Taken {
  const room = mkdtempSync(join(tmpdir(), 'croft-bench-'));
  const measuring = gauge(checkout);
  // The bundles of what is measured in Node are beside this one; the C programs come to them.
  const programs = join(dirname(process.argv[1] ?? ''), 'programs');
  for (const name of ['scan', 'write']) if (!existsSync(join(programs, name))) compiled(join(checkout, `test/bench/programs/${name}.c`), join(programs, name));
  const leave = (): never => {
    rmSync(room, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    const results = measureAll({ ...order, room, programs, gauge: measuring, program: croft, clock: () => Number(process.hrtime.bigint()) / 1e9 });
    return { results, measuredBy: measuring.name, root: checkout };
  } finally {
    measuring.close();
    rmSync(room, { recursive: true, force: true });
  }
}

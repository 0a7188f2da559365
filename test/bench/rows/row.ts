/** A row of the table: one thing that is measured, for each size of co-op. */
import type { Measured, Program } from '../measure/measure.ts';
import type { Stage } from './stage.ts';

/** Longer than any goal by far: a first run for ten thousand members takes a slow machine two minutes. Units: seconds. */
export const patience = 300;

/** What rows there are for. */
export type Group = 'croft' | 'floors' | 'peers';

/** One thing to measure. */
export interface Row {
  readonly key: string;
  readonly group: Group;
  readonly title: string;
  /** Does it take the same whatever the size? Then it is measured once. */
  readonly sizeless?: boolean;
  /** The largest co-op that it is asked for by itself. */
  readonly upTo?: number;
  /** A run that takes longer is ended, and larger sizes are not tried. */
  readonly limitSeconds: number;
  /** Get ready for one run. Shape: what to run, or why that cannot be. */
  ready(stage: Stage, run: number): Program | { readonly why: string };
  /** What played a host's daemons and programs in all runs so far. Units: CPU seconds. */
  played?(stage: Stage): number;
  /** Look whether a run did what it was to do. Shape: what it did not; null when all is well. */
  wrong?(stage: Stage, run: number): string | null;
}

/** What became of a row at one size. */
export interface Result {
  readonly key: string;
  readonly group: Group;
  readonly title: string;
  readonly size: number | null;
  readonly runs: number;
  readonly cpu: Spread | null;
  readonly wall: Spread | null;
  readonly peakMebibytes: number | null;
  /** Of the CPU seconds, what played a host's daemons and programs; null where nothing was played. */
  readonly played: Spread | null;
  /** Why there are no figures, or fewer than asked for. */
  readonly said: string | null;
}

/** Of several runs. */
export interface Spread {
  readonly least: number;
  readonly median: number;
}

/** Put several runs of a row together. */
export function resultOf({ key, group, title }: Row, size: number | null, measured: readonly Measured[]): Result {
  const costs = measured.flatMap((one) => ('cost' in one ? [one.cost] : []));
  const peaks = costs.flatMap(({ peakMebibytes }) => (peakMebibytes === null ? [] : [peakMebibytes]));
  const said = measured.map(sayingOf).find((text) => text !== null) ?? null;
  return {
    key, group, title, size, said,
    runs: costs.length,
    cpu: spreadOf(costs.map(({ cpuSeconds }) => cpuSeconds)),
    wall: spreadOf(costs.map(({ wallSeconds }) => wallSeconds)),
    peakMebibytes: peaks.length === 0 ? null : Math.max(...peaks),
    played: spreadOf(costs.flatMap(({ playedSeconds }) => playedSeconds ?? [])),
  };
}

/** A result without figures. */
export function without({ key, group, title }: Row, size: number | null, said: string): Result {
  return { key, group, title, size, said, runs: 0, cpu: null, wall: null, peakMebibytes: null, played: null };
}

function sayingOf(one: Measured): string | null {
  if ('ranOut' in one) return `did not end within ${Math.round(one.ranOut)} s`;
  return 'failed' in one ? one.failed : null;
}

function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [least] = sorted;
  if (least === undefined) return null;
  const upper = sorted[Math.floor(sorted.length / 2)] ?? least;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? least;
  return { least, median: (upper + lower) / 2 };
}

import type { HostReport, ReportedDrift } from './host-report.ts';

/** Name the drift that is still on a host after the run that found it: a run puts back whatever it can. */
export function remainingDrift({ drift, failed }: Pick<HostReport, 'drift' | 'failed'>): readonly ReportedDrift[] {
  const left = new Set(failed.map(({ id }) => id));
  return drift.filter(({ id }) => left.has(id));
}

import type { Machine } from '../../model/machine.ts';
import { runFacts, type Run } from '../../report/run.ts';

/** Where a host keeps the report of its last run. Shape: schemas/output/reconcile.schema.json. */
export const reportPath = '/var/lib/croft/report.json';

/** What the next run must know of one. */
export interface LastReport {
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  readonly notices: readonly unknown[];
}

/** Read whose report it is, and what it says; what cannot be understood is null. */
export async function lastReport(machine: Machine): Promise<{ readonly host: string | null; readonly report: LastReport | null }> {
  const [answer] = await machine.observe([{ ask: 'path', path: reportPath, want: 'text' }]);
  const text = (answer?.ask === 'path' ? answer.node?.text : null) ?? '';
  return { host: /^\{"host":"([a-z0-9-]+)"/.exec(text)?.[1] ?? null, report: parse(text) };
}

/** Keep the report of a run. Errors: MachineError. */
export async function writeReport(machine: Machine, run: Run): Promise<void> {
  await machine.perform({ do: 'write', path: reportPath, text: `${JSON.stringify(runFacts(run))}\n`, mode: '0644', owner: 'root', group: 'root' });
}

function parse(text: string): LastReport | null {
  try {
    const { endedAt, notices } = Object(JSON.parse(text)) as { readonly endedAt?: unknown; readonly notices?: unknown };
    return typeof endedAt === 'number' && Array.isArray(notices) ? { endedAt, notices } : null;
  } catch {
    return null;
  }
}

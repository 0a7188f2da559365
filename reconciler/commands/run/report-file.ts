import type { Machine } from '../../model/machine.ts';
import type { Owner } from '../../model/owner.ts';
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
  const text = await textOn(machine);
  const { endedAt, notices } = fieldsIn(text);
  return { host: /^\{"host":"([a-z0-9-]+)"/.exec(text)?.[1] ?? null, report: typeof endedAt === 'number' && Array.isArray(notices) ? { endedAt, notices } : null };
}

/** Read who is held at which commit, as the last run at a revision found; nobody where the last run was at another one. */
export async function heldIn(machine: Machine, { host, revision }: { readonly host: string; readonly revision: string }): Promise<ReadonlyMap<Owner, string>> {
  const said = fieldsIn(await textOn(machine));
  if (said['host'] !== host || said['revision'] !== revision || !Array.isArray(said['holds'])) return new Map();
  return new Map(said['holds'].flatMap((hold) => {
    const { owner, lastGood } = Object(hold) as Fields;
    return isOwner(owner) && isCommit(lastGood) ? [[owner, lastGood] as const] : [];
  }));
}

type Fields = { readonly [field: string]: unknown };

async function textOn(machine: Machine): Promise<string> {
  const [answer] = await machine.observe([{ ask: 'path', path: reportPath, want: 'text' }]);
  return (answer?.ask === 'path' ? answer.node?.text : null) ?? '';
}

function fieldsIn(text: string): Fields {
  try {
    return Object(JSON.parse(text)) as Fields;
  } catch {
    return {};
  }
}

function isOwner(value: unknown): value is Owner {
  return typeof value === 'string' && /^(?:coop|member:[^/]+)$/.test(value);
}

function isCommit(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{40}$/.test(value);
}

/** Keep the report of a run. Errors: MachineError. */
export async function writeReport(machine: Machine, run: Run): Promise<void> {
  await machine.perform({ do: 'write', path: reportPath, text: `${JSON.stringify(runFacts(run))}\n`, mode: '0644', owner: 'root', group: 'root' });
}

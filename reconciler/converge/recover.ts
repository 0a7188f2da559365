import type { Machine } from '../model/machine.ts';
import type { Resource } from '../model/resource.ts';
import { explain, tried } from './run.ts';

/** Where a host keeps the journals of open transactions. */
const journals = '/var/lib/croft/transactions';

/** The units of which something was put back, and a notice for each of which it could not be. */
export interface Recovered {
  readonly putBack: readonly string[];
  readonly notices: readonly string[];
}

/**
 * Put back what a run that did not end had only half exchanged: before looking at the host, and only in runs that change it. Where that is
 * refused, the unit's changes fail until somebody has looked, and nobody else's.
 */
export async function recover(machine: Machine): Promise<Recovered> {
  const [answer] = await machine.observe([{ ask: 'path', path: journals, want: 'entries' }]);
  const names = answer?.ask === 'path' ? (answer.node?.entries ?? []) : [];
  const units = new Set(names.flatMap((name) => /^([A-Za-z0-9].*?)(?:\.kept)?\.json$/.exec(name)?.[1] ?? []));
  const putBack: string[] = [];
  const notices: string[] = [];
  for (const unit of units) {
    const failed = await tried(() => machine.perform({ do: 'put-back', unit }));
    if (failed === null) putBack.push(unit);
    else notices.push(`what a run that did not end had half exchanged for ${unit} could not be put back: ${explain(failed)}`);
  }
  return { putBack, notices };
}

/**
 * Clear away what a run that did not end had made beside the places of things and not used. Whoever writes there next does so anyway, but
 * where its commit was taken back nobody may write there for long. What cannot be reached is left to him.
 */
export async function clearStaged(machine: Machine, resources: readonly Resource[]): Promise<void> {
  const oneIn = new Map(resources.filter(({ name }) => name.startsWith('/')).map(({ name }) => [name.slice(0, name.lastIndexOf('/')), name]));
  for (const path of oneIn.values()) await tried(() => machine.perform({ do: 'unstage', places: [{ path, token: '0'.repeat(16) }] }));
}

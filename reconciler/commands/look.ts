import type { Standing } from '../desired/standing.ts';
import type { DesiredState } from '../model/desired.ts';
import type { Hold } from '../model/plan.ts';
import type { Catalog } from '../model/resource.ts';
import { understand, type Trade } from '../reconcile.ts';
import { formatHolds } from '../report/plan.ts';
import { list } from '../report/words.ts';
import { kinds } from '../resources/index.ts';
import { services } from '../services/index.ts';
import { UsageError } from './command.ts';
import type { Source } from './source.ts';

/** Everything this croft can do. */
export const trade: Trade = { kinds, services };

/** Compile a host's catalog. Errors: UsageError when no commit could be used, or when the co-op has no such host. */
export async function catalogOf(source: Source, hostName: string): Promise<{ readonly state: DesiredState; readonly catalog: Catalog; readonly holds: readonly Hold[]; readonly standing: Standing | null }> {
  const { state, catalog, holds, standing } = await understand(source.wanted, hostName, trade);
  if (state === null) throw new UsageError(`cannot use any commit of this repository${formatHolds(holds, (_, text) => text).join('\n')}`);
  if (catalog === null) throw new UsageError(`cannot find host ${hostName}: the co-op has ${list(state.hosts.map(({ name }) => name))}`);
  return { state, catalog, holds, standing };
}

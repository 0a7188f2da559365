import type { Owner } from '../model/owner.ts';
import type { Change } from '../model/plan.ts';
import { shares } from './changes.ts';

/** Name everybody whose things change. That a daemon of the co-op's reads its files again touches nobody by itself. */
export function touched(changes: readonly Change[]): readonly Owner[] {
  return shares(changes.filter((change) => !isReload(change))).map(({ owner }) => owner);
}

function isReload({ verb, resource, differences }: Change): boolean {
  return verb === 'update' && resource.kind === 'unit' && differences.every(({ attribute }) => attribute === 'loaded');
}

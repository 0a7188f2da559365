import type { State } from '../model/resource.ts';
import { linesOf } from './answer.ts';

/**
 * Read what `systemctl show --property=Id,ActiveState,UnitFileState,LoadState` prints: one paragraph for each unit asked for, in that order,
 * an alias under its real name. Shape: { enabled: true | false | 'masked', active }, null for a unit that is not there. Source: systemctl(1).
 */
export function shownUnits(units: readonly string[], stdout: string): ReadonlyMap<string, State | null> {
  const paragraphs = stdout.split(/\n\s*\n/).filter((text) => text.trim() !== '').map((text) => new Map(linesOf(text).map(property)));
  const inOrder = paragraphs.length === units.length;
  return new Map(units.map((unit, index) => [unit, stateOf(inOrder ? paragraphs[index] : paragraphs.find((shown) => shown.get('Id') === unit))]));
}

function property(line: string): readonly [string, string] {
  const equals = line.indexOf('=');
  return [line.slice(0, equals), line.slice(equals + 1)];
}

function stateOf(shown: ReadonlyMap<string, string> | undefined): State | null {
  const active = ['active', 'reloading', 'refreshing'].includes(shown?.get('ActiveState') ?? '');
  if (shown === undefined || (shown.get('LoadState') === 'not-found' && !active)) return null;
  return { enabled: enabledness(shown.get('UnitFileState') ?? ''), active };
}

/** `generated` is an init script's unit, which its generator pulls in; `static` and the rest start only when something else asks. */
function enabledness(state: string): boolean | 'masked' {
  return state.startsWith('masked') ? 'masked' : state === 'enabled' || state === 'generated';
}

import { lineOf, lineOfDeclared } from '../../handover/lines.ts';
import type { HandoverLines } from '../../handover/handover.ts';
import type { Difference } from '../../kept/amendment.ts';
import { keepMade, keepNext, recallMade } from '../../kept/answers.ts';
import type { Keeper } from '../../kept/keeper.ts';
import type { Readings } from '../../kept/readings.ts';
import { declaredOf } from '../../model/declared.ts';
import type { Host } from '../../model/desired.ts';
import type { Hold } from '../../model/plan.ts';
import type { Catalog, Id } from '../../model/resource.ts';
import { together, type Wanted } from '../../reconcile.ts';
import { madeOf, recompile } from '../../recompile.ts';
import { catalogOf, trade } from '../look.ts';
import type { Source } from '../source.ts';

/** What a host is to be, its resources and what guards must know written as they are handed over. */
export interface Compiled {
  readonly catalog: Omit<Catalog, 'resources'>;
  /** All of them, put together when they are asked for. */
  readonly lines: () => HandoverLines;
  /** How it differs from what was handed over before under a name; null where that is not known. */
  readonly since: Since | null;
  readonly hosts: readonly Host[];
  readonly holds: readonly Hold[];
}

/** What differs, and the name of what was handed over with all other lines as they are. */
export interface Since extends Difference {
  readonly key: string;
  /** How many lines there are now, and each of them. */
  readonly count: number;
  readonly line: (id: Id) => string | undefined;
}

/** Where it is kept what was compiled of which documents, and for which host. */
export interface Compiling {
  readonly host: string;
  readonly keeper: Keeper | null;
  /** Is it to be kept for the next time? */
  readonly keeps: boolean;
  /** The name of what it will be handed over as; null: none. */
  readonly key: string | null;
}

type WithReadings = Source & { readonly wanted: Wanted & { readonly readings: Readings } };

/** Compile a host's catalog: by what is new since it was compiled last, where that can be told, and else the whole. Errors: as of catalogOf. */
export async function compiledOf(source: WithReadings, keeping: Compiling): Promise<Compiled> {
  const { head, kept, refused = [] } = source.wanted;
  const anew = kept === undefined ? byWhatIsNew({ head, refused, readings: source.wanted.readings }, keeping) : null;
  return anew ?? whole(source, keeping);
}

function byWhatIsNew({ head, refused, readings }: Required<Pick<Wanted, 'head' | 'refused'>> & { readonly readings: Readings }, { host, keeper, keeps, key }: Compiling): Compiled | null {
  const last = recallMade(keeper, host);
  const anew = last === null ? null : recompile({ head, readings, last, services: trade.services });
  if (last === null || anew === null) return null;
  const { made, hosts, differs } = anew;
  if (keeps && keeper !== null && (made !== last || key !== last.key)) keepNext(keeper, { ...made, key }, last);
  return {
    catalog: { host, revision: head.revision.oid, time: head.revision.time }, lines: () => ({ declared: made.declared, resources: [...made.lines.values()] }),
    since: typeof last.key === 'string' ? { key: last.key, ...differs, count: made.lines.size, line: (id) => made.lines.get(id) } : null, hosts, holds: together(refused),
  };
}

async function whole(source: WithReadings, { host, keeper, keeps, key }: Compiling): Promise<Compiled> {
  const { head, kept, readings } = source.wanted;
  const { state, catalog: { resources, ...catalog }, holds, sound } = await catalogOf(source, host);
  const lines = new Map(resources.map((resource) => [resource.id, lineOf(resource)]));
  if (keeps && keeper !== null && kept === undefined && sound) keepMade(keeper, { ...madeOf({ head, readings, host, state, lines }), key });
  return { catalog, lines: () => ({ declared: lineOfDeclared(declaredOf(state)), resources: [...lines.values()] }), since: null, hosts: state.hosts, holds };
}

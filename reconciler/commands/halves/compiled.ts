import { lineOf, lineOfDeclared } from '../../handover/lines.ts';
import type { HandoverLines } from '../../handover/handover.ts';
import { keepMade, keepNext, recallMade } from '../../kept/answers.ts';
import { unlessDamaged } from '../../kept/book.ts';
import type { Keeper } from '../../kept/keeper.ts';
import { declaredIn, heldIn, linesIn, madeIn, type Difference } from '../../kept/made.ts';
import type { Readings } from '../../kept/readings.ts';
import { contentsOf } from '../../made-of.ts';
import { declaredOf } from '../../model/declared.ts';
import type { Host } from '../../model/desired.ts';
import type { Hold } from '../../model/plan.ts';
import type { Catalog, Id } from '../../model/resource.ts';
import { isCut, together, type Wanted } from '../../reconcile.ts';
import { recompile } from '../../recompile.ts';
import { isHeldStill } from '../../still-held.ts';
import { catalogOf, trade } from '../look.ts';
import type { Source } from '../source.ts';
import { descentFrom, placeOf } from './descent.ts';

/** What a host is to be, its resources and what guards must know written as they are handed over. */
export interface Compiled {
  readonly catalog: Omit<Catalog, 'resources'>;
  /** All of them, read when they are asked for; where what is kept of them is damaged, everything is compiled after all. */
  readonly lines: () => Promise<HandoverLines>;
  /** How it differs from what was handed over before under a name; null where that is not known. */
  readonly since: Since | null;
  readonly hosts: readonly Host[];
  readonly holds: readonly Hold[];
}

/** What differs, and the name of what was handed over with all other lines as they are. */
export interface Since extends Difference {
  readonly key: string;
  /** How many lines there are now, and each of them, and what guards must know. Errors: Damaged, of the two. */
  readonly count: number;
  readonly line: (id: Id) => string | undefined;
  readonly facts: () => string;
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
  const { kept } = source.wanted;
  const anew = kept === undefined ? await unlessDamaged(() => byWhatIsNew(source, keeping)) : null;
  return anew ?? whole(source, keeping);
}

async function byWhatIsNew(source: WithReadings, keeping: Compiling): Promise<Compiled | null> {
  const { head, refused = [], readings } = source.wanted;
  const { host, keeper, keeps, key } = keeping;
  const last = recallMade(keeper, host);
  if (last === null) return null;
  const held = heldIn(last);
  // Nobody goes back through history for what the newest commit tells already.
  if (held !== null && !isHeldStill(held, { head, readings, last, since: [] })) return null;
  const anew = recompile({ head, readings, last, services: trade.services, ...(held === null ? {} : { descent: await descentFrom(held.at, source) }) });
  // How many more there are is told of all that there is against somebody.
  if (anew === null || anew.holds.some((each) => isCut(each) && refused.some(({ owner }) => owner === each.owner))) return null;
  const { made, hosts, holds, differs } = anew;
  if (keeps && keeper !== null && (made !== last || key !== last.key)) keepNext(keeper, { ...made, key });
  const lines = (): HandoverLines => ({ declared: declaredIn(made), resources: [...linesIn(made).within('')].map(([, line]) => line) });
  return {
    catalog: { host, revision: head.revision.oid, time: head.revision.time }, lines: async () => (await unlessDamaged(lines)) ?? (await whole(source, keeping)).lines(),
    since: typeof last.key === 'string' ? { key: last.key, ...differs, count: made.count, line: (id) => linesIn(made).get(id), facts: () => declaredIn(made) } : null, hosts, holds: together([...holds, ...refused]),
  };
}

async function whole(source: WithReadings, { host, keeper, keeps, key }: Compiling): Promise<Compiled> {
  const { head, kept, readings } = source.wanted;
  const { state, catalog: { resources, ...catalog }, holds, standing: found } = await catalogOf(source, host);
  const declared = lineOfDeclared(declaredOf(state));
  const lines = new Map(resources.map((resource) => [resource.id, lineOf(resource)]));
  const standing = found === null ? null : { held: found, at: placeOf(source) };
  if (keeps && keeper !== null && kept === undefined && standing !== null) keepMade(keeper, { ...madeIn(contentsOf({ head, readings, standing, host, lines, declared })), key });
  return { catalog, lines: async () => ({ declared, resources: [...lines.values()] }), since: null, hosts: state.hosts, holds };
}

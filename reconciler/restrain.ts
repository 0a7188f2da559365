/**
 * Between plan and converge: what would destroy too much is not done. What a member's own removals would do is kept back by holding that
 * member at the newest version that removes nothing (law 4: everybody else goes on); what concerns the host or the co-op stops the run.
 */
import { readFile } from './desired/read.ts';
import { compose, mixtureOf, versionsOf, type Mixture } from './desired/versions.ts';
import type { DesiredState } from './model/desired.ts';
import type { Guarded } from './model/guard.ts';
import type { Machine } from './model/machine.ts';
import { ownerName, type Owner } from './model/owner.ts';
import type { Hold, Inventory } from './model/plan.ts';
import type { Problem } from './model/problem.ts';
import type { Catalog, Id } from './model/resource.ts';
import { keyHolders } from './plan/before.ts';
import { expired, guard } from './plan/guard.ts';
import { lostBy, type Sight } from './plan/guards.ts';
import type { Planned } from './plan/plan.ts';
import { survey, understand, type Trade, type Wanted } from './reconcile.ts';

/** A host that was looked at for a commit. Units: milliseconds since the epoch. */
export interface Surveyed {
  readonly wanted: Wanted;
  readonly state: DesiredState;
  readonly planned: Planned;
  readonly now: number;
}

/** What of it may be done. */
export interface Restrained {
  readonly state: DesiredState;
  readonly planned: Planned;
  readonly guarded: readonly Guarded[];
  /** Nothing may be done on this host at all. */
  readonly stopped: boolean;
  readonly notices: readonly string[];
}

/** How far back the commit is looked for that a host was made of. */
const mostCommits = 500;

/** Keep back what would destroy too much. Looks at the host, and touches nothing. */
export async function restrain(machine: Machine, surveyed: Surveyed, trade: Trade): Promise<Restrained> {
  const { state, planned, wanted, now } = surveyed;
  const notices = expired(state.allowances, now);
  const sight = await sightOf(machine, surveyed);
  const guarded = guard(sight, now);
  const whole = { state, planned, guarded, notices };
  if (guarded.length === 0) return { ...whole, stopped: false };
  if (guarded.some(({ owner }) => owner === 'coop')) return { ...whole, stopped: true };
  const held = await holdBack(sight, { wanted, guarded, now }, trade);
  if (held === null || guard({ ...sight, ...held }, now).length > 0) return { ...whole, stopped: true };
  const { lost: _, ...again } = await survey(machine, held, trade);
  return { state: held.state, planned: again, guarded, notices, stopped: false };
}

async function sightOf(machine: Machine, { state, planned: { catalog, inventory, plan }, wanted, now }: Surveyed): Promise<Sight> {
  const sight = { catalog, inventory, state, holds: plan.holds, zones: await zonesOn(machine, catalog, inventory), admins: keyHolders(inventory.entries.keys()) };
  const isDoubtful = guard(sight, now).some(({ code }) => code === 'guard/admins' || code === 'guard/lock-out');
  return isDoubtful ? { ...sight, admins: await adminsAt(inventory.revision, wanted) } : sight;
}

/** Read the zone files that are to say something else. */
async function zonesOn(machine: Machine, { resources }: Catalog, { entries }: Inventory): Promise<ReadonlyMap<Id, string>> {
  const moved = resources.filter(({ kind, id, desired }) => kind === 'zone' && entries.get(id)?.left?.['content'] !== desired?.['content'] && entries.has(id));
  const answers = await machine.observe(moved.map(({ name }) => ({ ask: 'path', path: name, want: 'text' })));
  return new Map(answers.flatMap((answer, index) => {
    const [id, text] = [moved[index]?.id, answer.ask === 'path' ? answer.node?.text : undefined];
    return id === undefined || text === undefined ? [] : [[id, text] as const];
  }));
}

/** Who were admins in the commit that a host was made of. Only asked when somebody who can log in might be the last one. */
async function adminsAt(revision: string | null, { head, ancestors }: Wanted): Promise<ReadonlySet<string> | null> {
  if (revision === null) return null;
  let seen = 0;
  for await (const snapshot of chain(head, ancestors)) {
    if (snapshot.revision.oid === revision) {
      const cluster = snapshot.files.filter(({ path }) => /^(?:desired-state\/)?cluster\.yaml$/.test(path)).flatMap((file) => readFile(file).document ?? []);
      return new Set(cluster.flatMap((document) => (document.kind === 'cluster' ? document.value.admins : [])));
    }
    seen += 1;
    if (seen === mostCommits) return null;
  }
  return null;
}

async function* chain(head: Wanted['head'], ancestors: Wanted['ancestors']): AsyncIterable<Wanted['head']> {
  yield head;
  yield* ancestors();
}

interface Held {
  readonly state: DesiredState;
  readonly catalog: Catalog;
  readonly holds: readonly Hold[];
}

interface Refusing {
  readonly wanted: Wanted;
  readonly guarded: readonly Guarded[];
  readonly now: number;
}

/** Put the newest version that removes nothing in the place of each owner's documents; null when there is none. */
async function holdBack(sight: Sight, { wanted, guarded, now }: Refusing, trade: Trade): Promise<Held | null> {
  const mixture = new Map(mixtureOf(wanted.head));
  const holds = new Map<Owner, Hold>();
  let found: Held | null = null;
  for (const owner of new Set(guarded.map((each) => each.owner))) {
    const theirs = guarded.filter((each) => each.owner === owner);
    found = null;
    for await (const { version } of versionsOf([owner], wanted.ancestors())) {
      const tried = new Map(holds).set(owner, { owner, problems: theirs.map(problemOf), lastGood: version.oid });
      const then = await understandWith(new Map([...mixture, [owner, version]]), { wanted, holds: tried, host: sight.catalog.host }, trade);
      if (then === null || lostBy(owner, { ...sight, ...then }) > 0 || guard({ ...sight, ...then }, now).some((each) => theirs.some(isSame(each)))) continue;
      mixture.set(owner, version);
      for (const [each, hold] of tried) holds.set(each, hold);
      found = then;
      break;
    }
    if (found === null) return null;
  }
  return found;
}

function isSame(one: Guarded): (other: Guarded) => boolean {
  return (other) => other.code === one.code && other.object === one.object;
}

interface Trying {
  readonly wanted: Wanted;
  readonly holds: ReadonlyMap<Owner, Hold>;
  readonly host: string;
}

async function understandWith(mixture: Mixture, { wanted, holds, host }: Trying, trade: Trade): Promise<Held | null> {
  const kept = { owners: new Set(holds.keys()), newest: wanted.head };
  const refused = [...(wanted.refused ?? []), ...holds.values()];
  const { state, catalog, holds: all } = await understand({ ...wanted, head: compose(mixture, wanted.head), refused, kept }, host, trade);
  return state === null || catalog === null ? null : { state, catalog, holds: all };
}

function problemOf({ code, host, owner, message, where }: Guarded): Problem {
  const file = where.replace('coop/allowances.yaml', `members/${ownerName(owner)}/member.yaml`);
  return { code, message, hint: `croft plan on ${host} prints the entry that lets it pass`, owner, source: { file, line: 1, column: 1 } };
}

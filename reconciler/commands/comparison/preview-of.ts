import { takeovers } from '../../desired/takeover.ts';
import { commitsBetween } from '../../git/between.ts';
import { digest } from '../../model/digest.ts';
import type { Guarded } from '../../model/guard.ts';
import type { HostReport } from '../../model/host-report.ts';
import type { Hold, Plan } from '../../model/plan.ts';
import { remainingDrift } from '../../model/remaining.ts';
import type { Id } from '../../model/resource.ts';
import { compareText } from '../../model/source.ts';
import { foresee } from '../../plan/foresee.ts';
import { guard } from '../../plan/guard.ts';
import { checksum } from '../../plan/plan.ts';
import type { Trade } from '../../reconcile.ts';
import { tellFiles, tellStates } from '../../report/declared/declared.ts';
import type { Texts } from '../../report/patch.ts';
import type { Foreseen, Preview } from '../../report/preview.ts';
import { textsBetween } from '../../report/rendered.ts';
import { usageOf } from '../../report/usage.ts';
import { sidesAnew, keepSides } from './sides-anew.ts';
import { sightOf, wholeSides, type Comparison, type Few, type Sides, type Turn } from './sides.ts';

/** Work out everything that a change does, from the repository alone. Errors: GitError when one of the commits cannot be read. */
export async function previewOf(comparison: Comparison, trade: Trade): Promise<Preview> {
  const { kept } = comparison;
  const anew = kept === undefined ? null : await sidesAnew({ ...comparison, kept }, trade.services);
  return previewFrom(comparison, anew, trade);
}

/** The same, where it is known already what differs (sidesAnew), or that this cannot be told: then everything is read. */
export async function previewFrom(comparison: Comparison, anew: Sides | null, { kinds, services }: Trade): Promise<Preview> {
  const { repository, base, head, authority } = comparison;
  const sides = anew ?? (await wholeAndKept(comparison, services));
  const { before, after, old, now, problems, mended } = sides;
  const foreseen = foreseeAll(sides, kinds);
  const hosts = foreseen.map(({ guarded: _, ...each }) => each);
  const held = new Set(after.holds.map(({ owner }) => owner));
  const told = after.state === null ? [] : tellStates(before.state, after.state);
  const files = tellFiles(old, now, told).filter(({ owner }) => !held.has(owner) && after.state !== null);
  return {
    base, head, authority, guards: once(foreseen.flatMap(({ guarded }) => guarded)), hosts,
    commits: (await commitsBetween(repository, base.oid, head)).map(({ revision }) => revision),
    told: [...told, ...files].toSorted(byOwner),
    usage: after.state === null ? [] : usageOf(after.state, new Set(told.map(({ owner }) => owner))),
    problems, mended,
    warnings: takeovers(before.state, after.state),
    holds: after.holds.map((hold) => ({ ...hold, already: before.holds.some(({ owner }) => owner === hold.owner) })),
    checksum: digest(hosts.map(({ host, plan }) => JSON.stringify([host, plan.checksum])).join('\n')),
  };
}

async function wholeAndKept(comparison: Comparison, services: Trade['services']): Promise<Sides> {
  const sides = await wholeSides(comparison, services);
  if (comparison.kept !== undefined) await keepSides(sides, { ...comparison, kept: comparison.kept }, services);
  return sides;
}

function byOwner(a: { readonly owner: string }, b: { readonly owner: string }): number {
  return Number(a.owner === 'coop') - Number(b.owner === 'coop') || compareText(a.owner, b.owner);
}

type Weighed = Foreseen & { readonly guarded: readonly Guarded[] };

/** What several hosts keep back is told once, with the greatest count: an allowance of that lets it pass on all of them. */
function once(guarded: readonly Guarded[]): readonly Guarded[] {
  const byObject = new Map<string, Guarded>();
  for (const each of guarded) {
    const key = `${each.code} ${each.object}`;
    if ((byObject.get(key)?.count ?? 0) < each.count) byObject.set(key, each);
  }
  return [...byObject.values()];
}

/** When the head was made stands for now: the same commits give the same preview. */
function foreseeAll({ turns, before, after, reports, now }: Sides, kinds: Trade['kinds']): readonly Weighed[] {
  const wasThere = (name: string): boolean => before.state?.hosts.some((each) => each.name === name) === true;
  return [...turns].map(([name, turn]) => foreseeOne(turn, {
    name, holds: after.holds, kinds, report: reports.get(name) ?? null, is: turn.catalog === null ? 'gone' : wasThere(name) ? 'there' : 'new', time: now.revision.time * 1000,
  }));
}

interface Outlook extends Pick<Foreseen, 'is' | 'report'> {
  readonly name: string;
  readonly holds: readonly Hold[];
  readonly kinds: Trade['kinds'];
  /** Units: milliseconds since the epoch. */
  readonly time: number;
}

function foreseeOne(turn: Turn, { name, holds, kinds, report, is, time }: Outlook): Weighed {
  const { from, isBehind, old, catalog, declared } = turn;
  const outcome = (drift: HostReport['drift']): Plan => foresee({ catalog: catalog ?? old, holds, kinds, before: old, drift });
  const left = report === null || catalog === null ? [] : remainingDrift(report);
  const texts = catalog === null ? new Map<Id, Texts>() : textsBetween(turn.few?.old ?? old, turn.few?.catalog ?? catalog);
  const effect = turn.few === undefined ? outcome([]) : foreseeFew(turn.few, { holds, kinds });
  const sight = sightOf(turn, holds);
  return {
    host: name, is, from, isBehind, report, plan: left.length === 0 ? effect : outcome(left), effect, texts, guarded: sight === null ? [] : guard(sight, time), graceDays: declared.cluster.graceDays,
  };
}

/** Plan what differs. It stands in its order already, and what a unit has loaded is known: all that it reads is as it was. */
function foreseeFew({ old, catalog, beside }: Few, { holds, kinds }: Pick<Outlook, 'holds' | 'kinds'>): Plan {
  const unsettled = new Map([...kinds].map(([name, { settle: _, ...kind }]) => [name, kind]));
  const plan = foresee({ catalog, holds, kinds: unsettled, before: old, drift: [] });
  const places = new Map(catalog.resources.map(({ id }, index) => [id, index]));
  const changes = plan.changes.toSorted((a, b) => (places.get(a.resource.id) ?? 0) - (places.get(b.resource.id) ?? 0));
  return { ...plan, changes, unchanged: plan.unchanged + beside, checksum: checksum(changes) };
}

import { expect } from 'vitest';
import { MachineError, type Machine, type Step } from '../../reconciler/model/machine.ts';
import type { Owner } from '../../reconciler/model/owner.ts';
import type { Catalog, Resource } from '../../reconciler/model/resource.ts';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { check } from '../../reconciler/desired/check.ts';
import { bare, byHand, discard, later, planned, programs, run, today, tree, twin, understood, type StoryHost } from './drive.ts';
import type { Hand } from './story.ts';

/** The second plan is empty, but for what the host still refuses and the unit that would load it; and a run at once changes and reloads nothing. */
export async function secondPlanIsEmpty(host: StoryHost, commits: readonly Snapshot[], { refused = [], now }: { readonly refused?: readonly string[]; readonly now: number }): Promise<void> {
  const { plan } = await planned(host, commits);
  const left = plan.changes.filter(({ resource }) => !refused.includes(resource.id) && !(refused.length > 0 && resource.kind === 'unit'));
  expect(left.map(({ verb, resource, differences }) => ({ verb, id: resource.id, differences }))).toEqual([]);
  if (refused.length === 0) return;
  const before = programs(host).length;
  const { outcomes } = await run(host, commits, host.machine, now);
  expect(programs(host).slice(before)).toEqual([]);
  expect(outcomes.flatMap(({ id, result }) => (result === 'done' || refused.includes(id) ? [] : [id]))).toEqual([]);
}

/** Shuffled input gives the same catalog bytes. */
export async function shufflingChangesNothing(host: string, commits: readonly Snapshot[]): Promise<void> {
  const ordered = (await understood(commits, host)).catalog;
  const shuffled = (await understood(commits.map((commit) => ({ ...commit, files: [...commit.files].reverse() })), host)).catalog;
  expect(JSON.stringify(shuffled)).toBe(JSON.stringify(ordered));
}

/** Removing one owner touches only that owner, and their rows in what is shared. */
export async function removingOneTouchesOnlyThem(host: string, commits: readonly Snapshot[]): Promise<number> {
  const head = commits.at(-1);
  if (head === undefined || check(head).problems.length > 0) return 0;
  const before = (await understood([head], host)).catalog;
  let removed = 0;
  for (const owner of members(head)) {
    const without = { ...head, files: head.files.filter(({ path }) => !path.startsWith(`desired-state/members/${owner.slice('member:'.length)}/`)) };
    if (check(without).problems.length > 0) continue;
    const touched = differing(before, (await understood([without], host)).catalog);
    expect(touched.filter((one) => one.owner !== owner && one.owner !== 'coop').map(({ id }) => id), `resources of others touched by removing ${owner}`).toEqual([]);
    removed += 1;
  }
  return removed;
}

/** A failure of one owner leaves every other owner's changes done. */
export async function oneFailureStopsNobodyElse(host: string, commits: readonly Snapshot[]): Promise<number> {
  const head = commits.at(-1);
  if (head === undefined) return 0;
  const anyway = await unfinished(host, commits);
  let failures = 0;
  for (const owner of members(head)) {
    const victim = bare(host);
    try {
      const { catalog } = await understood(commits, host);
      const theirs = new Set(catalog.resources.filter((one) => one.owner === owner).map(({ name }) => name));
      const broken = refusing(victim.machine, (step) => 'path' in step && theirs.has(step.path));
      const { outcomes } = await run(victim, commits, broken);
      const hurt = outcomes.filter((outcome) => outcome.owner !== owner && outcome.result !== 'done' && !anyway.has(outcome.id));
      expect(hurt.map(({ id, result, because }) => ({ id, result, because })), `hurt by ${owner}'s failure`).toEqual([]);
      failures += outcomes.filter(({ result }) => result === 'failed').length;
    } finally {
      discard(victim);
    }
  }
  return failures;
}

/** What a story leaves unfinished by itself, e.g. a site that the checker refuses. */
async function unfinished(name: string, commits: readonly Snapshot[]): Promise<ReadonlySet<string>> {
  const host = bare(name);
  try {
    return new Set((await run(host, commits)).outcomes.filter(({ result }) => result !== 'done').map(({ id }) => id));
  } finally {
    discard(host);
  }
}

/** How a host is before the run that is to be crashed: the commits that it has, and what was done to it by hand since. */
export interface Before {
  readonly commits: readonly Snapshot[];
  readonly hand: readonly Hand[];
}

/** A crash after any step, followed by a run, ends in the same tree as no crash. */
export async function crashesLeaveNothing(host: string, before: Before, commits: readonly Snapshot[]): Promise<number> {
  const start = bare(host);
  try {
    const now = today + later;
    if (before.commits.length > 0) await run(start, before.commits);
    for (const hand of before.hand) await byHand(start, hand);
    const whole = await withTwin(start, async (one) => {
      const counted = counting(one.machine);
      await run(one, commits, counted.machine, now);
      return { tree: tree(one), steps: counted.steps() };
    });
    for (let after = 0; after < whole.steps; after += 1) {
      const crashed = await withTwin(start, async (one) => {
        await expect(run(one, commits, crashing(one.machine, after), now), `no crash after step ${after}`).rejects.toThrow(Crash);
        await run(one, commits, one.machine, now);
        return tree(one);
      });
      expect(unlike(whole.tree, crashed), `paths that a crash after step ${after} and another run leave different`).toEqual([]);
    }
    return whole.steps;
  } finally {
    discard(start);
  }
}

class Crash extends Error {}

async function withTwin<T>(start: StoryHost, work: (host: StoryHost) => Promise<T>): Promise<T> {
  const host = twin(start);
  try {
    return await work(host);
  } finally {
    discard(host);
  }
}

/** The paths in which two trees differ, with the beginning of what each has. */
function unlike(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  const paths = [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));
  return paths.map((path) => `${path}: ${a.get(path)?.slice(0, 120) ?? 'nothing'} | ${b.get(path)?.slice(0, 120) ?? 'nothing'}`);
}

function refusing(machine: Machine, refused: (step: Step) => boolean): Machine {
  return {
    ...machine,
    name: machine.name,
    observe: (probes) => machine.observe(probes),
    perform: async (step) => {
      if (refused(step)) throw new MachineError('cannot: the test refuses this step');
      await machine.perform(step);
    },
  };
}

function counting(machine: Machine): { readonly machine: Machine; readonly steps: () => number } {
  let steps = 0;
  return {
    machine: { name: machine.name, observe: (probes) => machine.observe(probes), perform: async (step) => { steps += 1; await machine.perform(step); } },
    steps: () => steps,
  };
}

function crashing(machine: Machine, after: number): Machine {
  let steps = 0;
  return {
    name: machine.name,
    observe: (probes) => machine.observe(probes),
    perform: async (step) => {
      if (steps === after) throw new Crash(`crash before step ${after}`);
      steps += 1;
      await machine.perform(step);
    },
  };
}

function members(head: Snapshot): readonly Owner[] {
  const names = new Set(head.files.flatMap(({ path }) => /^desired-state\/members\/([^/]+)\//.exec(path)?.[1] ?? []));
  return [...names].sort().map((name): Owner => `member:${name}`);
}

function differing(a: Catalog, b: Catalog): readonly Resource[] {
  const later = new Map(b.resources.map((resource) => [resource.id, resource]));
  const earlier = new Map(a.resources.map((resource) => [resource.id, resource]));
  const content = (resource: Resource | undefined): string => JSON.stringify([resource?.desired, resource?.payload?.text]);
  return [...new Set([...earlier.keys(), ...later.keys()])].filter((id) => content(earlier.get(id)) !== content(later.get(id))).flatMap((id) => earlier.get(id) ?? later.get(id) ?? []);
}

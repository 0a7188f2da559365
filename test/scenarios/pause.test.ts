/**
 * Every story once more, with something paused while its last event happens: nothing of what is paused is touched, everybody else's
 * changes are made and loaded, the second run does nothing at all, and after the pause the host is as if there had been none.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recover } from '../../reconciler/converge/recover.ts';
import { MachineError, type Machine } from '../../reconciler/model/machine.ts';
import type { Pause } from '../../reconciler/model/aside.ts';
import type { Outcome } from '../../reconciler/model/plan.ts';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { divide, type Divided } from '../../reconciler/plan/pause.ts';
import { bare, byHand, carryOut, discard, planned, programs, run, tree, twin, type StoryHost } from './drive.ts';
import { changed, base, snapshot, stories, type Event, type Hand, type Story } from './story.ts';

const word = { who: 'dana', why: 'we look into it', since: 1, until: 2_000_000_000, byHand: false } as const;
const pauses: readonly Pause[] = [
  { ...word, scope: 'host', units: [] },
  { ...word, scope: 'coop', units: [] },
  { ...word, scope: 'member:ada', units: [] },
  { ...word, scope: 'member:bob', units: [] },
  { ...word, scope: 'service:apache', units: ['apache2.service'] },
  { ...word, scope: 'service:bind', units: ['named.service'] },
  { ...word, scope: 'service:mail', units: ['postfix.service', 'postfix@-.service', 'dovecot.service'] },
];

const hosts: StoryHost[] = [];
afterEach(() => hosts.splice(0).forEach(discard));

function kept(host: StoryHost): StoryHost {
  hosts.push(host);
  return host;
}

interface Told {
  readonly commits: readonly Snapshot[];
  readonly last: readonly Snapshot[];
  readonly hand: readonly Hand[];
}

function told(story: Story): Told {
  const first = snapshot(changed(base(), story.files), 0);
  const next = (commits: readonly Snapshot[], event: Event): readonly Snapshot[] => {
    if (event.commit === undefined) return commits;
    const documents = new Map((commits.at(-1) ?? first).files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]));
    return [...commits, snapshot(changed(documents, event.commit), commits.length)];
  };
  const commits = story.events.slice(0, -1).reduce(next, [first]);
  const event = story.events.at(-1) ?? { expect: {} };
  return { commits, last: next(commits, event), hand: event.hand ?? [] };
}

async function before({ commits, hand }: Told, host: string): Promise<StoryHost> {
  const made = bare(host);
  await run(made, commits);
  for (const one of hand) await byHand(made, one);
  return made;
}

async function runWith(host: StoryHost, commits: readonly Snapshot[], pause: Pause, machine = host.machine): Promise<Divided & { readonly outcomes: readonly Outcome[] }> {
  await recover(machine);
  const divided = await divide(machine, await planned(host, commits, machine), [pause]);
  return { ...divided, outcomes: await carryOut(machine, divided.planned) };
}

/** A pause by owner is about her rows as well. */
function theirs(host: StoryHost, owner: string): ReadonlyMap<string, string> {
  const name = owner.replace('member:', '');
  return new Map([...tree(host)].filter(([path]) => path.includes(`${name}.example`) && path.startsWith('etc/apache2')));
}

/** Which groups of croft's list somebody: what binds members binds whoever is in them. */
function groupsOf(host: StoryHost, name: string): readonly string[] {
  const groups = tree(host).get('var/lib/extrausers/group') ?? '';
  return groups.split('\n').flatMap((line) => (line.replace(/^.*:/, '').split(',').includes(name) ? [line.replace(/:.*$/, '')] : []));
}

/** Where croft says how it left things, and what failed. */
const notes = /^var\/lib\/croft\/(?:inventory\.jsonl|attempts\.json)$/;

function likeness(host: StoryHost): readonly string[] {
  return [...tree(host)].filter(([path]) => !notes.test(path)).map(([path, content]) => `${path} ${content}`);
}

/** What is the same whatever is paused: the host as the last event finds it, and as it leaves it where there is no pause. */
interface Stage extends Told {
  readonly start: StoryHost;
  readonly free: readonly string[];
  /** What the story leaves unfinished by itself. */
  readonly anyway: ReadonlySet<string>;
}

/** Made once for all that may be paused. Its host is not changed, and is thrown away with the others of the stage. */
async function staged(all: Told, start: StoryHost): Promise<Stage> {
  const free = twin(start);
  try {
    const { outcomes } = await run(free, all.last);
    return { ...all, start, free: likeness(free), anyway: new Set(outcomes.flatMap(({ id, result }) => (result === 'done' ? [] : [id]))) };
  } finally {
    discard(free);
  }
}

describe.each(stories().map((story) => [story.name, story] as const))('%s', (_, story) => {
  let stage: Stage;
  beforeAll(async () => {
    const all = told(story);
    stage = await staged(all, await before(all, story.host));
  });
  afterAll(() => discard(stage.start));

  it.each(pauses.map((pause) => [pause.scope, pause] as const))('while %s is paused', async (scope, pause) => {
    const { last, start, free, anyway } = stage;
    const paused = kept(twin(start));
    const still = scope === 'host' ? likeness(paused) : [];
    const sites = theirs(paused, scope);
    const { waiting, planned: left, outcomes } = await runWith(paused, last, pause);
    const isOwners = scope.startsWith('member:');
    if (scope === 'host') expect(likeness(paused)).toEqual(still);
    if (isOwners) expect([...theirs(paused, scope)]).toEqual([...sites]);
    if (isOwners) expect(left.plan.changes.filter(({ resource }) => resource.owner === scope).map(({ resource }) => resource.id)).toEqual([]);
    expect(outcomes.filter(({ id, result }) => result !== 'done' && !anyway.has(id)), 'what a pause makes fail').toEqual([]);
    const ran = programs(paused).length;
    const again = await runWith(paused, last, pause);
    expect(programs(paused).slice(ran), 'programs that the second run needs').toEqual([]);
    if (anyway.size === 0) expect(again.planned.plan.changes.map(({ resource, differences }) => ({ id: resource.id, differences }))).toEqual([]);
    expect(again.waiting.map(({ changes }) => changes.length), 'what waits').toEqual(waiting.map(({ changes }) => changes.length));
    await run(paused, last);
    expect(likeness(paused)).toEqual(free);
  });
});

it('a row that was changed by hand during a pause is still drift after it', async () => {
  const host = kept(bare('one'));
  const commits = [snapshot(base(), 0)];
  await run(host, commits);
  await byHand(host, { replace: '/var/lib/extrausers/passwd', from: '/home/ada:/bin/bash', to: '/home/ada:/bin/sh' });
  const pause: Pause = { ...word, scope: 'member:ada', units: [] };
  for (const _ of ['first', 'second']) expect((await runWith(host, commits, pause)).waiting[0]?.changes.length).toBe(1);
  const { plan } = await planned(host, commits);
  expect(plan.changes.flatMap(({ resource, differences }) => differences.map(({ attribute, cause, owner }) => `${resource.id} ${attribute} ${cause} ${owner}`))).toEqual(['table:/var/lib/extrausers/passwd ada.shell drift member:ada']);
});

it('a paused member whom a commit takes away stays in the groups whose rules bind her', async () => {
  const host = kept(bare('one'));
  const first = snapshot(base(), 0);
  await run(host, [first]);
  const before = groupsOf(host, 'ada');
  const without = snapshot(new Map([...base()].filter(([path]) => !path.includes('/ada/'))), 1);
  const { waiting } = await runWith(host, [first, without], { ...word, scope: 'member:ada', units: [] });
  expect(waiting[0]?.changes.length).toBeGreaterThan(0);
  expect(tree(host).get('var/lib/extrausers/passwd')).toContain('ada:x:10002:');
  expect(before).toContain('croft-members');
  expect(groupsOf(host, 'ada')).toEqual(before);
});

describe('a host that is still bare', () => {
  const more: readonly Pause[] = [...pauses, { ...word, scope: 'packages:accounts', units: [] }, { ...word, scope: 'directory:/etc/apache2/croft/sites', units: [], byHand: true }];
  const commits = [snapshot(base(), 0)];
  let free: readonly string[] = [];
  beforeAll(async () => {
    const host = bare('one');
    try {
      await run(host, commits);
      free = [...tree(host).keys()];
    } finally {
      discard(host);
    }
  });

  it.each(more.map((pause) => [pause.scope, pause] as const))('%s: what needs something that waits waits with it, and nothing fails', async (_, pause) => {
    const paused = kept(bare('one'));
    const { waiting, outcomes } = await runWith(paused, commits, pause);
    expect(outcomes.filter(({ result }) => result !== 'done')).toEqual([]);
    expect(waiting[0]?.changes.length).toBeGreaterThan(0);
    await run(paused, commits);
    expect([...tree(paused).keys()]).toEqual(free);
    expect((await planned(paused, commits)).plan.changes).toEqual([]);
  });
});

describe('a crash while something is paused', () => {
  it.each([['member:ada', 'a-new-site'], ['service:apache', 'a-renamed-site'], ['coop', 'hand-edits'], ['member:ada', 'suspended-and-back']])('%s, %s: after any step leads to the same host', async (scope, name) => {
    const found = stories().find((story) => story.name === storyNamed(name));
    const pause = pauses.find((each) => each.scope === scope);
    if (found === undefined || pause === undefined) throw new Error(`no story ${name}, or no pause ${scope}`);
    const all = told(found);
    const start = kept(await before(all, found.host));
    const whole = kept(twin(start));
    const steps = { count: 0 };
    await runWith(whole, all.last, pause, counting(whole.machine, steps));
    for (let after = 0; after < steps.count; after += 1) {
      const crashed = twin(start);
      try {
        await expect(runWith(crashed, all.last, pause, counting(crashed.machine, { count: 0 }, after))).rejects.toThrow(Crash);
        await runWith(crashed, all.last, pause);
        expect(likeness(crashed), `after step ${after}`).toEqual(likeness(whole));
      } finally {
        discard(crashed);
      }
    }
    expect(steps.count).toBeGreaterThan(1);
  });
});

class Crash extends Error {}

function storyNamed(file: string): string {
  const names: { readonly [file: string]: RegExp } = { 'a-new-site': /new site/, 'a-renamed-site': /renamed/, 'hand-edits': /hand edits/, 'suspended-and-back': /suspended/ };
  const name = stories().find((story) => names[file]?.test(story.name) === true)?.name;
  if (name === undefined) throw new MachineError(`no story is called ${file}`);
  return name;
}

function counting(machine: Machine, steps: { count: number }, end = Number.POSITIVE_INFINITY): Machine {
  return {
    name: machine.name,
    observe: (probes) => machine.observe(probes),
    perform: async (step) => {
      if (steps.count === end) throw new Crash('here');
      steps.count += 1;
      await machine.perform(step);
    },
  };
}

/**
 * What a host remembers of what guards let pass: for a day what went by itself, and for good how much of each allowance is spent. Told in
 * runs on hosts that are directories, one after another by a clock of their own.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { perform, survey } from '../../../reconciler/reconcile.ts';
import type { Ledger } from '../../../reconciler/model/guard.ts';
import { MachineError, type Machine, type Step } from '../../../reconciler/model/machine.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { handoverPath, inventoryPath, readInventory } from '../../../reconciler/plan/inventory.ts';
import { readerOf } from '../../../reconciler/reconsider.ts';
import { restrain, type Restrained } from '../../../reconciler/restrain.ts';
import { kinds } from '../../../reconciler/resources/index.ts';
import { bare, discard, planned, run, today, trade, twin, understood, weighed, type StoryHost } from '../../scenarios/drive.ts';
import { base, changed, snapshot, type Event } from '../../scenarios/story.ts';

type Files = NonNullable<Event['commit']>;

const hour = 60 * 60 * 1000;
const numbers = (from: number, until: number): readonly string[] => Array.from({ length: until - from }, (_, index) => String(from + index).padStart(2, '0'));
const all = (names: readonly string[], text: string | null): Files => Object.fromEntries(names.map((name) => [name, text]));
const generous = 'tasks: 100\nmemory-mib: 512\ncpu-percent: 50\ndisk-mib: 1024\nopen-files: 512\nvhosts: 50\nzones: 50\nmailboxes: 50\naliases: 50\n';
const member = (uid: number, more = ''): string => `name: Somebody\nuid: ${uid}\nlimits: generous\nemail: somebody@outside.example\n${more}`;
const ada: Files = { 'limits/generous.yaml': generous, 'members/ada/member.yaml': member(10_002, 'domains: [ada.example]\n') };
const sites = (from: number, until: number, text: string | null): Files => all(numbers(from, until).map((id) => `members/ada/vhosts/s${id}.ada.example.yaml`), text);
const site = 'host: one\nstatic:\n  root: web/s\n';
const crowd = (from: number, until: number, more = ''): Files => ({
  'limits/generous.yaml': generous, ...Object.fromEntries(numbers(from, until).map((id) => [`members/m${id}/member.yaml`, member(11_000 + Number(id), more)])),
});
const away = (from: number, until: number): Files => all(numbers(from, until).map((id) => `members/m${id}/member.yaml`), null);
const zone = (count: number): Files => ({ 'members/ada/zones/ada.example.yaml': `records:${count === 0 ? ' []' : ''}\n${numbers(0, count).map((id) => `  - { name: n${id}, type: A, address: 198.51.100.7 }\n`).join('')}` });
const hostDocument = (number: string): string => `debian: 13\naddresses: { ipv4: 192.0.2.1${number}, ipv6: '2001:db8:77::1${number}' }\nservices: []\nlogin: { shell: nobody, files: nobody }\n`;
const hosts = (from: number, until: number): Files => Object.fromEntries(numbers(from, until).map((id) => [`hosts/h${id}.yaml`, hostDocument(id)]));
const hostsAway = (from: number, until: number): Files => all(numbers(from, until).map((id) => `hosts/h${id}.yaml`), null);
const allowing = (...entries: readonly string[]): Files => ({ 'coop/allowances.yaml': entries.length === 0 ? 'allowances: []\n' : `allowances:\n${entries.map((entry) => `  - { ${entry}, from: 2026-06-10, until: 2026-06-30 }\n`).join('')}` });
const forAda = (count: number, reason = 'her shops have moved'): string => `guard: mass-removal, object: member:ada, count: ${count}, reason: ${reason}`;

/** A host and the commits that it was told of so far. */
interface Telling {
  readonly host: StoryHost;
  commits: readonly Snapshot[];
  /** Commit, and make it so as far as guards let it. Shape: what they do not, `guard object count`. */
  next(files: Files, hours: number): Promise<readonly string[]>;
}

/** Tell a story of a host that was made by a commit. */
async function telling(before: Files, work: (telling: Telling) => Promise<void>): Promise<void> {
  const host = bare('one');
  let documents = changed(base(), before);
  const story: Telling = {
    host, commits: [snapshot(documents, 0)],
    next: async (files, hours) => {
      documents = changed(documents, files);
      story.commits = [...story.commits, snapshot(documents, story.commits.length)];
      const now = today + hours * hour;
      const restrained = await weighed(host, story.commits, now);
      if (!restrained.stopped) await perform(host.machine, restrained.planned, { ...trade, now });
      return told(restrained);
    },
  };
  try {
    await run(host, story.commits);
    await work(story);
  } finally {
    discard(host);
  }
}

function told({ guarded }: Pick<Restrained, 'guarded'>): readonly string[] {
  return guarded.map(({ code, object, count }) => `${code.replace('guard/', '')} ${object} ${count}`).toSorted();
}

async function ledgerOn({ machine }: StoryHost): Promise<Ledger> {
  return (await readInventory(machine)).ledger;
}

describe('what goes little by little', () => {
  it('is counted over a day: nine sites, and nine more an hour later', async () => {
    await telling({ ...ada, ...sites(0, 25, site) }, async ({ host, next, ...story }) => {
      expect(await next(sites(0, 9, null), 1)).toEqual([]);
      expect(await next(sites(9, 18, null), 2)).toEqual(['mass-removal member:ada 9']);
      expect(await next({}, 24.9)).toEqual(['mass-removal member:ada 9']);
      expect(await next({}, 25.1)).toEqual([]);
      expect((await readInventory(host.machine)).entries.has('file:/etc/apache2/croft/sites/s17.ada.example.conf')).toBe(false);
      expect(story.commits).toHaveLength(1);
    });
  });

  it('says what went before, and the entry that it prints is for what goes now', async () => {
    await telling({ ...ada, ...sites(0, 25, site) }, async (story) => {
      await story.next(sites(0, 9, null), 1);
      await story.next(sites(9, 15, null), 2);
      const [guarded] = (await weighed(story.host, story.commits, today + 2 * hour)).guarded;
      expect(guarded?.message).toMatch(/^cannot remove 6 of the \d+ things that croft made for ada on one at once, after 9 within the last day: that is more than 10 and more than a third$/);
      expect(await story.next({ 'coop/allowances.yaml': `allowances:\n  ${guarded?.allow}\n` }, 2)).toEqual([]);
    });
  });

  it.each([
    { name: 'homes', before: crowd(0, 20, 'state: suspended\n'), steps: [away(0, 2), away(2, 4)], guarded: 'data host:one 2' },
    { name: 'members', before: crowd(0, 20), steps: [crowd(0, 2, 'state: suspended\n'), crowd(2, 4, 'state: suspended\n')], guarded: 'members-leaving coop 2' },
    { name: 'records of a zone', before: zone(30), steps: [zone(21), zone(12)], guarded: 'zone-records zone:ada.example 9' },
    { name: 'the last records of a zone', before: zone(4), steps: [zone(2), zone(0)], guarded: 'zone-records zone:ada.example 2' },
    { name: 'hosts', before: hosts(20, 30), steps: [hostsAway(20, 23), hostsAway(23, 26)], guarded: 'shrunken coop 3' },
    { name: 'sites of each of many members', before: shops(5, 9), steps: [shops(5, 3, null), shops(5, 6, null)], guarded: 'mass-removal host:one 15' },
  ])('$name as well', async ({ before, steps: [first = {}, second = {}], guarded }) => {
    await telling(before, async ({ next }) => {
      expect(await next(first, 1)).toEqual([]);
      expect(await next(second, 2)).toEqual([guarded]);
      expect(await next({}, 26)).toEqual([]);
    });
  });

  it('is no matter in ordinary life: some sites each day, and what is put back is not gone', async () => {
    await telling({ ...ada, ...sites(0, 30, site) }, async ({ next }) => {
      for (const day of [0, 1, 2, 3]) expect(await next(sites(day * 5, day * 5 + 5, null), 1 + day * 25)).toEqual([]);
    });
    await telling({ ...ada, ...sites(0, 20, site), ...zone(30) }, async ({ next }) => {
      for (const turn of [1, 3, 5]) {
        expect(await next({ ...sites(0, 9, null), ...zone(21) }, turn)).toEqual([]);
        expect(await next({ ...sites(0, 9, site), ...zone(30) }, turn + 1)).toEqual([]);
      }
    });
  });

  it('counts once, however often the host refuses to let it go', async () => {
    await telling({ ...ada, ...sites(0, 25, site) }, async (story) => {
      const commits = [...story.commits, snapshot(changed(changed(base(), { ...ada, ...sites(0, 25, site) }), sites(0, 9, null)), 1)];
      const stuck = refusing(story.host.machine, (step) => step.do === 'remove' && step.path.includes('/s00.'));
      for (const minute of [1, 2, 3, 90, 91]) {
        const now = today + minute * 60_000;
        const { guarded, planned: restrained } = await weighed(story.host, commits, now);
        expect(guarded).toEqual([]);
        await perform(stuck, restrained, { ...trade, now });
      }
      expect((await ledgerOn(story.host)).gone.filter(({ guard }) => guard === 'mass-removal')).toHaveLength(9);
    });
  });

  it('is not counted where it is only kept back', async () => {
    await telling({ ...ada, ...sites(0, 25, site) }, async ({ host, next }) => {
      expect(await next(sites(0, 20, null), 1)).toEqual(['mass-removal member:ada 20']);
      expect((await ledgerOn(host)).gone).toEqual([]);
    });
  });

  it('is forgotten a day after the clock was put right', async () => {
    await telling({ ...ada, ...sites(0, 25, site) }, async ({ host, next }) => {
      await next(sites(0, 9, null), 365 * 24);
      expect(await next(sites(9, 18, null), 1)).toEqual(['mass-removal member:ada 9']);
      expect((await ledgerOn(host)).gone.map(({ at }) => at)).toEqual(Array.from({ length: 9 }, () => today + hour));
      expect(await next({}, 26)).toEqual([]);
    });
  });
});

describe('an allowance', () => {
  it('is spent: what it let go once, it does not let go again, until its count is raised', async () => {
    await telling({ ...ada, ...sites(0, 20, site) }, async (story) => {
      const { host, next } = story;
      expect(await next({ ...sites(0, 14, null), ...allowing(forAda(14)) }, 1)).toEqual([]);
      expect(await ledgerOn(host)).toMatchObject({ gone: [], spent: [{ object: 'member:ada', count: 0 }] });
      expect(await next(sites(0, 14, site), 30)).toEqual([]);
      expect(await ledgerOn(host)).toMatchObject({ spent: [{ object: 'member:ada', count: 14, going: [] }] });
      expect(await next(sites(0, 14, null), 31)).toEqual(['mass-removal member:ada 14']);
      const [guarded] = (await weighed(host, story.commits, today + 31 * hour)).guarded;
      expect(guarded?.message).toMatch(/; of the 14 that desired-state\/coop\/allowances\.yaml:2 allows, 14 are used up: raise it to 28, or add another one with a reason of its own$/);
      expect(await next(allowing(forAda(27)), 32)).toEqual(['mass-removal member:ada 14']);
      expect(await next(allowing(forAda(14), forAda(14, 'they moved again')), 32)).toEqual([]);
    });
  });

  it('is spent by what goes in one run and the next, to the last one', async () => {
    await telling({ ...ada, ...sites(0, 40, site) }, async ({ next }) => {
      expect(await next({ ...sites(0, 18, null), ...allowing(forAda(30)) }, 1)).toEqual([]);
      expect(await next(sites(18, 31, null), 2)).toEqual(['mass-removal member:ada 13']);
      expect(await next(sites(30, 31, site), 3)).toEqual([]);
    });
  });

  it('stays spent when it is taken away and put back, or given more days', async () => {
    await telling({ ...ada, ...sites(0, 20, site) }, async ({ next }) => {
      const [much, longer] = [allowing(forAda(14)), { 'coop/allowances.yaml': `allowances:\n  - { ${forAda(14)}, from: 2026-06-12, until: 2026-07-05 }\n` }];
      await next({ ...sites(0, 14, null), ...much }, 1);
      await next({ ...sites(0, 14, site), ...allowing() }, 2);
      expect(await next({ ...sites(0, 14, null), ...much }, 30)).toEqual(['mass-removal member:ada 14']);
      expect(await next(longer, 31)).toEqual(['mass-removal member:ada 14']);
    });
  });

  it('of one zone is for one time', async () => {
    await telling({}, async ({ next }) => {
      const zones = 'members/bob/zones/bob.example.yaml';
      expect(await next({ [zones]: null, ...allowing('guard: zone, object: zone:bob.example, count: 1, reason: it is sold') }, 1)).toEqual([]);
      expect(await next({ [zones]: String(base().get(`desired-state/${zones}`)) }, 2)).toEqual([]);
      expect(await next({ [zones]: null }, 3)).toEqual(['zone zone:bob.example 1']);
    });
  });

  it('holds from its first day on, and that is told', async () => {
    await telling({ ...ada, ...sites(0, 20, site) }, async (story) => {
      const early = { 'coop/allowances.yaml': `allowances:\n  - { ${forAda(14)}, from: 2026-06-16, until: 2026-06-30 }\n` };
      expect(await story.next({ ...sites(0, 14, null), ...early }, 1)).toEqual(['mass-removal member:ada 14']);
      expect((await weighed(story.host, story.commits, today)).notices).toContain('the allowance of mass-removal for member:ada begins on 2026-06-16: it lets nothing pass until then (desired-state/coop/allowances.yaml:2)');
      expect(await story.next({}, 12)).toEqual([]);
    });
  });

  it('is charged once where the run that it lets do something is cut short anywhere', async () => {
    await telling({ ...ada, ...sites(0, 14, site) }, async (story) => {
      const documents = changed(changed(base(), { ...ada, ...sites(0, 14, site) }), { ...sites(0, 14, null), ...allowing(forAda(14)) });
      const commits = [...story.commits, snapshot(documents, 1)];
      const [back, anew] = [[...commits, snapshot(changed(documents, sites(0, 14, site)), 2)], [snapshot(changed(documents, sites(0, 14, site)), 2), snapshot(documents, 3)]];
      const whole = await stepsOf(story.host, commits);
      for (let after = 0; after < whole; after += 4) {
        const host = twin(story.host);
        try {
          await perform(crashing(host.machine, after), (await weighed(host, commits, today)).planned, { ...trade, now: today }).catch((error: unknown) => expect(error).toBeInstanceOf(Crash));
          const { guarded, planned: again } = await weighed(host, commits, today);
          expect(told({ guarded }), `after a crash at step ${after}`).toEqual([]);
          // Either the run is repeated, or what it began to take away is back before it could be; before the first change nothing was let go.
          const isRepeated = after % 8 === 0;
          if (isRepeated) await perform(host.machine, again, { ...trade, now: today });
          await perform(host.machine, (await weighed(host, back, today)).planned, { ...trade, now: today });
          expect((await ledgerOn(host)).spent, `after a crash at step ${after}`).toMatchObject([{ count: 14, going: [] }]);
          expect(told(await weighed(host, [...commits, ...anew], today))).toEqual(['mass-removal member:ada 14']);
        } finally {
          discard(host);
        }
      }
    });
  }, 120_000);
});

describe('a host that has lost its inventory', () => {
  it.each([
    ['is damaged', (host: StoryHost) => writeFileSync(join(host.directory, inventoryPath), '{')],
    ['is damaged where it remembers', (host: StoryHost) => writeFileSync(join(host.directory, inventoryPath), readFileSync(join(host.directory, inventoryPath), 'utf8').replace('"spent":[', '"spent":[7,'))],
    ['is gone', (host: StoryHost) => { writeFileSync(join(host.directory, handoverPath), '{}'); rmSync(join(host.directory, inventoryPath)); }],
  ])('takes each allowance for spent and goes by shares for a day: it %s', async (_, lose) => {
    await telling({ ...ada, ...sites(0, 20, site) }, async (story) => {
      const { host, next } = story;
      await next({ ...sites(0, 14, null), ...allowing(forAda(40)) }, 1);
      await next(sites(0, 14, site), 2);
      lose(host);
      const inventory = await survey(host.machine, await understood(story.commits, host.name), trade);
      expect(inventory.lost).toBe(true);
      const now = today + 3 * hour;
      const { planned: restrained } = await restrain(host.machine, { state: stateOf(await understood(story.commits, host.name)), planned: inventory, now, lost: true }, { kinds, reader: readerFor(story) });
      await perform(host.machine, restrained, { ...trade, now });
      expect(await ledgerOn(host)).toMatchObject({ gone: [], spent: [{ count: null }], since: now });
      expect(await next(sites(0, 14, null), 4)).toEqual(['mass-removal member:ada 14']);
      const [guarded] = (await weighed(host, story.commits, today + 4 * hour)).guarded;
      expect(guarded?.message).toMatch(/that is more than a third, and nobody knows what else went within the last day; what was let pass under desired-state\/coop\/allowances\.yaml:2 is not known on this host, so that lets nothing pass any more: give it another reason$/);
      expect(await next({ ...sites(0, 14, site), ...sites(0, 10, null) }, 5)).toEqual(['mass-removal member:ada 10']);
      expect(await next({}, 28)).toEqual([]);
    });
  });

  it('is not one that is bare', async () => {
    const host = bare('one');
    expect((await readInventory(host.machine)).lost).toBe(false);
    discard(host);
  });
});

describe('a co-op of which nobody knows how much there was', () => {
  it('is told, and measured by what the inventory names', async () => {
    await telling(crowd(0, 12), async (story) => {
      await story.next({ ...away(0, 12), 'coop/retired.yaml': 'members: []\n' }, 1);
      const { state, ...surveyed } = { state: stateOf(await understood(story.commits, 'one')), planned: await planned(story.host, story.commits), now: today };
      const reader = { ...readerFor(story), census: async () => null };
      const { guarded, notices, stopped } = await restrain(story.host.machine, { state, ...surveyed }, { kinds, reader });
      expect(told({ guarded })).toContain('shrunken coop 12');
      expect([stopped, notices.filter((notice) => !notice.startsWith('retires '))]).toEqual([true, [expect.stringMatching(/^how many members, hosts and classes of limits there were is not known: \/var\/lib\/croft\/handover\.jsonl is missing or cannot be read/)]]);
      const known = await restrain(story.host.machine, { state, ...surveyed }, { kinds, reader: readerFor(story) });
      expect(known.notices.filter((notice) => !notice.startsWith('retires '))).toEqual([]);
      expect(told(known)).toContain('shrunken coop 12');
    });
  });
});

function shops(members: number, each: number, text: string | null = site): Files {
  const ids = numbers(0, members);
  const vhosts = all(ids.flatMap((id) => numbers(0, each).map((number) => `members/m${id}/vhosts/s${number}.m${id}.example.yaml`)), text);
  return { 'limits/generous.yaml': generous, ...Object.fromEntries(ids.map((id) => [`members/m${id}/member.yaml`, member(11_000 + Number(id), `domains: [m${id}.example]\n`)])), ...vhosts };
}

type Understood = Awaited<ReturnType<typeof understood>>;

function stateOf({ state }: Understood): NonNullable<Understood['state']> {
  if (state === null) throw new Error('there is no state');
  return state;
}

function readerFor({ commits }: Pick<Telling, 'commits'>): ReturnType<typeof readerOf> {
  const head = commits.at(-1);
  if (head === undefined) throw new Error('there is no commit');
  return readerOf({ head, ancestors: () => newestFirst(commits.slice(0, -1)) }, 'one', trade);
}

async function* newestFirst(commits: readonly Snapshot[]): AsyncIterable<Snapshot> {
  yield* [...commits].reverse();
}

class Crash extends Error {}

function counting(machine: Machine, each: (step: Step, count: number) => void): Machine {
  let count = 0;
  return { ...machine, perform: async (step) => { each(step, count); count += 1; await machine.perform(step); } };
}

function crashing(machine: Machine, after: number): Machine {
  return counting(machine, (_, count) => { if (count >= after) throw new Crash(); });
}

function refusing(machine: Machine, refused: (step: Step) => boolean): Machine {
  return { ...machine, perform: async (step) => { if (refused(step)) throw new MachineError('not now'); await machine.perform(step); } };
}

async function stepsOf(start: StoryHost, commits: readonly Snapshot[]): Promise<number> {
  const host = twin(start);
  try {
    let steps = 0;
    await perform(counting(host.machine, (_, count) => { steps = count + 1; }), (await weighed(host, commits, today)).planned, { ...trade, now: today });
    return steps;
  } finally {
    discard(host);
  }
}

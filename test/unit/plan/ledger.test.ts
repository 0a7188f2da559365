/** What a host remembers for good of what guards let pass: how much of each allowance is spent. */
import { describe, expect, it } from 'vitest';
import { perform } from '../../../reconciler/reconcile.ts';
import type { Machine, Step } from '../../../reconciler/model/machine.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { discard, today, trade, twin, weighed, type StoryHost } from '../../scenarios/drive.ts';
import { base, changed, snapshot } from '../../scenarios/story.ts';
import { ada, allowing, forAda, hour, ledgerOn, site, sites, telling, told } from './ledger-rig.ts';

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
  });
});

class Crash extends Error {}

function counting(machine: Machine, each: (step: Step, count: number) => void): Machine {
  let count = 0;
  return { ...machine, perform: async (step) => { each(step, count); count += 1; await machine.perform(step); } };
}

function crashing(machine: Machine, after: number): Machine {
  return counting(machine, (_, count) => { if (count >= after) throw new Crash(); });
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

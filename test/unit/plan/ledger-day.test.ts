/** What a host remembers for a day: what guards let go by itself, little by little. */
import { describe, expect, it } from 'vitest';
import { perform } from '../../../reconciler/reconcile.ts';
import { MachineError, type Machine, type Step } from '../../../reconciler/model/machine.ts';
import { readInventory } from '../../../reconciler/plan/inventory.ts';
import { today, trade, weighed } from '../../scenarios/drive.ts';
import { base, changed, snapshot } from '../../scenarios/story.ts';
import { ada, all, away, crowd, generous, hosts, hostsAway, hour, ledgerOn, member, numbers, site, sites, telling, zone, type Files } from './ledger-rig.ts';

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

function shops(members: number, each: number, text: string | null = site): Files {
  const ids = numbers(0, members);
  const vhosts = all(ids.flatMap((id) => numbers(0, each).map((number) => `members/m${id}/vhosts/s${number}.m${id}.example.yaml`)), text);
  return { 'limits/generous.yaml': generous, ...Object.fromEntries(ids.map((id) => [`members/m${id}/member.yaml`, member(11_000 + Number(id), `domains: [m${id}.example]\n`)])), ...vhosts };
}

function refusing(machine: Machine, refused: (step: Step) => boolean): Machine {
  return { ...machine, perform: async (step) => { if (refused(step)) throw new MachineError('not now'); await machine.perform(step); } };
}

/** Guards on a host that has lost what it remembers of what they let pass, or of how much there was. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { perform, survey } from '../../../reconciler/reconcile.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { handoverPath, inventoryPath, readInventory } from '../../../reconciler/plan/inventory.ts';
import { readerOf } from '../../../reconciler/reconsider.ts';
import { restrain } from '../../../reconciler/restrain.ts';
import { kinds } from '../../../reconciler/resources/index.ts';
import { bare, discard, planned, today, trade, understood, weighed, type StoryHost } from '../../scenarios/drive.ts';
import { ada, allowing, away, crowd, forAda, hour, ledgerOn, site, sites, telling, told, type Telling } from './ledger-rig.ts';

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

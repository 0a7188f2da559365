import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { perform } from '../../reconciler/reconcile.ts';
import { bare, byHand, discard, later, planned, programs, run, today, trade, tree, weighed, type StoryHost } from './drive.ts';
import { secondPlanIsEmpty } from './properties.ts';
import { after, first, stories, type Event } from './story.ts';

describe.each(stories().map((story) => [story.name, story] as const))('%s', (_, story) => {
  it('goes as it is told', async () => {
    const host = bare(story.host);
    try {
      let commits: readonly Snapshot[] = [first(story)];
      await run(host, commits);
      await secondPlanIsEmpty(host, commits, { now: today });
      for (const [index, event] of story.events.entries()) {
        const now = today + (index + 1) * later;
        commits = after(story, commits, event);
        if (event.expect.guards !== undefined && (await isKeptBack(host, commits, event.expect.guards))) continue;
        await happen(host, commits, { event, now });
        await secondPlanIsEmpty(host, commits, { refused: Object.keys(event.expect.results ?? {}), now });
      }
    } finally {
      discard(host);
    }
  });
});

it('tells at least twelve stories', () => {
  expect(stories().length).toBeGreaterThanOrEqual(12);
});

async function happen(host: StoryHost, commits: readonly Snapshot[], { event: { hand = [], expect: expected }, now }: { readonly event: Event; readonly now: number }): Promise<void> {
  for (const one of hand) await byHand(host, one);
  if (expected.drift !== undefined) {
    const { plan } = await planned(host, commits);
    const drift = plan.changes.flatMap(({ resource, differences }) => differences.filter(({ cause }) => cause === 'drift').map(({ owner, attribute }) => `${resource.id} ${owner} ${attribute}`));
    expect(drift.sort()).toEqual([...expected.drift].sort());
  }
  const before = programs(host).length;
  const { planned: surveyed, outcomes } = await run(host, commits, host.machine, now);
  if (expected.changes !== undefined) expect(surveyed.plan.changes.map(({ verb, resource }) => `${verb} ${resource.id}`).sort()).toEqual([...expected.changes].sort());
  if (expected.programs !== undefined) expect(programs(host).slice(before)).toEqual(expected.programs);
  expect(surveyed.plan.holds.flatMap(({ owner, problems }) => problems.map(({ code }) => `${owner} ${code}`))).toEqual(expected.holds ?? []);
  const results = Object.fromEntries(outcomes.filter(({ result }) => result !== 'done').map(({ id, result }) => [id, result]));
  expect(results).toEqual(expected.results ?? {});
  for (const [path, content] of Object.entries(expected.files ?? {})) look(host, path, content);
}

/** Whether guards keep something back, as told; the rest is done, twice, and the second time it is nothing. */
async function isKeptBack(host: StoryHost, commits: readonly Snapshot[], guards: readonly string[]): Promise<boolean> {
  const before = tree(host);
  const { planned: restrained, guarded, stopped } = await weighed(host, commits, today);
  expect(guarded.map(({ code, object, count }) => `${code.replace('guard/', '')} ${object} ${count}`)).toEqual(guards);
  if (guarded.length === 0) return false;
  if (!stopped) {
    await perform(host.machine, restrained, { ...trade, now: today });
    expect((await weighed(host, commits, today)).planned.plan.changes).toEqual([]);
  }
  const gone = [...before.keys()].filter((path) => !tree(host).has(path));
  expect(gone, 'paths that are gone although a guard keeps them').toEqual([]);
  return true;
}

function look({ directory }: StoryHost, path: string, content: { readonly has?: string; readonly lacks?: string } | null): void {
  expect(existsSync(join(directory, path)), path).toBe(content !== null);
  if (content === null) return;
  const text = readFileSync(join(directory, path), 'utf8');
  if (content.has !== undefined) expect(text).toContain(content.has);
  if (content.lacks !== undefined) expect(text).not.toContain(content.lacks);
}

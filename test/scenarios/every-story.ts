import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { crashesLeaveNothing, oneFailureStopsNobodyElse, removingOneTouchesOnlyThem, shufflingChangesNothing, type Before } from './properties.ts';
import { after, first, stories, type Story } from './story.ts';

/** One part of all stories, each with the properties that every story has. They are some minutes' work, so several files share them. */
export function everyStory({ part, of }: { readonly part: number; readonly of: number }): void {
  describe.each(stories().filter((_, index) => index % of === part).map((story) => [story.name, story] as const))('%s', (_, story) => {
    it('has the properties that every story has', async () => {
      const { before, last } = endOf(story);
      await shufflingChangesNothing(story.host, last);
      const removed = await removingOneTouchesOnlyThem(story.host, last);
      const failures = await oneFailureStopsNobodyElse(story.host, last);
      const steps = await crashesLeaveNothing(story.host, before, last);
      expect(removed + failures + steps).toBeGreaterThan(0);
    }, 600_000);
  });
}

/** The last event of a story: how the host was before it, and the commits that it is to have. */
function endOf(story: Story): { readonly before: Before; readonly last: readonly Snapshot[] } {
  let commits: readonly Snapshot[] = [first(story)];
  for (const event of story.events.slice(0, -1)) commits = after(story, commits, event);
  const event = story.events.at(-1);
  if (event === undefined) throw new Error(`${story.name}: nothing happens`);
  return { before: { commits, hand: event.hand ?? [] }, last: after(story, commits, event) };
}

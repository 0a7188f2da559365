import type { Documents } from './documents.ts';

/** The first member's. Below it a Debian system has users of its own. */
const first = 10_001;

/**
 * Name the uid for whoever comes next: above every one that anybody has or had, since files of those who left may still be somewhere.
 * `had`: those that only history knows of.
 */
export function nextUid({ member, retired }: Pick<Documents, 'member' | 'retired'>, had: Iterable<number> = []): number {
  const used = [...had, ...member.map(({ value }) => value.uid), ...retired.flatMap(({ value }) => value.members.map(({ uid }) => uid))];
  return used.reduce((highest, uid) => Math.max(highest, uid), first - 1) + 1;
}

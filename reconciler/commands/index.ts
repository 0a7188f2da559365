import type { Command } from './command.ts';

/**
 * Every verb that croft knows, in the order in which a newcomer meets them, with how it is loaded: no run loads what its own verb does
 * not need.
 */
export const verbs: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['init', async () => (await import('./init.ts')).init],
  ['new', async () => (await import('./new.ts')).create],
  ['fmt', async () => (await import('./fmt.ts')).fmt],
  ['check', async () => (await import('./check.ts')).check],
  ['preview', async () => (await import('./preview.ts')).preview],
  ['plan', async () => (await import('./plan.ts')).plan],
  ['reconcile', async () => (await import('./reconcile.ts')).reconcile],
  ['recover', async () => (await import('./recover.ts')).recovery],
  ['drift', async () => (await import('./drift.ts')).drift],
  ['purge', async () => (await import('./purge.ts')).purge],
  ['status', async () => (await import('./status.ts')).status],
  ['why', async () => (await import('./why.ts')).why],
  ['pause', async () => (await import('./pause.ts')).pause],
  ['resume', async () => (await import('./resume.ts')).resume],
  ['rollback', async () => (await import('./rollback.ts')).rollback],
  ['can', async () => (await import('./can.ts')).can],
  ['whoami', async () => (await import('./whoami.ts')).whoami],
  ['prove', async () => (await import('./prove.ts')).prove],
  ['secret', async () => (await import('./secret.ts')).secret],
  ['bootstrap', async () => (await import('./bootstrap.ts')).bootstrap],
  ['kick', async () => (await import('./kick.ts')).kick],
  ['hook', async () => (await import('./hook.ts')).hook],
  ['compile', async () => (await import('./compile.ts')).compile],
  ['publish', async () => (await import('./tell-others.ts')).publishing],
]);

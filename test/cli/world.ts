import type { World } from '../../reconciler/commands/command.ts';

/** The edge of a process that is run in the test's own: nobody is there, nothing is kept, and nothing is said to anybody, but for what is given. */
export function worldIn(directory: string, given: Partial<World> = {}): World {
  return {
    directory, now: () => Date.now(), print: () => {}, note: () => {}, paint: (_, text) => text, logger: { info: () => undefined, warn: () => undefined },
    git: { directory: null, quarantine: null }, input: async () => '', ask: async () => '', interactive: false, isRoot: false, build: null, self: [], words: [],
    credentials: null, person: null, scheduled: false, kicked: false, ssh: { agent: null, home: null }, cache: null, atEnd: () => {}, ...given,
  };
}

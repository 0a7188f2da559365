import type { Answer, Probe } from '../model/machine.ts';
import type { Id, KindName, State } from '../model/resource.ts';
import { outputOf } from './answer.ts';
import { parentOf } from './place.ts';

/** Name the directories that resources stand in, each once, in order. */
export function groundsOf(resources: readonly { readonly name: string }[]): readonly string[] {
  return [...new Set(resources.map(({ name }) => parentOf(name)))];
}

/** Ask what file system a directory is on. Source: stat(1), `%T` with `-f`. */
export function groundProbe(directory: string): Probe {
  return { ask: 'run', argv: ['stat', '-f', '-c', '%T', directory] };
}

/** Read what file system it is. Shape: stat's name for it, e.g. `btrfs`, `ext2/ext3`, `xfs`; `unknown` when the directory is not there. */
export function filesystemOf(answer: Answer | undefined): string {
  const { status, stdout } = outputOf(answer);
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : 'unknown';
}

/** Name the place where a kind keeps what it learnt of a directory; no resource's name ends in a slash. */
export function groundId(kind: KindName, directory: string): Id {
  return `${kind}:${directory}/`;
}

/** Look up what a resource stands on. Errors: throws when that was not observed. */
export function groundOf(resource: { readonly kind: KindName; readonly name: string }, observed: ReadonlyMap<Id, State | null>): State {
  const state = observed.get(groundId(resource.kind, parentOf(resource.name)));
  if (state === undefined || state === null) throw new Error(`cannot know what ${resource.name} stands on: the kind's own entries were not kept`);
  return state;
}

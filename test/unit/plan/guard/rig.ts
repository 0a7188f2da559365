/** Hosts that are directories, made by one commit and asked for the next. */
import type { Guarded } from '../../../../reconciler/model/guard.ts';
import type { Snapshot } from '../../../../reconciler/model/snapshot.ts';
import type { Restrained } from '../../../../reconciler/restrain.ts';
import { bare, discard, run, twin, weighed, type StoryHost } from '../../../scenarios/drive.ts';
import { base, changed, snapshot, type Documents } from '../../../scenarios/story.ts';
import { afterEveryFile } from '../../../tidy.ts';
import type { Case, Files } from './case.ts';

export const now = Date.parse('2026-06-15T12:00:00Z');

/** Where allowances are written. */
export const list = 'coop/allowances.yaml';

/** How the next commit is weighed, on a host that fetches from there. */
export function weigher({ remotes }: Pick<Case, 'remotes'>): (host: StoryHost, commits: readonly Snapshot[], time?: number) => Promise<Restrained> {
  return (host, commits, time = now) => weighed(host, commits, time, remotes);
}

export const weigh = weigher({});

/** Shape: `guard object owner count`, sorted. */
export function told(guarded: readonly Guarded[]): readonly string[] {
  return guarded.map(({ code, object, owner, count }) => `${code.replace('guard/', '')} ${object} ${owner} ${count}`).toSorted();
}

/** The entries that guards print, taken as they are or changed. */
export function allowing(guarded: readonly Guarded[], change = (allow: string): string => allow): Files {
  return { [list]: `allowances:\n${guarded.map(({ allow }) => `  ${change(allow)}\n`).join('')}` };
}

interface Made {
  readonly host: StoryHost;
  readonly commits: readonly Snapshot[];
  readonly documents: Documents;
}

/** What has been made, by what it was made of: several tests begin with the same. */
const known = new Map<string, Promise<Made>>();
afterEveryFile(async () => {
  const all = [...known.values()];
  known.clear();
  for (const each of await Promise.allSettled(all)) if (each.status === 'fulfilled') discard(each.value.host);
});

async function make({ host: name = 'one', before, between }: Pick<Case, 'host' | 'before' | 'between'>): Promise<Made> {
  const host = bare(name);
  let documents = changed(base(), before);
  let commits = [snapshot(documents, 0)];
  await run(host, commits);
  if (between === undefined) return { host, commits, documents };
  documents = changed(documents, between);
  commits = [...commits, snapshot(documents, 1)];
  await run(host, commits);
  return { host, commits, documents };
}

/** A host made by a commit, and what weighing the next one says. */
export async function withHost(of: Pick<Case, 'host' | 'before' | 'between'>, work: (host: StoryHost, after: (...changes: readonly Files[]) => readonly Snapshot[]) => Promise<void>): Promise<void> {
  const key = JSON.stringify([of.host, of.before, of.between]);
  const making = known.get(key) ?? make(of);
  known.set(key, making);
  const { host: made, commits, documents } = await making;
  const host = twin(made);
  try {
    await work(host, (...changes) => [...commits, snapshot(changes.reduce(changed, documents), commits.length)]);
  } finally {
    discard(host);
  }
}

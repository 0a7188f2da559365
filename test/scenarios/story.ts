import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { digest } from '../../reconciler/model/digest.ts';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';

/** The documents of a co-op by path; what a commit holds. */
export type Documents = ReadonlyMap<string, string>;

/** One thing that happens, and what must come of it. Ids and paths may be of either host; `host` says which one is looked at. */
export interface Event {
  /** Files that a commit writes; null removes one. */
  readonly commit?: { readonly [path: string]: string | null };
  /** Things that somebody does to the host by hand. */
  readonly hand?: readonly Hand[];
  readonly expect: {
    /** Ids of the changes that the run makes, in any order. */
    readonly changes?: readonly string[];
    /** Ids that `drift` must name before the run, with the owner and the attribute: `id owner attribute`. */
    readonly drift?: readonly string[];
    /** Programs that the run lets the host execute and that change something. */
    readonly programs?: readonly string[];
    /** Who is held, with the code of each problem: `member:ada yaml/duplicate-key`. */
    readonly holds?: readonly string[];
    /** What guards keep back: `mass-removal member:ada 14`. Nobody's removals are done then, and nothing at all where a guard is the host's. */
    readonly guards?: readonly string[];
    readonly results?: { readonly [id: string]: string };
    /** Text that a file on the host must or must not hold; null: there is no such file. */
    readonly files?: { readonly [path: string]: { readonly has?: string; readonly lacks?: string } | null };
  };
}

export type Hand =
  | { readonly write: string; readonly text: string }
  | { readonly append: string; readonly text: string }
  | { readonly replace: string; readonly from: string; readonly to: string }
  | { readonly remove: string }
  | { readonly chmod: string; readonly mode: string }
  | { readonly stop: string };

export interface Story {
  readonly name: string;
  readonly host: string;
  /** Extra documents over test/scenarios/base before the first event. */
  readonly files?: { readonly [path: string]: string | null };
  readonly events: readonly Event[];
}

/** Read every story of this folder. */
export function stories(): readonly Story[] {
  const folder = join(import.meta.dirname, 'stories');
  return readdirSync(folder).sort().map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Story);
}

/** Read the small co-op that every story begins with. */
export function base(): Documents {
  const folder = join(import.meta.dirname, 'base');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
  return new Map(paths.sort().map((path) => [`desired-state/${relative('.', path)}`, readFileSync(join(folder, path), 'utf8')]));
}

/** Apply a commit's changes to the documents before it. */
export function changed(documents: Documents, changes: Event['commit'] = {}): Documents {
  const after = new Map(documents);
  for (const [path, text] of Object.entries(changes)) {
    if (text === null) after.delete(`desired-state/${path}`);
    else after.set(`desired-state/${path}`, text);
  }
  return after;
}

/** Turn documents into the snapshot of the n-th commit of a story. */
export function snapshot(documents: Documents, number: number): Snapshot {
  const files = [...documents].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => ({ path, oid: digest(text).slice(7, 47), bytes: new TextEncoder().encode(text) }));
  return { revision: { oid: String(number).padStart(40, '0'), time: 1_700_000_000 + number * 60, author: 'ada', subject: `commit ${number}` }, files, problems: [] };
}

/** The commit that a story begins with. */
export function first(story: Story): Snapshot {
  return snapshot(changed(base(), story.files), 0);
}

/** The commits after something has happened. */
export function after(story: Story, commits: readonly Snapshot[], event: Event): readonly Snapshot[] {
  if (event.commit === undefined) return commits;
  const head = commits.at(-1) ?? first(story);
  const documents = new Map(head.files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]));
  return [...commits, snapshot(changed(documents, event.commit), commits.length)];
}

/**
 * What the half that reads documents does once more when a guard asks: say who were admins before, and find for each owner the newest
 * version of their documents that removes nothing (law 4: everybody else goes on).
 */
import { readFile } from './desired/read.ts';
import { compose, mixtureOf, NOTHING, versionsOf, type Mixture, type Version } from './desired/versions.ts';
import type { Declared } from './model/declared.ts';
import type { Guarded } from './model/guard.ts';
import type { Owner } from './model/owner.ts';
import type { Hold } from './model/plan.ts';
import type { Catalog } from './model/resource.ts';
import type { Snapshot } from './model/snapshot.ts';
import { guard, problemOf } from './plan/guard.ts';
import { lostBy } from './plan/guards.ts';
import type { Census, Sight } from './plan/sight.ts';
import { understand, type Trade, type Wanted } from './reconcile.ts';

/** A host at a mixture of versions. */
export interface Held {
  readonly state: Declared;
  readonly catalog: Catalog;
  readonly holds: readonly Hold[];
}

/** What a run would destroy, and how the host is. Units: milliseconds since the epoch. */
export interface Destroying extends Pick<Sight, 'inventory' | 'zones' | 'admins' | 'formers'> {
  readonly guarded: readonly Guarded[];
  readonly now: number;
  /** Of which commit an owner's documents are that this host was made of, where they are of another than everybody's. */
  readonly madeOf?: ReadonlyMap<Owner, string>;
}

/** Who can be asked again about the documents that a plan was made of. */
export interface Reader {
  /** Who were admins in a commit; null: nobody knows. */
  admins(revision: string): Promise<ReadonlySet<string> | null>;
  /** How many of everything there were in the commit that this host was made of; null: nobody knows. */
  census(revision: string): Promise<Census | null>;
  /** null when there is no such version. */
  keepBack(destroying: Destroying): Promise<Held | null>;
}

/** How far back the commit is looked for that a host was made of. */
const mostCommits = 500;
/** How many of an owner's newest versions are tried before the one that a host was made of. */
const mostTries = 16;

/** Read the documents themselves. */
export function readerOf(wanted: Wanted, host: string, trade: Trade): Reader {
  return {
    admins: (revision) => adminsAt(revision, wanted),
    census: (revision) => censusAt(revision, wanted),
    keepBack: (destroying) => holdBack(destroying, { wanted, host, trade }),
  };
}

async function adminsAt(revision: string, wanted: Wanted): Promise<ReadonlySet<string> | null> {
  const snapshot = await documentsAt(revision, wanted);
  if (snapshot === null) return null;
  const cluster = snapshot.files.filter(({ path }) => /^(?:desired-state\/)?cluster\.yaml$/.test(path)).flatMap((file) => readFile(file).document ?? []);
  return new Set(cluster.flatMap((document) => (document.kind === 'cluster' ? document.value.admins : [])));
}

/** Count what the co-op was made of there, by the names of its files alone. */
async function censusAt(revision: string, wanted: Wanted): Promise<Census | null> {
  const snapshot = await documentsAt(revision, wanted);
  if (snapshot === null) return null;
  const count = (pattern: RegExp): number => snapshot.files.filter(({ path }) => pattern.test(path)).length;
  return {
    members: count(/^(?:desired-state\/)?members\/[^/]+\/member\.yaml$/), hosts: count(/^(?:desired-state\/)?hosts\/[^/]+\.yaml$/),
    limits: count(/^(?:desired-state\/)?limits\/[^/]+\.yaml$/),
  };
}

/** Find the commit that a host was made of. */
async function documentsAt(revision: string, { head, ancestors }: Wanted): Promise<Snapshot | null> {
  let seen = 0;
  for await (const snapshot of chain(head, ancestors)) {
    if (snapshot.revision.oid === revision) return snapshot;
    seen += 1;
    if (seen === mostCommits) return null;
  }
  return null;
}

async function* chain(head: Wanted['head'], ancestors: Wanted['ancestors']): AsyncIterable<Wanted['head']> {
  yield head;
  yield* ancestors();
}

interface Documents {
  readonly wanted: Wanted;
  readonly host: string;
  readonly trade: Trade;
}

async function holdBack({ guarded, now, madeOf, ...sight }: Destroying, documents: Documents): Promise<Held | null> {
  const { wanted } = documents;
  const mixture = new Map(mixtureOf(wanted.head));
  const holds = new Map<Owner, Hold>();
  let found: Held | null = null;
  for (const owner of new Set(guarded.map((each) => each.owner))) {
    const theirs = guarded.filter((each) => each.owner === owner);
    found = null;
    for await (const version of olderOf(owner, madeOf?.get(owner) ?? sight.inventory.revision, wanted)) {
      const tried = new Map(holds).set(owner, { owner, problems: theirs.map(problemOf), lastGood: version.oid });
      const then = await understandWith(new Map([...mixture, [owner, version]]), tried, documents);
      if (then === null || lostBy(owner, { ...sight, ...then }) > 0 || guard({ ...sight, ...then }, now).some((each) => theirs.some(isSame(each)))) continue;
      mixture.set(owner, version);
      for (const [each, hold] of tried) holds.set(each, hold);
      found = then;
      break;
    }
    if (found === null) return null;
  }
  return found;
}

/**
 * The newest versions first; then, however many came since, the one that this host was made of, which removes nothing; and for somebody
 * of whom the host has nothing, nothing.
 */
async function* olderOf(owner: Owner, made: string | null, { head, ancestors }: Wanted): AsyncIterable<Version> {
  let tried = 0;
  for await (const { version } of versionsOf([owner], ancestors(), mixtureOf(head).has(owner))) {
    if (tried === mostTries) break;
    tried += 1;
    yield version;
  }
  for await (const snapshot of ancestors()) {
    if (snapshot.revision.oid !== made) continue;
    yield mixtureOf(snapshot).get(owner) ?? NOTHING;
    break;
  }
  yield NOTHING;
}

function isSame(one: Guarded): (other: Guarded) => boolean {
  return (other) => other.code === one.code && other.object === one.object;
}

async function understandWith(mixture: Mixture, holds: ReadonlyMap<Owner, Hold>, { wanted, host, trade }: Documents): Promise<Held | null> {
  const kept = { owners: new Set([...(wanted.kept?.owners ?? []), ...holds.keys()]), newest: wanted.kept?.newest ?? wanted.head };
  const refused = [...(wanted.refused ?? []), ...holds.values()];
  const { state, catalog, holds: all } = await understand({ ...wanted, head: compose(mixture, wanted.head), refused, kept }, host, trade);
  return state === null || catalog === null ? null : { state, catalog, holds: all };
}

/** What is said of documents that a host is made of, so that the next ones need only be compared with them (recompile.ts). */
import { everyDocument, type AnyDocument } from './desired/documents.ts';
import { read, type ReadCache } from './desired/read.ts';
import type { Standing } from './desired/standing.ts';
import { nothing, takesOf, together, type Takes } from './desired/takes.ts';
import { lineOfDeclared } from './handover/lines.ts';
import { madeIn, type Contents, type Made, type OwnersPart } from './kept/made.ts';
import { declaredOf } from './model/declared.ts';
import type { DesiredState } from './model/desired.ts';
import { ownersIn, type Theirs } from './model/parts.ts';
import type { Id } from './model/resource.ts';
import type { Snapshot } from './model/snapshot.ts';
import { oddIn } from './still-held.ts';

/** A commit, and of whom is known that they are held just so in the next one; left out: nothing is wrong. */
interface Understood {
  readonly head: Snapshot;
  readonly readings: ReadCache;
  readonly standing?: { readonly held: Standing; readonly at: string };
}

/** Say what a host was made of, in the whole way. */
export function madeOf({ state, ...rest }: Understood & { readonly host: string; readonly state: DesiredState; readonly lines: ReadonlyMap<Id, string> }): Made {
  return madeIn(contentsOf({ ...rest, declared: lineOfDeclared(declaredOf(state)) }));
}

/** The same, before it is made a book. */
export function contentsOf({ head, readings, standing, ...rest }: Understood & Omit<Contents, 'owners' | 'held'>): Contents {
  const takes = takesOf(documentsIn(head, readings));
  const owners = new Map([...ownersIn(head)].map(([owner, theirs]) => [owner, partOf(theirs, takes.get(owner))]));
  if (standing === undefined || standing.held.holds.length === 0) return { ...rest, owners, held: null };
  const { held, at } = standing;
  for (const [owner, part] of owners) {
    const [version, tried] = [held.versions.get(owner), held.tried.get(owner) ?? []];
    const all = version === undefined ? tried : [...tried, version];
    const older = all.flatMap(({ files }) => documentsIn({ revision: head.revision, problems: [], files }, readings));
    if (all.length > 0) owners.set(owner, { ...part, files: version?.files ?? part.files, takes: together(part.takes, takesOf(older).get(owner) ?? nothing) });
  }
  return { ...rest, owners, held: { holds: held.holds, at, odd: oddIn(head) } };
}

/** Say of some of them whose they are, and what she takes by them. */
export function partOf({ id, files }: Theirs, takes: Takes = nothing): OwnersPart {
  return { id, files: files(), takes };
}

/** Read every document of a commit. */
export function documentsIn(snapshot: Snapshot, readings: ReadCache): readonly AnyDocument[] {
  return everyDocument(read(snapshot, readings).value);
}

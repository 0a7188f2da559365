/**
 * The way from a commit that is trusted to a newer one, on one screen: stride by stride along the branch, each judged by the rules of
 * the tree that was in force before it. What nobody entitled signed is left out of the tree in force; everything else goes on.
 */
import { judge } from '../authority/judge.ts';
import { restrictions } from '../desired/restrictions.ts';
import { changesBetween } from '../git/changes.ts';
import { writeTreeWith } from '../git/commit.ts';
import { knownCommits, type Known } from '../git/known.ts';
import { lineBetween, type Stride } from '../git/line.ts';
import { readCommit, type Repository } from '../git/store.ts';
import type { PathChange, Proposal, Verdict } from '../model/authority.ts';
import { ownerOf } from '../model/owner.ts';
import { compareText } from '../model/source.ts';
import { amended, charterOf, isTrustOn, peopleWhoLostKeys, rootOf, type Charter } from './charter.ts';
import { meaningAt } from './meaning.ts';
import { neighbours } from './neighbours.ts';
import { broughtBy } from './own-changes.ts';
import type { Trusted } from '../model/trusted.ts';
import { pendingAfter, waitingAfter, withoutLostKeys, type Waiting } from './waiting.ts';

/** What came of judging the way to a head. */
export interface Verified {
  readonly trusted: Trusted;
  /** The last word on every path that the way touched, or that still waits; sorted by path. Empty while trust is off. */
  readonly verdicts: readonly Verdict[];
}

/** Judge everything between what is trusted and a newer commit. Shape: null when the newer one does not descend from it. */
export async function verify(repository: Repository, trusted: Trusted, head: string): Promise<Verified | null> {
  const line = await lineBetween(repository, trusted.commit, head);
  if (line === null) return null;
  const known = once(() => knownCommits(repository, trusted.commit));
  const verdicts = new Map<string, Verdict>();
  // One for the whole way: there may be as many as strides.
  const overrides = new Map(trusted.overrides);
  let way: Way = { trusted: { ...trusted, overrides }, charter: null };
  for (const stride of line) {
    way = await take(repository, way, { stride, known, verdicts, overrides });
    await known.made?.then((each) => each.add(stride.to.oid));
  }
  await known.made?.then((each) => each.keep(head));
  return { trusted: way.trusted, verdicts: [...verdicts.values()].toSorted((a, b) => compareText(a.path, b.path)) };
}

interface Way {
  readonly trusted: Trusted;
  /** The rules of the tree in force; null until they are needed. */
  readonly charter: Charter | null;
}

interface Taking {
  readonly stride: Stride;
  readonly known: Once<Known>;
  readonly verdicts: Map<string, Verdict>;
  readonly overrides: Map<string, string>;
}

async function take(repository: Repository, way: Way, { stride, known, verdicts, overrides }: Taking): Promise<Way> {
  const { trusted } = way;
  const commit = stride.to.oid;
  if (way.charter === null && !(await isTrustOn(repository, trusted.tree))) return { trusted: { ...trusted, commit, tree: stride.to.tree, pending: [] }, charter: null };
  const charter = way.charter ?? (await charterOf(repository, trusted.tree));
  if (charter.rules.trust === null) return { trusted: { ...trusted, commit, tree: stride.to.tree, pending: [] }, charter: null };
  const own = await changesBetween(repository, stride.from.tree, stride.to.tree);
  const brought = await broughtBy(repository, stride, own);
  const waiting = await waitingAfter(repository, { stride, changes: brought, charter, known: known.get }, trusted.pending);
  const changes = trusted.tree === stride.from.tree ? own : await changesBetween(repository, trusted.tree, stride.to.tree);
  const proposals = await Promise.all(changes.map((change) => proposalOf(repository, charter, { change, waiting: waiting.get(change.path), commit })));
  const judged = judge(proposals, { rules: charter.rules, restrictions, ...(await neighbours(repository, trusted.tree, changes)) });
  for (const [path] of waiting) verdicts.delete(path);
  for (const verdict of judged) verdicts.set(verdict.path, verdict);
  const allowed = new Set(judged.filter((verdict) => verdict.allowed).map(({ path }) => path));
  const accepted = proposals.filter(({ change }) => allowed.has(change.path));
  const tree = accepted.length === changes.length ? stride.to.tree : await writeTreeWith(repository, trusted.tree, new Map(accepted.map(({ change: { path, after } }) => [path, after])));
  const documents = accepted.flatMap(({ change, meaning }) => (meaning.is === 'document' ? [{ change, after: meaning.after }] : []));
  const next = await charterAfter(repository, charter, { tree, own: stride.to.tree, documents });
  const pending = withoutLostKeys(pendingAfter(judged, { waiting, since: trusted.commit, before: trusted.pending }), peopleWhoLostKeys(charter, next));
  if (tree !== stride.to.tree) overrides.set(commit, tree);
  return { trusted: { commit, tree, pending, overrides }, charter: next };
}

/** The rules from then on. They are read anew where not all that was accepted may be there, or where the desired state moved. */
async function charterAfter(repository: Repository, charter: Charter, { tree, own, documents }: { readonly tree: string; readonly own: string; readonly documents: Parameters<typeof amended>[1] }): Promise<Charter> {
  const next = amended(charter, documents);
  const isMoved = (await rootOf(repository, tree)) !== charter.root;
  return isMoved || (next !== charter && tree !== own) ? charterOf(repository, tree) : next;
}

async function proposalOf(repository: Repository, charter: Charter, { change, waiting, commit }: { readonly change: PathChange; readonly waiting: Waiting | undefined; readonly commit: string }): Promise<Proposal> {
  const meaning = await meaningAt(repository, charter.root, change);
  return { change, owner: ownerOf(change.path), meaning, commit: waiting?.commit ?? commit, signers: waiting?.signers ?? new Set(), doubts: waiting?.doubts ?? [] };
}

interface Once<Value> {
  readonly get: () => Promise<Value>;
  made: Promise<Value> | null;
}

/** Make something when it is first asked for. */
function once<Value>(make: () => Promise<Value>): Once<Value> {
  const kept: Once<Value> = { get: () => (kept.made ??= make()), made: null };
  return kept;
}

/** Believe a commit as it is: the first one that a host is told of, or the base of a comparison. */
export async function believe(repository: Repository, commit: string): Promise<Trusted> {
  const { oid, tree } = await readCommit(repository, commit);
  return { commit: oid, tree, pending: [], overrides: new Map() };
}

import { suspicions } from '../authority/withheld.ts';
import { GitError } from '../git/error.ts';
import { isAncestor } from '../git/history.ts';
import { isHere } from '../git/haves.ts';
import type { Repository } from '../git/store.ts';
import type { Relation, Signer } from '../model/host-report.ts';
import { readPublished } from './published.ts';
import { keysOf, readReports } from './reports.ts';

/** What a remote gave this host. */
export interface Given {
  readonly place: { readonly host: string; readonly stateDirectory: string };
  readonly repository: Repository;
  /** Where it says that the branch is. */
  readonly commit: string;
  /** What it has below `refs/croft/hosts/`; null when it did not say. */
  readonly refs: ReadonlyMap<string, string> | null;
  /** Where those commits are, when they were not brought into the repository itself. */
  readonly reports?: Repository | null;
  readonly hosts: readonly Signer[];
  /** Units: milliseconds since the epoch. */
  readonly now: number;
}

/** Ask the other hosts' reports whether the remote keeps something back from this host. Shape: notices. */
export async function withheld({ place, repository, commit, refs, reports = null, hosts, now }: Given): Promise<readonly string[]> {
  if (refs === null) return [];
  const told = await readReports(reports ?? repository, refs, keysOf(hosts));
  const relations = new Map<string, Relation>();
  for (const one of told) if (one.believed) relations.set(one.report.commit, await relationOf(repository, commit, one.report.commit));
  const { report, unanswered } = await readPublished(place.stateDirectory);
  const signers = hosts.filter(({ key }) => key !== null).map(({ name }) => name);
  return suspicions({ host: place.host, published: report, unanswered }, told, { now: Math.floor(now / 1000), signers, relations });
}

/** Tell how a commit stands to ours. */
export async function relationOf(repository: Repository, ours: string, theirs: string): Promise<Relation> {
  if (ours === theirs) return 'same';
  if (!(await isHere(repository, theirs))) return 'unknown';
  try {
    if (await isAncestor(repository, theirs, ours)) return 'older';
    return (await isAncestor(repository, ours, theirs)) ? 'newer' : 'elsewhere';
  } catch (error) {
    if (error instanceof GitError) return 'unknown';
    throw error;
  }
}

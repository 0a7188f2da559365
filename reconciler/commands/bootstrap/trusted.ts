import { check } from '../../desired/check.ts';
import { firstParents, isAncestor } from '../../git/history.ts';
import { localRefs } from '../../git/localrefs.ts';
import { resolveRevision } from '../../git/repository.ts';
import { snapshotOf } from '../../git/snapshot.ts';
import type { Commit } from '../../git/objects.ts';
import type { Repository } from '../../git/store.ts';
import { count } from '../../report/words.ts';
import { isTrustOn } from '../../trust/charter.ts';
import { believe, verify } from '../../trust/verify.ts';
import { UsageError } from '../command.ts';

/** The first commit that a host is to believe, and why this one. */
export interface Pin {
  readonly commit: string;
  readonly why: string;
}

/** Checking a commit reads all of it; a main whose last so many are all wrong needs a person. */
const mostChecked = 50;

/** Take the commit that somebody named. Errors: UsageError when hosts that follow main could never come from it; GitError when there is none. */
export async function namedPin(repository: Repository, main: string, name: string): Promise<Pin> {
  const commit = await resolveRevision(repository, name);
  if (await isAncestor(repository, commit, main)) return { commit, why: 'as --trusted says' };
  throw new UsageError(`cannot trust ${commit}: it is not in the history of main, which hosts follow`);
}

/**
 * Choose the newest commit of main, as far as it is published, in which the check finds no problem and to which, from the first commit of
 * this clone on, everything is signed by somebody who may change it. Errors: UsageError when there is none among the last.
 */
export async function newestPin(repository: Repository, main: string): Promise<Pin> {
  const line: Commit[] = [];
  for await (const commit of firstParents(repository, main)) line.push(commit);
  const root = line.at(-1)?.oid ?? main;
  const refused = (await verify(repository, await believe(repository, root), main))?.trusted.overrides ?? new Map<string, string>();
  const published = (await localRefs(repository.gitdir)).get('refs/remotes/origin/main') ?? null;
  const passed = { unpublished: 0, refused: 0, wrong: 0 };
  for (const { oid, tree } of line) {
    if (published !== null && !(await isAncestor(repository, oid, published))) passed.unpublished += 1;
    else if (refused.has(oid)) passed.refused += 1;
    else if (check(await snapshotOf(repository, oid)).problems.length > 0) passed.wrong += 1;
    else return { commit: oid, why: why({ ...passed, root, signed: await isTrustOn(repository, tree) }) };
    if (passed.wrong === mostChecked) break;
  }
  const seen = count(passed.wrong + passed.refused + passed.unpublished, 'commit');
  throw new UsageError(`cannot tell which commit the host is to trust: of main's last ${seen} none is good – see croft check, or name one with --trusted`);
}

interface Passed {
  readonly unpublished: number;
  readonly refused: number;
  readonly wrong: number;
  readonly root: string;
  readonly signed: boolean;
}

function why({ unpublished, refused, wrong, root, signed }: Passed): string {
  const sides = [[unpublished, 'not pushed'], [refused, 'with changes that trust refuses'], [wrong, 'with problems']] as const;
  const newer = sides.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  const which = newer.length === 0 ? 'the newest commit of main' : `the newest good commit of main, before ${newer.join(', ')}`;
  const proof = signed ? `since ${root.slice(0, 10)} all is signed by whoever may change it` : 'trust is off, so nobody was asked for a signature';
  return `${which}: croft check finds no problem, and ${proof}`;
}

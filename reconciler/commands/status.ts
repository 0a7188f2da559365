import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostKeysOf } from '../desired/host-keys.ts';
import { GitError } from '../git/error.ts';
import { firstParents } from '../git/history.ts';
import { openMirror } from '../git/mirror.ts';
import { fetchBranch } from '../git/remote.ts';
import { openRepository, resolveRevision } from '../git/repository.ts';
import { snapshotOf } from '../git/snapshot.ts';
import { readCommit, type Repository } from '../git/store.ts';
import { needsPerson, statusFacts, statusOf, type Known, type Status } from '../report/status.ts';
import { formatStatus } from '../report/status-text.ts';
import { choice, text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { askedByOther } from './halves/leave.ts';
import { placeAround, type Place } from './place.ts';
import { fetchReports, pathOf, readReports } from './reports.ts';
import { spoolOf } from './rooms.ts';
import { relationOf } from './withheld.ts';

/** Say how the hosts of the co-op stand. */
export const status: Command = {
  name: 'status',
  summary: 'say how the hosts of the co-op stand: commit, age, drift, failures, who is held',
  help: `croft status: reads what each host last said of itself, from refs/croft/hosts/ of the repository: which
commit it is at, since when, what it could not do, what it found changed by hand, whose documents it
holds back, what is paused or rolled back there. A report counts only when the key signed it that
hosts/<host>.yaml declares. A host signs anew at least every ten minutes, so one that says nothing for
half an hour is silent.

Usage: croft status [--repo URL|PATH] [--rev REV] [--root DIR] [--format text|json]

  --repo URL|PATH   the co-op's git repository; may be repeated: the first that answers is used.
                    On an installed host it comes from /etc/croft/config.yaml; elsewhere it is the one
                    that the clone came from in which you are
  --rev REV         the commit whose hosts and keys count, instead of main's
  --root DIR        a directory that plays a host, for its configuration and its keys
  --format FORMAT   text for people; json: schemas/output/status.schema.json

Example:
  $ croft status --repo ssh://git@git.example/coop.git
  4be21c9d03 members/ada: a blog, 3 minutes ago

  host     state       reported        behind  held  paused  commit
  dynamic  as desired  40 seconds ago  0       –     apache  4be21c9d03 members/ada: a blog
  main     1 failed    2 minutes ago   0       bob   –       4be21c9d03 members/ada: a blog

Exit status: 0 nothing to do, 1 cannot, 3 something needs a person.`,
  options: { repo: { type: 'string', multiple: true }, rev: { type: 'string' }, root: { type: 'string' }, format: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  // It is about all hosts: which one this is does not matter.
  const place = await placeAround({ ...call, values: { ...call.values, host: 'none' } }, world, 'origin');
  const asked = await askedByOther(place, world);
  if (asked !== null) return asked;
  const found = await gather(text(call, 'root') === null && !world.isRoot && world.credentials === null ? { ...place, stateDirectory: scratch(world) } : place, world.now());
  world.print(format === 'json' ? JSON.stringify(statusFacts(found), null, 2) : formatStatus(found, world.paint));
  return needsPerson(found) ? 3 : 0;
}

function scratch(world: World): string {
  const directory = mkdtempSync(join(tmpdir(), 'croft-status-'));
  world.atEnd(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function gather(place: Place, now: number): Promise<Status> {
  const { repository, tip, remote } = await branchOf(place);
  const keys = hostKeysOf(await snapshotOf(repository, tip));
  const { refs, reports } = await fetchReports({ remote, identity: place.identity, stateDirectory: spoolOf(place) });
  const told = await readReports(reports, refs, keys);
  const oids = new Set(told.flatMap((one) => (one.believed ? [one.report.commit] : [])));
  const commits = new Map<string, Known>();
  for (const oid of oids) commits.set(oid, await knownAs(repository, tip, oid));
  return statusOf({ commit: await knownAs(repository, tip, tip), now, names: [...keys.keys()], told, commits });
}

interface Branch {
  readonly repository: Repository;
  readonly tip: string;
  readonly remote: string;
}

async function branchOf(place: Place): Promise<Branch> {
  const { remotes, branch, revision, identity } = place;
  const [first = ''] = remotes;
  const path = pathOf(first);
  if (path !== null) {
    const repository = await openRepository(path);
    return { repository, tip: await resolveRevision(repository, revision ?? branch), remote: first };
  }
  const repository = await openMirror(join(place.stateDirectory, 'repository.git'));
  const isCommit = /^[0-9a-f]{7,40}$/.test(revision ?? '');
  const { tip, remote, failures } = await fetchBranch(repository, { remotes, branch: isCommit ? branch : (revision ?? branch), identity });
  const silent = failures.map(({ url, message }) => `${url} did not answer: ${message}`);
  if (tip === null || remote === null) throw new UsageError(`cannot ask any remote\n${silent.join('\n')}`);
  return { repository, tip: isCommit ? await resolveRevision(repository, revision ?? '') : tip, remote };
}

async function knownAs(repository: Repository, tip: string, oid: string): Promise<Known> {
  const relation = await relationOf(repository, tip, oid);
  if (relation === 'unknown') return { oid, subject: null, time: 0, relation, behind: null };
  const { revision } = await readCommit(repository, oid);
  const behind = relation === 'same' || relation === 'older' ? await distance(repository, tip, oid) : null;
  return { oid, subject: revision.subject, time: revision.time, relation, behind };
}

/** How many commits the branch took from one to the other; null when it came by another way. */
async function distance(repository: Repository, tip: string, oid: string): Promise<number | null> {
  let steps = 0;
  try {
    for await (const commit of firstParents(repository, tip)) {
      if (commit.oid === oid) return steps;
      steps += 1;
    }
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
  return null;
}

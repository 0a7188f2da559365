import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { check as checkSnapshot } from '../desired/check.ts';
import { readDirectory, type Directory } from '../desired/directory.ts';
import { forgotten } from '../desired/forgotten.ts';
import { unsealed } from '../desired/sealing.ts';
import { forkOf } from '../git/history.ts';
import { openRepository, resolveRevision } from '../git/repository.ts';
import { snapshotOf } from '../git/snapshot.ts';
import { readCommit } from '../git/store.ts';
import { contentsAt, keepGlimpse } from '../kept/glimpses.ts';
import { keeperFor, keeperIn, type Keeper } from '../kept/keeper.ts';
import { readingsOf, type Readings } from '../kept/readings.ts';
import { sightingsOf } from '../kept/sightings.ts';
import { verdictOn, type Verdict } from '../kept/verdicts.ts';
import { compareProblems } from '../model/problem.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { oneLine } from '../report/printable.ts';
import { formatProblems } from '../report/problems.ts';
import { count } from '../report/words.ts';
import { choice, text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { directoryAround, shownFrom } from './coop.ts';
import { glanceAt } from './glance.ts';
import { unproven } from './proofs.ts';
import { resolverOf } from './prove.ts';
import { repositoryAround } from './repository.ts';
import { takeRoom } from './room.ts';

/** Read and validate a whole co-op: schemas, cross-references, ownership, uniqueness, limits. */
export const check: Command = {
  name: 'check',
  summary: 'read and validate everything; say every problem with its line',
  help: `croft check [DIR]: reads and validates a co-op's whole desired state: schemas, references between
documents, who may use which domain, what must be unique, limits. All problems at once, each with
its file, line and column, and what would be right.

Usage: croft check [DIR] [--format text|json|github|sarif]
       croft check --repo PATH [--rev REV]
       croft check --base REV
       croft check --proofs [--base REV] [--strict] [--resolver ADDRESS[:PORT]]

  DIR               a directory with cluster.yaml, or with desired-state/ in it; default: the co-op that
                    you are in, from anywhere below
  --repo PATH       a commit of a git repository instead of files
  --rev REV         which commit or branch; default: main
  --format FORMAT   text for people; github and sarif for forges; json: schemas/output/check.schema.json
  --proofs          also look up, in DNS, whether each domain that a member was given is hers, and list
                    those of which nothing says so: croft prove DOMAIN --member NAME tells how
  --base REV        also compare with that commit or branch: nobody who was a member there is forgotten, and
                    no uid is another one; with --proofs: only domains that were not hers there
  --strict          with --proofs: exit 1 when one is not proven
  --resolver ADDRESS[:PORT]
                    with --proofs: ask this name server

Example:
  $ croft check
  desired-state/members/ada/vhosts/blog.ada.example.yaml:4:3: cannot use …
  $ croft check --base main
  $ croft check --proofs --base main

Exit status: 0 no problems, 1 problems or cannot.`,
  operand: 'DIR',
  options: {
    format: { type: 'string' }, repo: { type: 'string' }, rev: { type: 'string' },
    proofs: { type: 'boolean' }, base: { type: 'string' }, strict: { type: 'boolean' }, resolver: { type: 'string' },
  },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json', 'github', 'sarif']);
  if (call.values['strict'] !== undefined && call.values['proofs'] !== true) throw new UsageError('cannot use --strict without --proofs');
  const resolver = resolverOf(call, 'proofs');
  takeRoom();
  const wanted = await documentsOf(call, world);
  const { shown, keeper } = wanted;
  const base = await baseOf(call, wanted);
  const { problems: broken, documents } = await verdictOn(keeper, wanted.contents, async () => judge(await wanted.snapshot(), readingsOf(keeper)));
  const found = base === null ? broken : [...broken, ...forgotten(base.fork, await wanted.snapshot(), readingsOf(keeper))].toSorted(compareProblems);
  const problems = found.map((problem) => ({ ...problem, source: { ...problem.source, file: shown(problem.source.file) } }));
  const output = formatProblems(problems, format, world.paint);
  if (output !== '') world.print(format === 'text' ? `${output} in ${count(documents, 'document')}` : output);
  const say = format === 'text' ? world.print : world.note;
  const areProven = call.values['proofs'] !== true || (await sayProofs({ snapshot: await wanted.snapshot(), base: base?.tip ?? null, resolver }, say));
  return problems.length === 0 && (areProven || call.values['strict'] !== true) ? 0 : 1;
}

/** Look at everything, but read only what was not read before. */
function judge(snapshot: Snapshot, readings: Readings): Verdict {
  const problems = [...checkSnapshot(snapshot, readings).problems, ...unsealed(snapshot, readings)].toSorted(compareProblems);
  readings.keep();
  return { documents: snapshot.files.length, problems };
}

/** List what no record proves. Shape: is there nothing of it? */
async function sayProofs(wanted: Parameters<typeof unproven>[0], say: World['print']): Promise<boolean> {
  const { notes, looked } = await unproven(wanted);
  for (const note of notes) say(oneLine(`note: ${note}`));
  say(looked === 0 ? 'no domain to be proven' : `${looked - notes.length} of ${count(looked, 'domain')} proven`);
  return notes.length === 0;
}

/** What to compare with, and as it was when this change began: who came since was not forgotten by it. */
async function baseOf(call: Call, { place, head }: Wanted): Promise<{ readonly tip: Snapshot; readonly fork: Snapshot } | null> {
  const base = text(call, 'base');
  if (base === null) return null;
  const { repository } = await repositoryAround(null, { directory: place });
  const oid = await resolveRevision(repository, base);
  const fork = (await forkOf(repository, oid, await resolveRevision(repository, head))) ?? oid;
  return { tip: await snapshotOf(repository, oid), fork: await snapshotOf(repository, fork) };
}

interface Wanted {
  /** Names all of it, as it was when it was looked at last. */
  readonly contents: () => string;
  readonly snapshot: () => Promise<Snapshot>;
  readonly shown: (path: string) => string;
  /** Where it lies. */
  readonly place: string;
  /** The commit that it is, or that somebody works on. */
  readonly head: string;
  /** Where what is worked out about it is kept. */
  readonly keeper: Keeper | null;
}

/** What to check, and how to say its paths: those of a directory as seen from where the caller stands, so that a terminal can open them. */
async function documentsOf(call: Call, world: World): Promise<Wanted> {
  const repository = text(call, 'repo');
  if (repository !== null && call.positionals.length > 0) throw new UsageError(`cannot check ${call.positionals.join(' ')} and --repo ${repository} at once: give one of them`);
  if (repository === null && text(call, 'rev') !== null) throw new UsageError('cannot check a commit of plain files: give --repo PATH with --rev');
  if (repository !== null) return commitOf(resolve(world.directory, repository), text(call, 'rev'), world);
  if (call.positionals.length > 1) throw new UsageError(`cannot check several directories at once: ${call.positionals.join(', ')}`);
  return directoryOf(directoryNamed(call.positionals[0], world), world);
}

/** A commit is named by its tree, whatever it says beside. */
async function commitOf(place: string, revision: string | null, world: World): Promise<Wanted> {
  const repository = await openRepository(place);
  const commit = await readCommit(repository, await resolveRevision(repository, revision ?? 'main'));
  const snapshot = (): Promise<Snapshot> => snapshotOf(repository, commit.oid);
  return { contents: () => commit.tree, snapshot, shown: (path) => path, place, head: commit.oid, keeper: keeperFor(keeperIn(world.cache, world.build), repository.gitdir) };
}

/** What of a directory was seen before is not opened again, and of a great one where nothing has moved nothing is looked at one by one. */
async function directoryOf(directory: string, world: World): Promise<Wanted> {
  const keeper = keeperFor(keeperIn(world.cache, world.build), directory);
  const sightings = sightingsOf(keeper);
  const said = sightings.areMany ? await glanceAt(directory) : null;
  const look = (): Directory => {
    const found = readDirectory(directory, Math.floor(world.now() / 1000), sightings);
    sightings.keep();
    if (keeper !== null && said !== null && found.isSettled) keepGlimpse(keeper, { said, contents: found.contents });
    return found;
  };
  const seen = keeper === null || said === null ? null : contentsAt(keeper, said);
  let found = seen === null ? look() : null;
  const shown = (path: string): string => shownFrom({ directory }, path, world.directory);
  return { contents: () => found?.contents ?? seen ?? '', snapshot: async () => (found ??= look()), shown, place: directory, head: 'HEAD', keeper };
}

/** The directory that was named and no other, or like git the nearest one upwards that holds a co-op. Errors: UsageError when it is no directory. */
function directoryNamed(named: string | undefined, world: World): string {
  if (named === undefined) return directoryAround(world.directory);
  const directory = resolve(world.directory, named);
  const stats = statSync(directory, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`cannot check ${directory}: there is no such directory`);
  if (!stats.isDirectory()) throw new UsageError(`cannot check ${named} alone: documents refer to each other – give the co-op's directory, or none`);
  return directory;
}

import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { check as checkSnapshot } from '../desired/check.ts';
import { readDirectory } from '../desired/directory.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { formatProblems } from '../report/problems.ts';
import { count } from '../report/words.ts';
import { choice, text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { snapshotAt } from './source.ts';

/** Read and validate a whole co-op: schemas, cross-references, ownership, uniqueness, limits. */
export const check: Command = {
  name: 'check',
  summary: 'read and validate everything; say every problem with its line',
  help: `croft check [DIR]: reads and validates a co-op's whole desired state: schemas, references between
documents, who may use which domain, what must be unique, limits. All problems at once, each with
its file, line and column, and what would be right.

Usage: croft check [DIR] [--format text|json|github|sarif]
       croft check --repo PATH [--rev REV]

  DIR               a directory with cluster.yaml, or with desired-state/ in it; default: the co-op that
                    you are in, from anywhere below
  --repo PATH       a commit of a git repository instead of files
  --rev REV         which commit or branch; default: main
  --format FORMAT   text for people; github and sarif for forges; json: schemas/output/check.schema.json

Example:
  $ croft check
  desired-state/members/ada/vhosts/blog.ada.example.yaml:4:3: cannot use …

Exit status: 0 no problems, 1 problems or cannot.`,
  operand: 'DIR',
  options: { format: { type: 'string' }, repo: { type: 'string' }, rev: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json', 'github', 'sarif']);
  const { snapshot, shown } = await documentsOf(call, world);
  const problems = checkSnapshot(snapshot).problems.map((problem) => ({ ...problem, source: { ...problem.source, file: shown(problem.source.file) } }));
  const output = formatProblems(problems, format, world.paint);
  if (output !== '') world.print(format === 'text' ? `${output} in ${count(snapshot.files.length, 'document')}` : output);
  return problems.length === 0 ? 0 : 1;
}

/** What to check, and how to say its paths: those of a directory as seen from where the caller stands, so that a terminal can open them. */
async function documentsOf(call: Call, world: World): Promise<{ readonly snapshot: Snapshot; readonly shown: (path: string) => string }> {
  const repository = text(call, 'repo');
  if (repository !== null && call.positionals.length > 0) throw new UsageError(`cannot check ${call.positionals.join(' ')} and --repo ${repository} at once: give one of them`);
  if (repository === null && text(call, 'rev') !== null) throw new UsageError('cannot check a commit of plain files: give --repo PATH with --rev');
  if (repository !== null) return { snapshot: await snapshotAt(resolve(world.directory, repository), text(call, 'rev')), shown: (path) => path };
  if (call.positionals.length > 1) throw new UsageError(`cannot check several directories at once: ${call.positionals.join(', ')}`);
  const directory = directoryOf(call.positionals[0], world);
  const shown = (path: string): string => {
    const fromHere = relative(world.directory, resolve(directory, path));
    return fromHere.startsWith('..') ? resolve(directory, path) : fromHere;
  };
  return { snapshot: readDirectory(directory, Math.floor(world.now() / 1000)), shown };
}

/** The directory that was named, or like git the nearest one upwards that holds a co-op. Errors: UsageError when it is no directory. */
function directoryOf(named: string | undefined, { directory }: World): string {
  if (named === undefined) return upwards(directory) ?? directory;
  const found = resolve(directory, named);
  const stats = statSync(found, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`cannot check ${found}: there is no such directory`);
  if (!stats.isDirectory()) throw new UsageError(`cannot check ${named} alone: documents refer to each other – give the co-op's directory, or none`);
  return found;
}

function upwards(directory: string): string | null {
  if (['cluster.yaml', 'desired-state/cluster.yaml'].some((path) => existsSync(join(directory, path)))) return directory;
  return dirname(directory) === directory ? null : upwards(dirname(directory));
}

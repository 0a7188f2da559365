import { lstatSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { format } from '../desired/format.ts';
import { meaningOf } from '../desired/layout.ts';
import type { DocumentKind } from '../desired/schemas.ts';
import { formatProblem, type Problem } from '../model/problem.ts';
import type { SnapshotFile } from '../model/snapshot.ts';
import { printable } from '../report/printable.ts';
import { UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { coopAround, modelineOf, shownFrom, type Coop } from './coop.ts';
import { replace } from './replace.ts';

/** Write documents in their one canonical form, comments and meaning kept. */
export const fmt: Command = {
  name: 'fmt',
  summary: 'write documents in one form: indentation, order of fields, quotes; nothing they say changes',
  help: `croft fmt [PATH …]: rewrites documents in one canonical form – two blanks of indentation, fields in the
order of their schema, quotes only where they are needed, the line for editors first, Unix line ends, no
tabs, no byte order mark. Comments stay with what they are about, and what a document says never changes:
one of which that is not certain is left as it is, with its problems.

Usage: croft fmt [PATH …] [--check]

  PATH              documents, or directories with documents; default: the co-op that you are in, from
                    anywhere below
  --check           change nothing; list what would change and exit 2

Example:
  $ croft fmt
  formatted desired-state/members/ada/member.yaml
  56 unchanged

Exit status: 0 done, 1 cannot (in whole or for some), 2 with --check when something would change.`,
  operand: 'PATH',
  options: { check: { type: 'boolean' } },
  run,
};

interface Document {
  readonly coop: Coop;
  readonly file: SnapshotFile;
  readonly kind: DocumentKind;
  readonly shown: string;
}

async function run(call: Call, world: World): Promise<ExitStatus> {
  const isCheck = call.values['check'] === true;
  const { documents, problems } = wanted(call, world);
  for (const problem of problems) say(problem, problem.source.file, world);
  const results = documents.map((document) => settle(document, isCheck, world));
  const of = (result: typeof results[number]): number => results.filter((each) => each === result).length;
  world.print(`${of('unchanged')} unchanged${of('cannot') === 0 ? '' : `, ${of('cannot')} left as they are`}`);
  if (problems.length > 0 || of('cannot') > 0) return 1;
  return isCheck && of('changed') > 0 ? 2 : 0;
}

/** Format one document, and say what came of it. */
function settle({ coop, file, kind, shown }: Document, isCheck: boolean, world: World): 'changed' | 'unchanged' | 'cannot' {
  const { value, problems } = format(file, { kind, modeline: modelineOf(coop, file.path, kind) });
  for (const problem of problems) say(problem, shown, world);
  if (value === null) return 'cannot';
  const bytes = new TextEncoder().encode(value);
  if (Buffer.compare(bytes, file.bytes) === 0) return 'unchanged';
  if (!isCheck) replace(join(coop.directory, file.path), { before: file.bytes, after: bytes, doing: 'format' });
  world.print(printable(`${isCheck ? 'would format' : 'formatted'} ${shown}`));
  return 'changed';
}

function say(problem: Problem, file: string, world: World): void {
  world.note(printable(formatProblem({ ...problem, source: { ...problem.source, file } })));
}

/** Find the documents that are meant: those at or below each path, or all of the co-op around the caller. Errors: UsageError when a path is none. */
function wanted({ positionals }: Call, world: World): { readonly documents: readonly Document[]; readonly problems: readonly Problem[] } {
  const coops = new Map<string, Coop>();
  const found = new Map<string, Document>();
  const problems = new Map<string, Problem>();
  for (const path of positionals.length === 0 ? [null] : positionals) {
    const asked = resolve(world.directory, path ?? '.');
    const around = coopOf(asked, world);
    const coop = coops.get(around.directory) ?? around;
    coops.set(coop.directory, coop);
    const below = path === null || asked === coop.directory ? '' : relative(coop.directory, asked);
    const isMeant = (file: string): boolean => below === '' || file === below || file.startsWith(`${below}/`) || below.startsWith('..');
    const here = documentsOf(coop, world).filter(({ file }) => isMeant(file.path));
    const odd = coop.snapshot.problems.filter(({ source }) => isMeant(source.file));
    if (here.length === 0 && odd.length === 0) throw new UsageError(`cannot format ${path ?? asked}: it is no document of the co-op in ${coop.directory}`);
    for (const document of here) found.set(join(coop.directory, document.file.path), document);
    for (const problem of odd) problems.set(formatProblem(problem), problem);
  }
  return { documents: [...found.values()], problems: [...problems.values()] };
}

function coopOf(asked: string, world: World): Coop {
  const stats = lstatSync(asked, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`cannot format ${asked}: there is no such file or directory`);
  return coopAround(stats.isDirectory() ? asked : dirname(asked), world);
}

function documentsOf(coop: Coop, world: World): readonly Document[] {
  return coop.snapshot.files.flatMap((file) => {
    const meaning = meaningOf(file.path.replace(/^desired-state\//, ''));
    return meaning.is === 'document' ? [{ coop, file, kind: meaning.kind, shown: shownFrom(coop, file.path, world.directory) }] : [];
  });
}

/** The physical limits: what the same work costs when nothing is decided, in C and in Node, and what git itself takes for the same change. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { changed } from '../workload/coop.ts';
import { commitTo } from '../workload/repository.ts';
import type { Program } from '../measure/measure.ts';
import { patience, type Row } from './row.ts';
import type { Stage } from './stage.ts';

const floor: Pick<Row, 'group' | 'limitSeconds'> = { group: 'floors', limitSeconds: patience };
const noCompiler = { why: 'no C compiler here' };

/** Rows in the order in which they are measured. */
export const floorRows: readonly Row[] = [
  { ...floor, key: 'node', title: 'node -e 0', sizeless: true, ready: () => ({ words: [process.execPath, '-e', '0'] }) },
  { ...floor, key: 'parse', title: 'Node: read and parse every document, nothing else', ready: (stage) => ({ words: [process.execPath, join(stage.programs, 'parse.cjs'), stage.files().list] }) },
  { ...floor, key: 'c-lstat', title: 'C: lstat every managed path', ready: onManaged((stage, { list }) => inC(stage, 'scan', 'look', list)) },
  { ...floor, key: 'c-hash', title: 'C: lstat, read and digest every managed file', ready: onManaged((stage, { list }) => inC(stage, 'scan', 'hash', list)) },
  { ...floor, key: 'node-lstat', title: 'Node: lstat every managed path', ready: onManaged((stage, { list }) => ({ words: [process.execPath, join(stage.programs, 'lstat.cjs'), list] })) },
  { ...floor, key: 'c-write', title: 'C: write every managed file into an empty directory', ready: onManaged(write) },
  { ...floor, key: 'git-fetch', title: 'git fetch of a one-member change', ready: (stage, run) => fetch(stage, run) },
  { ...floor, key: 'git-diff', title: 'git diff --name-only of a one-member change', ready: (stage) => ({ words: ['git', '-C', stage.repository, 'diff', '--name-only', 'main', 'change'] }) },
];

function onManaged(program: (stage: Stage, managed: { readonly root: string; readonly list: string }, run: number) => Program | { readonly why: string }): Row['ready'] {
  return (stage, run) => {
    const managed = stage.managed();
    return 'why' in managed ? managed : program(stage, managed, run);
  };
}

function inC(stage: Stage, name: string, ...words: readonly string[]): Program | { readonly why: string } {
  const program = join(stage.programs, name);
  return existsSync(program) ? { words: [program, ...words] } : noCompiler;
}

function write(stage: Stage, { root, list }: { readonly root: string; readonly list: string }, run: number): Program | { readonly why: string } {
  rmSync(join(stage.room, `written-${run - 1}`), { recursive: true, force: true });
  return inC(stage, 'write', list, root, join(stage.room, `written-${run}`));
}

/** Two repositories of the row's own, so that the one that croft follows stays where it is. */
function fetch(stage: Stage, run: number): Program {
  const [from, to] = [join(stage.room, 'from.git'), join(stage.room, 'to.git')];
  if (!stage.once('two repositories')) for (const path of [from, to]) execFileSync('git', ['clone', '--quiet', '--bare', '--single-branch', '--branch', 'main', stage.repository, path]);
  commitTo(from, { branch: 'main', changes: changed(new Map(), 1, `fetched${run}`), message: 'one site' });
  return { words: ['git', '-C', to, 'fetch', '--quiet', `file://${from}`, '+main:main'] };
}

/** A co-op's repository on a forge that exists for one test, and the pull request number 7 in it, as often as it is pushed to. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { base as documents } from '../../scenarios/story.ts';
import { git, room } from '../git/fixture.ts';
import { serve } from '../git/server.ts';
import { forge, token, type Forge } from './forge.ts';
import { runJob, workflow, type Place, type Ran } from './runner.ts';

const root = join(import.meta.dirname, '../../..');
const notOfCroft = ['.git', 'node_modules', 'dist', 'docs', 'test', 'desired-state'];
/** Where a croft in a repository of its own is. */
const ownCommit = 'c'.repeat(40);
/** Something of the runner's environment that nobody should ever read. */
const hidden = 'aRunnersOwnSecret';

export interface Files {
  readonly [path: string]: string;
}

/** Both jobs, as one push made them run. */
export interface Run {
  readonly judge: Ran;
  readonly comment: Ran;
  /** The text that went from one to the other. */
  readonly text: string;
  /** Every file that there is below the runner's directories when all is done. */
  readonly left: readonly string[];
}

/** What a run is told beyond what the forge says. */
export interface How {
  readonly context?: Place['context'];
  /** Files of a croft in a repository of its own, instead of the one in the base. */
  readonly croft?: Files;
}

export interface Coop {
  readonly forge: Forge;
  /** A working tree of the repository, to make commits in. */
  readonly directory: string;
  /** A directory that nothing may ever write to. */
  readonly canary: string;
  /** Commit files on top of the base, and publish that as the pull request's head. */
  commit(files: Files, message?: string): string;
  /** Publish what the working tree is at as the head, or as something else. */
  publish(ref?: string): string;
  /** Run the workflow for a head. */
  run(head: string, how?: How): Promise<Run>;
}

/** Found a co-op whose repository holds croft too. */
export async function coop({ withCroft = true }: { readonly withCroft?: boolean } = {}): Promise<Coop> {
  const [served, directory, canary] = [realpathSync(room()), realpathSync(room()), realpathSync(room())];
  const base = found(directory, withCroft);
  const bare = join(served, 'fairmeadow/coop.git');
  git(directory, ['init', '-q', '--bare', '--template=', bare]);
  git(bare, ['config', 'uploadpack.allowAnySHA1InWant', 'true']); // forges hand out every commit that they have by its id
  const publish: Coop['publish'] = (ref = 'refs/pull/7/head') => {
    git(directory, ['push', '-q', '-f', bare, `HEAD:${ref}`]);
    return git(directory, ['rev-parse', 'HEAD']);
  };
  publish('refs/heads/main');
  const commit: Coop['commit'] = (files, message = 'a change') => {
    git(directory, ['checkout', '-q', '-f', '--detach', base]);
    write(directory, files);
    git(directory, ['add', '-A', '-f', '.']);
    git(directory, ['commit', '-q', '-m', message]);
    return publish();
  };
  const [opened, { url }] = [await forge('github'), await serve(served)];
  const run: Coop['run'] = (head, { context = {}, croft } = {}) => {
    const given = { ...event(base, head), ...(croft !== undefined && { 'inputs.croft-repository': 'fairmeadow/croft', 'inputs.croft-ref': ownCommit }), ...context };
    return both({ env: environment(opened, url), uses: actions(croft ?? {}, bare, head), context: given });
  };
  return { forge: opened, directory, canary, commit, publish, run };
}

/** What the first job says to the second. */
export interface Said {
  readonly verdict: string;
  readonly text: string;
  readonly result?: Ran['result'];
}

/** The second job alone, as after a first one that said this. */
export async function desk(dialect: 'github' | 'forgejo' = 'github'): Promise<{ readonly forge: Forge; tell(said: Said): Promise<Ran> }> {
  const opened = await forge(dialect);
  const given = { ...event('b'.repeat(40), ''), 'inputs.croft-repository': 'fairmeadow/croft', 'inputs.croft-ref': ownCommit };
  const tell = async ({ verdict, text, result = 'success' }: Said): Promise<Ran> => {
    const outputs = { 'needs.judge.outputs.verdict': verdict, 'needs.judge.outputs.comment-1': Buffer.from(text).toString('base64'), 'needs.judge.result': result };
    const directory = realpathSync(room());
    const place = { env: environment(opened, ''), uses: actions({}, '', ''), context: { ...given, ...outputs }, directory };
    const ran = await runJob(workflow.jobs.comment, place);
    discreet([ran.log, ran.summary], [directory]);
    return ran;
  };
  return { forge: opened, tell };
}

function environment({ api }: Forge, server: string): Place['env'] {
  const secret = { GITHUB_TOKEN: token, RUNNER_SECRET: hidden };
  return { PATH: process.env['PATH'] ?? '', CI: 'true', GITHUB_REPOSITORY: 'fairmeadow/coop', GITHUB_SERVER_URL: server, GITHUB_API_URL: api, ...secret };
}

function event(base: string, head: string): Place['context'] {
  return {
    'github.event.pull_request.base.sha': base, 'github.event.pull_request.base.ref': 'main', 'github.event.pull_request.head.sha': head, 'github.event.pull_request.number': '7',
    'github.event.repository.default_branch': 'main', 'github.repository': 'fairmeadow/coop', 'github.token': token,
    'inputs.croft-repository': '', 'inputs.croft-ref': '', 'inputs.modules': join(root, 'node_modules'), 'inputs.runner': '',
  };
}

async function both(place: Omit<Place, 'directory'>): Promise<Run> {
  const [first, second] = [realpathSync(room()), realpathSync(room())];
  const judge = await runJob(workflow.jobs.judge, { ...place, directory: first });
  const told = Object.fromEntries(Object.entries(judge.outputs).map(([name, value]) => [`needs.judge.outputs.${name}`, value]));
  const comment = await runJob(workflow.jobs.comment, { ...place, directory: second, context: { ...place.context, ...told, 'needs.judge.result': judge.result } });
  const text = Buffer.from([1, 2, 3].map((part) => judge.outputs[`comment-${part}`] ?? '').join(''), 'base64').toString('utf8');
  const left = [first, second].flatMap((each) => filesBelow(each));
  discreet([judge.log, judge.summary, text, comment.log, comment.summary], [first, second]);
  keptNowhere(left);
  return { judge, comment, text, left };
}

/** What stands in for the two actions. A checkout is one of what was asked for, which is never a head, and keeps no credentials. */
function actions(croft: Files, bare: string, head: string): Place['uses'] {
  return {
    'actions/setup-node@v4': () => true,
    'actions/checkout@v4': ({ repository = '', ref = '', path = '', 'persist-credentials': kept }, workspace) => {
      if (ref === head || kept !== 'false') throw new Error('a checkout of a stranger, or one that keeps the token');
      const place = join(workspace, path);
      if (repository !== 'fairmeadow/croft') {
        execFileSync('git', ['clone', '-q', '--template=', '--no-checkout', bare, place]);
        git(place, ['checkout', '-q', '--detach', ref]);
      } else if (ref === ownCommit) {
        cpSync(join(root, 'scripts'), join(place, 'scripts'), { recursive: true });
        write(place, croft);
      }
      return repository !== 'fairmeadow/croft' || ref === ownCommit;
    },
  };
}

/** Nothing of the machine, and nothing that it keeps to itself, is said anywhere. */
function discreet(said: readonly string[], places: readonly string[]): void {
  const secrets = [...places, token, Buffer.from(`x-access-token:${token}`).toString('base64'), hidden, root];
  for (const secret of secrets) if (said.some((each) => each.includes(secret))) throw new Error(`said what is nobody's business: ${secret}\n${said.join('\n')}`);
}

function keptNowhere(files: readonly string[]): void {
  const credentials = [token, Buffer.from(`x-access-token:${token}`).toString('base64')];
  for (const file of files) if (credentials.some((each) => readFileSync(file).includes(each))) throw new Error(`the token is kept in ${file}`);
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

function found(directory: string, withCroft: boolean): string {
  git(directory, ['init', '-q', '--template=', '-b', 'main']);
  for (const path of withCroft ? readdirSync(root).filter((name) => !notOfCroft.includes(name)) : []) cpSync(join(root, path), join(directory, path), { recursive: true });
  write(directory, Object.fromEntries(documents()));
  git(directory, ['add', '-A', '-f', '.']);
  git(directory, ['commit', '-q', '-m', 'found the co-op']);
  return git(directory, ['rev-parse', 'HEAD']);
}

function write(directory: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

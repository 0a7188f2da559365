/**
 * A runner for workflow files, as far as .github/workflows/preview.yml needs one: it takes the steps as they stand, resolves their
 * expressions, runs each script by bash as runners do, and reads what it wrote as they do: outputs from the file, commands from the log.
 * An expression, action or key that it does not know is an error, so that nothing in the workflow goes untried.
 * Source: docs.github.com, Workflow syntax and Workflow commands; github.com/actions/runner, ActionCommand.cs and FileCommandManager.cs.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly with?: { readonly [input: string]: string | number | boolean };
  readonly env?: { readonly [name: string]: string };
  readonly run?: string;
  readonly 'working-directory'?: string;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly 'runs-on': string;
  readonly 'timeout-minutes': number;
  readonly permissions: { readonly [scope: string]: string };
  readonly outputs?: { readonly [name: string]: string };
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: { readonly [event: string]: unknown };
  readonly permissions: object;
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly jobs: { readonly judge: Job; readonly comment: Job };
}

/** What a runner made of one line of a log. */
export interface Obeyed {
  readonly command: string;
  readonly properties: string;
  readonly text: string;
}

/** One job, as it went. */
export interface Ran {
  readonly result: 'success' | 'failure' | 'skipped';
  readonly outputs: { readonly [name: string]: string };
  /** All that its steps printed, and what a runner obeyed of it. */
  readonly log: string;
  readonly obeyed: readonly Obeyed[];
  readonly summary: string;
}

/** Where a job runs, and what it is told. */
export interface Place {
  readonly directory: string;
  readonly env: { readonly [name: string]: string };
  /** What expressions may name, in full: `github.event.pull_request.number`. */
  readonly context: { readonly [name: string]: string };
  /** What stands in for an action, and tells whether it went well. */
  readonly uses: { readonly [action: string]: (inputs: { readonly [name: string]: string }, workspace: string) => boolean };
}

type Context = Place['context'];

export const workflow: Workflow = parse(readFileSync(join(import.meta.dirname, '../../../.github/workflows/preview.yml'), 'utf8'));

/** Run one job in fresh directories below its place. */
export async function runJob(job: Job, place: Place): Promise<Ran> {
  const [workspace, temp, home] = ['workspace', 'temp', 'home'].map((name) => join(place.directory, name)) as [string, string, string];
  for (const each of [workspace, temp, home]) mkdirSync(each, { recursive: true });
  let context = place.context;
  const [log, obeyed, summary]: [string[], Obeyed[], string[]] = [[], [], []];
  const ran = (result: Ran['result']): Ran => ({ result, outputs: mapped(job.outputs ?? {}, context), log: log.join(''), obeyed, summary: summary.join('') });
  if (job.if !== undefined && value(job.if, context) !== 'true') return ran('skipped');
  value(inner(job['runs-on']), context);
  for (const [number, step] of job.steps.entries()) {
    const files = { GITHUB_OUTPUT: join(temp, `output-${number}`), GITHUB_STEP_SUMMARY: join(temp, `summary-${number}`) };
    for (const file of Object.values(files)) writeFileSync(file, '');
    if (step.run === undefined) {
      const action = place.uses[step.uses ?? ''];
      if (action === undefined) throw new Error(`no such action: ${step.uses}`);
      if (!action(mapped(step.with ?? {}, context), workspace)) return ran('failure');
      continue;
    }
    const env = { ...place.env, ...files, HOME: home, RUNNER_TEMP: temp, GITHUB_WORKSPACE: workspace, ...mapped(step.env ?? {}, context) };
    const { status, output } = await bash(step.run, { env, cwd: join(workspace, step['working-directory'] ?? ''), script: join(temp, `step-${number}.sh`) });
    log.push(output);
    obeyed.push(...commandsIn(output));
    summary.push(readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'));
    const outputs = outputsIn(readFileSync(files.GITHUB_OUTPUT, 'utf8'));
    const named = Object.entries(outputs).map(([name, each]) => [`steps.${step.id}.outputs.${name}`, each] as const);
    context = { ...context, ...Object.fromEntries(named) };
    if (status !== 0) return ran('failure');
  }
  return ran('success');
}

interface Shell {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly script: string;
}

async function bash(run: string, { env, cwd, script }: Shell): Promise<{ readonly status: number | null; readonly output: string }> {
  if (run.includes('${{')) throw new Error(`an expression within a script: ${run}`);
  writeFileSync(script, run);
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { status, output: Buffer.concat(chunks).toString('utf8') };
}

function mapped(values: { readonly [name: string]: unknown }, context: Context): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(values).map(([name, each]) => [name, resolved(String(each), context)]));
}

/** Replace every expression in a text of the workflow file. */
export function resolved(text: string, context: Context): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => value(expression, context));
}

function inner(text: string): string {
  return /^\$\{\{(.*)\}\}$/.exec(text)?.[1] ?? `'${text}'`;
}

/** Evaluate the part of the language that the workflow uses: names, texts, `==`, `||`, `&&` with brackets, `always()`. */
function value(expression: string, context: Context): string {
  const text = expression.trim();
  const split = (operator: string): readonly string[] => outside(text, operator);
  if (split('&&').length > 1) return String(split('&&').every((each) => value(each, context) === 'true'));
  if (split('||').length > 1) return split('||').map((each) => value(each, context)).find((each) => each !== '' && each !== 'false') ?? '';
  const [left = '', right] = split('==');
  if (right !== undefined) return String(value(left, context).toLowerCase() === value(right, context).toLowerCase());
  if (text.startsWith('(') && text.endsWith(')')) return value(text.slice(1, -1), context);
  if (text === 'always()') return 'true';
  const literal = /^'([^']*)'$/.exec(text)?.[1];
  if (literal !== undefined) return literal;
  const found = context[text];
  if (found === undefined && !/^(steps|needs\.\w+)\.([\w-]+\.)?outputs\.[\w-]+$/.test(text)) throw new Error(`no such expression: ${text}`);
  return found ?? '';
}

function outside(text: string, operator: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    depth += text[index] === '(' ? 1 : text[index] === ')' ? -1 : 0;
    if (depth === 0 && text.startsWith(operator, index)) {
      parts.push('');
      index += operator.length - 1;
    } else parts.push(`${parts.pop() ?? ''}${text[index]}`);
  }
  return parts;
}

/** Read an output file: `name=value`, or `name<<WORD`, lines, `WORD`. Errors: on any other line, as runners do. */
export function outputsIn(file: string): { readonly [name: string]: string } {
  const found: { [name: string]: string } = {};
  const lines = file.split('\n');
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name = '', operator, rest = ''] = /^([^=<]+)(=|<<)(.*)$/.exec(line) ?? [];
    if (line === '') continue;
    if (operator === undefined) throw new Error(`no output: ${line}`);
    if (operator === '<<' && !lines.includes(rest)) throw new Error(`an output without end: ${name}`);
    found[name] = operator === '=' ? rest : lines.splice(0, lines.indexOf(rest) + 1).slice(0, -1).join('\n');
  }
  if (Buffer.byteLength(Object.values(found).join('')) > 1 << 20) throw new Error('outputs of more than 1 MB');
  return found;
}

/** Find the commands that a runner would obey in a log: those of GitHub's two spellings that no `stop-commands` holds back. */
export function commandsIn(log: string): readonly Obeyed[] {
  const obeyed: Obeyed[] = [];
  let resume: string | null = null;
  for (const line of log.split(/\r\n|\r|\n/)) {
    const [, first = '', second = ''] = /^\s*::([^: ]+)(?: (.*?))?::/.exec(line) ?? /##\[([^\] ]+)(?: (.*?))?\]/.exec(line) ?? [];
    if (first === '' || (resume !== null && first !== resume)) continue;
    const text = line.slice(line.lastIndexOf('::') + 2);
    if (first === resume) resume = null;
    else if (first === 'stop-commands') resume = text;
    else obeyed.push({ command: first, properties: second, text });
  }
  return obeyed;
}

// What .github/workflows/preview.yml runs to judge a pull request: croft check and croft preview, of this checkout, on a repository that
// holds the base and the head as objects. Says the verdict and the comment's text as outputs of the step, for a job that may write.
//
// A runner takes lines of a log for commands (`::set-output …::`, `::add-mask::…`, `##[…]`), wherever they come from. So all that is said
// of the change stands between `::stop-commands::WORD` and `::WORD::`, and nobody who wrote the change could know the word. Outputs are
// base64 in one line each, for a line of GITHUB_OUTPUT may end an output and begin the next; and three of them, since the next job gets
// them in its environment, where Linux takes 131,072 bytes for one value. Source: docs.github.com, Workflow commands; execve(2), MAX_ARG_STRLEN.
//   node scripts/ci-judge.mjs REPOSITORY      with BASE, HEAD and BRANCH, which is at BASE, in the environment
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const marker = '<!-- croft-preview -->';
const verdicts = ['green', 'amber', 'red', 'refused', 'invalid'];
/** croft cuts its comments at 60,000; forges take 65,536. */
const mostCharacters = 60_000;
const mostLogged = 200_000;
const mostAnnotations = 50;
const parts = 3;

const croftRoot = join(import.meta.dirname, '..');
const repository = resolve(process.argv[2] ?? '.');
const { HEAD: head = '' } = process.env;
/** By its name, for that is what its author knows it by; by its id when croft would not take the name. */
const base = /^[A-Za-z][\w./-]*$/.test(process.env['BRANCH'] ?? '') ? process.env['BRANCH'] : (process.env['BASE'] ?? '');

/** Run croft with nothing of this job's environment, which on some forges holds a token. Shape: what it said, without this machine's paths. */
function croft(words) {
  const env = { PATH: process.env['PATH'], NO_COLOR: '1' };
  const how = { cwd: croftRoot, env, encoding: 'utf8', timeout: 180_000, killSignal: 'SIGKILL', maxBuffer: 64 << 20 };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(croftRoot, 'bin/croft.mjs'), ...words], how);
  const { RUNNER_TEMP, GITHUB_WORKSPACE, HOME } = process.env;
  const places = [repository, croftRoot, RUNNER_TEMP, GITHUB_WORKSPACE, HOME, homedir(), tmpdir()];
  return { status, stdout: without([repository, croftRoot], stdout ?? ''), stderr: without(places, stderr ?? '') };
}

/** Hide where things lie on the runner. What croft prints of a change loses only the two places that can mean nothing else: a change may speak of /tmp. */
function without(places, text) {
  const longestFirst = places.filter((place) => place !== undefined && place.length > 1).sort((one, other) => other.length - one.length);
  return longestFirst.reduce((left, place) => left.replaceAll(place, place === repository ? 'the repository' : '…'), text);
}

/** Let nothing move a cursor, hide, or begin a line that the text did not begin. */
function visible(text) {
  return text.replace(/\r\n?/g, '\n').replace(/[^\n\P{C}]|\p{Zl}|\p{Zp}/gu, '?');
}

/** Show any text as code in Markdown, on one line: nothing ends the span, and nobody is called. */
function code(text) {
  const shown = visible(text).trim().replaceAll('\n', ' – ').replace(/([@#])(?=[\p{L}\p{N}_])/gu, '$1 ').slice(0, 600).replace(/[\uD800-\uDBFF]$/, '');
  const fence = '`'.repeat(Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  return `${fence} ${shown} ${fence}`;
}

/** Judge the change. Shape: the verdict and the comment, and what the log should say when croft could not. */
function judge() {
  const facts = croft(['preview', '--repo', repository, '--base', base, '--head', head, '--format', 'json']);
  const page = croft(['preview', '--repo', repository, '--base', base, '--head', head, '--format', 'markdown']);
  const verdict = verdictIn(facts);
  const text = page.stdout.trimEnd();
  if (verdict !== null && page.status === facts.status && isComment(text)) return { verdict, text, why: page.stderr };
  return { verdict: 'invalid', text: insteadOf(page), why: `croft preview ended with status ${page.status}\n${page.stderr}` };
}

function verdictIn({ status, stdout }) {
  if (![0, 1, 3, 4].includes(status)) return null;
  try {
    const { verdict } = JSON.parse(stdout);
    return verdicts.includes(verdict) ? verdict : null;
  } catch {
    return null;
  }
}

function isComment(text) {
  return text.startsWith(`${marker}\n`) && text.length <= mostCharacters && text.isWellFormed();
}

/** What to say when there is no preview: croft's own reason when it gave one, else where to look for it. */
function insteadOf({ status, stderr }) {
  const [, reason] = /^croft: (cannot [^]*)$/.exec(stderr.trim()) ?? [];
  const fault = 'This is a fault of croft or of the runner rather than of the change: the log of the job says more.';
  const because = status === 1 && reason !== undefined ? code(reason) : fault;
  return `${marker}\n\n**croft cannot preview ${code(head.slice(0, 10))}.** It is neither green nor refused: nobody has judged it.\n\n${because}`;
}

/** An annotation as `croft check --format github` writes it, and nothing else that a runner obeys. */
function isAnnotation(line) {
  return /^::error file=[^:,\p{C}]+,line=\d+,col=\d+,title=[^:,\p{C}]*::[^\p{C}]*$/u.test(line);
}

function say(text) {
  const resume = randomUUID();
  const shown = visible(text);
  console.log(`::stop-commands::${resume}\n${shown.slice(0, mostLogged)}${shown.length > mostLogged ? '\n… cut' : ''}\n::${resume}::`);
}

function output(verdict, text) {
  const encoded = Buffer.from(text).toString('base64');
  const size = Math.ceil(encoded.length / parts);
  const lines = Array.from({ length: parts }, (_, index) => `comment-${index + 1}=${encoded.slice(index * size, (index + 1) * size)}`);
  appendFileSync(process.env['GITHUB_OUTPUT'], `${[`verdict=${verdict}`, ...lines].join('\n')}\n`);
  if (process.env['GITHUB_STEP_SUMMARY']) appendFileSync(process.env['GITHUB_STEP_SUMMARY'], `${text}\n`);
}

const checked = croft(['check', '--repo', repository, '--rev', head, '--format', 'github']);
const { verdict, text, why } = judge();
const lines = checked.stdout.split('\n');
const annotations = lines.filter(isAnnotation);
const ended = `croft check: status ${checked.status}, ${annotations.length} problems\nverdict: ${verdict}`;
say([...lines.filter((line) => !isAnnotation(line)), checked.stderr, why, ended].filter((each) => each !== '').join('\n'));
for (const line of annotations.slice(0, mostAnnotations)) console.log(line);
output(verdict, text);

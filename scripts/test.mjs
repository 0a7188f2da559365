// npm test: installs what it needs, runs every test, ends with "N passed, N failed, N skipped".
//   npm test             everything; the lab of booted hosts only as root
//   npm test -- unit     without the lab        npm test -- lab      only the lab
//   npm test -- faults   whatever can go wrong, on two hosts: not among everything, for it takes half an hour by itself
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inCi = process.env['CI'] === 'true';
const isRoot = process.getuid?.() === 0;
const wanted = process.argv[2] ?? 'all';
/** More than the tests of the unit part need at once. */
const roomBytes = 2 ** 32;
const running = new Set();
if (!['all', 'unit', 'lab', 'faults'].includes(wanted)) fail(`cannot test ${wanted}: there are unit, lab and faults`);

const run = (command, words, options = {}) => spawnSync(command, words, { cwd: root, stdio: 'inherit', ...options });

function install() {
  if (!existsSync(join(root, 'node_modules/vitest/package.json'))) mustRun('npm', ['ci', '--no-audit', '--no-fund']);
  if (isRoot) mustRun('bash', ['test/lab/lab.sh', 'prepare']);
}

function mustRun(command, words) {
  const { status } = run(command, words);
  if (status !== 0) fail(`cannot prepare the tests: ${command} ${words.join(' ')} ended with status ${status}`);
}

function fail(message) {
  console.error(message);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}

/** Run some of vitest's projects. Shape: the counts of its tests, and the names of those that failed. */
async function suite(projects, place, niceness) {
  const work = mkdtempSync(join(tmpdir(), 'croft-test-'));
  const report = join(work, 'report.json');
  // More certificates are read at every start of node, whatever it is for, and tests start thousands; none of them asks a stranger over TLS.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  // A file of the lab is half an hour of its own: each of its tests is told when it is over.
  const reporter = projects.includes('unit') ? 'default' : 'verbose';
  const status = await statusOf(['node_modules/vitest/vitest.mjs', 'run', ...projects.map((project) => `--project=${project}`), `--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${report}`], { ...env, ...place }, niceness);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  rmSync(work, { recursive: true });
  if (counts === null) return { passed: 0, failed: 1, skipped: 0, names: [`${projects.join(', ')}: the run ended without a report`] };
  const names = counts.testResults.flatMap(failures);
  if (status !== 0 && names.length === 0) names.push(`${projects.join(', ')}: ended with status ${status}, and no test of it failed`);
  return { passed: counts.numPassedTests, failed: names.length, skipped: counts.numPendingTests + counts.numTodoTests, names };
}

/** Let node run one of several programs at once, and tell its lines as they come, each whole. Shape: its exit status; null after a signal. */
async function statusOf(words, env, niceness) {
  const child = spawn('nice', ['-n', `${niceness}`, process.execPath, ...words], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  createInterface(child.stdout).on('line', (line) => console.log(line));
  createInterface(child.stderr).on('line', (line) => console.error(line));
  const closed = once(child, 'close');
  const [status] = await once(child, 'exit');
  running.delete(child);
  // What it left running may hold its output for ever.
  await Promise.race([closed, setTimeout(10_000, null, { ref: false })]);
  for (const output of [child.stdout, child.stderr]) output.destroy();
  return status;
}

/** What failed in one file. Shape: a line each, its name and the first line of why. */
function failures({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (status === 'failed' && failed.length === 0) return [`${file}: ${firstLine(message)}`];
  return failed.map(({ fullName, failureMessages }) => `${file}: ${fullName}: ${firstLine(failureMessages[0])}`);
}

function firstLine(text = '') {
  return text.split('\n', 1)[0];
}

/** These tests make many small files, and croft syncs each: they make them in memory where there is room, and nothing of it stays. They take what the lab, which waits for its hosts half of the time, leaves of the cores. */
async function unitSuite() {
  const place = inMemory();
  try {
    return await suite(['unit', 'mocked'], place === null ? {} : { TMPDIR: place }, 10);
  } finally {
    if (place !== null) rmSync(place, { recursive: true, force: true });
  }
}

/** A directory in memory that everybody may use as /tmp; null where there is none, where it is small, or where nothing in it may be run. */
function inMemory() {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return null;
  const { bavail, bsize } = statfsSync(memory);
  if (bavail * bsize < roomBytes) return null;
  const place = mkdtempSync(join(memory, 'croft-test-'));
  chmodSync(place, 0o1777);
  try {
    writeFileSync(join(place, 'program'), '', { mode: 0o755 });
    accessSync(join(place, 'program'), constants.X_OK);
    return place;
  } catch {
    rmSync(place, { recursive: true });
    return null;
  }
}

/** The lab of a test run is its own, so that it neither meets nor ends one that somebody is using; nothing of it stays. */
async function labSuite(project) {
  const place = { CROFT_LAB: mkdtempSync('/var/tmp/croft-lab-') };
  try {
    return await suite([project], place, 0);
  } finally {
    run('bash', ['test/lab/lab.sh', 'down'], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...place } });
    rmSync(place.CROFT_LAB, { recursive: true, force: true });
  }
}

// The terminal's interrupt reaches the tests by itself; they end, and what they put up is taken down here.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => running.forEach((child) => child.kill()));
install();
const suites = [];
if (wanted === 'all' || wanted === 'unit') suites.push(unitSuite());
if (wanted !== 'unit' && isRoot) suites.push(labSuite(wanted === 'faults' ? 'faults' : 'lab'));
const results = (await Promise.allSettled(suites)).map(({ value, reason }) => value ?? { passed: 0, failed: 1, skipped: 0, names: [`the run of the tests itself: ${reason}`] });
const total = results.reduce((sum, { passed, failed, skipped }) => ({ passed: sum.passed + passed, failed: sum.failed + failed, skipped: sum.skipped + skipped }), { passed: 0, failed: 0, skipped: 0 });
for (const name of results.flatMap(({ names }) => names)) console.log(`failed: ${name}`);
if (wanted !== 'unit' && !isRoot) {
  console.log('Left out: test/lab, real Debian hosts booted side by side. It needs root: sudo npm test');
  total[inCi ? 'failed' : 'skipped'] += 1;
}
if (inCi && total.skipped > 0) {
  console.log('With CI=true nothing may be skipped.');
  total.failed += total.skipped;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

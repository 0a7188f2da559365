// Runs inside a host, and lets things go wrong there. The co-op's repository on the host has a history that goes to and fro between two
// states, so that nothing ever has to be reset; where it is now is kept in the file `turn` beside this one.
//   node walk.mjs CONFIG learn     first of all, once: what the host is on each side; prints what each of these runs left
//   node walk.mjs CONFIG walk      one fault at every point of a run, one point after the other; a line of JSON each
//   node walk.mjs CONFIG advance   the branch goes to the next commit; prints its side
//   node walk.mjs CONFIG settle    a run, a plan, and how the host differs from what it was on this side before
//   node walk.mjs CONFIG compare   what is torn now, and what data was lost
// CONFIG is { repository, commits, calls, faults, from, every, first, watched, data, seconds }, as walk.ts writes it.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { differences, look } from './look.mjs';

const [, , place, verb] = process.argv;
const config = JSON.parse(readFileSync(place, 'utf8'));
const beside = (name) => join(dirname(process.argv[1]), name);
const log = beside('points.log');
const staged = /^\..*\.croft-[0-9a-f]{16}$/s;
const kept = existsSync(beside('references.json')) ? JSON.parse(readFileSync(beside('references.json'), 'utf8')) : {};
const references = Object.fromEntries(Object.entries(kept).map(([name, entries]) => [name, new Map(entries)]));

function turn() {
  return existsSync(beside('turn')) ? Number(readFileSync(beside('turn'), 'utf8')) : 0;
}

function side() {
  return turn() % 2 === 1 ? 'B' : 'A';
}

/** Say that the co-op's newest commit is the next one. Shape: its side. */
function advance() {
  const next = turn();
  if (next >= config.commits.length) throw new Error('the history is used up');
  writeFileSync(join(config.repository, 'refs/heads/main'), `${config.commits[next]}\n`);
  writeFileSync(beside('turn'), String(next + 1));
  return side();
}

function remember(name, found) {
  references[name] = found;
  writeFileSync(beside('references.json'), JSON.stringify(Object.fromEntries(Object.entries(references).map(([key, map]) => [key, [...map]]))));
}

function croft(words, env = {}) {
  const started = Date.now();
  const { status, signal, stdout, stderr } = spawnSync('/usr/bin/croft', words, { env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', HOME: '/root', ...env }, encoding: 'utf8', timeout: 300_000, maxBuffer: 64 * 1024 * 1024 });
  return { status: status ?? signal, said: `${stdout}${stderr}`, milliseconds: Date.now() - started };
}

/** What is neither as on one side nor as on the other, but for what is staged beside its place. */
function torn(found) {
  const { A, B } = references;
  const paths = [...new Set([...found.keys(), ...A.keys()])];
  const odd = paths.filter((path) => found.get(path) !== A.get(path) && found.get(path) !== B.get(path) && !staged.test(path.slice(path.lastIndexOf('/') + 1)));
  return [...odd, ...unreadable()];
}

/** Of croft's own records, those that cannot be read. What was handed over has a value in each line. */
function unreadable() {
  return readdirSync('/var/lib/croft').filter((name) => /\.jsonl?$/.test(name)).map((name) => join('/var/lib/croft', name)).filter((path) => {
    const text = readFileSync(path, 'utf8');
    try {
      for (const part of path.endsWith('l') ? text.slice(0, -1).split('\n') : [text]) JSON.parse(part);
      return false;
    } catch {
      return true;
    }
  });
}

function compare() {
  return { torn: torn(look(config.watched)), lost: differences(look(config.data), references.data).slice(0, 5) };
}

/** One clean run, and what it leaves. */
function settle() {
  const run = croft(['reconcile']);
  const plan = croft(['plan', '--exit-code']);
  const found = look(config.watched);
  const known = references[side()] ?? found;
  if (references[side()] === undefined) remember(side(), found);
  const wrong = run.status !== 0 || plan.status !== 0;
  return { run: run.status, plan: plan.status, milliseconds: run.milliseconds, different: differences(found, known).slice(0, 5), ...(wrong ? { said: `${run.said}${plan.said}`.slice(0, 4000) } : {}) };
}

/** The points that a run came to. */
function reached() {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  return lines[0] === '' ? [] : lines;
}

function fail(number, fault) {
  const to = advance();
  writeFileSync(log, '');
  const began = Date.now();
  const broken = croft(['reconcile'], { NODE_OPTIONS: `--require ${beside('points.cjs')}`, POINTS_LOG: log, POINTS_AT: String(number), POINTS_CALLS: config.calls.join(','), ...fault });
  const points = reached();
  const failed = outcomes(began);
  const left = compare();
  const after = settle();
  return {
    number, side: to, fault, began, points: points.length, point: (points[number - 1] ?? '').replace(/^\d+ /, ''), status: broken.status, milliseconds: broken.milliseconds,
    torn: left.torn, lost: left.lost, said: broken.said.slice(0, 3000), failed, after, seconds: (Date.now() - began) / 1000,
  };
}

/** What the broken run reported of itself, if it came so far: what failed, whose it is, why. */
function outcomes(began) {
  try {
    const { startedAt, outcomes: all } = JSON.parse(readFileSync('/var/lib/croft/report.json', 'utf8'));
    return startedAt < began ? null : all.filter(({ result }) => result !== 'done').map(({ id, owner, result, because }) => ({ id, owner, result, because }));
  } catch {
    return null;
  }
}

/** For the test that waits, and for whoever looks in meanwhile. */
function say(facts) {
  const line = `${JSON.stringify(facts)}\n`;
  appendFileSync('/run/lab-said.jsonl', line);
  process.stdout.write(line);
}

/** Twice in each direction, without a fault: what the two sides look like, and that the way there does not matter. */
function learn() {
  for (let round = 0; round < 4; round += 1) say({ side: advance(), ...settle() });
  remember('data', look(config.data));
}

function walk() {
  if (config.first !== undefined && side() === config.first) {
    advance();
    settle();
  }
  const until = Date.now() + (config.seconds ?? 3600) * 1000;
  const past = new Set();
  for (let index = 0; past.size < 2; index += 1) {
    const number = (config.from ?? 1) + index * (config.every ?? 1);
    if (Date.now() > until) return say({ cut: number });
    const told = fail(number, config.faults[index % config.faults.length]);
    // A run that was over before this point: there is none of this number on that way.
    if (told.points < number) past.add(told.side);
    say(told);
  }
  rmSync(log, { force: true });
}

const verbs = { learn, walk, advance: () => say(advance()), settle: () => say(settle()), compare: () => say(compare()) };
verbs[verb]();

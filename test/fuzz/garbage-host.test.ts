import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPublished } from '../../reconciler/commands/published.ts';
import { recordedTip } from '../../reconciler/git/ratchet.ts';
import type { Answer } from '../../reconciler/model/machine.ts';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { parseTable } from '../../reconciler/formats/tables.ts';
import { formerInventoryPath, inventoryPath, readInventory } from '../../reconciler/plan/inventory.ts';
import { formatPlan, planFacts } from '../../reconciler/report/plan.ts';
import { kinds } from '../../reconciler/resources/index.ts';
import { onHost, probeCases, resourceOf } from '../resources/cases.ts';
import { bare, discard, planned, run, weighed, type StoryHost } from '../scenarios/drive.ts';
import { base, changed, snapshot } from '../scenarios/story.ts';
import { dice as thrown } from './dice.ts';
import { fuzz, fuzzSlowly } from './fuzz.ts';
import { garbledJson, garbledText } from './garble.ts';

const recorded = join(import.meta.dirname, '../resources');
const cases = readdirSync(recorded, { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap(({ name }) => {
  const kind = [...kinds.values()].find((one) => one.name === name);
  return kind === undefined ? [] : probeCases(join(recorded, name)).map((one) => {
    const resources = one.resources.map((wanted) => resourceOf(kind.name, wanted));
    const probes = kind.probe(resources);
    return { kind, resources, answers: one.answers(probes, (file) => readFileSync(join(recorded, name, file), 'utf8')) };
  });
});

test('every kind has recorded answers to garble', () => {
  expect([...new Set(cases.map(({ kind }) => kind.name))].sort()).toEqual([...kinds.keys()].sort());
  expect(cases.flatMap(({ answers }) => answers).filter(({ ask }) => ask === 'run').length).toBeGreaterThan(20);
});

fuzz('whatever the programs of a host print, every kind reads states of it, and names steps', {
  cases: 40_000,
  try: (dice) => {
    const { kind, resources, answers } = dice.one(cases);
    const states = kind.read(answers.map((answer) => garbledAnswer(dice, answer)), resources);
    for (const resource of resources) {
      const actual = states.get(resource.id) ?? null;
      for (const value of Object.values(actual ?? {})) if (!['string', 'number', 'boolean'].includes(typeof value) || Number.isNaN(value)) throw new Error(`no state: ${JSON.stringify(actual)}`);
      const host = onHost(resource, { name: '', steps: [], actual, observed: Object.fromEntries(states) });
      for (const step of kind.steps(resource, host)) if (step.do === 'run' && !step.argv.every((word) => typeof word === 'string' && word !== '' && !word.includes('\0'))) throw new Error(`no command: ${JSON.stringify(step)}`);
    }
  },
});

fuzz('tables of any content are rows, and lines that are none', {
  cases: 30_000,
  try: (dice) => {
    const layout = dice.one(['passwd', 'group', 'shadow', 'map', 'dovecot-users'] as const);
    const text = layout === 'map' ? 'ada@ada.example  a@b, c@d\n@x.example y\n' : 'ada:x:10001:10001:ada:/home/ada:/bin/bash\nbob:*::::::1:\n+::\n#x\n';
    const { rows, others } = parseTable(layout, garbledText(dice, text));
    if (new Set(rows.map(({ key }) => key)).size !== rows.length) throw new Error('a key twice');
    if (others.some((line) => line.includes('\n'))) throw new Error('two lines in one');
  },
});

const host: StoryHost = bare('one');
afterAll(() => discard(host));
const commits: readonly Snapshot[] = [snapshot(base(), 0)];
const fewer: readonly Snapshot[] = [...commits, snapshot(changed(base(), { 'members/ada/vhosts/blog.ada.example.yaml': null, 'members/bob/zones/bob.example.yaml': null }), 1)];
const kept = run(host, commits).then(async () => {
  const { revision, entries, ledger } = await readInventory(host.machine);
  return { lines: readFileSync(join(host.directory, inventoryPath), 'utf8'), former: { version: 1, revision, entries: [...entries], ledger } };
});

fuzzSlowly('an inventory of any content is read, planned from, guarded and told, or is told as lost', {
  cases: 300,
  try: async (dice) => {
    const { lines, former } = await kept;
    const isFormer = dice.chance(80);
    for (const path of [inventoryPath, formerInventoryPath]) rmSync(join(host.directory, path), { force: true });
    const text = !isFormer ? garbledText(dice, lines) : dice.chance(70) ? JSON.stringify(garbledEntry(dice, former)) : garbledText(dice, JSON.stringify(former));
    writeFileSync(join(host.directory, isFormer ? formerInventoryPath : inventoryPath), text);
    const { plan } = await planned(host, fewer);
    formatPlan(plan, (_, words) => words);
    JSON.stringify(planFacts(plan));
    if (dice.chance(70)) await weighed(host, fewer, 0);
    for (const { resource: { id } } of plan.changes) if (/\/\.\.(?:\/|$)|\/\//.test(id)) throw new Error(`a step outside: ${id}`);
  },
});

fuzzSlowly('what a host noted of its own commits and reports is read, or is as good as lost', {
  cases: 1_500,
  try: async (dice) => {
    const oid = 'a'.repeat(40);
    const tip = { oid, time: 1, trusted: { commit: oid, tree: 'b'.repeat(40), pending: [{ path: 'x', owner: 'coop', signers: ['ada'], doubts: [], problems: [{ code: 'a/b', message: 'm', owner: 'coop', source: { file: 'f', line: 1, column: 1 } }], commit: oid, since: oid }], overrides: [[oid, 'c'.repeat(40)]] } };
    const published = { commit: oid, since: 1, report: { oid, time: 2, said: 'x' }, notes: [[oid, 'live']], owed: false, refusedAt: null };
    const text = (value: unknown): string => (dice.chance(70) ? JSON.stringify(garbledJson(dice, value)) : garbledText(dice, JSON.stringify(value)));
    put('var/lib/croft/published.json', text(published));
    put('mirror/croft-tip', text(tip));
    const { report, notes, since } = await readPublished(join(host.directory, 'var/lib/croft'));
    if (!(report === null || (typeof report.oid === 'string' && typeof report.said === 'string' && Number.isSafeInteger(report.time)))) throw new Error(`no report: ${JSON.stringify(report)}`);
    if (!notes.every((note) => note.length === 2 && note.every((one) => typeof one === 'string')) || !Number.isSafeInteger(since)) throw new Error(`no notes: ${JSON.stringify(notes)}`);
    const { value } = await recordedTip({ gitdir: join(host.directory, 'mirror') } as never);
    for (const { problems = [], path, signers } of value?.trusted?.pending ?? []) if (typeof path !== 'string' || !Array.isArray(signers) || problems.some(({ message }) => typeof message !== 'string')) throw new Error('nothing that can wait');
  },
});

function garbledAnswer(dice: ReturnType<typeof thrown>, answer: Answer): Answer {
  if (answer.ask === 'run') return { ...answer, stdout: dice.chance(80) ? garbledText(dice, answer.stdout) : answer.stdout, status: dice.chance(10) ? dice.one([1, 127, 143]) : answer.status };
  if (!('node' in answer)) return answer;
  const { node } = answer;
  if (node?.text === undefined || dice.chance(20)) return dice.chance(90) ? answer : { ...answer, node: null };
  return { ...answer, node: { ...node, text: garbledText(dice, node.text) } };
}

/** Garble one entry of many, or the frame around them. */
function garbledEntry(dice: ReturnType<typeof thrown>, inventory: unknown): unknown {
  const { entries = [], ...frame } = inventory as { readonly entries?: readonly unknown[] };
  if (dice.chance(10)) return { ...(garbledJson(dice, frame) as object), entries };
  const tables = entries.flatMap((entry, index) => (JSON.stringify(entry).startsWith('["table:') ? [index] : []));
  const at = dice.chance(60) ? dice.one(tables) : dice.below(entries.length);
  return { ...frame, entries: entries.map((entry, index) => (index === at ? garbledJson(dice, entry) : entry)) };
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(host.directory, path)), { recursive: true });
  writeFileSync(join(host.directory, path), text);
}

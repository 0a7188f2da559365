import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge } from '../../../reconciler/converge/converge.ts';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import { emptyLedger } from '../../../reconciler/model/guard.ts';
import type { Machine, Probe } from '../../../reconciler/model/machine.ts';
import type { Resource } from '../../../reconciler/model/resource.ts';
import { makePlan } from '../../../reconciler/plan/plan.ts';
import { directory } from '../../../reconciler/resources/directory.ts';
import { file } from '../../../reconciler/resources/file.ts';
import { kinds } from '../../../reconciler/resources/index.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'croft-looks-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const provenance = { owner: 'coop', source: { file: 'desired-state/cluster.yaml', line: 1, column: 1 } } as const;

/** What croft looks up for itself. */
const isOfCroft = (probe: Probe): boolean => probe.ask === 'path' && probe.path.startsWith('/var/lib/croft/');

/** Converge, and say how many things each look was at. */
async function looks(resources: readonly Resource[]): Promise<{ readonly looks: readonly number[]; readonly results: readonly string[] }> {
  const machine = rooted(root);
  const sorted = [...resources].sort((a, b) => (a.id < b.id ? -1 : 1));
  const catalog = { host: 'one', revision: 'directory', time: 0, resources: sorted };
  const planned = await makePlan(machine, { catalog, inventory: { revision: null, entries: new Map(), ledger: emptyLedger }, holds: [], kinds });
  const seen: number[] = [];
  const watched: Machine = { ...machine, observe: (probes: readonly Probe[]) => { if (!probes.some(isOfCroft)) seen.push(probes.length); return machine.observe(probes); } };
  const outcomes = await converge(watched, planned, { kinds, now: 0 });
  return { looks: seen, results: outcomes.map(({ result }) => result) };
}

test('a hundred things of one kind are looked at four times: one, eight, sixty-four, …', async () => {
  const made = await looks(Array.from({ length: 100 }, (_, index) => directory(`/srv/d${index}`, {}, provenance)));
  expect(made.looks).toEqual([1, 8, 64, 27]);
  expect(new Set(made.results)).toEqual(new Set(['done']));
  expect(statSync(join(root, 'srv/d99')).isDirectory()).toBe(true);
});

test('nothing is begun before what it needs was looked at', async () => {
  const chain = Array.from({ length: 4 }, (_, index) => directory(`/srv${'/d'.repeat(index + 1)}`, {}, { ...provenance, needs: index === 0 ? [] : [`directory:/srv${'/d'.repeat(index)}`] }));
  expect((await looks([...chain, file('/srv/f', { text: 'x' }, provenance)])).looks).toEqual([1, 1, 1, 1, 1]);
});

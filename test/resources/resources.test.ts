import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../reconciler/resources/index.ts';
import type { Kind } from '../../reconciler/model/kind.ts';
import type { Resource } from '../../reconciler/model/resource.ts';
import { probeCases, stepCases, onHost, resourceOf, settled, type ReadCase, type StepCase } from './cases.ts';

/** Given these states, exactly these steps; given these answers, exactly these states. The cases stand in <kind>/steps.yaml and <kind>/read.yaml. */
const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

it('has cases for every kind', () => {
  expect([...kinds.keys()].sort()).toEqual([...folders].sort());
  for (const [name, kind] of kinds) expect(kind.name).toBe(name);
});

describe.each([...kinds.values()])('$name', (kind) => {
  const folder = join(import.meta.dirname, kind.name);
  describe('names the steps', () => {
    it.each(stepCases(folder))('$name', (one) => checkSteps(kind, one));
  });
  describe('understands the answers', () => {
    it.each(probeCases(folder))('$name', (one) => checkRead(kind, one, folder));
  });
});

function checkSteps(kind: Kind, one: StepCase): void {
  const resource = resourceOf(kind.name, one);
  const host = onHost(resource, one);
  const before = JSON.stringify([resource, [...host.observed], host.actual]);
  expect(kind.steps(resource, host)).toEqual(one.steps);
  expect(kind.steps(resource, host), 'asked again').toEqual(one.steps);
  expect(JSON.stringify([resource, [...host.observed], host.actual]), 'steps is pure').toBe(before);
  expect(kind.steps(resource, settled(resource, host)), 'converged').toEqual([]);
}

function checkRead(kind: Kind, one: ReadCase, folder: string): void {
  const resources: readonly Resource[] = one.resources.map((wanted) => resourceOf(kind.name, wanted));
  const probes = kind.probe(resources);
  if (one.probes !== undefined) expect(probes).toEqual(one.probes);
  const answers = one.answers(probes, (file) => readFileSync(join(folder, file), 'utf8'));
  expect(answers).toHaveLength(probes.length);
  const states = kind.read(answers, resources);
  expect(Object.fromEntries(states)).toEqual(one.states);
  expect(kind.read(answers, resources), 'asked again').toEqual(states);
}

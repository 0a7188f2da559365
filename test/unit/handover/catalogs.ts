/** Every catalog that tests know of: the example co-op's, the stories' co-op's, and those of all golden cases of services. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../../reconciler/compile/compile.ts';
import { check } from '../../../reconciler/desired/check.ts';
import { readDirectory } from '../../../reconciler/desired/directory.ts';
import type { DesiredState } from '../../../reconciler/model/desired.ts';
import type { Catalog } from '../../../reconciler/model/resource.ts';
import { services } from '../../../reconciler/services/index.ts';

/** A host of a co-op, what the co-op is, and what the host must be. */
export interface Compiled {
  readonly name: string;
  readonly state: DesiredState;
  readonly catalog: Catalog;
}

const root = join(import.meta.dirname, '../../..');
const cases = join(root, 'test/services');

/** Compile all of them. */
export async function catalogs(): Promise<readonly Compiled[]> {
  const states = [...['.', 'test/scenarios/base'].map(stateIn), ...(await goldenStates())];
  return states.flatMap(([name, state]) => state.hosts.flatMap((host): readonly Compiled[] => [{ name: `${name} on ${host.name}`, state, catalog: compile(state, host, services) }]));
}

function stateIn(directory: string): readonly [string, DesiredState] {
  const { value, problems } = check(readDirectory(join(root, directory), 0));
  if (value === null) throw new Error(JSON.stringify(problems));
  return [directory, value];
}

async function goldenStates(): Promise<readonly (readonly [string, DesiredState])[]> {
  const found = services.flatMap(({ name }) => (existsSync(join(cases, name)) ? readdirSync(join(cases, name)).map((each) => join(name, each)) : []));
  return Promise.all(found.filter((each) => existsSync(join(cases, each, 'case.ts'))).map(async (each) => {
    const { state } = await import(join(cases, each, 'case.ts')) as { readonly state: DesiredState };
    return [each, state] as const;
  }));
}

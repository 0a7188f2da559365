/**
 * Golden cases: test/services/<service>/<case>/case.ts says a desired state, <host>.txt beside it what the service wants of that host.
 * After a change that is meant, write them anew with `UPDATE=1 npx vitest run test/services` and review the difference.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../reconciler/compile/compile.ts';
import type { DesiredState } from '../../reconciler/model/desired.ts';
import type { Resource } from '../../reconciler/model/resource.ts';
import { services } from '../../reconciler/services/index.ts';
import { printCatalog } from './print.ts';

const here = import.meta.dirname;

for (const service of services) {
  const folder = join(here, service.name);
  const cases = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'case.ts'))) : [];
  describe.runIf(cases.length > 0)(service.name, () => {
    it.each(cases)('%s', async (name) => {
      const { state } = await import(join(folder, name, 'case.ts')) as { readonly state: DesiredState };
      for (const host of state.hosts) {
        const claims = [...(service.claims?.(state) ?? [])];
        const resources = [...service.compile({ state, host }, claimsOf(state, services))];
        const printed = printCatalog(resources, claims.filter(({ why }) => why.endsWith(` on ${host.name}`)));
        const golden = join(folder, name, `${host.name}.txt`);
        if (process.env['UPDATE'] !== undefined) writeFileSync(golden, printed);
        expect(printed).toBe(readFileSync(golden, 'utf8'));
        expect(memberNeeds(resources)).toEqual([]);
      }
    });
  });
}

/** Law 2: what is shared, or another member's, never needs a member's. */
function memberNeeds(resources: readonly Resource[]): readonly string[] {
  const owners = new Map<string, string>(resources.map(({ id, owner }) => [id, owner]));
  return resources.flatMap(({ id, owner, needs }) => needs
    .filter((need) => !['coop', owner].includes(owners.get(need) ?? 'coop'))
    .map((need) => `${id} needs ${need}`));
}

import { describe, expect, test } from 'vitest';
import { ownAccounts } from '../../../reconciler/admission/accounts.ts';
import { refusals } from '../../../reconciler/admission/admit.ts';
import type { Catalog, Resource } from '../../../reconciler/model/resource.ts';
import { withoutAccounts } from '../../../reconciler/plan/without.ts';
import { catalogs } from '../handover/catalogs.ts';

const compiled = await catalogs();
const members = compiled.flatMap(({ name, state, catalog }) => state.members.map((member) => ({ name: `${member.name} on ${name}`, catalog, member: member.name as string })));

/** Everything that touches an account, by the name that it is called there. */
function touching({ resources }: Catalog, name: string): readonly string[] {
  const path = new RegExp(`^/(?:home|etc/croft-secrets|etc/ssh/authorized_keys\\.d)/${name}(?:/|$)`);
  const line = new RegExp(`^${name}[: ]|[:,]${name}(?:,|$)`);
  const tables = /^(?:\/var\/lib\/extrausers\/|\/etc\/security\/limits\.d\/)/;
  return resources.flatMap(({ id, kind, name: at, payload, desired }) => {
    const isIts = path.test(at) || (kind === 'sessions' && at === name) || desired?.['owner'] === name || desired?.['group'] === name;
    return isIts || (tables.test(at) && payload?.text.split('\n').some((each) => line.test(each)) === true) ? [id] : [];
  });
}

describe('a catalog without an account that the host has of its own', () => {
  test.each(members)('says nothing of it: $name', ({ catalog, member }) => {
    const left = withoutAccounts(catalog, new Set([member]));
    expect(touching(catalog, member).length).toBeGreaterThan(0);
    expect(touching(left, member)).toEqual([]);
    expect(ownAccounts(left, `${member}:x:1000:1000::/home/${member}:/bin/bash\n`)).toEqual([]);
    expect(refusals(left)).toEqual([]);
    const ids = new Set(left.resources.map(({ id }) => id));
    expect(left.resources.flatMap(({ needs }) => needs).filter((need) => !ids.has(need))).toEqual([]);
  });

  test.each(members)('has everything of everybody else\'s: $name', ({ catalog, member }) => {
    const left = new Map(withoutAccounts(catalog, new Set([member])).resources.map((resource) => [resource.id, resource]));
    const others = catalog.resources.filter(({ owner }) => owner !== `member:${member}` && owner !== 'coop');
    expect(others.filter((resource) => left.get(resource.id) !== resource)).toEqual([]);
    const rows = (resource: Resource | undefined): readonly string[] => (resource?.parts ?? []).flatMap(({ attribute, owner }) => (owner === `member:${member}` ? [] : [attribute]));
    for (const resource of catalog.resources.filter(({ kind }) => kind === 'table')) expect(rows(left.get(resource.id)), resource.id).toEqual(rows(resource));
  });

  test('has the member\'s mail and zones, which are nobody\'s account', () => {
    const catalog = compiled.find(({ name }) => name === 'test/scenarios/base on one')?.catalog;
    if (catalog === undefined) throw new Error('the stories have no host one');
    const left = withoutAccounts(catalog, new Set(['ada']));
    const hers = left.resources.filter(({ owner }) => owner === 'member:ada').map(({ id }) => id);
    expect(hers).toContain('zone:/etc/bind/croft/zones/ada.example.zone');
    expect(hers.filter((id) => !/:\/(?:etc\/bind|var\/lib\/bind|var\/vmail)\//.test(id))).toEqual([]);
    const domains = (from: Catalog): string | undefined => from.resources.find(({ id }) => id === 'table:/etc/postfix/croft/virtual-mailbox-domains')?.payload?.text;
    expect(domains(left)).toBe(domains(catalog));
    expect(withoutAccounts(catalog, new Set())).toBe(catalog);
  });
});

/** What is beside a part of a catalog, as the inventory lists it. */
import { describe, expect, test } from 'vitest';
import { scrub } from '../../../reconciler/converge/words.ts';
import { emptyLedger } from '../../../reconciler/model/guard.ts';
import { inputsIn, loading } from '../../../reconciler/model/inputs.ts';
import type { Inventory } from '../../../reconciler/model/plan.ts';
import type { Catalog, Id, Load, Resource, State } from '../../../reconciler/model/resource.ts';
import { fingerprint } from '../../../reconciler/model/state.ts';
import { AllNeeded } from '../../../reconciler/plan/all-needed.ts';
import { besideOf, recallLoaded, withBeside } from '../../../reconciler/plan/beside.ts';
import { inventoryOf } from '../../../reconciler/plan/foresee.ts';
import { directory } from '../../../reconciler/resources/directory.ts';
import { file } from '../../../reconciler/resources/file.ts';
import { table } from '../../../reconciler/resources/table.ts';
import { unit } from '../../../reconciler/resources/unit.ts';

const source = { file: 'desired-state/hosts/one.yaml', line: 1, column: 1 };
const whose = { owner: 'coop', source } as const;
const sites = directory('/etc/apache2/sites', { exclusive: true }, whose);
const [ada, bob] = (['ada', 'bob'] as const).map((name) => file(`/etc/apache2/sites/${name}.conf`, { text: `${name}\n` }, { owner: `member:${name}`, source })) as [Resource, Resource];
const key: Resource = { ...ada, id: 'key:/etc/bind/transfer.key', kind: 'key', name: '/etc/bind/transfer.key', owner: 'coop' };
const logins = table('/etc/dovecot/passwd', { layout: 'map', rows: [{ key: 'carol@carol.example', columns: { value: 'x' }, owner: 'member:carol', source }] }, whose);
const all: Catalog = { host: 'one', revision: '1'.repeat(40), time: 1, resources: [sites, ada, bob, key, logins] };
const inventory: Inventory = inventoryOf(all);

function part(...resources: readonly Resource[]): Catalog {
  return { ...all, resources, beside: all.resources.length - resources.length };
}

describe('beside a part', () => {
  test('is the directory that it moves, which is looked at, and what is in that, which is as it was left', () => {
    const { around, alsoIn } = besideOf(part(ada), inventory);
    expect(around.map(({ id }) => id)).toEqual([sites.id]);
    expect(alsoIn).toEqual(new Map([[sites.name, new Set(['ada.conf', 'bob.conf'])]]));
  });

  test.each<[string, () => Catalog, Inventory]>([
    ['the inventory lists more', () => ({ ...part(ada), beside: 3 }), inventory],
    ['it lists nothing', () => part(ada), { revision: null, entries: new Map(), ledger: emptyLedger }],
    ['something needed is not listed', () => part({ ...ada, needs: ['file:/etc/nothing'] }), inventory],
    ['it goes in a circle by a directory that is beside it', () => part({ ...directory('/etc/apache2', {}, whose), needs: [ada.id] }, { ...ada, needs: [] }), { ...inventory, entries: new Map([...inventory.entries].map(([id, entry]) => [id === key.id ? 'directory:/etc/apache2' : id, entry])) }],
    ['the directory was never seen as desired', () => part(ada), { ...inventory, entries: new Map([...inventory.entries].map(([id, entry]) => [id, id === sites.id ? { ...entry, left: null } : entry])) }],
  ])('is not enough where %s', (_, given, listed) => {
    expect(() => besideOf(given(), listed)).toThrow(AllNeeded);
  });

  test('is spoken of as in all of it: whoever\'s the rows are, their names are not told to others', () => {
    const catalog = part(ada);
    expect(withBeside([ada], { catalog, inventory }).find(({ id }) => id === logins.id)?.parts).toMatchObject([{ attribute: 'carol@carol.example', owner: 'member:carol' }]);
    const words = `in ${ada.name} carol@carol.example is there twice\n${ada.name} is wrong`;
    expect(scrub(words, { owner: 'member:ada', resources: withBeside([ada], { catalog, inventory }) })).toBe(`${ada.name} is wrong`);
    expect(scrub(words, { owner: 'member:ada', resources: all.resources })).toBe(`${ada.name} is wrong`);
  });
});

describe('what a unit reads beside a part', () => {
  const web = unit('apache2.service', { active: true, load: { reads: ['/etc/apache2/sites/'], reload: ['systemctl', 'reload', 'apache2.service'] } }, whose);
  const before = { ...all, resources: loading([sites, ada, bob, key, web]) };
  const listed = inventoryOf(before);
  const other = file(ada.name, { text: 'other\n' }, { owner: ada.owner, source });
  const after = loading([sites, other, bob, key, web]);
  const daemon = after.at(-1) as Resource;
  const known = { resources: [sites, other, daemon], accounted: [sites, other, daemon] };
  const reading = (reads: readonly string[]): Resource => loading([sites, other, bob, key, { ...web, load: { ...(web.load as Load), reads } }]).at(-1) as Resource;

  test('is told by what it had loaded: then the part comes to what all comes to', () => {
    recallLoaded(known, listed);
    const inputs = inputsIn(known.accounted, daemon);
    const states = (...of: readonly Resource[]): Map<Id, State | null> => new Map(of.map(({ id, desired }) => [id, desired]));
    expect(fingerprint(inputs, states(sites, ada))).toBe(before.resources.at(-1)?.desired?.['loaded']);
    expect(fingerprint(inputs, states(sites, other))).toBe(daemon.desired?.['loaded']);
    expect(fingerprint(inputs, states(sites))).toBe(fingerprint(inputsIn([sites, bob, daemon], daemon), states(sites, bob)));
  });

  test.each<[string, { readonly left?: State; readonly daemon?: Resource }]>([
    ['it had loaded something else', { left: { active: true, loaded: `sum:${'0'.repeat(128)}` } }],
    ['what it had loaded is no sum', { left: { active: true, loaded: 'sha256:0' } }],
    ['it was never told to load anything', { left: { active: true } }],
    ['it reads more than before', { daemon: reading(['/etc/apache2/sites/', '/etc/bind/']) }],
    ['it reads less than before, and is said to come to the same', { daemon: { ...reading(['/etc/bind/']), desired: before.resources.at(-1)?.desired ?? null } }],
  ])('is not known where %s', (_, { left, daemon: another = daemon }) => {
    const entries = new Map([...listed.entries].map(([id, entry]) => [id, id === web.id && left !== undefined ? { ...entry, left } : entry]));
    const resources = [sites, other, another];
    expect(() => recallLoaded({ resources, accounted: resources }, { ...listed, entries })).toThrow(AllNeeded);
  });
});

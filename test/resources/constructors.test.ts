import { describe, expect, it } from 'vitest';
import type { Sealed } from '../../reconciler/model/values.ts';
import type { Resource } from '../../reconciler/model/resource.ts';
import { directory } from '../../reconciler/resources/directory.ts';
import { file } from '../../reconciler/resources/file.ts';
import { home } from '../../reconciler/resources/home.ts';
import { key } from '../../reconciler/resources/key.ts';
import { link } from '../../reconciler/resources/link.ts';
import { packages } from '../../reconciler/resources/packages.ts';
import { quota } from '../../reconciler/resources/quota.ts';
import { secret } from '../../reconciler/resources/secret.ts';
import { sessions } from '../../reconciler/resources/sessions.ts';
import { table } from '../../reconciler/resources/table.ts';
import { unit } from '../../reconciler/resources/unit.ts';
import { nextSerial, serialOf, withSerial, zone } from '../../reconciler/resources/zone.ts';
import { provenance as shared } from './cases.ts';

/** Others freeze theirs. */
const provenance = structuredClone(shared);
const reload = ['systemctl', 'reload', 'x'];
const made: { readonly [kind: string]: Resource } = {
  file: file('/etc/a', { text: 'a', check: ['true', '{}'] }, provenance),
  table: table('/etc/a', { layout: 'map', rows: [{ key: 'a', columns: { value: 'b' }, owner: 'coop', source: provenance.source }] }, provenance),
  zone: zone('/etc/a', { text: '0 ; serial\n' }, provenance),
  key: key('/etc/a', { label: 'a', template: '{}' }, provenance),
  secret: secret('/etc/croft-secrets/ada/db-password', { sealed: 'armour' as Sealed }, provenance),
  directory: directory('/etc/a', { exclusive: true }, provenance),
  link: link('/etc/a', 'b', provenance),
  home: home('/home/ada', { owner: 'ada', group: 'ada', mode: '0710' }, provenance),
  quota: quota('/home/ada', { uid: 10001, bytes: 1024 }, provenance),
  packages: packages('web', ['apache2'], provenance),
  unit: unit('a.service', { active: true, load: { reads: ['/etc/a/'], reload } }, provenance),
  sessions: sessions('ada', provenance),
};

describe.each(Object.entries(made))('%s', (kind, resource) => {
  it('is named by its kind and its name', () => {
    expect(resource.kind).toBe(kind);
    expect(resource.id).toBe(`${kind}:${resource.name}`);
  });
  it('is frozen all through, and leaves what it was given thawed', () => {
    expect(thawed(resource)).toEqual([]);
    expect(Object.isFrozen(provenance.source) || Object.isFrozen(reload)).toBe(false);
  });
});

function thawed(value: object, path = ''): readonly string[] {
  const inner = Object.entries(value).flatMap(([field, one]) => (typeof one === 'object' && one !== null ? thawed(one, `${path}.${field}`) : []));
  return Object.isFrozen(value) ? inner : [path, ...inner];
}

it('sorts and thins out what a resource needs and comes after', () => {
  const wanted = file('/etc/a', { text: '' }, { ...provenance, needs: ['unit:b.service', 'file:/a', 'file:/a'], after: ['home:/home/b', 'home:/home/a'] });
  expect([wanted.needs, wanted.after]).toEqual([['file:/a', 'unit:b.service'], ['home:/home/a', 'home:/home/b']]);
});

it('says whose each row of a table is, the longest name first, and where single columns were written', () => {
  const source = (line: number) => ({ file: 'desired-state/x.yaml', line, column: 1 });
  const shared = table('/etc/a', { layout: 'map', rows: [
    { key: 'ada.example', columns: { value: 'x' }, owner: 'member:ada', source: source(1) },
    { key: 'ada.example.coop', columns: { value: 'x' }, owner: 'member:bob', source: source(2), sources: { value: source(3) } },
  ] }, provenance);
  expect(shared.parts).toEqual([
    { attribute: 'ada.example.coop.value', owner: 'member:bob', source: source(3) },
    { attribute: 'ada.example.coop', owner: 'member:bob', source: source(2) },
    { attribute: 'ada.example', owner: 'member:ada', source: source(1) },
  ]);
});

it.each(['etc/a', '/', '/etc/', '/etc//a', '/etc/./a', '/etc/../a', '/etc/..', '/etc/a\n', '/etc/a b', '/etc/é', ''])('refuses %j as a path', (path) => {
  for (const wish of [() => file(path, { text: '' }, provenance), () => directory(path, {}, provenance), () => link(path, null, provenance)]) expect(wish).toThrow(/^cannot manage/);
});

it.each(['/etc/..a', '/etc/.hidden', '/etc/a..b', '/etc/systemd/system/user-10001.slice.d/croft.conf', '/etc/apache2/croft/sites/xn--bcher-kva.example.conf'])('takes %j as a path', (path) => {
  expect(file(path, { text: '' }, provenance).name).toBe(path);
});

it.each([
  ['a mode of three digits', () => file('/a', { text: '', mode: '644' }, provenance), /mode/],
  ['a mode that is none', () => directory('/a', { mode: '0789' }, provenance), /mode/],
  ['an owner that is no name', () => file('/a', { text: '', owner: 'ada:x' }, provenance), /account/],
  ['a group that is empty', () => home('/home/a', { owner: 'a', group: '', mode: '0700' }, provenance), /account/],
  ['a zone with a serial of its own', () => zone('/a', { text: '5 ; serial\n' }, provenance), /serial/],
  ['a zone without a serial', () => zone('/a', { text: '@ SOA a b 0 1 2 3 4\n' }, provenance), /serial/],
  ['a key template without a place', () => key('/a', { label: 'a', template: 'x' }, provenance), /template/],
  ['a key template with two places', () => key('/a', { label: 'a', template: '{}{}' }, provenance), /template/],
  ['a key label with a space', () => key('/a', { label: 'a b', template: '{}' }, provenance), /label/],
  ['a link to nothing', () => link('/a', '', provenance), /target/],
  ['a limit of nothing', () => quota('/a', { uid: 10001, bytes: 0 }, provenance), /multiple/],
  ['a limit of odd bytes', () => quota('/a', { uid: 10001, bytes: 1000 }, provenance), /multiple/],
  ['a limit for root', () => quota('/a', { uid: 0, bytes: 1024 }, provenance), /uid/],
  ['a package that is an option', () => packages('a', ['-o'], provenance), /package/],
  ['no package at all', () => packages('a', [], provenance), /package/],
  ['a unit without its type', () => unit('apache2', {}, provenance), /full name/],
  ['a unit that is an option', () => unit('--now.service', {}, provenance), /full name/],
  ['a stopped unit that loads', () => unit('a.service', { active: false, load: { reads: [], reload } }, provenance), /not to run/],
  ['sessions of an option', () => sessions('--all', provenance), /user name/],
  ['a table row that breaks its line', () => table('/a', { layout: 'map', rows: [{ key: 'a', columns: { value: 'b\nc d' }, owner: 'coop', source: provenance.source }] }, provenance), /value/],
])('refuses %s', (_, wish, because) => {
  expect(wish).toThrow(because);
});

describe('serials', () => {
  it.each([
    ['@ SOA a b (\n\t42 ; serial\n', 42],
    ['@ SOA a b (\n  0;serial\n  7 ; serial\n', 0],
    ['@ SOA a b (\n 4294967295 ; serial\n', 4294967295],
    ['@ SOA a b (\n 4294967296 ; serial\n', null],
    ['@ SOA a b 42 ( ; serial\n', null],
    ['a TXT "1 ; serial"\n', null],
    ['', null],
  ])('reads %j as %s', (text, serial) => {
    expect(serialOf(text)).toBe(serial);
  });
  it('puts a serial in the place of the first, and nowhere else', () => {
    expect(withSerial('@ SOA (\n\t1 ; serial\n\t2 ; refresh\n a TXT "1 ; serial"\n\t3 ; serial\n', 99)).toBe('@ SOA (\n\t99 ; serial\n\t2 ; refresh\n a TXT "1 ; serial"\n\t3 ; serial\n');
  });
  it.each([
    ['nothing is there', null, 1760000000, 1760000000],
    ['there is no time either', null, 0, 1],
    ['time is ahead', 5, 1760000000, 1760000000],
    ['time is the serial', 1760000000, 1760000000, 1760000001],
    ['time is behind', 1760000007, 1760000000, 1760000008],
    ['the serial wraps around, past 0', 4294967295, 1760000000 + 2 ** 31, 1],
    ['time has gone once around', 4294967290, 2 ** 32 + 5, 5],
    ['time is exactly opposite, which is neither', 1, 2 ** 31 + 1, 2],
  ])('chooses the next where %s', (_, actual, time, next) => {
    expect(nextSerial(actual, time)).toBe(next);
  });
});

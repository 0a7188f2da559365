import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dataAt, isDaemons, isDataGround, newestRetired, purgeableFrom, retiredAmong, retiredPath } from '../../../reconciler/model/retired.ts';
import { qgroupUsage } from '../../../reconciler/resources/qgroup.ts';

const evening = Date.parse('2026-11-28T23:59:59Z');

it.each([
  ['/home/ada', 'home', 'ada', '/home/.retired/ada@2026-11-28'],
  ['/var/vmail/ada.example/no-reply.2024', 'mail', 'no-reply.2024@ada.example', '/var/vmail/.retired/no-reply.2024@ada.example@ada@2026-11-28'],
  ['/var/lib/bind/croft/ada.example', 'zone-keys', 'ada.example', '/var/lib/bind/croft/.retired/ada.example@2026-11-28'],
])('%s is data, and goes where its name and day say what it was', (path, sort, name, aside) => {
  expect(dataAt(path)).toMatchObject({ sort, name });
  expect(retiredPath(path, 'member:ada', evening)).toBe(aside);
  const root = aside.slice(0, aside.indexOf('/.retired'));
  expect(retiredAmong(root, [aside.slice(aside.lastIndexOf('/') + 1)])).toEqual([{ sort, name: sort === 'mail' ? `${name}@ada` : name, since: '2026-11-28', path: aside }]);
  expect(newestRetired(path, 'member:ada', [aside.slice(aside.lastIndexOf('/') + 1), `${name}@2025-01-01`, `x${name}@2027-01-01`])).toBe(aside);
});

it.each(['/home', '/home/', '/home/.retired', '/home/.retired/ada@2026-11-28', '/srv/ada', '/homes/ada', '/var/vmail/../x'])('%s is no data', (path) => {
  expect([dataAt(path), retiredPath(path, 'member:ada', evening)]).toEqual([null, null]);
});

it('mail is taken back for the one whose it was, and for nobody who has the address later', () => {
  const entries = ['info@ada.example@ada@2026-11-28', 'info@ada.example@2026-11-29', 'info@ada.example@coop@2026-11-27'];
  expect((['member:ada', 'member:bob', 'coop'] as const).map((owner) => newestRetired('/var/vmail/ada.example/info', owner, entries)))
    .toEqual(['/var/vmail/.retired/info@ada.example@ada@2026-11-28', null, '/var/vmail/.retired/info@ada.example@coop@2026-11-27']);
});

it('what croft did not name is nothing that it put aside', () => {
  expect(retiredAmong('/home', ['', 'ada', 'ada@', 'ada@tomorrow', '@2026-11-28', 'ada@2026-11-28.tar'])).toEqual([]);
  expect(retiredAmong('/srv', ['ada@2026-11-28'])).toEqual([]);
});

it('grace is counted in days, over the ends of months and years', () => {
  expect([purgeableFrom('2026-11-28', 30), purgeableFrom('2026-11-28', 0), purgeableFrom('2026-12-31', 1)]).toEqual(['2026-12-28', '2026-11-28', '2027-01-01']);
});

it('a directory below which data may be stays when its service goes', () => {
  expect(['/home', '/var/vmail', '/var/lib/bind', '/var/lib/bind/croft'].map(isDataGround)).toEqual([true, true, true, true]);
  expect(['/var/vmail/ada.example', '/etc/bind/croft', '/home/ada'].map(isDataGround)).toEqual([false, false, false]);
  expect(['/var/cache/bind', '/etc/bind/croft'].map(isDaemons)).toEqual([true, false]);
});

it('how much a subvolume takes is read from the table of quota groups', () => {
  const table = readFileSync(join(import.meta.dirname, '../../resources/quota/qgroup-6.14.txt'), 'utf8');
  expect([...qgroupUsage(table)].slice(1, 3)).toEqual([['ada', 21_004_288], ['bob', 16_384]]);
});

import { expect, test } from 'vitest';
import { examine } from '../../../reconciler/desired/check.ts';
import { judgeNear } from '../../../reconciler/desired/near.ts';
import { compose, mixtureOf, type Mixture } from '../../../reconciler/desired/versions.ts';
import type { Owner } from '../../../reconciler/model/owner.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { base, hash, keys, snapshot, type Files } from './coop.ts';
import { fc, test as holds } from './property.ts';

const text = (path: string): string => base[path] ?? '';
const member = (name: string, from: string | RegExp, to: string): Files => ({ [`members/${name}/member.yaml`]: text(`members/${name}/member.yaml`).replace(from, to) });
const more = (name: string, line: string): Files => ({ [`members/${name}/member.yaml`]: `${text(`members/${name}/member.yaml`)}${line}\n` });

/** What one owner may change so that her documents, or somebody else's, are wrong: alone, or together with another one of these. */
const changes: readonly Files[] = [
  {}, member('bob', '10002', '10001'), member('bob', '10002', '10009'), member('bob', 'bob.example', 'ada.example'), member('bob', '[bob.example]', '[bob.example, blog.ada.example]'),
  more('bob', 'ports: [20001]'), more('erin', 'ports: [20001]'), more('bob', `ssh-keys:\n  - ${keys.ada}`), more('erin', `ssh-keys:\n  - ${keys.ada}`), member('ada', keys.ada, keys.other),
  member('carol', /delegates.*\n/, ''), member('carol', 'erin', 'bob'), member('carol', 'erin', 'nobody'), member('carol', 'carol.example', 'caroline.example'), member('ada', 'regular', 'small'), member('ada', 'regular', 'none'),
  { 'members/bob/member.yaml': '- {' }, { 'members/ada/member.yaml': null }, { 'members/erin/member.yaml': 'name: Erin\n' }, { 'members/carol/member.yaml': 'nmae: Carol\n' },
  { 'members/bob/vhosts/bob.example.yaml': 'static: {root: a}\naliases: [www.ada.example]\n' }, { 'members/bob/vhosts/shop.carol.example.yaml': 'static: {root: a}\n' }, { 'members/erin/vhosts/erin.bob.example.yaml': 'static: {root: a}\n' },
  { 'members/bob/vhosts/www.fairmeadow.example.yaml': 'static: {root: a}\n' }, { 'members/ada/vhosts/blog.ada.example.yaml': '- {' }, { 'members/ada/vhosts/blog.ada.example.yaml': 'static: {root: b}\naliases: [shop.carol.example]\n' },
  { 'members/bob/zones/ada.example.yaml': 'records: []\n' }, { 'members/ada/zones/sub.ada.example.yaml': 'records:\n  - {name: nas, type: A, address: 198.51.100.7}\n' }, { 'members/bob/zones/bob.example.yaml': 'records:\n  - {name: www, type: CNAME, target: blog.ada.example.}\n' },
  { 'members/bob/mailboxes/bob.example.yaml': `mailboxes:\n  bob: {password: ${hash}}\naliases:\n  info: [nobody@ada.example]\n  ada: [ada@ada.example]\n` },
  { 'members/ada/mailboxes/ada.example.yaml': `mailboxes:\n  ada: {password: ${hash}}\naliases:\n  info: [info@bob.example]\n` }, { 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  info: [info@ada.example]\n' },
  { 'members/erin/mailboxes/shop.carol.example.yaml': 'aliases:\n  info: [info@bob.example]\n' }, { 'members/ada/mailboxes/ada.example.yaml': '{' },
  { 'limits/small.yaml': null }, { 'cluster.yaml': text('cluster.yaml').replace('[dana]', '[bob]') }, { 'cluster.yaml': '- {' }, { 'hosts/dynamic.yaml': null }, { 'coop/retired.yaml': 'members:\n  - {name: bob, uid: 10002, left: 2024-11-30}\n' },
];

/** What a look at everything tells of each owner, and what one at her neighbours does. */
function told(head: Snapshot, mixture: Mixture): { readonly near: readonly string[]; readonly whole: readonly string[] } {
  const judge = judgeNear(head, new WeakMap());
  const { problems } = examine(compose(mixture, head), new WeakMap());
  const owners = [...mixture.keys()];
  const fine = (isFine: (owner: Owner) => boolean): readonly string[] => owners.filter(isFine);
  return { near: fine((owner) => judge(mixture, [owner], head)), whole: fine((owner) => problems.every((problem) => problem.owner !== owner)) };
}

/** Each owner's documents from one of two commits. */
function mixed(one: Snapshot, other: Snapshot, from: number): Mixture {
  const [a, b] = [mixtureOf(one), mixtureOf(other)];
  const owners = [...new Set([...a.keys(), ...b.keys()])];
  return new Map(owners.flatMap((owner, index) => {
    const version = (from >> index) % 2 === 0 ? a.get(owner) : b.get(owner);
    return version === undefined ? [] : [[owner, version] as const];
  }));
}

const picked = fc.array(fc.constantFrom(...changes), { minLength: 1, maxLength: 3 }).map((all): Files => Object.assign({}, ...all) as Files);

holds('somebody\'s neighbours tell of her documents what everything does, in whatever mixture', fc.tuple(picked, picked, fc.nat({ max: 255 })), ([one, other, from]) => {
  const [head, older] = [snapshot(one), snapshot(other, 'older')];
  const { near, whole } = told(head, mixed(head, older, from));
  expect(near).toEqual(whole);
});

test('each change by itself, before and after it', () => {
  const wrong = changes.filter((change) => {
    const [head, good] = [snapshot(change), snapshot()];
    for (const mixture of [mixtureOf(head), mixtureOf(good)]) expect(told(head, mixture).near).toEqual(told(head, mixture).whole);
    return told(head, mixtureOf(head)).whole.length < mixtureOf(head).size;
  });
  expect(wrong.length).toBeGreaterThan(25);
});

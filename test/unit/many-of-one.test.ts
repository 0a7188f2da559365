/** Whatever one member has very many of takes as long as it is long, and no longer: a square of it would not end within the time of a test. */
import { expect, it } from 'vitest';
import { collisions } from '../../reconciler/git/oddity.ts';
import { trailersOf } from '../../reconciler/git/signed.ts';
import { holdsOf } from '../../reconciler/model/trusted.ts';
import { shares } from '../../reconciler/report/changes.ts';
import type { Change } from '../../reconciler/model/plan.ts';

const many = 60_000;
const each = Array.from({ length: many }, (_, number) => number);

it('sixty thousand trailers of a commit', () => {
  const found = trailersOf(`a subject\n\n${each.map((number) => `Approves: ${number}\n`).join('')}`);
  expect([...found].map(([name, values]) => [name, values.length, values.at(-1)])).toEqual([['Approves', many, `${many - 1}`]]);
});

it('sixty thousand names that differ in case alone', () => {
  const letters = [...'abcdefghijklmnop'];
  const entries = each.map((number) => ({ name: letters.map((letter, place) => ((number >> place) & 1 ? letter.toUpperCase() : letter)).join(''), mode: '100644', oid: '0'.repeat(40) }));
  const { names, problems } = collisions('desired-state/members/ada', entries);
  expect([[...names], problems.length]).toEqual([[letters.join('')], 1]);
});

it('sixty thousand paths that wait for a signature', () => {
  const pending = each.map((number) => ({ path: `desired-state/members/ada/vhosts/${number}.yaml`, owner: 'member:ada', commit: 'b', since: 'a', signers: [], doubts: [], problems: [] }) as const);
  expect(holdsOf({ commit: 'b', tree: 'b', pending, overrides: new Map() })).toEqual([{ owner: 'member:ada', problems: [], lastGood: 'a' }]);
});

it('sixty thousand changes of one owner', () => {
  const source = { file: 'desired-state/members/ada/vhosts/a.yaml', line: 1, column: 1 };
  const changes = each.map((number): Change => ({
    verb: 'create', cause: 'pending', actual: null, differences: [],
    resource: { id: `file:/etc/${number}`, kind: 'file', name: `/etc/${number}`, owner: 'member:ada', source, needs: [], after: [], desired: {} },
  }));
  expect(shares(changes).map(({ owner, changes: theirs }) => [owner, theirs.length])).toEqual([['member:ada', many]]);
});

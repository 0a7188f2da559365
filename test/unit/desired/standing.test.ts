/** Of whom is known that they are held just so in the next commit, the next commit holds just so; and when that is not sure. */
import { expect, test } from 'vitest';
import { settle, type Settled } from '../../../reconciler/desired/hold.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { base, snapshot, type Files } from './coop.ts';

async function settled(commits: readonly Files[]): Promise<Settled> {
  const snapshots = commits.map((files, index) => snapshot(files, `c${index}`));
  return settle(snapshots.at(-1) ?? snapshot(), async function* (): AsyncIterable<Snapshot> { yield* snapshots.slice(0, -1).toReversed(); });
}

const blog = 'members/ada/vhosts/blog.ada.example.yaml';
const carol = (base['members/carol/member.yaml'] ?? '').replace(/delegates.*\n/, '');

const ways: readonly (readonly [string, (turn: number) => Files, readonly string[]])[] = [
  ['is not to be read', (turn) => ({ [blog]: `static: {rot: v${turn}}\n` }), ['member:ada at c0']],
  ['wants what is another\'s', (turn) => ({ [blog]: `static: {root: v${turn}}\naliases: [bob.example]\n` }), ['member:ada at c0']],
  ['breaks what is another\'s', (turn) => ({ 'members/carol/member.yaml': `${carol}# ${turn}\n` }), ['member:carol at c0']],
];
const cases = ways.flatMap(([name, wrong, holds]) => [1, 63, 64, 131].map((length) => [name, length, wrong, holds] as const));

test.each(cases)('whoever %s, the last of %d times, is held a commit later as she is now', async (_, length, wrong, holds) => {
  const commits = [{}, ...Array.from({ length }, (__, turn) => wrong(turn))];
  const now = await settled(commits);
  expect(now.holds.map(({ owner, lastGood }) => `${owner} at ${lastGood}`)).toEqual(holds);
  // With very many, what is left out is another one a commit later.
  expect(now.standing === null).toBe(length > 63);
  const later = [...commits, { ...wrong(length - 1), 'members/dana/README.md': 'a note\n' }];
  const next = await settled(later);
  expect(next.holds).toEqual(now.holds);
  expect(next.standing).toMatchObject({ holds: now.holds });
  const last = await settled([...later, { ...wrong(length - 1), 'members/dana/README.md': 'another note\n' }]);
  expect(last.holds).toEqual(now.holds);
  const [one, other] = [next, last].map(({ standing }) => [...(standing?.tried ?? [])].map(([owner, versions]) => [owner, new Set(versions.flatMap(({ files }) => files.map(({ path, oid }) => `${path} ${oid}`)))]));
  expect(other).toEqual(one);
});

const port = (name: string): Files => ({ [`members/${name}/member.yaml`]: `${base[`members/${name}/member.yaml`] ?? ''}ports: [20005]\n` });

test.each<[string, readonly Files[]]>([
  ['had no version that was ever right', [{ [blog]: '- {' }, { [blog]: '- [' }]],
  ['is the co-op', [{}, { 'limits/regular.yaml': '- {' }]],
  ['is held at what another one has now', [port('bob'), { ...port('carol'), 'members/bob/vhosts/x.bob.example.yaml': '- {' }]],
  ['is gone, which breaks what is another\'s', [{}, { 'members/carol/member.yaml': null }]],
])('of one who %s it is not sure', async (_, commits) => {
  const { holds, standing } = await settled(commits);
  expect([holds.length > 0, standing]).toEqual([true, null]);
});

test('where nothing is wrong nobody is held, and that is sure', async () => {
  expect((await settled([{}])).standing).toEqual({ holds: [], versions: new Map(), tried: new Map() });
});

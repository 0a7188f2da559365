import { expect, it } from 'vitest';
import { settle } from '../../../reconciler/desired/hold.ts';
import { ownerOf } from '../../../reconciler/model/owner.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { base, snapshot } from '../../scenarios/story.ts';

const before = snapshot(base(), 0);

async function* history(...snapshots: readonly Snapshot[]): AsyncIterable<Snapshot> {
  yield* snapshots;
}

/** A commit in which `path` is something that git/ refuses to read. */
function hidden(path: string): Snapshot {
  const problem = { code: 'git/not-a-plain-file', message: `cannot read ${path}`, owner: ownerOf(path), source: { file: path, line: 1, column: 1 } };
  const next = snapshot(base(), 1);
  return { ...next, files: next.files.filter((file) => !file.path.startsWith(`${path}/`)), problems: [problem] };
}

it.each(['desired-state/members', 'desired-state/members/ada', 'desired-state/members/ada/vhosts', 'desired-state/hosts'])('a link in the place of %s takes nothing away from anybody', async (path) => {
  const good = await settle(before, () => history());
  const { state, holds } = await settle(hidden(path), () => history(before));
  expect(state?.members.map(({ name }) => name)).toEqual(good.state?.members.map(({ name }) => name));
  expect(state?.vhosts.map(({ name }) => name)).toEqual(good.state?.vhosts.map(({ name }) => name));
  expect(state?.hosts.length).toBe(good.state?.hosts.length);
  expect(holds).toMatchObject([{ owner: ownerOf(path), lastGood: before.revision.oid }]);
});

it.each([
  ['suspended', (text: string) => text],
  ['suspended', (text: string) => `${text}${'# more than a document has\n'.repeat(3000)}`],
  ['retired', (text: string) => text.replace('name: Ada', 'name: [')],
])('a member who is %s is shut out, though her member.yaml is hidden by what else is in her directory', async (state, written) => {
  const head = hidden('desired-state/members/ada');
  const path = 'desired-state/members/ada/member.yaml';
  const text = new TextDecoder().decode(before.files.find((file) => file.path === path)?.bytes);
  const file = { path, oid: 'b'.repeat(40), bytes: new TextEncoder().encode(written(`${text}state: ${state}\n`)) };
  const all = await settle({ ...head, hidden: [file] }, () => history(before));
  expect(all.holds).toMatchObject([{ owner: 'member:ada', lastGood: before.revision.oid }]);
  expect(all.state?.members.find(({ name }) => name === 'ada')).toMatchObject({ state });
  expect(all.state?.vhosts.filter(({ owner }) => owner === 'member:ada').map(({ suspended }) => suspended)).not.toContain(false);
  expect((await settle({ ...head, hidden: [{ ...file, bytes: new TextEncoder().encode(text) }] }, () => history(before))).state?.members.find(({ name }) => name === 'ada')).toMatchObject({ state: 'active' });
});

it('takes away the keys that a hidden member.yaml has no longer', async () => {
  const path = 'desired-state/members/ada/member.yaml';
  const text = new TextDecoder().decode(before.files.find((file) => file.path === path)?.bytes);
  const file = { path, oid: 'b'.repeat(40), bytes: new TextEncoder().encode(text.replace(/ssh-keys:\n(?: {2}.*\n)+/, '')) };
  const { state } = await settle({ ...hidden('desired-state/members/ada'), hidden: [file] }, () => history(before));
  expect(state?.members.find(({ name }) => name === 'ada')?.sshKeys).toEqual([]);
});

it('a Members beside members takes nothing away from anybody', async () => {
  const without = hidden('desired-state/members');
  const problems = without.problems.map((problem) => ({ ...problem, code: 'git/case-collision', source: { ...problem.source, file: 'desired-state/Members' } }));
  const { state, holds } = await settle({ ...without, problems }, () => history(before));
  expect(state?.members.length).toBe(4);
  expect(holds).toMatchObject([{ owner: 'coop', lastGood: before.revision.oid }]);
});

it('tells whoever took a limits class away of every member who still uses it', async () => {
  const without = { ...snapshot(base(), 1), files: before.files.filter(({ path }) => path !== 'desired-state/limits/regular.yaml') };
  const { state, holds } = await settle(without, () => history(before));
  expect(state?.members.length).toBe(4);
  expect(holds.map(({ owner }) => owner)).toEqual(['coop']);
  expect(holds[0]?.problems.map(({ code, source }) => `${code} ${source.file}`)).toContain('member/unknown-limits desired-state/members/ada/member.yaml');
});

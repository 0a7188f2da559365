/** Somebody is held, and what others change is done by what is new all the same: the host becomes, and says, what one does that looks at everything. */
import { afterAll, expect, test } from 'vitest';
import { copyOn } from '../../../reconciler/commands/halves/copy-file.ts';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import type { Files } from '../desired/coop.ts';
import { apart as coop, edited } from '../recompile/edits.ts';
import { apart, newestPart, said, stateOf, twoHosts } from './two-hosts.ts';

const { knowing, forgetful, both, commit, run, alone } = await twoHosts(coop);
afterAll(() => both((host) => host.end()));

const sites = 'members/bob/vhosts';
const site = (turn: number): Files => ({ 'members/ada/vhosts/www.ada.example.yaml': `static: {root: www}\nheaders: [{name: X-Turn, value: v${turn}}]\n` });
let [files, turns] = [coop, 0];

/** Commit that and run. Shape: how it ended, and whether only a part was handed over. */
async function make(edit: Files): Promise<readonly [status: number | undefined, what: 'part' | 'all', holds: readonly string[]]> {
  files = edited(files, edit);
  const before = newestPart(knowing);
  await commit(files);
  const [one, other] = await run();
  if (one === null || other === null) throw new Error('a run came to no end');
  expect(said(one)).toEqual(said(other));
  expect(apart(await stateOf(knowing), await stateOf(forgetful))).toEqual([]);
  const { holds } = one.facts as unknown as { readonly holds: readonly { readonly owner: string; readonly lastGood: string; readonly problems: readonly { readonly code: string }[] }[] };
  expect((other.facts as unknown as { readonly holds: unknown }).holds).toEqual(holds);
  return [one.status, ['', before].includes(newestPart(knowing)) ? 'all' : 'part', holds.map(({ owner, problems }) => `${owner} ${problems[0]?.code}`)];
}

const another = (): Files => site(turns += 1);

test.each<[string, Files, string]>([
  ['is not to be read', { [`${sites}/www.bob.example.yaml`]: 'a: [1\n' }, 'yaml/syntax'],
  ['wants what is another\'s', { [`${sites}/www.bob.example.yaml`]: 'static: {root: www}\naliases: [x.carol.example]\n' }, 'vhost/foreign-domain'],
])('a document of bob\'s %s, and what others change meanwhile is handed over alone, but for carol, if it has to do with hers', async (_, wrong, code) => {
  for (let turn = 0; turn < 3; turn += 1) await run();
  expect(await make(another())).toEqual([0, 'part', []]);
  const held = [`member:bob ${code}`];
  expect((await make(wrong)).slice(1)).toEqual(['all', held]);
  for (let turn = 0; turn < 3; turn += 1) expect(await make(another())).toEqual([3, 'part', held]);
  const quiet = await alone();
  expect([quiet.status, quiet.count.steps, quiet.count.looked < 15]).toEqual([3, 0, true]);
  const carols = { 'members/carol/vhosts/www.carol.example.yaml': `static: {root: of-carol}\nheaders: [{name: X-Turn, value: v${turns}}]\n` };
  expect(await make(carols)).toEqual([3, code === 'yaml/syntax' ? 'part' : 'all', held]);
  expect(await make(another())).toEqual([3, 'part', held]);
  const { lines } = await copyOn(rooted(knowing.on('')));
  expect(lines).toContain(`"code":"${code}"`);
  expect((await make({ [`${sites}/www.bob.example.yaml`]: coop[`${sites}/www.bob.example.yaml`] ?? null })).slice(2)).toEqual([[]]);
});

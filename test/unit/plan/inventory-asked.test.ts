/** What of an inventory a run asks for: whose tables and zones are, where nothing goes, and of all else only what does. */
import { afterAll, expect, test, vi } from 'vitest';
import { bare, discard, run, today, weighed } from '../../scenarios/drive.ts';
import { base, changed, snapshot } from '../../scenarios/story.ts';

const host = bare('one');
afterAll(() => discard(host));
const commits = [snapshot(base(), 0)];
const site = 'members/ada/vhosts/blog.ada.example.yaml';
const other = [...commits, snapshot(changed(base(), { [site]: `${String(base().get(`desired-state/${site}`))}headers:\n  - name: X-More\n    value: more\n` }), 1)];
const fewer = [...commits, snapshot(changed(base(), { [site]: null }), 2)];

test.each([
  ['nothing', commits, []],
  ['a site that says something else', other, ['file:/etc/apache2/croft/sites/blog.ada.example.conf']],
  ['a site that goes', fewer, ['file:/etc/apache2/croft/sites/blog.ada.example.conf']],
] as const)('to plan and guard %s, no other entries are parsed', async (_, wanted, asked) => {
  await run(host, commits);
  const parse = vi.spyOn(JSON, 'parse');
  await weighed(host, wanted, today);
  const parsed = parse.mock.calls.flatMap(([line]) => /^\["([^"]*)",\{"owner"/.exec(line)?.[1] ?? []);
  parse.mockRestore();
  const own = parsed.filter((id) => !/^(?:table|zone|unit):/.test(id));
  expect(new Set(parsed).size).toBe(parsed.length);
  expect(own.filter((id) => /^(?:file|home|directory):/.test(id) && asked.every((each) => each !== id))).toEqual([]);
  expect(own).toEqual(expect.arrayContaining([...asked]));
});

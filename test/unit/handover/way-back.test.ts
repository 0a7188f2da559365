import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatWayBack, parseWayBack, type WayBack } from '../../../reconciler/handover/way-back.ts';
import { parseRequest } from '../../../reconciler/handover/request.ts';

const [one, two] = ['1'.repeat(40), '2'.repeat(40)] as const;
const found: WayBack = {
  version: 1, request: '17', bad: one, to: two, crossed: ['the mailbox bob@bob.example was made'], back: ['member:bob', 'coop'], later: ['member:eve'], staying: ['dana does not go back: x'],
  passed: [{ oid: two, time: 1_767_225_600, author: 'Ada Lovelace', subject: 'my blog \u001b[31mmoves\u0000' }],
};

/** The answer with other things in it; undefined: without. */
function changed(other: object): string {
  return JSON.stringify({ ...found, ...other });
}

const [passed] = found.passed;
const wrong: readonly (readonly [string, object])[] = [
  ['a field that nobody knows', { run: ['/bin/sh'] }],
  ['a field less', { crossed: undefined }],
  ['another version', { version: 2 }],
  ['a commit that is only its first digits', { to: '4be21c9d03' }],
  ['a branch for a commit', { bad: 'main' }],
  ['no commit in force', { bad: null }],
  ['one text for a list', { crossed: 'nothing' }],
  ['a clause that is none', { crossed: [{ toString: 'x' }] }],
  ['somebody who is no owner', { back: ['root'] }],
  ['more commits than anybody looks at', { passed: Array.from({ length: 101 }, () => passed) }],
  ['a time that is none', { passed: [{ ...passed, time: 1e300 }] }],
  ['a time in words', { passed: [{ ...passed, time: 'yesterday' }] }],
  ['a subject without end', { passed: [{ ...passed, subject: 'x'.repeat(1_000_000) }] }],
  ['a commit with something more', { passed: [{ ...passed, tree: one }] }],
];

describe('a way back', () => {
  test('comes out as it went in, also where nothing was named, and where there is none', () => {
    const others = [{ ...found, to: null, crossed: [] }, { version: 1, request: '17', cannot: 'cannot go back on one: no run has ended here yet' }] as const;
    for (const each of [found, ...others]) expect(parseWayBack(formatWayBack(each))).toEqual({ ok: true, value: each });
  });

  test.each(wrong)('is refused with %s', (_, other) => {
    const read = parseWayBack(changed(other));
    expect(read).toMatchObject({ ok: false, why: expect.stringMatching(/^["[i].{3,}/) });
  });

  test('that is no JSON, or any, is told and never a bug', () => {
    expect(parseWayBack(changed({}).slice(0, -1))).toEqual({ ok: false, why: 'it is no JSON, or cut off' });
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (any) => !parseWayBack(any).ok), { numRuns: 2000 });
  });
});

test('what a way back is asked for is a name and an owner, and nothing else', () => {
  const request = { version: 1, id: '1', what: 'recall', host: 'one', remotes: [], branch: 'main', revision: null, pin: null, rollbacks: [], now: 1, have: null, part: false, croft: null, key: null, told: false, at: null, admins: null, keepBack: null };
  const ask = (wayBack: unknown): boolean => parseRequest(JSON.stringify({ ...request, wayBack })).ok;
  expect([null, { named: null, owner: null }, { named: 'main', owner: 'coop' }, { named: one, owner: 'member:ada' }].map(ask)).toEqual([true, true, true, true]);
  expect([undefined, {}, { named: 'a\nb', owner: null }, { named: one, owner: 'root' }, { named: one, owner: null, to: two }].map(ask)).toEqual([false, false, false, false, false]);
});

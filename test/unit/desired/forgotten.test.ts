import { describe, expect, it } from 'vitest';
import { check } from '../../../reconciler/desired/check.ts';
import { forgotten } from '../../../reconciler/desired/forgotten.ts';
import { formatProblem } from '../../../reconciler/model/problem.ts';
import { base, snapshot, type Files } from './coop.ts';

const list = 'coop/retired.yaml';
const bob = 'members/bob/member.yaml';
const leo = '  - {name: leo, uid: 10009, left: 2024-11-30}\n';
const entry = '  - { name: bob, uid: 10002, left: 2023-11-14 }\n';
const listed = { [list]: `members:\n${leo}${entry}` };
const gone = { [bob]: null };

/** What is said of a change from some files to others. */
function said(before: Files, after: Files): readonly string[] {
  return forgotten(snapshot(before), snapshot(after)).map(formatProblem);
}

/** An allowance of a guard for bob. */
const allowing = (guard: string, until = '2023-11-30', object = 'member:bob'): Files =>
  ({ 'coop/allowances.yaml': `allowances:\n  - { guard: ${guard}, object: "${object}", count: 1, reason: so it is, from: 2023-11-01, until: ${until} }\n` });

describe('a member who goes', () => {
  it('without a line in the list of those who left is a problem at that list, with the line', () => {
    expect(said({}, gone)).toEqual([
      "desired-state/coop/retired.yaml:2:3: cannot take bob's directory away without a line for bob and the uid 10002 here: who comes next would be given her number, and with it her files – add - { name: bob, uid: 10002, left: 2023-11-14 } [member/not-listed]",
    ]);
  });

  it('is no problem with the line that was told, and neither is the co-op then', () => {
    expect(said({}, { ...gone, ...listed })).toEqual([]);
    expect(check(snapshot({ ...gone, ...listed })).problems).toEqual([]);
  });

  it('is told at the first line of the list where there is none, and of each who goes', () => {
    const none = { [list]: null };
    expect(said(none, { ...none, ...gone, 'members/dana/member.yaml': null }).map((line) => line.replace(/ away .*/, ''))).toEqual([
      'desired-state/coop/retired.yaml:1:1: cannot take bob\'s directory', 'desired-state/coop/retired.yaml:1:1: cannot take dana\'s directory',
    ]);
  });

  it.each([
    ['another uid', '  - { name: bob, uid: 10042, left: 2023-11-14 }\n'], ['another name', '  - { name: rob, uid: 10002, left: 2023-11-14 }\n'],
  ])('with a line of %s is still one', (_, line) => expect(said({}, { ...gone, [list]: `members:\n${leo}${line}` })).toEqual([expect.stringContaining('[member/not-listed]')]));

  it.each([['her document cannot be read', { [bob]: '- {' }], ['the list cannot be read', { ...gone, [list]: '- {' }], ['she is retired and stays', { [bob]: `${base[bob]}state: retired\n` }]])(
    'is none when %s', (_, after) => expect(said({}, after)).toEqual([]));
});

describe('a uid', () => {
  const other = { [bob]: (base[bob] ?? '').replace('uid: 10002', 'uid: 10042') };

  it('that becomes another is a problem where it stands, with the one it was and what would let it pass', () => {
    expect(said({}, other)).toEqual([
      "desired-state/members/bob/member.yaml:2:6: cannot change bob's uid from 10002 to 10042: it never changes, and her files on every host stay those of 10002 – uid: 10002; if it must be, into coop/allowances.yaml: - { guard: uid, object: \"member:bob\", count: 1, reason: say why, from: 2023-11-14, until: 2023-11-28 } [member/uid-changed]",
    ]);
  });

  it.each([
    ['that is allowed', allowing('uid'), 0], ['that was allowed until yesterday', allowing('uid', '2023-11-13'), 1], ['that is allowed to another', allowing('uid', '2023-11-30', 'member:ada'), 1],
    ['of whom something else is allowed', allowing('former-member'), 1],
  ])('%s: %#', (_, more, problems) => expect(said({}, { ...other, ...more })).toHaveLength(problems));
});

describe('a line of the list', () => {
  it('that is struck out is a problem, and one that is put elsewhere in it is none', () => {
    expect(said({}, { [list]: 'members: []\n' })).toEqual([
      'desired-state/coop/retired.yaml:1:10: cannot strike leo out here: names and uids are never used twice, and nothing else says that they were – put - { name: leo, uid: 10009, left: … } back [retired/taken-away]',
    ]);
    expect(said({ ...gone, ...listed }, { ...gone, [list]: `members:\n${entry}${leo}` })).toEqual([]);
  });

  it('that goes as its member comes back is a problem until an admin says that it is the same person', () => {
    const [back] = said({ ...gone, ...listed }, {});
    expect(back).toMatch(/^desired-state\/members\/bob\/member\.yaml:2:6: cannot tell whether bob is who left: .*\{ guard: former-member, object: "member:bob", .*\[member\/returns\]$/);
    expect(said({ ...gone, ...listed }, allowing('former-member'))).toEqual([]);
  });

  it('that goes while its member was there all the time is none', () => {
    const retired = { [bob]: `${base[bob]}state: retired\n` };
    expect(said({ ...retired, ...listed }, retired)).toEqual([]);
  });
});

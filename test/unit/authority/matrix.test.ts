/** What comes of each change, by who signed it. The cases are in matrix/, by what they are about. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../../reconciler/authority/judge.ts';
import type { Verdict } from '../../../reconciler/model/authority.ts';
import { ownYaml, type Allowed, type Denied } from './matrix/case.ts';
import { coop } from './matrix/coop.ts';
import { fields } from './matrix/fields.ts';
import { mail, mails, ofMail } from './matrix/mail.ts';
import { odds } from './matrix/odd.ts';
import { off } from './matrix/off.ts';
import { own } from './matrix/own.ts';
import { people } from './matrix/people.ts';
import { quorum } from './matrix/quorum.ts';
import { unsigned } from './matrix/signed.ts';
import { takes } from './matrix/takeovers.ts';
import { sets } from './matrix/together.ts';
import { commit, context, propose, rules } from './proposals.ts';

function check(verdicts: readonly Verdict[], expected: Allowed | Denied, first: string): void {
  const verdict = verdicts.find(({ path }) => path === (expected.path ?? first));
  expect(verdict).toMatchObject({ risk: expected.risk, allowed: !('code' in expected) });
  if (expected.reason !== undefined) expect(verdict?.reasons).toContain(expected.reason);
  if (!('code' in expected)) return expect(verdict?.problems).toEqual([]);
  expect(verdict?.problems[0]?.code).toBe(expected.code);
  expect(verdict?.problems[0]?.message).toContain(expected.says);
  expect(verdict?.approvers).toEqual({ needed: expected.needed ?? 1, of: expected.of });
  if (expected.line !== undefined) expect(verdict?.problems[0]?.source.line).toBe(expected.line);
  expect(verdict?.problems[0]?.hint ?? '').toContain(expected.hint ?? '');
}

describe.each([
  ['what is one\'s own', own], ['who signed', unsigned], ['fields kept for admins', fields], ['people', people], ['how many admins', quorum], ['the co-op', coop],
  ['mail', mails], ['what nobody may bring', odds], ['what hangs together', sets], ['takeovers', takes], ['trust off', off],
] as const)('%s', (_, cases) => {
  it.each(cases)('$name', ({ proposed, rules: other, expected }) => {
    const verdicts = judge(proposed.map(propose), { ...context, rules: other ?? rules });
    expect(verdicts.map(({ path }) => path)).toEqual(proposed.map(({ path }) => path).toSorted());
    for (const each of expected) check(verdicts, each, proposed[0]?.path ?? '');
    for (const problem of verdicts.flatMap(({ problems }) => problems)) {
      expect(problem.message).toMatch(/^cannot /);
      expect(`${problem.message}${problem.hint ?? ''}${problem.source.file}`).toMatch(/^[ -~]*$/);
    }
  });
});

it('tells some of very many reasons', () => {
  const aliases = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`n${index}`, ['me@elsewhere.example']]));
  const [verdict] = judge([propose(ofMail({ ...mail, aliases }))], context);
  expect(verdict?.reasons).toHaveLength(21);
  expect(verdict?.reasons.at(-1)).toBe('and 480 more like these');
});

it('names the commit to approve', () => {
  const [verdict] = judge([propose(ownYaml({ limits: 'heavy' }))], context);
  expect(verdict?.problems[0]?.hint).toContain(`Approves: ${commit}`);
});

it('has a problem for every refusal, and none for what is allowed', () => {
  const cases = [own, unsigned, fields, people, quorum, coop, mails, odds, sets, takes].flat();
  for (const { proposed, rules: other } of cases) {
    for (const { allowed, problems } of judge(proposed.map(propose), { ...context, rules: other ?? rules })) expect(problems.length > 0).toBe(!allowed);
  }
});

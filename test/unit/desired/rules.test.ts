/** Each rule: what it finds, at exactly which place, and that it does not see it in what is right. The cases are in rules/, by what they are about. */
import { describe, expect, test } from 'vitest';
import { check } from '../../../reconciler/desired/check.ts';
import { rules } from '../../../reconciler/desired/rules/index.ts';
import { formatProblem } from '../../../reconciler/model/problem.ts';
import { snapshot, brief } from './coop.ts';
import { bob, blog, zone, mailboxes } from './rules/case.ts';
import { ofHosts } from './rules/hosts.ts';
import { ofLimits } from './rules/limits.ts';
import { ofMail } from './rules/mail.ts';
import { ofMembers } from './rules/members.ts';
import { ofSites } from './rules/sites.ts';
import { ofZones } from './rules/zones.ts';

const cases = [...ofMembers, ...ofHosts, ...ofSites, ...ofLimits, ...ofZones, ...ofMail];

test('the base co-op has no problems', () => {
  expect(check(snapshot()).problems.map(formatProblem)).toEqual([]);
});

test('thousands of aliases that lead nowhere are all told, with a hint for some', () => {
  const lost = Array.from({ length: 1500 }, (_, index) => `  abcdefghij${index}: [abcdefghijz${index}]\n`).join('');
  const { problems } = check(snapshot(mailboxes(`aliases:\n${lost}`)));
  const unknown = problems.filter((problem) => problem.code === 'mail/unknown-target');
  expect([unknown.length, unknown.filter(({ hint }) => hint !== undefined).length]).toEqual([1500, 20]);
});

describe.each(cases)('$code at $at', ({ code, at, says, files, twin }) => {
  test('is found, at exactly that place', () => {
    const { problems } = check(snapshot(files));
    expect(problems.map(brief)).toContain(`${at} ${code}`);
    expect(problems.map(formatProblem).filter((line) => line.includes(code)).join('\n')).toContain(says ?? 'cannot');
    expect(problems.every(({ message }) => message.startsWith('cannot '))).toBe(true);
  });

  test('is not seen in what is right', () => {
    expect(check(snapshot(twin)).problems.map(formatProblem)).toEqual([]);
  });
});

test('every rule is a sentence of its own', () => {
  expect(rules.size).toBeGreaterThan(25);
});

test('everything that is wrong is said at once, in the order of places', () => {
  const { problems } = check(snapshot({
    [blog]: 'static: {rot: a}\nhttps: on\n', [zone]: 'records:\n  - {name: a, type: A, address: 192.0.2.300}\n',
    [bob]: 'uid: 0750\n', 'members/erin/vhosts/x.ada.example.yaml': 'static: {root: a}\n',
  }));
  expect(problems.map(brief)).toEqual([
    'members/ada/vhosts/blog.ada.example.yaml:1:10 schema/unknown-field', 'members/ada/vhosts/blog.ada.example.yaml:2:8 schema/unknown-choice',
    'members/ada/zones/ada.example.yaml:2:33 schema/wrong-form', 'members/bob/member.yaml:1:6 yaml/number',
    'members/erin/vhosts/x.ada.example.yaml:1:1 vhost/foreign-domain',
  ]);
});

test('an owner with problems is left out, and nobody else is touched', () => {
  const good = check(snapshot()).value;
  const { value } = check(snapshot({ [blog]: 'static: 1\n' }));
  expect(value?.members.map(({ name }) => name)).toEqual(['bob', 'carol', 'dana', 'erin']);
  expect(value?.vhosts).toEqual(good?.vhosts.filter(({ owner }) => owner !== 'member:ada'));
  expect(value?.zones.map(({ name }) => name)).toEqual(['fairmeadow.example']);
});

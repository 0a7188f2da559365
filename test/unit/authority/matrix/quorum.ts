/** How many admins it takes. */
import { person, revoked, rules, rulesOf } from '../proposals.ts';
import { admins, bob, byBoth, type Case } from './case.ts';

export const quorum: readonly Case[] = [
  { name: 'red without any admin', proposed: [{ path: 'limits/small.yaml', before: { tasks: 64 }, after: { tasks: 65 }, by: ['ada'] }], expected: [{ risk: 'red', reason: 'tasks: 64 becomes 65', code: 'authority/needs-admins', says: 'it takes 2 admins', ...byBoth, line: 1 }] },
  { name: 'red with one admin of two', proposed: [{ path: 'limits/small.yaml', before: { tasks: 64 }, after: { tasks: 65 }, by: ['judy'] }], expected: [{ risk: 'red', code: 'authority/needs-admins', says: 'only judy signed', ...byBoth, hint: '1 of 2 admins has signed: dana can approve it' }] },
  { name: 'red with one admin who signed twice', proposed: [{ path: 'limits/small.yaml', before: { tasks: 64 }, after: { tasks: 65 }, by: ['judy', 'judy'] }], expected: [{ risk: 'red', code: 'authority/needs-admins', says: 'only judy signed', ...byBoth }] },
  { name: 'red with both admins', proposed: [{ path: 'limits/small.yaml', before: { tasks: 64 }, after: { tasks: 65 }, by: admins }], expected: [{ risk: 'red' }] },
  { name: 'red where one admin is all there is', rules: rulesOf([person('dana')]), proposed: [{ path: 'limits/small.yaml', before: {}, after: { tasks: 65 }, by: ['dana'] }], expected: [{ risk: 'red' }] },
  { name: 'red where one signature is asked for', rules: rulesOf([person('dana'), person('judy')], 1), proposed: [{ path: 'limits/small.yaml', before: {}, after: { tasks: 65 }, by: ['dana'] }], expected: [{ risk: 'red' }] },
  { name: 'red where no number can be met', rules: rulesOf([person('dana'), person('judy')], 9), proposed: [{ path: 'limits/small.yaml', before: {}, after: { tasks: 65 }, by: admins }], expected: [{ risk: 'red' }] },
  { name: 'two of three admins', rules: rulesOf([person('dana'), person('judy'), person('kim')]), proposed: [{ path: 'limits/small.yaml', before: {}, after: { tasks: 65 }, by: [] }], expected: [{ risk: 'red', code: 'authority/unsigned', says: 'not signed', of: ['dana', 'judy', 'kim'], needed: 2, hint: 'as 2 of dana, judy and kim' }] },
  { name: 'the other admin is suspended: her word does not count, and nobody waits for it', rules: rulesOf([person('dana'), person('judy', { active: false })]), proposed: [{ path: 'limits/small.yaml', before: {}, after: { tasks: 65 }, by: ['dana', 'judy'] }], expected: [{ risk: 'red' }] },
  { name: 'a suspended admin alone', rules: rulesOf([person('dana'), person('judy', { active: false })]), proposed: [{ path: 'limits/small.yaml', before: {}, after: { tasks: 65 }, by: ['judy'] }], expected: [{ risk: 'red', code: 'authority/not-active', says: 'judy', of: ['dana'], needed: 1 }] },
  { name: 'the other admin has no key', rules: rulesOf([person('dana'), person('judy', { keys: [] })]), proposed: [{ path: 'limits/small.yaml', before: {}, after: { tasks: 65 }, by: ['dana'] }], expected: [{ risk: 'red' }] },
  { name: 'the other admin\'s only key was stolen, and dana gives her a new one', rules: rulesOf([person('dana'), person('judy', { keys: [revoked] })]), proposed: [{ path: 'members/judy/member.yaml', before: bob, after: { ...bob, 'signing-keys': ['ssh-ed25519 new'] }, by: ['dana'] }], expected: [{ risk: 'red' }] },
  { name: 'an admin of whom there is no member', rules: { ...rules, admins: new Set(['dana', 'mallory']) }, proposed: [{ path: 'limits/small.yaml', before: {}, after: { tasks: 65 }, by: ['mallory'] }], expected: [{ risk: 'red', code: 'authority/not-active', says: 'mallory', of: ['dana'], needed: 1 }] },
  { name: 'nobody could ever approve', rules: rulesOf([person('dana', { keys: [] })]), proposed: [{ path: 'limits/small.yaml', before: {}, after: { tasks: 65 }, by: ['ada'] }], expected: [{ risk: 'red', code: 'authority/needs-admin', says: 'it takes an admin', of: [], needed: 1, hint: 'no active admin has a signing key' }] },
];

/** Fields of a member.yaml that are kept for admins. */
import { ada, adaYaml, bob, byAdmin, byBoth, ownYaml, type Case } from './case.ts';

export const fields: readonly Case[] = [
  { name: 'ada takes herself another limits class', proposed: [ownYaml({ limits: 'heavy' })], expected: [{ risk: 'red', reason: 'limits: regular becomes heavy', code: 'authority/admin-field', says: 'cannot change `limits` (limits: regular becomes heavy): it takes 2 admins', ...byBoth, line: 3, hint: 'dana and judy can approve it: git commit' }] },
  { name: 'an admin alone gives ada another limits class', proposed: [ownYaml({ limits: 'heavy' }, ['dana'])], expected: [{ risk: 'red', code: 'authority/needs-admins', says: 'only dana signed', ...byBoth, line: 3, hint: '1 of 2 admins has signed: judy can approve it' }] },
  { name: 'both admins give ada another limits class', proposed: [ownYaml({ limits: 'heavy' }, ['dana', 'judy'])], expected: [{ risk: 'red', reason: 'limits: regular becomes heavy' }] },
  { name: 'ada and one admin do not make two admins', proposed: [ownYaml({ limits: 'heavy' }, ['ada', 'dana'])], expected: [{ risk: 'red', code: 'authority/needs-admins', says: 'it takes 2 admins', ...byBoth }] },
  { name: 'ada invents a limit in her own file', proposed: [{ path: adaYaml, before: ada, after: 'unreadable', by: ['ada'] }], expected: [{ risk: 'red', code: 'yaml/syntax', says: 'cannot read', of: [], needed: 0, line: 3 }] },
  { name: 'ada gives herself a key to sign with', proposed: [ownYaml({ 'signing-keys': ['ssh-ed25519 one', 'ssh-ed25519 two'] })], expected: [{ risk: 'red', reason: 'signing-keys: +ssh-ed25519 two', code: 'authority/admin-field', says: '`signing-keys`', ...byBoth, line: 7 }] },
  { name: 'ada takes away her only key', proposed: [ownYaml({ 'signing-keys': [] })], expected: [{ risk: 'red', reason: 'signing-keys: -ssh-ed25519 one', code: 'authority/admin-field', says: '`signing-keys`', ...byBoth }] },
  { name: 'ada takes another uid', proposed: [ownYaml({ uid: 10009 })], expected: [{ risk: 'red', code: 'authority/admin-field', says: 'uid: 10001 becomes 10009', ...byBoth, line: 2 }] },
  { name: 'ada gives herself a domain', proposed: [ownYaml({ domains: ['ada.example', 'lovelace.example', 'bank.example'] })], expected: [{ risk: 'amber', reason: 'domains: +bank.example', code: 'authority/admin-field', says: 'it takes an admin', ...byAdmin, line: 5, hint: 'dana or judy can approve it' }] },
  { name: 'an admin gives ada a domain', proposed: [ownYaml({ domains: ['ada.example', 'lovelace.example', 'bank.example'] }, ['judy'])], expected: [{ risk: 'amber', reason: 'domains: +bank.example' }] },
  { name: 'ada swaps one domain for another', proposed: [ownYaml({ domains: ['ada.example', 'bank.example'] })], expected: [{ risk: 'amber', reason: 'domains: +bank.example -lovelace.example', code: 'authority/admin-field', says: 'domains', ...byAdmin }] },
  { name: 'ada takes two ports more', proposed: [ownYaml({ ports: [20001, 20002, 20003, 20004] })], expected: [{ risk: 'amber', reason: 'ports: +20003 +20004', code: 'authority/admin-field', says: 'ports', ...byAdmin }] },
  { name: 'an admin suspends ada', proposed: [ownYaml({ state: 'suspended' }, ['dana'])], expected: [{ risk: 'amber', reason: 'state: active becomes suspended' }] },
  { name: 'an admin alone retires ada', proposed: [ownYaml({ state: 'retired' }, ['dana'])], expected: [{ risk: 'red', code: 'authority/needs-admins', says: 'state: active becomes retired', ...byBoth, line: 8 }] },
  { name: 'an admin alone brings back a retired member', proposed: [{ path: adaYaml, before: { ...ada, state: 'retired' }, after: ada, by: ['dana'] }], expected: [{ risk: 'red', code: 'authority/needs-admins', says: 'retired becomes active', ...byBoth, line: 8 }] },
  { name: 'carol, suspended, lifts it herself', proposed: [{ path: 'members/carol/member.yaml', before: { ...ada, state: 'suspended' }, after: ada, by: ['carol'] }], expected: [{ risk: 'amber', code: 'authority/not-active', says: 'not active', ...byAdmin }] },
  { name: 'dana, an admin, raises her own limits', proposed: [{ path: 'members/dana/member.yaml', before: bob, after: { ...bob, limits: 'heavy' }, by: ['dana'] }], expected: [{ risk: 'red', code: 'authority/needs-admins', says: 'only dana signed', ...byBoth }] },
  { name: 'dana, an admin, gives herself a domain', proposed: [{ path: 'members/dana/member.yaml', before: bob, after: { ...bob, domains: [] }, by: ['dana'] }], expected: [{ risk: 'amber', reason: 'domains: -bob.example' }] },
  { name: 'ada changes two things that are not hers to change', proposed: [ownYaml({ uid: 1, domains: [] })], expected: [{ risk: 'red', code: 'authority/admin-field', says: '`domains`', ...byBoth }] },
  { name: 'ada mends a member.yaml that could not be read', proposed: [{ path: adaYaml, before: 'unreadable', after: ada, by: ['ada'] }], expected: [{ risk: 'red', code: 'authority/needs-admins', says: 'could not be read', ...byBoth }] },
];

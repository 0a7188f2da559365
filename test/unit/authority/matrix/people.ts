/** Members who come and go. */
import type { Fields } from '../proposals.ts';
import { ada, adaYaml, admins, blog, bob, bobYaml, byBoth, green, site, type Case } from './case.ts';

const unsayable: Fields = JSON.parse('{"__proto__": {"uid": 1}, "constructor": "x"}');

export const people: readonly Case[] = [
  { name: 'an admin alone takes in a new member', proposed: [{ path: 'members/erin/member.yaml', after: bob, by: ['dana'] }], expected: [{ risk: 'red', reason: 'people: erin becomes a member', code: 'authority/needs-admins', says: 'erin becomes a member', ...byBoth }] },
  { name: 'both admins take in a new member', proposed: [{ path: 'members/erin/member.yaml', after: bob, by: admins }, { path: 'members/erin/vhosts/erin.example.yaml', after: site, by: admins }], expected: [{ risk: 'red' }, { path: 'members/erin/vhosts/erin.example.yaml', risk: 'red', reason: 'people: there is no member erin' }] },
  { name: 'erin takes herself in', proposed: [{ path: 'members/erin/member.yaml', after: bob, doubts: ['nobody in the co-op has the key SHA256:erin that signed it'] }], expected: [{ risk: 'red', code: 'authority/unknown-key', says: 'SHA256:erin', ...byBoth }] },
  { name: 'bob takes erin in', proposed: [{ path: 'members/erin/member.yaml', after: bob, by: ['bob'] }], expected: [{ risk: 'red', code: 'authority/foreign', says: 'it is erin\'s', ...byBoth }] },
  { name: 'a note where no member is', proposed: [{ path: 'members/erin/README.md', after: {}, by: ['dana'] }], expected: [{ risk: 'red', code: 'authority/needs-admins', says: 'there is no member erin', ...byBoth }] },
  { name: 'a member whose name every object has', proposed: [{ path: 'members/constructor/member.yaml', after: bob, by: ['constructor'] }], expected: [{ risk: 'red', code: 'authority/not-active', says: 'constructor', ...byBoth }] },
  { name: 'a member called __proto__', proposed: [{ path: 'members/__proto__/README.md', after: {}, by: ['__proto__'] }], expected: [{ risk: 'red', code: 'authority/not-active', says: '__proto__', ...byBoth }] },
  { name: 'fields that every object has are fields like others', proposed: [{ path: adaYaml, before: ada, after: { ...ada, ...unsayable }, by: ['ada'] }], expected: [green] },
  { name: 'an admin alone removes ada', proposed: [{ path: adaYaml, before: ada, by: ['dana'] }, { path: blog, before: site, by: ['dana'] }], expected: [
    { risk: 'red', reason: 'data loss: ada goes away', code: 'authority/needs-admins', says: 'data loss', ...byBoth },
    { path: blog, risk: 'red', code: 'authority/together', says: `${adaYaml} is refused`, ...byBoth },
  ] },
  { name: 'ada removes herself', proposed: [{ path: adaYaml, before: ada, by: ['ada'] }], expected: [{ risk: 'red', code: 'authority/needs-admins', says: 'data loss', ...byBoth }] },
  { name: 'an uid is swapped between two members', proposed: [{ path: adaYaml, before: ada, after: { ...ada, uid: 10002 }, by: ['dana'] }, { path: bobYaml, before: bob, after: { ...bob, uid: 10001 }, by: ['dana'] }], expected: [
    { risk: 'red', reason: 'takes over uid 10002, which bob gives up', code: 'authority/needs-admins', says: 'uid', ...byBoth },
    { path: bobYaml, risk: 'red', reason: 'takes over uid 10001, which ada gives up', code: 'authority/needs-admins', says: 'uid', ...byBoth },
  ] },
];

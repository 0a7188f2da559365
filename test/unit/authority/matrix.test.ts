import { describe, expect, it } from 'vitest';
import { judge } from '../../../reconciler/authority/judge.ts';
import type { Risk, Rules, Verdict } from '../../../reconciler/model/authority.ts';
import { commit, context, person, propose, revoked, rules, rulesOf, type Draft, type Fields, type Side } from './proposals.ts';

interface Allowed {
  readonly path?: string;
  readonly risk: Risk;
  readonly reason?: string;
}

interface Denied extends Allowed {
  readonly code: string;
  /** A part of the message. */
  readonly says: string;
  readonly of: readonly string[];
  readonly needed?: number;
  readonly line?: number;
  /** A part of the hint. */
  readonly hint?: string;
}

interface Case {
  readonly name: string;
  readonly proposed: readonly Draft[];
  readonly rules?: Rules;
  /** Of the first path, or of those that are named. */
  readonly expected: readonly (Allowed | Denied)[];
}

const green: Allowed = { risk: 'green' };
const admins = ['dana', 'judy'];
const byAdmin = { of: admins, needed: 1 };
const byBoth = { of: admins, needed: 2 };

const ada: Fields = { name: 'Ada', uid: 10001, limits: 'regular', email: 'ada@elsewhere.example', domains: ['ada.example', 'lovelace.example'], ports: [20001, 20002], 'signing-keys': ['ssh-ed25519 one'] };
const bob: Fields = { name: 'Bob', uid: 10002, limits: 'small', email: 'bob@elsewhere.example', domains: ['bob.example'] };
const cluster: Fields = { name: 'Fairmeadow', domain: 'fairmeadow.example', admins: ['dana', 'judy'], trust: { approvals: 2 } };
const site: Fields = { static: { root: 'sites/blog' }, aliases: ['www.ada.example'] };
const mail: Fields = { mailboxes: { ada: { password: 'x' }, info: { password: 'x' } }, aliases: { board: ['ada', 'old@elsewhere.example'] } };
const coopZone: Fields = { records: [{ name: 'gateway', type: 'A', address: '192.0.2.1' }, { name: 'lab', type: 'NS', target: 'ns.elsewhere.example.' }] };
const blog = 'members/ada/vhosts/blog.ada.example.yaml';
const shop = 'members/ada/vhosts/shop.ada.example.yaml';
const adaYaml = 'members/ada/member.yaml';
const bobYaml = 'members/bob/member.yaml';
const adaMail = 'members/ada/mailboxes/ada.example.yaml';
const zone = 'coop/zones/fairmeadow.example.yaml';

/** A change of ada's member.yaml, signed as said. */
function ownYaml(after: { readonly [field: string]: unknown }, by: readonly string[] = ['ada']): Draft {
  return { path: adaYaml, before: ada, after: { ...ada, ...after }, by };
}

const own: readonly Case[] = [
  { name: 'ada edits her site', proposed: [{ path: blog, before: site, after: { static: { root: 'sites/new' } }, by: ['ada'] }], expected: [green] },
  { name: 'ada adds a site', proposed: [{ path: shop, after: site, by: ['ada'] }], expected: [green] },
  { name: 'ada removes a site', proposed: [{ path: blog, before: site, by: ['ada'] }], expected: [green] },
  { name: 'a desired state in another place of the repository has its own members', proposed: [{ path: `desired-state/${shop}`, after: site, by: admins }], expected: [{ risk: 'red', reason: 'people: there is no member ada' }] },
  { name: 'ada renames a site: the old path goes and the new one comes', proposed: [{ path: blog, before: site, by: ['ada'] }, { path: shop, after: site, by: ['ada'] }], expected: [{ ...green, path: blog }, { ...green, path: shop }] },
  { name: 'ada edits her zone, with a name server of her own choice', proposed: [{ path: 'members/ada/zones/ada.example.yaml', before: { records: [] }, after: { records: [{ name: 'lab', type: 'NS', target: 'ns.elsewhere.example.' }] }, by: ['ada'] }], expected: [green] },
  { name: 'ada writes a note', proposed: [{ path: 'members/ada/README.md', after: {}, by: ['ada'] }], expected: [green] },
  { name: 'ada changes her shell and her keys for logging in', proposed: [ownYaml({ shell: 'zsh', 'ssh-keys': ['ssh-ed25519 two'] })], expected: [green] },
  { name: 'ada writes what holds anyway into her member.yaml', proposed: [ownYaml({ state: 'active', 'ssh-keys': [], delegates: [] })], expected: [green] },
  { name: 'ada sorts her domains and ports otherwise', proposed: [ownYaml({ domains: ['lovelace.example', 'ada.example'], ports: [20002, 20001] })], expected: [green] },
  { name: 'ada writes comments into her member.yaml and orders its fields otherwise', proposed: [{ path: adaYaml, before: ada, after: Object.fromEntries(Object.entries(ada).toReversed()), by: ['ada'] }], expected: [green] },
  { name: 'an admin edits a site for ada', proposed: [{ path: blog, before: site, after: {}, by: ['dana'] }], expected: [green] },
  { name: 'bob signs beside ada', proposed: [{ path: blog, before: site, after: {}, by: ['ada', 'bob'] }], expected: [green] },
  { name: 'dana, an admin, edits a site of her own', proposed: [{ path: 'members/dana/vhosts/dana.example.yaml', after: site, by: ['dana'] }], expected: [green] },
  { name: 'ada clears away a file that declares nothing', proposed: [{ path: 'members/ada/stray.yml', before: 'unreadable', by: ['ada'] }], expected: [green] },
];

const foreign = { risk: 'green', code: 'authority/foreign', of: ['ada', ...admins] } as const;

const unsigned: readonly Case[] = [
  { name: 'nobody signed', proposed: [{ path: blog, before: site, after: {} }], expected: [{ ...foreign, code: 'authority/unsigned', says: `cannot take ${blog}: it is not signed`, hint: 'sign it: git commit --amend -S --no-edit (git config gpg.format ssh;' }] },
  { name: 'a signature without any doubt said', proposed: [{ path: blog, before: site, after: {}, doubts: [] }], expected: [{ ...foreign, code: 'authority/unsigned', says: 'it is not signed', hint: 'as ada, dana or judy' }] },
  { name: 'somebody unknown signed', proposed: [{ path: blog, before: site, after: {}, doubts: ['nobody in the co-op has the key SHA256:abc that signed it'] }], expected: [{ ...foreign, code: 'authority/unknown-key', says: 'SHA256:abc' }] },
  { name: 'the signature is broken', proposed: [{ path: blog, before: site, after: {}, doubts: ['its signature does not count: it is of other bytes'] }], expected: [{ ...foreign, code: 'authority/bad-signature', says: 'of other bytes' }] },
  { name: 'bob edits what is ada\'s', proposed: [{ path: blog, before: site, after: {}, by: ['bob'] }], expected: [{ ...foreign, says: `cannot change ${blog}: it is ada's, and bob may change only what is their own`, hint: 'ada, dana or judy can approve it: git commit --allow-empty -S -m "approve" --trailer "Approves: 5c0ffee' }] },
  { name: 'bob removes what is ada\'s', proposed: [{ path: blog, before: site, by: ['bob'] }], expected: [{ ...foreign, says: `cannot remove ${blog}` }] },
  { name: 'bob adds to what is ada\'s', proposed: [{ path: shop, after: site, by: ['bob'] }], expected: [{ ...foreign, says: `cannot add ${shop}` }] },
  { name: 'bob calls himself the owner inside ada\'s file', proposed: [{ path: blog, before: site, after: { ...site, owner: 'bob' }, by: ['bob'] }], expected: [{ ...foreign, says: 'it is ada\'s' }] },
  { name: 'bob puts his name into ada\'s member.yaml', proposed: [{ path: adaYaml, before: ada, after: { ...ada, name: 'Bob' }, by: ['bob'] }], expected: [{ ...foreign, says: 'it is ada\'s' }] },
  { name: 'bob moves ada\'s site to himself', proposed: [{ path: blog, before: site, by: ['bob'] }, { path: 'members/bob/vhosts/blog.ada.example.yaml', after: site, by: ['bob'] }], expected: [
    { ...foreign, path: blog, says: 'it is ada\'s' },
    { path: 'members/bob/vhosts/blog.ada.example.yaml', risk: 'amber', code: 'authority/takeover', says: 'takes over blog.ada.example, which ada gives up', ...byAdmin },
  ] },
  { name: 'carol, suspended, signs for herself', proposed: [{ path: 'members/carol/README.md', after: {}, by: ['carol'] }], expected: [{ risk: 'green', code: 'authority/not-active', says: 'who signed it is not active (carol)', of: admins }] },
  { name: 'an admin speaks for carol, who is suspended', proposed: [{ path: 'members/carol/README.md', after: {}, by: ['judy'] }], expected: [green] },
];

const fields: readonly Case[] = [
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

const unsayable: Fields = JSON.parse('{"__proto__": {"uid": 1}, "constructor": "x"}');

const people: readonly Case[] = [
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

const quorum: readonly Case[] = [
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

/** A change of cluster.yaml. */
function ofCluster(after: { readonly [field: string]: unknown }, by: readonly string[]): Draft {
  return { path: 'cluster.yaml', before: cluster, after: { ...cluster, ...after }, by };
}

const redByBoth = { risk: 'red', code: 'authority/needs-admins', ...byBoth } as const;

const coop: readonly Case[] = [
  { name: 'ada makes herself an admin', proposed: [ofCluster({ admins: ['ada', 'dana', 'judy'] }, ['ada'])], expected: [{ ...redByBoth, says: 'admins: +ada', line: 3 }] },
  { name: 'an admin alone makes somebody an admin', proposed: [ofCluster({ admins: ['ada', 'dana', 'judy'] }, ['dana'])], expected: [{ ...redByBoth, says: 'admins: +ada' }] },
  { name: 'an admin alone lowers how many must approve', proposed: [ofCluster({ trust: { approvals: 1 } }, ['dana'])], expected: [{ ...redByBoth, says: 'trust: approvals: 2 becomes 1' }] },
  { name: 'an admin alone switches trust off', proposed: [{ path: 'cluster.yaml', before: cluster, after: { ...cluster, trust: undefined }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'trust: SWITCHED OFF: from then on whoever can push is believed' }] },
  { name: 'an admin alone adds a merge key', proposed: [ofCluster({ trust: { approvals: 2, 'merge-keys': ['ssh-ed25519 forge'] } }, ['dana'])], expected: [{ ...redByBoth, says: 'trust: merge-keys: +ssh-ed25519 forge' }] },
  { name: 'both admins change the co-op', proposed: [ofCluster({ name: 'Fairhill' }, admins)], expected: [{ risk: 'red', reason: 'name: Fairmeadow becomes Fairhill' }] },
  { name: 'an admin writes a comment into cluster.yaml', proposed: [ofCluster({}, ['dana'])], expected: [{ risk: 'amber', reason: 'cluster: says the same in other words' }] },
  { name: 'an admin lists the admins in another order', proposed: [ofCluster({ admins: ['judy', 'dana'] }, ['dana'])], expected: [{ risk: 'amber' }] },
  { name: 'ada writes a comment into cluster.yaml', proposed: [ofCluster({}, ['ada'])], expected: [{ risk: 'amber', code: 'authority/needs-admin', says: 'in other words', ...byAdmin }] },
  { name: 'an admin alone removes cluster.yaml', proposed: [{ path: 'cluster.yaml', before: cluster, by: ['dana'] }], expected: [{ ...redByBoth, says: 'removed' }] },
  { name: 'ada makes a limits class', proposed: [{ path: 'limits/ada.yaml', after: { tasks: 4096 }, by: ['ada'] }], expected: [{ ...redByBoth, says: 'limits ada: new' }] },
  { name: 'an admin alone adds a host', proposed: [{ path: 'hosts/extra.yaml', after: { debian: 13 }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'host extra: new' }] },
  { name: 'an admin alone forgets who left', proposed: [{ path: 'coop/retired.yaml', before: { members: [{ name: 'leo' }] }, after: { members: [] }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'members: -(name leo)' }] },
  { name: 'an admin edits a site of the co-op', proposed: [{ path: 'coop/vhosts/www.fairmeadow.example.yaml', before: site, after: {}, by: ['dana'] }], expected: [{ risk: 'amber', reason: 'vhost of the co-op' }] },
  { name: 'ada edits a site of the co-op', proposed: [{ path: 'coop/vhosts/www.fairmeadow.example.yaml', before: site, after: {}, by: ['ada'] }], expected: [{ risk: 'amber', code: 'authority/needs-admin', says: 'vhost of the co-op', ...byAdmin }] },
  { name: 'an admin changes an address in the co-op\'s zone', proposed: [{ path: zone, before: coopZone, after: { records: [...coopZone['records'] as readonly object[], { name: 'new', type: 'A', address: '192.0.2.9' }] }, by: ['dana'] }], expected: [{ risk: 'amber', reason: 'zone of the co-op' }] },
  { name: 'an admin alone hands a part of the co-op\'s zone to other name servers', proposed: [{ path: zone, before: coopZone, after: { records: [...coopZone['records'] as readonly object[], { name: 'member1', type: 'NS', target: 'ns.evil.example.' }] }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'shared zone: NS of member1', line: 1 }] },
  { name: 'an admin alone takes a delegation away', proposed: [{ path: zone, before: coopZone, after: { records: [] }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'shared zone: NS of lab' }] },
  { name: 'an admin alone changes a DS record', proposed: [{ path: zone, before: { records: [{ name: 'lab', type: 'DS', digest: 'aa' }] }, after: { records: [{ name: 'lab', type: 'DS', digest: 'bb' }] }, by: ['dana'] }], expected: [{ ...redByBoth, reason: 'shared zone: DS of lab', says: 'DS' }] },
  { name: 'an admin alone adds a DNAME', proposed: [{ path: zone, before: {}, after: { records: [{ name: 'lab', type: 'dname', target: 'evil.example.' }] }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'DNAME of lab' }] },
  { name: 'an admin sorts the records of the co-op\'s zone', proposed: [{ path: zone, before: coopZone, after: { records: (coopZone['records'] as readonly object[]).toReversed() }, by: ['dana'] }], expected: [{ risk: 'amber' }] },
  { name: 'an admin alone removes the co-op\'s zone', proposed: [{ path: zone, before: coopZone, by: ['dana'] }], expected: [{ ...redByBoth, says: 'goes away' }] },
  { name: 'an admin edits the README', proposed: [{ path: 'README.md', before: {}, after: {}, by: ['dana'], is: 'note' }], expected: [{ risk: 'amber', reason: 'a note of the co-op' }] },
  ...['schemas/member.schema.json', '.github/workflows/check.yml', 'CODEOWNERS', 'package.json', 'hooks/pre-receive', 'croft.config.ts'].flatMap((path): readonly Case[] => [
    { name: `an admin alone changes ${path}`, proposed: [{ path, before: {}, after: {}, by: ['dana'], is: 'other' }], expected: [{ ...redByBoth, says: '(code)' }] },
    { name: `ada changes ${path}`, proposed: [{ path, before: {}, after: {}, by: ['ada'], is: 'other' }], expected: [{ ...redByBoth, says: '(code)' }] },
  ]),
  { name: 'both admins make a hook executable', proposed: [{ path: 'hooks/pre-receive', before: {}, after: {}, by: admins, is: 'other', mode: '100755' }], expected: [{ risk: 'red', reason: 'code' }] },
  { name: 'ada puts a script beside her sites', proposed: [{ path: 'members/ada/run.sh', after: {}, by: ['ada'], is: 'other' }], expected: [{ ...redByBoth, says: '(code)' }] },
  { name: 'a document of a kind that no schema describes', proposed: [{ path: 'coop/lists.yaml', after: { a: 1 }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'no schema describes it' }] },
];

/** A change of ada's mail. */
function ofMail(after: Side, by: readonly string[] = ['ada']): Draft {
  return { path: adaMail, before: mail, after, by };
}

const amberByAdmin = { risk: 'amber', code: 'authority/needs-admin', ...byAdmin } as const;

const mails: readonly Case[] = [
  { name: 'ada adds a mailbox', proposed: [ofMail({ ...mail, mailboxes: { ...mail['mailboxes'] as object, new: {} } })], expected: [green] },
  { name: 'ada changes a password', proposed: [ofMail({ ...mail, mailboxes: { ...mail['mailboxes'] as object, ada: { password: 'y' } } })], expected: [green] },
  { name: 'ada forwards to bob, inside the co-op', proposed: [ofMail({ ...mail, aliases: { ...mail['aliases'] as object, pair: ['ada', 'bob@bob.example', 'info@ada.example'] } })], expected: [green] },
  { name: 'ada forwards outside', proposed: [ofMail({ ...mail, aliases: { ...mail['aliases'] as object, out: ['ada@elsewhere.example'] } })], expected: [{ ...amberByAdmin, says: 'forward outside: out@ada.example to ada@elsewhere.example', line: 2 }] },
  { name: 'an admin lets ada forward outside', proposed: [ofMail({ ...mail, aliases: { out: ['ada@elsewhere.example'] } }, ['ada', 'dana'])], expected: [{ risk: 'amber', reason: 'forward outside: out@ada.example to ada@elsewhere.example' }] },
  { name: 'a forward outside that was there stays', proposed: [ofMail({ ...mail, description: 'Family' })], expected: [green] },
  { name: 'what one alias may do, another may not', proposed: [ofMail({ ...mail, aliases: { board: ['ada'], info: ['old@elsewhere.example'] } })], expected: [{ ...amberByAdmin, says: 'info@ada.example to old@elsewhere.example' }] },
  { name: 'a target with two @ leads where the last one says', proposed: [ofMail({ ...mail, aliases: { out: ['a@ada.example@elsewhere.example'] } })], expected: [{ ...amberByAdmin, says: 'forward outside' }] },
  { name: 'ada catches all mail outside', proposed: [ofMail({ ...mail, 'catch-all': 'all@elsewhere.example' })], expected: [{ ...amberByAdmin, says: 'forward outside: *@ada.example', line: 3 }] },
  { name: 'ada catches all mail in a mailbox of hers', proposed: [ofMail({ ...mail, 'catch-all': 'ada' })], expected: [green] },
  { name: 'ada removes a mailbox', proposed: [ofMail({ ...mail, mailboxes: { ada: { password: 'x' } } })], expected: [{ ...redByBoth, says: 'data loss: the mailbox info@ada.example goes away', line: 1 }] },
  { name: 'ada removes all mailboxes by leaving them out', proposed: [ofMail({ aliases: mail['aliases'] })], expected: [{ ...redByBoth, says: 'data loss' }] },
  { name: 'ada removes a whole mail domain', proposed: [ofMail(null)], expected: [{ ...redByBoth, says: 'data loss: all mail of ada.example goes away' }] },
  { name: 'an admin alone removes a mailbox of the co-op', proposed: [{ path: 'coop/mailboxes/fairmeadow.example.yaml', before: { mailboxes: { office: {} } }, after: {}, by: ['dana'] }], expected: [{ ...redByBoth, says: 'office@fairmeadow.example' }] },
  { name: 'an admin adds a mailbox of the co-op', proposed: [{ path: 'coop/mailboxes/fairmeadow.example.yaml', before: {}, after: { mailboxes: { office: {} } }, by: ['dana'] }], expected: [{ risk: 'amber' }] },
  { name: 'a new mail domain that forwards outside from the start', proposed: [{ path: 'members/ada/mailboxes/lovelace.example.yaml', after: { aliases: { hello: ['me@lovelace.example', 'ada@elsewhere.example'] } }, by: ['ada'] }], expected: [{ ...amberByAdmin, says: 'hello@lovelace.example to ada@elsewhere.example' }] },
];

const never = { risk: 'red', of: [], needed: 0 } as const;

/** A new file with an odd path, signed by everybody who has a say. */
function odd(path: string, but: Partial<Draft> = {}): Draft {
  return { path, after: {}, is: 'note', by: ['ada', ...admins], ...but };
}

const odds: readonly Case[] = [
  { name: 'a link', proposed: [odd(blog, { mode: '120000' })], expected: [{ ...never, code: 'authority/mode', says: 'it is a symbolic link, not a plain file' }] },
  { name: 'a submodule', proposed: [odd('members/ada/vhosts/more', { mode: '160000' })], expected: [{ ...never, code: 'authority/mode', says: 'a submodule' }] },
  { name: 'a site that becomes executable', proposed: [{ path: blog, before: site, after: site, by: ['ada'], mode: '100755' }], expected: [{ ...never, code: 'authority/mode', says: 'executable', hint: `git update-index --chmod=-x ${blog}` }] },
  { name: 'a script of a member, executable', proposed: [odd('members/ada/run.sh', { is: 'other', mode: '100755' })], expected: [{ ...never, code: 'authority/mode', says: 'executable' }] },
  { name: 'a site that was executable and is no more', proposed: [{ path: blog, before: site, after: site, by: ['ada'], was: '100755' }], expected: [green] },
  { name: 'a directory too large to look through', proposed: [odd('members/ada/vhosts/deep', { mode: '40000' })], expected: [{ ...never, code: 'authority/mode', says: 'too much in it' }] },
  { name: 'ada removes a directory too large to look through', proposed: [{ path: 'members/ada/mailboxes', before: 'unreadable', was: '40000', by: ['ada'] }], expected: [{ ...redByBoth, says: 'data loss: a directory' }] },
  { name: 'a path with a newline', proposed: [odd('members/ada/a\nb.md')], expected: [{ ...never, code: 'authority/path', says: 'members/ada/a\\x0ab.md' }] },
  { name: 'a path that moves the cursor', proposed: [odd('members/ada/\x1b[2J.md')], expected: [{ ...never, code: 'authority/path', says: '\\x1b[2J' }] },
  { name: 'a path that is not UTF-8', proposed: [odd('members/ada/\xff.md')], expected: [{ ...never, code: 'authority/path', says: '\\xff' }] },
  { name: 'a path with a blank', proposed: [odd('members/ada/a b.md')], expected: [{ ...never, code: 'authority/path', says: 'made of letters' }] },
  { name: 'a path that climbs', proposed: [odd('members/ada/../bob/README.md')], expected: [{ ...never, code: 'authority/path', says: '".."' }] },
  { name: 'a path with an empty part', proposed: [odd('members/ada//README.md')], expected: [{ ...never, code: 'authority/path', says: 'empty part' }] },
  { name: 'a path into git\'s own', proposed: [odd('members/ada/.GiT/config')], expected: [{ ...never, code: 'authority/path', says: '.git' }] },
  { name: 'ada clears away an odd path', proposed: [{ path: 'members/ada/a\nb.md', before: {}, is: 'note', by: ['ada'] }], expected: [green] },
  { name: 'a stranger clears away an odd path', proposed: [{ path: 'members/ada/a\x1bb.md', before: {}, is: 'note', by: ['bob'] }], expected: [{ ...foreign, says: 'a\\x1bb.md' }] },
  { name: 'a name that differs from one of her own in case only', proposed: [odd('members/ada/vhosts/Blog.ada.example.yaml')], expected: [{ ...never, code: 'authority/case-collision', says: blog }] },
  { name: 'a second way into bob\'s directory', proposed: [odd('members/Bob/README.md', { by: admins })], expected: [{ ...never, code: 'authority/case-collision', says: 'members/bob differs from it in case only' }] },
  { name: 'a name that differs in case only from one that changes', proposed: [{ path: 'members/ada/README.md', before: {}, after: {}, by: ['ada'] }, odd('members/ada/readme.md')], expected: [
    { path: 'members/ada/readme.md', ...never, code: 'authority/case-collision', says: 'members/ada/README.md' },
  ] },
  { name: 'two new names that differ in case only', proposed: [odd('members/ada/NEWS', { by: ['ada'] }), odd('members/ada/news', { by: ['dana'] })], expected: [
    { path: 'members/ada/NEWS', ...never, code: 'authority/case-collision', says: 'members/ada/news differs' }, { path: 'members/ada/news', ...never, code: 'authority/case-collision', says: 'members/ada/NEWS differs' },
  ] },
  { name: 'a stranger\'s new name does not stop ada\'s that differs in case only', proposed: [odd('members/ada/NEWS', { by: ['bob'] }), odd('members/ada/news', { by: ['ada'] })], expected: [{ ...green, path: 'members/ada/news' }] },
  { name: 'YAML that cannot be read, whoever signs it', proposed: [{ path: blog, before: site, after: 'unreadable', by: ['ada', ...admins] }], expected: [{ ...never, code: 'yaml/syntax', says: 'cannot read this as YAML', line: 3 }] },
  { name: 'a member.yaml becomes a directory', proposed: [{ path: adaYaml, before: ada, by: ['ada'] }, { path: `${adaYaml}/README.md`, after: {}, by: ['ada'] }], expected: [
    { ...redByBoth, says: 'data loss' }, { path: `${adaYaml}/README.md`, risk: 'red', code: 'authority/together', says: `${adaYaml} is refused`, ...byBoth },
  ] },
  { name: 'a file of ada\'s becomes a directory', proposed: [{ path: 'members/ada/NOTES', before: {}, by: ['ada'] }, { path: 'members/ada/NOTES/README.md', after: {}, by: ['ada'] }], expected: [{ ...green, path: 'members/ada/NOTES' }, { ...green, path: 'members/ada/NOTES/README.md' }] },
  { name: 'a file that only a stranger removes is in the way of a directory', proposed: [{ path: 'members/ada/NOTES', before: {}, by: ['bob'] }, { path: 'members/ada/NOTES/README.md', after: {}, by: ['ada'] }], expected: [
    { path: 'members/ada/NOTES', ...foreign, says: 'cannot remove' },
    { path: 'members/ada/NOTES/README.md', risk: 'green', code: 'authority/in-the-way', says: 'members/ada/NOTES is in the way', of: ['ada', ...admins] },
  ] },
  { name: 'a directory that only a stranger empties is in the way of a file', proposed: [{ path: 'members/ada/NOTES/README.md', before: {}, by: ['bob'] }, { path: 'members/ada/NOTES', after: {}, by: ['ada'] }], expected: [
    { path: 'members/ada/NOTES', risk: 'green', code: 'authority/in-the-way', says: 'is in the way', of: ['ada', ...admins] },
  ] },
];

/** Many new sites, and what comes last. */
function many(count: number, by: readonly string[], last: Draft): readonly Draft[] {
  return [...Array.from({ length: count }, (_, index): Draft => ({ path: `members/ada/vhosts/n${String(index).padStart(5, '0')}.ada.example.yaml`, after: {}, by })), last];
}

const sets: readonly Case[] = [
  { name: 'one bad file, the last of 3,001, is found, and all of them fall', proposed: many(3000, ['bob'], { path: 'members/bob/zones/bob.example.yaml', after: {}, by: ['bob'] }), expected: [
    { path: 'members/ada/vhosts/n02999.ada.example.yaml', risk: 'amber', code: 'authority/foreign', says: 'it is ada\'s', ...byAdmin }, { ...green, path: 'members/bob/zones/bob.example.yaml' },
  ] },
  { name: 'bob hides one file of ada\'s behind 3,000 of his own', proposed: [...many(3000, ['bob'], { path: blog, before: site, after: {}, by: ['bob'] }).map((draft) => ({ ...draft, path: draft.path.replace('ada/vhosts/n', 'bob/vhosts/n') }))], expected: [
    { path: blog, ...foreign, says: 'it is ada\'s' },
    { path: 'members/bob/vhosts/n00000.ada.example.yaml', risk: 'amber', reason: 'so many files: 3000 at once', code: 'authority/needs-admin', says: 'so many files', ...byAdmin },
  ] },
  { name: 'a thousand files are not too many', proposed: many(999, ['ada'], { path: shop, after: {}, by: ['ada'] }), expected: [{ ...green, path: shop }] },
  { name: 'a thousand and one are', proposed: many(1000, ['ada'], { path: shop, after: {}, by: ['ada'] }), expected: [{ path: shop, ...amberByAdmin, says: 'so many files: 1001 at once' }] },
  { name: 'a friend\'s signature does not make many files fewer', proposed: many(1000, ['ada'], { path: shop, after: {}, by: ['ada', 'bob'] }), expected: [{ path: shop, ...amberByAdmin, says: '1001 at once' }] },
  { name: 'strangers\' files do not make ada\'s many', proposed: many(1000, ['bob'], { path: shop, after: {}, by: ['ada'] }), expected: [{ ...green, path: shop }] },
  { name: 'what ada changes falls together', proposed: [ownYaml({ limits: 'heavy' }), { path: blog, before: site, after: {}, by: ['ada'] }], expected: [
    { path: blog, risk: 'red', code: 'authority/together', says: `stands or falls together, and ${adaYaml} is refused`, ...byBoth }, { path: adaYaml, risk: 'red', code: 'authority/admin-field', says: 'limits', ...byBoth },
  ] },
  { name: 'what ada breaks takes the rest of her change along', proposed: [{ path: shop, after: 'unreadable', by: ['ada'] }, { path: blog, before: site, after: {}, by: ['ada'] }], expected: [{ path: blog, ...never, code: 'authority/together', says: shop }] },
  { name: 'what a stranger did beside it drags nothing along', proposed: [{ path: shop, after: site, by: ['bob'] }, { path: blog, before: site, after: {}, by: ['ada'] }], expected: [{ ...green, path: blog }, { path: shop, ...foreign, says: 'it is ada\'s' }] },
  { name: 'what nobody signed beside it drags nothing along, not even when it is broken', proposed: [{ path: shop, after: 'unreadable' }, { path: blog, before: site, after: {}, by: ['ada'] }], expected: [{ ...green, path: blog }] },
  { name: 'what an admin did beside it stands alone', proposed: [ownYaml({ limits: 'heavy' }, ['dana']), { path: blog, before: site, after: {}, by: ['ada'] }], expected: [{ ...green, path: blog }] },
  { name: 'a stranger who signs one half does not part ada\'s change', proposed: [ownYaml({ limits: 'heavy' }), { path: blog, before: site, after: {}, by: ['ada', 'bob'] }], expected: [{ path: blog, risk: 'red', code: 'authority/together', says: adaYaml, ...byBoth }] },
  { name: 'one owner falls and another does not', proposed: [ownYaml({ limits: 'heavy' }), { path: 'members/bob/README.md', after: {}, by: ['bob'] }], expected: [{ ...green, path: 'members/bob/README.md' }] },
  { name: 'the co-op\'s is refused whole', proposed: [ofCluster({ name: 'x' }, ['dana']), { path: 'coop/vhosts/www.fairmeadow.example.yaml', before: site, after: {}, by: ['judy'] }, { path: 'README.md', before: {}, after: {}, by: admins, is: 'note' }], expected: [
    { path: 'README.md', risk: 'red', code: 'authority/together', says: 'refused whole, and cluster.yaml is refused', ...byBoth }, { path: 'coop/vhosts/www.fairmeadow.example.yaml', risk: 'red', code: 'authority/together', says: 'cluster.yaml', ...byBoth },
  ] },
  { name: 'a stranger\'s change of the co-op does not stop the admins\'', proposed: [ofCluster({ name: 'x' }, ['ada']), { path: 'README.md', before: {}, after: {}, by: ['dana'], is: 'note' }], expected: [{ path: 'README.md', risk: 'amber' }] },
];

const bobsBlog = 'members/bob/vhosts/blog.ada.example.yaml';
const takeover = { risk: 'amber', code: 'authority/takeover', ...byAdmin } as const;

const takes: readonly Case[] = [
  { name: 'bob takes up a site that ada gives up', proposed: [{ path: blog, before: site, by: ['ada'] }, { path: bobsBlog, after: {}, by: ['bob'] }], expected: [{ ...green, path: blog }, { path: bobsBlog, ...takeover, says: 'takes over blog.ada.example, which ada gives up' }] },
  { name: 'bob takes up an alias that ada gives up', proposed: [{ path: blog, before: site, after: {}, by: ['ada'] }, { path: 'members/bob/vhosts/bob.example.yaml', before: {}, after: { static: {}, aliases: ['www.ada.example'] }, by: ['bob'] }], expected: [{ path: 'members/bob/vhosts/bob.example.yaml', ...takeover, says: 'www.ada.example', line: 2 }] },
  { name: 'bob takes up as a zone what ada gives up as a site', proposed: [{ path: blog, before: site, by: ['ada'] }, { path: 'members/bob/zones/blog.ada.example.yaml', after: {}, by: ['bob'] }], expected: [{ path: 'members/bob/zones/blog.ada.example.yaml', ...takeover, says: 'blog.ada.example' }] },
  { name: 'bob takes up what the co-op gives up', proposed: [{ path: 'coop/vhosts/old.fairmeadow.example.yaml', before: site, by: ['dana'] }, { path: 'members/bob/vhosts/old.fairmeadow.example.yaml', after: {}, by: ['bob'] }], expected: [{ path: 'members/bob/vhosts/old.fairmeadow.example.yaml', ...takeover, says: 'which the co-op gives up' }] },
  { name: 'an admin lets bob take it up', proposed: [{ path: blog, before: site, by: ['ada'] }, { path: bobsBlog, after: {}, by: ['bob', 'judy'] }], expected: [{ path: bobsBlog, risk: 'amber', reason: 'takes over blog.ada.example, which ada gives up' }] },
  { name: 'ada moves a name from one site of hers to another', proposed: [{ path: blog, before: site, after: {}, by: ['ada'] }, { path: shop, after: { aliases: ['www.ada.example'] }, by: ['ada'] }], expected: [{ ...green, path: blog }, { ...green, path: shop }] },
  { name: 'a stranger\'s file among ada\'s does not hide that she gives a name up', proposed: [{ path: blog, before: site, by: ['ada'] }, { path: shop, after: { aliases: ['blog.ada.example'] }, by: ['bob'] }, { path: bobsBlog, after: {}, by: ['bob'] }], expected: [{ path: bobsBlog, ...takeover, says: 'blog.ada.example' }] },
  { name: 'an admin moves a domain and a port', proposed: [ownYaml({ domains: ['ada.example'], ports: [20001] }, ['dana']), { path: bobYaml, before: bob, after: { ...bob, domains: ['bob.example', 'lovelace.example'], ports: [20002] }, by: ['dana'] }], expected: [
    { path: bobYaml, risk: 'amber', reason: 'takes over lovelace.example, which ada gives up' }, { path: bobYaml, risk: 'amber', reason: 'takes over port 20002, which ada gives up' },
  ] },
];

const off: readonly Case[] = [
  { name: 'trust is off: a limits class by nobody', rules: { ...rules, trust: null }, proposed: [ownYaml({ limits: 'heavy' }, [])], expected: [green] },
  { name: 'trust is off: a link', rules: { ...rules, trust: null }, proposed: [odd('members/ada/link', { mode: '120000', by: [] })], expected: [green] },
];

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

import { afterAll, describe, expect } from 'vitest';
import { own, play, type Case } from '../unit/trust/case.ts';
import { at, documents, member, removeAll, START, type Coop } from '../unit/trust/coop.ts';
import { keyOf } from '../unit/trust/keys.ts';

afterAll(removeAll);

const adas = 'members/ada/README.md';
const bobs = 'members/bob/README.md';
const zone = 'coop/zones/meadow.example.yaml';
const day = new Date(START * 1000).toISOString().slice(0, 10);
const yaml = (name: string): string => documents().get(at(`members/${name}/member.yaml`)) ?? '';

/** A commit of ada's of one file. */
function adds(path: string, text = 'x\n', by = 'ada'): Case['play'] {
  return (coop, on) => coop.commit(on, { by, changes: own(path, text) });
}

/** A change of the co-op's zone, by dana, and by judy as well. */
function delegates(record: string, isApproved: boolean): Case['play'] {
  return (coop, on) => {
    const commit = coop.commit(on, { by: 'dana', changes: own(zone, `records:\n  - ${record}\n`) });
    return isApproved ? approve(coop, commit, commit) : commit;
  };
}

function approve(coop: Coop, on: string, commit: string, by = 'judy'): string {
  return coop.commit(on, { by, message: `yes\n\nApproves: ${commit}` });
}

/** A tree of entries that git would not write. */
function raw(coop: Coop, entries: readonly (readonly [mode: string, name: string, oid: string])[]): string {
  return coop.object('tree', Buffer.concat(entries.flatMap(([mode, name, oid]) => [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(oid, 'hex')])));
}

const collected: readonly Case[] = [
  ...['{ name: shop, type: NS, target: ns.evil.example. }', '{ name: shop, type: DS, key-tag: 1, algorithm: 13, digest-type: 2, digest: "' + 'ab'.repeat(32) + '" }'].flatMap((record): readonly Case[] => [
    { name: `D14 one admin hands a name of the co-op's zone to somebody else's servers: ${record.slice(2, 24)}`, play: delegates(record, false), refused: { [zone]: 'authority/needs-admins' }, stays: [zone] },
    { name: `D14 two admins do: ${record.slice(2, 24)}`, play: delegates(record, true), force: { [zone]: `records:\n  - ${record}\n` } },
  ]),
  { name: 'D14 a member does', play: adds(zone, 'records:\n  - { name: shop, type: NS, target: ns.evil.example. }\n'), refused: { [zone]: 'authority/needs-admins' }, stays: [zone] },
  { name: 'R01 a member changes who owns a document by moving it', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { ...own('members/bob/vhosts/app.bob.example.yaml', null), ...own('members/ada/vhosts/app.bob.example.yaml', 'proxy:\n  port: 20010\n') } }), refused: { 'members/ada/vhosts/app.bob.example.yaml': 'authority/takeover', 'members/bob/vhosts/app.bob.example.yaml': 'authority/foreign' }, stays: ['members/bob/vhosts/app.bob.example.yaml'] },
  { name: 'R07 a member changes what runs: scripts, schemas, workflows, code owners, hooks', play: (coop, on) => coop.commit(on, { by: 'ada', changes: Object.fromEntries(['package.json', 'schemas/vhost.schema.json', '.github/workflows/preview.yml', '.forgejo/workflows/x.yaml', 'croft.config.ts', 'CODEOWNERS', 'hooks/pre-receive', '.gitattributes', '.gitmodules'].map((path) => [path, 'x\n'])) }), refused: Object.fromEntries(['/.forgejo/workflows/x.yaml', '/.gitattributes', '/.github/workflows/preview.yml', '/.gitmodules', '/CODEOWNERS', '/croft.config.ts', '/hooks/pre-receive', '/package.json', '/schemas/vhost.schema.json'].map((path) => [path, 'authority/needs-admins'])) },
  { name: 'R09 somebody commits in the name and under the address that ada had', play: (coop, on) => coop.commit(coop.commit(on, { by: 'mallory', changes: own(adas, 'x\n'), raw: (text) => text.replaceAll('mallory', 'ada') }), { changes: own('members/ada/NEWS.md', 'x\n'), raw: (text) => text.replaceAll('somebody', 'ada') }), refused: { 'members/ada/NEWS.md': 'authority/unsigned', [adas]: 'authority/bad-signature' }, stays: [adas] },
  { name: 'R23 an admin approves one commit, and another one is merged', play: (coop, on) => { const good = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'good\n' } }); const evil = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'evil\n' } }); return coop.merge([on, evil, approve(coop, on, good)], { by: 'forge' }); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'R26 a file says that everything is bob\'s', play: (coop, on) => coop.commit(coop.commit(on, { by: 'dana', changes: { CODEOWNERS: '* @bob\n' } }), { by: 'bob', changes: own(adas, 'x\n') }), refused: { '/CODEOWNERS': 'authority/needs-admins', [adas]: 'authority/foreign' }, stays: [adas] },
];

const paths: readonly Case[] = [
  { name: 'X500 a path that leads out of ada\'s directory into bob\'s', play: adds('members/ada/../bob/README.md'), refused: { 'members/ada/../bob/README.md': 'authority/path' }, stays: [bobs] },
  { name: 'X501 a path with a part that is the directory itself', play: adds('members/ada/./README.md'), refused: { 'members/ada/./README.md': 'authority/path' }, stays: [adas] },
  ...['.git/config', '.GIT/config', 'git~1', '.g\u200cit/config', '.git /config', '..\\bob\\README.md', 'a:b.md', '-rf.md\n', 'caf\u00e9.md'].map((name, n): Case => {
    const path = Buffer.from(`members/ada/${name}`).toString('latin1');
    return { name: `X50${n + 2} a name that some system takes for something else: ${JSON.stringify(name)}`, play: adds(path), refused: { [path]: 'authority/path' } };
  }),
  { name: 'X511 a member whose first letter is of another script', play: adds(Buffer.from('members/\u0430da/README.md').toString('latin1')), refused: { [Buffer.from('members/\u0430da/README.md').toString('latin1')]: 'authority/path' }, stays: [adas] },
  { name: 'X512 a name in a tree that holds a slash', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { [at('members/ada/vhosts')]: { mode: '40000', oid: raw(coop, [['100644', '../../bob/README.md', coop.blob('evil\n')]]) } } }), refused: { 'members/ada/vhosts/': 'authority/mode authority/path', 'members/ada/vhosts/blog.ada.example.yaml': 'authority/together' }, stays: [bobs, 'members/ada/vhosts/blog.ada.example.yaml'] },
  { name: 'X513 a tree with two entries of one name', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { [at('members/ada/zones')]: { mode: '40000', oid: raw(coop, [['100644', 'x.yaml', coop.blob('1\n')], ['100644', 'x.yaml', coop.blob('2\n')]]) } } }), refused: { 'members/ada/zones/ada.example.yaml': 'authority/together', 'members/ada/zones/x.yaml': 'authority/mode' }, stays: ['members/ada/zones/ada.example.yaml'] },
  { name: 'X514 fifty directories, one in the other', play: adds(`members/ada/${'a/'.repeat(50)}README.md`), refused: { [`members/ada/${'a/'.repeat(9)}a`]: 'authority/mode' } },
  { name: 'X515 a member who is called as the co-op is', play: adds('members/coop/README.md'), refused: { 'members/coop/README.md': 'authority/foreign' } },
  { name: 'X516 a second desired state inside the first one', play: adds('desired-state/members/ada/README.md'), refused: { 'desired-state/members/ada/README.md': 'authority/needs-admin' } },
  { name: 'X517 a directory of ada\'s beside the desired state', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { [adas]: 'x\n' } }), refused: { [`/${adas}`]: 'authority/needs-admins' } },
  { name: 'X518 a second directory of all members, spelled Members', play: adds('Members/ada/README.md'), refused: { 'Members/ada/README.md': 'authority/case-collision' } },
  ...['a_b', 'ada-', 'x'.repeat(40), 'ADA', Buffer.from('ad\u0430').toString('latin1')].map((name, n): Case => (
    { name: `X53${n} a directory of a member whom nobody can be called: ${JSON.stringify(name)}`, play: adds(`members/${name}/x.yaml`), refused: { [`members/${name}/x.yaml`]: expect.stringMatching(/^(?:authority\/(?:foreign|path|case-collision)|layout\/unknown-path)$/) as string } }
  )),
  { name: 'X535 a name of five thousand letters', play: adds(`members/ada/vhosts/${'a'.repeat(5000)}.yaml`), refused: { 'members/ada/vhosts/': 'authority/mode authority/path' }, stays: ['members/ada/vhosts/blog.ada.example.yaml'] },
  { name: 'X536 a document with ten thousand mistakes', play: adds('members/ada/vhosts/many.ada.example.yaml', `static: {${Array.from({ length: 12_500 }, (_, index) => `k${index.toString(36)}`).join(',')}}\n`), refused: { 'members/ada/vhosts/many.ada.example.yaml': expect.stringMatching(/^\S+(?: \S+){99}$/) as string } },
  { name: 'X519 attributes that would change what git shows of ada\'s files', play: adds('members/ada/.gitattributes', '* -diff\n'), refused: { 'members/ada/.gitattributes': 'git/odd-path' } },
];

const signatures: readonly Case[] = [
  { name: 'X520 bob picks ada\'s commit onto his branch: her name is on it, and his signature under it', play: (coop, on) => coop.commit(on, { by: 'bob', author: 'ada', changes: own(adas, 'x\n') }), refused: { [adas]: 'authority/foreign' }, stays: [adas] },
  { name: 'X521 a forge merges an unsigned commit whose tag ada signed', play: (coop, on) => { const side = coop.commit(on, { changes: own(adas, 'x\n') }); return coop.merge([on, side], { by: 'forge', headers: `mergetag object ${side}\n type commit\n tag v1\n tagger ada <a@b.example> 1 +0000\n \n v1\n ${keyOf('ada').sign(Buffer.from('v1\n'), 'git').trimEnd().replaceAll('\n', '\n ')}\n` }); }, refused: { [adas]: 'authority/unsigned' }, stays: [adas] },
  { name: 'X522 a message says who signed it off', play: (coop, on) => coop.commit(on, { changes: own(adas, 'x\n'), message: 'a change\n\nSigned-off-by: Ada <ada@elsewhere.example>' }), refused: { [adas]: 'authority/unsigned' } },
  { name: 'X523 an admin approves herself with her second key', alter: (files) => files.set(at('members/dana/member.yaml'), member(yaml('dana'), [keyOf('dana').line, keyOf('dana-2').line])), play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return approve(coop, first, first, 'dana-2'); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'X524 the thief of a revoked key takes its revocation back', play: (coop, on) => { const lost = coop.commit(on, { by: 'dana', changes: own('members/ada/member.yaml', member(yaml('ada'), [`{ key: ${keyOf('ada').publicLine}, revoked: '${day}' }`])) }); return coop.commit(approve(coop, lost, lost), { by: 'ada', changes: own('members/ada/member.yaml', yaml('ada')) }); }, refused: { 'members/ada/member.yaml': 'authority/bad-signature' } },
  { name: 'X525 an approval names its commit in capitals, or with words behind it', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return coop.commit(coop.commit(first, { by: 'judy', message: `no\n\nApproves: ${first.toUpperCase()}` }), { by: 'judy', message: `no\n\nApproves: ${first} not at all` }); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'X526 an approval is quoted in the middle of a message', play: (coop, on) => { const first = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' } }); return coop.commit(first, { by: 'judy', message: `no\n\nApproves: ${first}\n\nis what dana asked me to write` }); }, refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'X527 ada signs a commit with two trees, of which git reads the first', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own(adas, 'first\n'), headers: `tree ${coop.tree(new Map())}\n` }), force: { [adas]: 'first\n' } },
  { name: 'X528 an approval of what was there before, and one of nothing', play: (coop, on) => coop.commit(on, { by: 'dana', changes: { 'run.sh': 'x\n' }, message: `x\n\nApproves: ${on}\nApproves: ${'0'.repeat(40)}` }), refused: { '/run.sh': 'authority/needs-admins' } },
  { name: 'X529 a commit of ada\'s in another repository of the co-op is merged into this one', play: (coop, on) => { const elsewhere = coop.commit([], { by: 'ada', files: new Map([[at('members/ada/vhosts/test.ada.example.yaml'), { mode: '100644', oid: coop.blob('static:\n  root: web/test\n') }]]) }); return coop.merge([on, elsewhere], { by: 'bob' }); }, refused: { 'members/ada/vhosts/test.ada.example.yaml': 'authority/foreign' } },
];

describe('attacks that were collected beforehand:', () => {
  play(collected);
});

describe('paths that pretend:', () => {
  play(paths);
});

describe('signatures that pretend:', () => {
  play(signatures);
});

import { afterAll, describe } from 'vitest';
import { own, play, type Case } from './case.ts';
import { at, documents, removeAll, type Changes } from './coop.ts';

afterAll(removeAll);

const blog = 'members/ada/vhosts/blog.ada.example.yaml';
const app = 'members/bob/vhosts/app.bob.example.yaml';
const adas = 'members/ada/README.md';
const bobs = 'members/bob/README.md';
const zone = 'members/ada/zones/ada.example.yaml';
const site = 'static:\n  root: web/new\n';
const cluster = documents().get(at('cluster.yaml')) ?? '';
const adaYaml = documents().get(at('members/ada/member.yaml')) ?? '';

/** More than is looked through. */
function heap(): Changes {
  return Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [at(`members/ada/N${n}.md`), 'x\n'] as const));
}

const paths: readonly Case[] = [
  { name: 'ada edits her site', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own(blog, site) }), force: { [blog]: site } },
  { name: 'nobody signs an edit of ada\'s site', play: (coop, on) => coop.commit(on, { changes: own(blog, site) }), refused: { [blog]: 'authority/unsigned' }, stays: [blog] },
  { name: 'somebody whose key nobody knows edits ada\'s site', play: (coop, on) => coop.commit(on, { by: 'mallory', changes: own(blog, site) }), refused: { [blog]: 'authority/unknown-key' }, stays: [blog] },
  { name: 'bob edits ada\'s site and his own in one commit: his own is in force', play: (coop, on) => coop.commit(on, { by: 'bob', changes: { ...own(blog, site), ...own(bobs, 'mine\n') } }), refused: { [blog]: 'authority/foreign' }, force: { [bobs]: 'mine\n' }, stays: [blog] },
  { name: 'an admin edits ada\'s site', play: (coop, on) => coop.commit(on, { by: 'dana', changes: own(blog, site) }), force: { [blog]: site } },
  { name: 'ada renames a site', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { ...own(blog, null), ...own('members/ada/vhosts/shop.ada.example.yaml', site) } }), force: { [blog]: null, 'members/ada/vhosts/shop.ada.example.yaml': site } },
  { name: 'bob moves ada\'s site into his directory: hers stays, and what he adds waits with it', play: (coop, on) => coop.commit(on, { by: 'bob', changes: { ...own(blog, null), ...own('members/bob/vhosts/blog.ada.example.yaml', site) } }), refused: { [blog]: 'authority/foreign', 'members/bob/vhosts/blog.ada.example.yaml': 'authority/takeover' }, stays: [blog] },
  { name: 'ada gives a site up and bob takes it in the next commit', play: (coop, on) => coop.commit(coop.commit(on, { by: 'ada', changes: own(blog, null) }), { by: 'bob', changes: own('members/bob/vhosts/blog.ada.example.yaml', site) }), force: { [blog]: null, 'members/bob/vhosts/blog.ada.example.yaml': site } },
  { name: 'ada deletes a site', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own(blog, null) }), force: { [blog]: null } },
  { name: 'bob deletes everything of ada\'s', play: (coop, on) => coop.commit(on, { by: 'bob', files: new Map([...coop.files(on)].filter(([path]) => !path.startsWith(at('members/ada/')))) }), refused: { [adas]: 'authority/foreign', 'members/ada/mailboxes/ada.example.yaml': 'authority/foreign', 'members/ada/member.yaml': 'authority/foreign', [blog]: 'authority/foreign', [zone]: 'authority/foreign' }, stays: [adas, blog, zone] },
  { name: 'nobody deletes everything', play: (coop, on) => coop.commit(on, { files: new Map([...coop.files(on)].filter(([path]) => path.includes('carol/README'))) }), refused: Object.fromEntries([...documents().keys()].filter((path) => !path.includes('carol/README')).map((path) => [path.slice('desired-state/'.length), 'authority/unsigned'])), stays: ['cluster.yaml', blog, app] },
  { name: 'a file of ada\'s becomes a directory', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { ...own(adas, null), ...own('members/ada/README.md/MORE.md', 'x\n') } }), force: { 'members/ada/README.md/MORE.md': 'x\n' } },
  { name: 'bob puts a directory in the place of a file of ada\'s', play: (coop, on) => coop.commit(on, { by: 'bob', changes: { ...own(adas, null), ...own('members/ada/README.md/MORE.md', 'x\n') } }), refused: { [adas]: 'authority/foreign', 'members/ada/README.md/MORE.md': 'authority/foreign' }, stays: [adas] },
  { name: 'bob puts a file in the place of ada\'s directory', play: (coop, on) => coop.commit(on, { by: 'bob', files: new Map([...[...coop.files(on)].filter(([path]) => !path.startsWith(at('members/ada/'))), [at('members/ada'), { mode: '100644', oid: coop.blob('x') }]]) }), refused: { 'members/ada': 'layout/unknown-path', [adas]: 'authority/foreign', 'members/ada/mailboxes/ada.example.yaml': 'authority/foreign', 'members/ada/member.yaml': 'authority/foreign', [blog]: 'authority/foreign', [zone]: 'authority/foreign' }, stays: [adas] },
  { name: 'a site of ada\'s becomes executable', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { [at(blog)]: { mode: '100755', oid: coop.blob(site) } } }), refused: { [blog]: 'authority/mode' }, stays: [blog] },
  { name: 'a link of ada\'s own', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { [at('members/ada/NOTES.md')]: { mode: '120000', oid: coop.blob('/etc/passwd') } } }), refused: { 'members/ada/NOTES.md': 'authority/mode' }, force: { 'members/ada/NOTES.md': null } },
  { name: 'a link that two admins sign', play: (coop, on) => { const link = coop.commit(on, { by: 'dana', changes: { [at('hosts/nine.yaml')]: { mode: '120000', oid: coop.blob('one.yaml') } } }); return coop.commit(link, { by: 'judy', message: `yes\n\nApproves: ${link}` }); }, refused: { 'hosts/nine.yaml': 'authority/mode' } },
  { name: 'ada\'s directory becomes a link to bob\'s', play: (coop, on) => coop.commit(on, { by: 'ada', files: new Map([...[...coop.files(on)].filter(([path]) => path !== at(blog)), [at('members/ada/vhosts'), { mode: '120000', oid: coop.blob('../bob/vhosts') }]]) }), refused: { 'members/ada/vhosts': 'authority/mode', [blog]: 'authority/together' }, stays: [blog] },
  { name: 'a submodule of ada\'s', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { [at('members/ada/sub')]: { mode: '160000', oid: on } } }), refused: { 'members/ada/sub': 'authority/mode' } },
  { name: 'a file of a mode that git does not know', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { [at('members/ada/NOTES.md')]: { mode: '100664', oid: coop.blob('x') } } }), refused: { 'members/ada/NOTES.md': 'authority/mode' } },
  { name: 'a name that differs from ada\'s own in case only', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own('members/ada/Member.yaml', 'x\n') }), refused: { 'members/ada/Member.yaml': 'authority/case-collision' }, stays: ['members/ada/member.yaml'] },
  { name: 'a second way into bob\'s directory, spelled Bob', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own('members/Bob/README.md', 'x\n') }), refused: { 'members/Bob/README.md': 'authority/case-collision' }, stays: [bobs] },
  { name: 'a .git of ada\'s own', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own('members/ada/.git/hooks/post-checkout', 'x\n') }), refused: { 'members/ada/.git/hooks/post-checkout': 'authority/path' } },
  { name: 'a name that acts on terminals', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own('members/ada/\u001b[2J.md', 'x\n') }), refused: { 'members/ada/\u001b[2J.md': 'authority/path' } },
  { name: '3,001 files of ada\'s, the last one in bob\'s directory: so many take an admin, and none is overlooked', play: (coop, on) => coop.commit(on, { by: 'ada', changes: Object.fromEntries([...Array.from({ length: 3000 }, (_, n) => [at(`members/ada/N${n}.md`), `${n}\n`] as const), [at('members/bob/ZZ.md'), 'x\n'] as const]) }), refused: { ...Object.fromEntries(Array.from({ length: 3000 }, (_, n) => `members/ada/N${n}.md`).toSorted().map((path) => [path, 'authority/needs-admin'])), 'members/bob/ZZ.md': 'authority/foreign' } },
  { name: 'dana sends ada out, whose heap of 10,001 files stays out', play: (coop, on) => coop.commit(coop.commit(on, { by: 'ada', changes: heap() }), { by: 'dana', changes: own('members/ada/member.yaml', `${adaYaml}state: suspended\n`) }), refused: { 'members/ada': 'authority/mode' }, stays: [adas, blog], force: { 'members/ada/member.yaml': `${adaYaml}state: suspended\n`, 'members/ada/N7.md': null } },
  { name: 'dana sends ada out, whose heap came with a new word of hers: dana answers for both', play: (coop, on) => { const hers = adaYaml.replace('name: Ada', 'name: Ada L'); return coop.commit(coop.commit(on, { by: 'ada', changes: { ...heap(), ...own('members/ada/member.yaml', hers) } }), { by: 'dana', changes: own('members/ada/member.yaml', `${hers}state: suspended\n`) }); }, refused: { 'members/ada': 'authority/mode' }, stays: [adas, blog], force: { 'members/ada/member.yaml': `${adaYaml.replace('name: Ada', 'name: Ada L')}state: suspended\n` } },
  { name: 'ada\'s new word falls with her heap', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { ...heap(), ...own('members/ada/member.yaml', adaYaml.replace('name: Ada', 'name: Ada L')) } }), refused: { 'members/ada': 'authority/mode', 'members/ada/member.yaml': 'authority/together' }, stays: ['members/ada/member.yaml'] },
  { name: '10,001 files in ada\'s directory, which then stands for itself and stays', play: (coop, on) => coop.commit(on, { by: 'ada', changes: heap() }), refused: { 'members/ada': 'authority/mode' }, stays: [adas, blog], force: { 'members/ada/N7.md': null } },
  { name: 'a document that cannot be read holds its author\'s change, and nobody else\'s', play: (coop, on) => coop.commit(coop.commit(on, { by: 'ada', changes: { ...own(blog, 'statc: 1\n'), ...own(adas, 'half\n') } }), { by: 'bob', changes: own(bobs, 'mine\n') }), refused: { [blog]: 'schema/unknown-field', [adas]: 'authority/together' }, force: { [bobs]: 'mine\n' }, stays: [blog, adas] },
  { name: 'ada puts her document right again, and all of it is in force', play: (coop, on) => coop.commit(coop.commit(on, { by: 'ada', changes: { ...own(blog, 'statc: 1\n'), ...own(adas, 'half\n') } }), { by: 'ada', changes: own(blog, site) }), force: { [blog]: site, [adas]: 'half\n' } },
  { name: 'a field that says whose it is does not exist: the path decides', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own(app, `owner: ada\n${site}`) }), refused: { [app]: 'schema/unknown-field' }, stays: [app] },
  { name: 'ada gives herself another limits class', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own('members/ada/member.yaml', adaYaml.replace('limits: regular', 'limits: large')) }), refused: { 'members/ada/member.yaml': 'authority/admin-field' }, stays: ['members/ada/member.yaml'] },
  { name: 'ada only changes what admins do not keep to themselves in her member.yaml', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own('members/ada/member.yaml', adaYaml.replace('name: Ada', '# hello\nname: Ada Lovelace')) }), force: { 'members/ada/member.yaml': adaYaml.replace('name: Ada', '# hello\nname: Ada Lovelace') } },
  { name: 'a document of the whole co-op that one admin writes and another must approve', play: (coop, on) => coop.commit(on, { by: 'dana', changes: own('cluster.yaml', cluster.replace('name: Meadow', 'name: Heath')) }), refused: { 'cluster.yaml': 'authority/needs-admins' }, stays: ['cluster.yaml'] },
  { name: 'what changes of the co-op is refused whole: the zone, which one admin may change, waits for the cluster', play: (coop, on) => coop.commit(on, { by: 'dana', changes: { ...own('cluster.yaml', cluster.replace('name: Meadow', 'name: Heath')), ...own('coop/zones/meadow.example.yaml', 'records:\n  - { name: x, type: A, address: 192.0.2.9 }\n') } }), refused: { 'cluster.yaml': 'authority/needs-admins', 'coop/zones/meadow.example.yaml': 'authority/together' }, stays: ['coop/zones/meadow.example.yaml'] },
  { name: 'a record in the co-op\'s zone takes one admin', play: (coop, on) => coop.commit(on, { by: 'judy', changes: own('coop/zones/meadow.example.yaml', 'records:\n  - { name: x, type: A, address: 192.0.2.9 }\n') }), force: { 'coop/zones/meadow.example.yaml': 'records:\n  - { name: x, type: A, address: 192.0.2.9 }\n' } },
  { name: 'a note at the top is the co-op\'s', play: (coop, on) => coop.commit(on, { by: 'ada', changes: { 'README.md': 'hello\n' } }), refused: { '/README.md': 'authority/needs-admin' } },
  { name: 'a note at the top by an admin', play: (coop, on) => coop.commit(on, { by: 'dana', changes: { 'README.md': 'hello\n' } }), force: { '/README.md': 'hello\n' } },
  { name: 'code takes two admins, whoever writes it', play: (coop, on) => coop.commit(on, { by: 'dana', changes: { 'package.json': '{}\n', '.github/workflows/x.yml': 'on: push\n', 'desired-state/schemas/x.json': '{}\n' } }), refused: { '/.github/workflows/x.yml': 'authority/needs-admins', '/package.json': 'authority/needs-admins', 'schemas/x.json': 'layout/unknown-path' } },
  { name: 'code that two admins signed, executable too', play: (coop, on) => { const code = coop.commit(on, { by: 'dana', changes: { 'bin/run': { mode: '100755', oid: coop.blob('#!/bin/sh\n') } } }); return coop.commit(code, { by: 'judy', message: `yes\n\nApproves: ${code}` }); } },
  { name: 'a directory for somebody who is no member', play: (coop, on) => coop.commit(on, { by: 'ada', changes: own('members/eve/README.md', 'x\n') }), refused: { 'members/eve/README.md': 'authority/foreign' } },
  { name: 'a new member whom one admin takes in', play: (coop, on) => coop.commit(on, { by: 'dana', changes: own('members/eve/member.yaml', 'name: Eve\nuid: 10009\nlimits: regular\nemail: eve@elsewhere.example\n') }), refused: { 'members/eve/member.yaml': 'authority/needs-admins' } },
];

describe('one path at a time:', () => {
  play(paths);
});

describe('with the desired state at the top of the repository:', () => {
  const top = (files: Map<string, string>): void => {
    for (const [path, text] of [...files]) {
      files.delete(path);
      files.set(path.replace('desired-state/', ''), text);
    }
  };
  const carol = (coop: Parameters<Case['play']>[0], on: string): string => coop.commit(on, { by: 'carol', changes: { 'members/carol/README.md': 'there\n' } });
  play([
    { name: 'ada edits her site', withoutCarol: true, alter: top, play: (coop, on) => carol(coop, coop.commit(on, { by: 'ada', changes: { [blog]: site } })), force: { [`/${blog}`]: site, '/members/carol/README.md': 'there\n' } },
    { name: 'bob does not', withoutCarol: true, alter: top, play: (coop, on) => carol(coop, coop.commit(on, { by: 'bob', changes: { [blog]: site } })), refused: { [`/${blog}`]: 'authority/foreign' }, stays: [`/${blog}`], force: { '/members/carol/README.md': 'there\n' } },
    { name: 'a desired state below it means nothing, and is code', withoutCarol: true, alter: top, play: (coop, on) => carol(coop, coop.commit(on, { by: 'ada', changes: own(blog, site) })), refused: { [blog]: 'authority/needs-admins' }, force: { '/members/carol/README.md': 'there\n' } },
  ]);
});

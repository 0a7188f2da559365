/** Changes of zones and their records, of who serves them, and of mail domains. */
import { files, mail, mailbox, member, numbers, two, type Case, type Files, type Harmless } from './case.ts';

const zone = (count: number): Files => ({ 'members/ada/zones/ada.example.yaml': `records:${count === 0 ? ' []' : ''}\n${numbers(count).map((id) => `  - { name: n${id}, type: A, address: 198.51.100.7 }\n`).join('')}` });
const signing = (member: string, dnssec: boolean): Files => ({ [`members/${member}/zones/${member}.example.yaml`]: `dnssec: ${dnssec}\nrecords: []\n` });
const elsewhere = { 'members/ada/zones/ada.example.yaml': "records:\n  - { name: '@', type: NS, target: ns.elsewhere.example. }\n" };
const meadow = (names: readonly string[]): Files => ({ 'coop/zones/meadow.example.yaml': `records:${names.length === 0 ? ' []' : ''}\n${names.map((name) => `  - { name: ${name}, type: A, address: 198.51.100.7 }\n`).join('')}` });
const bobs = (text: string | null): Files => ({ 'members/bob/mailboxes/bob.example.yaml': text });

/** Each is stopped. */
export const ofDomains: readonly Case[] = [
  { name: 'a zone', commit: { 'members/bob/zones/bob.example.yaml': null }, guarded: ['zone zone:bob.example member:bob 1'], more: files(['members/bob/zones/bob.example.yaml', 'members/ada/zones/ada.example.yaml'], null) },
  { name: 'most records of a zone', before: zone(30), commit: zone(10), guarded: ['zone-records zone:ada.example member:ada 20'], more: zone(9) },
  { name: 'all records of a small zone', before: zone(4), commit: zone(0), guarded: ['zone-records zone:ada.example member:ada 4'] },
  { name: 'a mail domain with a mailbox', before: bobs(mailbox), commit: mail, guarded: ['mail-domain mail:ada.example member:ada 1'], more: { ...mail, ...bobs(null) } },
  {
    name: 'a host that is no name server any more', commit: two('everyone', ''), guarded: ['name-servers name:two.meadow.example coop 3'],
    more: { ...two('everyone', ''), ...elsewhere },
  },
  { name: 'the same on that host itself', host: 'two', commit: two('everyone', ''), guarded: ['name-servers name:two.meadow.example coop 1'] },
  { name: 'a zone that other name servers are to serve', commit: elsewhere, guarded: ['name-servers zone:ada.example member:ada 2'] },
  { name: 'a signed zone that is to be unsigned', before: { ...signing('ada', true), ...signing('bob', true) }, commit: signing('ada', false), guarded: ['dnssec zone:ada.example member:ada 1'], more: { ...signing('ada', false), ...signing('bob', false) } },
  {
    name: 'the name of the server that the host fetches from', before: meadow(['git', 'forge', 'www']), commit: meadow(['forge', 'www']), guarded: ['remote name:git.meadow.example coop 1'],
    more: meadow(['www']), remotes: ['ssh://git@git.meadow.example:2222/coop.git', 'git@forge.meadow.example:coop.git', '/srv/coop.git', 'https://192.0.2.9/coop.git', 'https://elsewhere.example/x'],
  },
];

/** Each goes through. */
export const harmlessOfDomains: readonly Harmless[] = [
  { name: 'more than ten, but not a third, of the records of a zone', before: zone(45), commit: zone(32) },
  { name: 'a name in the zone of the git server that leads elsewhere', before: meadow(['git', 'www']), commit: meadow(['git']), remotes: ['git@git.meadow.example:coop.git'] },
  { name: 'a zone that is signed, and one that goes with its member', before: signing('ada', true), commit: { ...signing('bob', true), ...mail, 'members/ada/zones/ada.example.yaml': null, 'members/ada/vhosts/blog.ada.example.yaml': null, 'members/ada/member.yaml': member(10_002, 'limits: regular\n').replace('limits: generous\n', '').concat('domains: [ada.example]\nstate: retired\n') } },
  { name: 'some records of a zone', before: zone(30), commit: zone(21) },
];

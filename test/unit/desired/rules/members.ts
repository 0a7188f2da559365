/** Mistakes in what documents say of layout, members and their keys. */
import { keys } from '../coop.ts';
import { member, ada, bob, ecdsa, withHostKey, secrets, secretFor, swap, allowing, rsa, type Case } from './case.ts';

/** Each with the nearest thing that is right. */
export const ofMembers: readonly Case[] = [
  {
    code: 'layout/unknown-path', at: 'members/ada/vhost/a.ada.example.yaml:1:1', says: 'did you mean `vhosts`?',
    files: { 'members/ada/vhost/a.ada.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/ada/README.md': 'notes' },
  },
  { code: 'layout/unknown-path', at: 'hosts/shell.yml:1:1', says: 'rename it to `hosts/shell.yaml`', files: { 'hosts/shell.yml': 'debian: 12\n' }, twin: {} },
  {
    code: 'layout/wrong-name', at: 'members/ada/vhosts/Blog.ada.example.yaml:1:1', says: 'did you mean `blog.ada.example.yaml`?',
    files: { 'members/ada/vhosts/Blog.ada.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/ada/vhosts/3com.ada.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'layout/wrong-name', at: 'members/ada/vhosts/xn--pypal-4ve.ada.example.yaml:1:1', says: 'one script',
    files: { 'members/ada/vhosts/xn--pypal-4ve.ada.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/ada/vhosts/xn--bcher-kva.ada.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'member/no-member-file', at: 'members/frank/zones/frank.example.yaml:1:1',
    files: { 'members/frank/zones/frank.example.yaml': 'records: []\n' },
    twin: {},
  },
  {
    code: 'member/reserved-name', at: 'members/sudo/member.yaml:1:1', says: 'every Debian system',
    files: { 'members/sudo/member.yaml': member('erin').replace('10005', '10010') },
    twin: { 'members/sue/member.yaml': member('erin').replace('10005', '10010') },
  },
  {
    code: 'member/wrong-name', at: 'members/0x41/member.yaml:1:1',
    files: { 'members/0x41/member.yaml': member('erin').replace('10005', '10010') },
    twin: { 'members/x41/member.yaml': member('erin').replace('10005', '10010') },
  },
  { code: 'member/unknown-limits', at: `${ada}:3:9`, says: 'did you mean `regular`?', files: swap(ada, 'regular', 'regulr'), twin: swap(ada, 'vhosts: x', '') },
  {
    code: 'member/duplicate-uid', at: `${bob}:2:6`, says: 'it is ada\'s – 10010 is free',
    files: swap(bob, '10002', '10001'),
    twin: swap(bob, '10002', '10010'),
  },
  {
    code: 'member/retired-name', at: 'members/leo/member.yaml:1:1',
    files: { 'members/leo/member.yaml': member('erin').replace('10005', '10010') },
    twin: { 'members/leo/member.yaml': `${member('erin').replace('10005', '10009')}state: retired\n` },
  },
  { code: 'member/retired-uid', at: `${bob}:2:6`, files: swap(bob, '10002', '10009'), twin: swap(bob, '10002', '10008') },
  {
    code: 'retired/duplicate-name', at: 'coop/retired.yaml:3:12',
    files: { 'coop/retired.yaml': 'members:\n  - {name: leo, uid: 10009, left: 2024-11-30}\n  - {name: leo, uid: 10011, left: 2024-11-30}\n' },
    twin: {},
  },
  {
    code: 'retired/duplicate-uid', at: 'coop/retired.yaml:3:22',
    files: { 'coop/retired.yaml': 'members:\n  - {name: leo, uid: 10009, left: 2024-11-30}\n  - {name: lea, uid: 10009, left: 2024-11-30}\n' },
    twin: {},
  },
  {
    code: 'allowances/unknown-day', at: 'coop/allowances.yaml:2:100',
    files: allowing('from: 2026-06-10, until: 2026-06-31'),
    twin: allowing('from: 2026-06-10, until: 2026-06-30'),
  },
  { code: 'allowances/unknown-day', at: 'coop/allowances.yaml:2:81', files: allowing('from: 2026-02-30, until: 2026-03-10'), twin: allowing('from: 2026-02-28, until: 2026-03-10') },
  { code: 'allowances/no-days', at: 'coop/allowances.yaml:2:100', says: 'it begins on 2026-06-10', files: allowing('from: 2026-06-10, until: 2026-06-09'), twin: allowing('from: 2026-06-10, until: 2026-06-10') },
  {
    code: 'allowances/too-long', at: 'coop/allowances.yaml:2:100', says: '32 days from 2026-06-10 on: an allowance holds for 31 days at most – until: 2026-07-10 at the latest',
    files: allowing('from: 2026-06-10, until: 2026-07-11'), twin: allowing('from: 2026-06-10, until: 2026-07-10'),
  },
  { code: 'allowances/too-long', at: 'coop/allowances.yaml:2:100', files: allowing('from: 2026-06-10, until: 9999-12-31'), twin: allowing('from: 9999-12-01, until: 9999-12-31') },
  {
    code: 'allowances/duplicate', at: 'coop/allowances.yaml:3:63', says: 'line 2 does',
    files: allowing('from: 2026-06-10, until: 2026-06-20', 'from: 2026-06-21, until: 2026-06-30'),
    twin: allowing('from: 2026-06-10, until: 2026-06-20'),
  },
  { code: 'retired/unknown-day', at: 'coop/retired.yaml:2:35', files: swap('coop/retired.yaml', '2024-11-30', '2024-11-31'), twin: {} },
  {
    code: 'member/duplicate-domain', at: `${bob}:5:11`, says: 'belongs to ada',
    files: swap(bob, 'bob.example', 'ada.example'),
    twin: swap(bob, 'bob.example', 'old.bob.example'),
  },
  {
    code: 'member/duplicate-domain', at: `${bob}:5:11`, says: 'belongs to the co-op',
    files: swap(bob, 'bob.example', '2.0.192.in-addr.arpa'),
    twin: swap(bob, 'bob.example', 'bob.fairmeadow.example'),
  },
  {
    code: 'member/foreign-delegation', at: `${bob}:6:22`, says: 'belongs to ada',
    files: { [bob]: `${member('bob')}delegates: [{domain: x.ada.example, to: erin}]\n` },
    twin: { [bob]: `${member('bob')}delegates: [{domain: x.bob.example, to: erin}]\n` },
  },
  { code: 'member/whole-delegation', at: `${bob}:6:22`, files: { [bob]: `${member('bob')}delegates: [{domain: bob.example, to: erin}]\n` }, twin: {} },
  { code: 'member/self-delegation', at: `${bob}:6:41`, files: { [bob]: `${member('bob')}delegates: [{domain: x.bob.example, to: bob}]\n` }, twin: {} },
  {
    code: 'member/unknown-delegate', at: `${bob}:6:41`, says: 'did you mean `erin`?',
    files: { [bob]: `${member('bob')}delegates: [{domain: x.bob.example, to: erim}]\n` },
    twin: {},
  },
  {
    code: 'member/retired-delegate', at: 'members/carol/member.yaml:6:46',
    files: { 'members/erin/member.yaml': `${member('erin')}state: retired\n`, 'members/erin/vhosts/shop.carol.example.yaml': null },
    twin: { 'members/erin/member.yaml': `${member('erin')}state: suspended\n` },
  },
  {
    code: 'member/duplicate-delegation', at: 'members/carol/member.yaml:6:62',
    files: swap('members/carol/member.yaml', 'to: erin}', 'to: erin}, {domain: shop.carol.example, to: bob}'),
    twin: swap('members/carol/member.yaml', 'to: erin}', 'to: erin}, {domain: x.carol.example, to: bob}'),
  },
  {
    code: 'member/duplicate-port', at: `${bob}:6:9`, says: 'it is ada\'s',
    files: { [bob]: `${member('bob')}ports: [20001]\n` },
    twin: { [bob]: `${member('bob')}ports: [20002]\n` },
  },
  {
    code: 'member/duplicate-ssh-key', at: `${bob}:6:12`, says: 'it is ada\'s',
    files: { [bob]: `${member('bob')}ssh-keys: [${keys.ada.replace('laptop', 'stolen')}]\n` },
    twin: { [bob]: `${member('bob')}ssh-keys: [${keys.other}]\n` },
  },
  {
    code: 'member/ssh-key', at: `${bob}:6:18`, says: 'cut off or damaged',
    files: { [bob]: `${member('bob')}ssh-keys: [{key: ${ecdsa.replace('AABBBFv', 'AABBAFv')}}]\n` },
    twin: { [bob]: `${member('bob')}ssh-keys: [{key: ${ecdsa}}]\n` },
  },
  {
    code: 'member/weak-ssh-key', at: `${bob}:6:12`, says: '2000 bits',
    files: { [bob]: `${member('bob')}ssh-keys: [${rsa(2000)}]\n` },
    twin: { [bob]: `${member('bob')}ssh-keys: [${rsa(2048)}]\n` },
  },
  {
    code: 'member/retired-with-documents', at: `${ada}:9:8`,
    files: { [ada]: `${member('ada')}state: retired\n` },
    twin: { [ada]: `${member('ada')}state: suspended\n` },
  },
  {
    code: 'secret/unknown-host', at: 'members/ada/secrets/x.yaml:1:15', says: 'did you mean `main`?',
    files: { ...withHostKey, 'members/ada/secrets/x.yaml': secretFor('main, mian') },
    twin: { ...withHostKey, 'members/ada/secrets/x.yaml': secretFor('main') },
  },
  {
    code: 'secret/host-without-key', at: 'coop/secrets/x.yaml:1:9', says: '`ssh-host-key` to hosts/main.yaml',
    files: { 'coop/secrets/x.yaml': secretFor('main') },
    twin: { ...withHostKey, 'coop/secrets/x.yaml': secretFor('main') },
  },
  { code: 'secret/too-many', at: 'members/ada/secrets/s60.yaml:1:1', files: { ...withHostKey, ...secrets(51) }, twin: { ...withHostKey, ...secrets(50) } },
  {
    code: 'cluster/unknown-admin', at: 'cluster.yaml:4:16', says: 'did you mean `bob`?',
    files: swap('cluster.yaml', '[dana]', '[dana, bbo]'),
    twin: swap('cluster.yaml', '[dana]', '[dana, bob]'),
  },
  {
    code: 'cluster/inactive-admin', at: 'cluster.yaml:4:10',
    files: { 'members/dana/member.yaml': `${member('dana')}state: suspended\n` },
    twin: { 'members/dana/member.yaml': `${member('dana')}state: active\n` },
  },
];

/** Changes of what the co-op is made of: its hosts, its admins and its classes of limits. */
import { ada, crowd, generous, keys, member, two, type Case, type Files, type Harmless } from './case.ts';

const dana = (more: string): Files => ({ ...generous, 'members/dana/member.yaml': member(10_001, more) });
const cluster = (more: string): Files => ({ 'cluster.yaml': `name: Meadow\ndomain: meadow.example\ncontact: hostmaster@meadow.example\n${more}` });
const host = (number: number): string => `debian: 13\naddresses: { ipv4: 192.0.2.${number}, ipv6: '2001:db8:77::${number}' }\nservices: []\nlogin: { shell: nobody, files: nobody }\n`;
const hosts = (numbers: readonly number[], text: (number: number) => string | null): Files => Object.fromEntries(numbers.map((number) => [`hosts/h${number}.yaml`, text(number)]));
const classes = (names: readonly string[], text: string | null): Files => Object.fromEntries(names.map((name) => [`limits/${name}.yaml`, text]));
const keyed = (name: string, uid: number, key: string | undefined): Files => ({ [`members/${name}/member.yaml`]: member(uid, `ssh-keys: ["${key}"]\nsigning-keys: ["${key}"]\n`) });

/** Each is stopped. */
export const ofCoop: readonly Case[] = [
  { name: 'a host that nobody has anything on any more', host: 'two', commit: two('nobody'), guarded: ['data host:two coop 4', 'emptied host:two coop 4'], moreBefore: crowd(2) },
  { name: 'the keys of the only admin', before: dana(`ssh-keys: ["${keys[1]}"]\n`), commit: dana(''), guarded: ['admins coop coop 1', 'lock-out host:one coop 1'] },
  {
    name: 'an admin too few, where two must sign', before: { ...dana(`ssh-keys: ["${keys[1]}"]\nsigning-keys: ["${keys[1]}"]\n`), ...ada(`signing-keys: ["${keys[0]}"]\n`), ...cluster('admins: [ada, dana]\ntrust: { approvals: 2 }\n') },
    commit: cluster('admins: [dana]\ntrust: { approvals: 2 }\n'), guarded: ['admins coop coop 1'],
    moreBefore: { ...keyed('mira', 11_100, keys[2]), ...keyed('nora', 11_101, keys[3]), ...cluster('admins: [ada, dana, mira, nora]\ntrust: { approvals: 3 }\n') },
  },
  {
    name: 'a host that no admin can enter any more', host: 'two', before: dana(`ssh-keys: ["${keys[1]}"]\n`), commit: two('nobody'),
    guarded: ['data host:two coop 4', 'emptied host:two coop 4', 'lock-out host:two coop 1'],
  },
  {
    name: 'a host where admins may only copy files', host: 'two', before: dana(`ssh-keys: ["${keys[1]}"]\n`), commit: two('nobody', 'dns-secondary', 'everyone'), guarded: ['lock-out host:two coop 1'],
    moreBefore: { ...ada(), ...cluster('admins: [ada, dana]\n') },
  },
  {
    name: 'half of the hosts', before: hosts([21, 22, 23, 24], host), commit: hosts([21, 22, 23], () => null), guarded: ['shrunken coop coop 3'],
    more: hosts([21, 22, 23, 24], () => null),
  },
  { name: 'most classes of limits', before: classes(['a', 'b', 'c'], generous['limits/generous.yaml']), commit: classes(['a', 'b'], null), guarded: ['shrunken coop coop 2'], more: classes(['a', 'b', 'c'], null) },
];

/** Each goes through. */
export const harmlessOfCoop: readonly Harmless[] = [
  { name: 'one of five hosts', before: hosts([21, 22, 23], host), commit: hosts([21], () => null) },
  { name: 'an admin without keys, who never had any', commit: { 'members/ada/vhosts/blog.ada.example.yaml': null } },
];

/** Changes that take members, their homes or their names and numbers away. */
import { carols, crowd, files, numbers, regular, type Case, type Files, type Harmless } from './case.ts';

const away = (count: number): Files => files(numbers(count).map((id) => `members/m${id}/member.yaml`), null);
const bobAway = files(['members/bob/member.yaml', 'members/bob/vhosts/app.bob.example.yaml', 'members/bob/zones/bob.example.yaml'], null);

/** Each is stopped. */
export const ofMembers: readonly Case[] = [
  { name: 'many members who are suspended', before: crowd(20), commit: crowd(8, 'state: suspended\n'), guarded: ['members-leaving coop coop 8'], more: crowd(9, 'state: suspended\n') },
  { name: 'many members whose directories are gone', before: crowd(20), commit: away(12), guarded: ['members-leaving coop coop 12'], more: away(13) },
  { name: 'the directory of an active member', commit: carols, guarded: ['member member:carol member:carol 1'], more: { ...carols, ...files(['members/bob/member.yaml', 'members/bob/vhosts/app.bob.example.yaml', 'members/bob/zones/bob.example.yaml'], null) } },
  { name: 'the directories of three of ten members', before: crowd(6), commit: away(3), guarded: numbers(3).map((id) => `member member:m${id} member:m${id} 1`), more: away(4), moreBy: 'members-leaving' },
  { name: 'many homes of members who are suspended', before: crowd(20, 'state: suspended\n'), commit: away(6), guarded: ['data host:one coop 6'], more: away(7) },
  { name: 'a member with another uid', commit: regular('carol', 10_044), guarded: ['uid member:carol member:carol 1'], more: { ...regular('carol', 10_044), ...regular('ada', 10_045, 'domains: [ada.example]\n') } },
  {
    name: 'a uid that somebody else is given in the same change', commit: { ...regular('carol', 10_044), ...regular('dora', 10_004) },
    guarded: ['uid member:carol member:carol 1', 'uid member:dora member:dora 1'], newcomers: ['member:dora'],
  },
  { name: 'a uid of whose files some were put aside', between: carols, commit: regular('zed', 10_004), guarded: ['uid member:zed member:zed 1'], newcomers: ['member:zed'] },
  {
    name: 'a name of which something was put aside', between: { ...carols, ...bobAway }, commit: regular('carol', 10_004), guarded: ['former-member member:carol member:carol 1'],
    newcomers: ['member:carol'], more: { ...regular('carol', 10_004), ...regular('bob', 10_003) },
  },
];

/** Each goes through. */
export const harmlessOfMembers: readonly Harmless[] = [
  { name: 'a member who is suspended', commit: { 'members/carol/member.yaml': 'name: Carol\nuid: 10004\nlimits: regular\nemail: carol@elsewhere.example\nstate: suspended\n' } },
  { name: 'a member who retires with all that she has', commit: { ...files(['members/bob/vhosts/app.bob.example.yaml', 'members/bob/zones/bob.example.yaml'], null), 'members/bob/member.yaml': 'name: Bob\nuid: 10003\nlimits: regular\nemail: bob@elsewhere.example\nstate: retired\n' } },
  { name: 'more than three, but not a tenth, of the members', before: crowd(45), commit: crowd(4, 'state: retired\n') },
  { name: 'more than three, but not a tenth, of the homes on a host', before: crowd(45, 'state: suspended\n'), commit: away(4) },
];

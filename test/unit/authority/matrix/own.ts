/** What members may do with what is their own. */
import { ada, adaYaml, admins, blog, green, ownYaml, shop, site, type Case } from './case.ts';

export const own: readonly Case[] = [
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

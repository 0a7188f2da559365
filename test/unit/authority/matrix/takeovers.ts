/** Names and numbers that one gives up and another takes up. */
import { blog, bob, bobYaml, byAdmin, green, ownYaml, shop, site, type Case } from './case.ts';

const bobsBlog = 'members/bob/vhosts/blog.ada.example.yaml';
const takeover = { risk: 'amber', code: 'authority/takeover', ...byAdmin } as const;

export const takes: readonly Case[] = [
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

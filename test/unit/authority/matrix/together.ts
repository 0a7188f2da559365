/** What stands or falls together, and how much at once is much. */
import type { Draft } from '../proposals.ts';
import { adaYaml, admins, amberByAdmin, blog, byAdmin, byBoth, foreign, green, never, ofCluster, ownYaml, shop, site, type Case } from './case.ts';

/** Many new sites, and what comes last. */
function many(count: number, by: readonly string[], last: Draft): readonly Draft[] {
  return [...Array.from({ length: count }, (_, index): Draft => ({ path: `members/ada/vhosts/n${String(index).padStart(5, '0')}.ada.example.yaml`, after: {}, by })), last];
}

export const sets: readonly Case[] = [
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

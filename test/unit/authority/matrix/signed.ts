/** Who signed, and whether that counts. */
import { ada, adaYaml, admins, blog, byAdmin, foreign, green, shop, site, type Case } from './case.ts';

export const unsigned: readonly Case[] = [
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

/** What nobody may bring, whoever signs it. */
import { ada, adaYaml, admins, blog, byBoth, foreign, green, never, odd, redByBoth, site, type Case } from './case.ts';

export const odds: readonly Case[] = [
  { name: 'a link', proposed: [odd(blog, { mode: '120000' })], expected: [{ ...never, code: 'authority/mode', says: 'it is a symbolic link, not a plain file' }] },
  { name: 'a submodule', proposed: [odd('members/ada/vhosts/more', { mode: '160000' })], expected: [{ ...never, code: 'authority/mode', says: 'a submodule' }] },
  { name: 'a site that becomes executable', proposed: [{ path: blog, before: site, after: site, by: ['ada'], mode: '100755' }], expected: [{ ...never, code: 'authority/mode', says: 'executable', hint: `git update-index --chmod=-x ${blog}` }] },
  { name: 'a script of a member, executable', proposed: [odd('members/ada/run.sh', { is: 'other', mode: '100755' })], expected: [{ ...never, code: 'authority/mode', says: 'executable' }] },
  { name: 'a site that was executable and is no more', proposed: [{ path: blog, before: site, after: site, by: ['ada'], was: '100755' }], expected: [green] },
  { name: 'a directory too large to look through', proposed: [odd('members/ada/vhosts/deep', { mode: '40000' })], expected: [{ ...never, code: 'authority/mode', says: 'too much in it' }] },
  { name: 'ada removes a directory too large to look through', proposed: [{ path: 'members/ada/mailboxes', before: 'unreadable', was: '40000', by: ['ada'] }], expected: [{ ...redByBoth, says: 'data loss: a directory' }] },
  { name: 'a path with a newline', proposed: [odd('members/ada/a\nb.md')], expected: [{ ...never, code: 'authority/path', says: 'members/ada/a\\x0ab.md' }] },
  { name: 'a path that moves the cursor', proposed: [odd('members/ada/\x1b[2J.md')], expected: [{ ...never, code: 'authority/path', says: '\\x1b[2J' }] },
  { name: 'a path that is not UTF-8', proposed: [odd('members/ada/\xff.md')], expected: [{ ...never, code: 'authority/path', says: '\\xff' }] },
  { name: 'a path with a blank', proposed: [odd('members/ada/a b.md')], expected: [{ ...never, code: 'authority/path', says: 'made of letters' }] },
  { name: 'a path that climbs', proposed: [odd('members/ada/../bob/README.md')], expected: [{ ...never, code: 'authority/path', says: '".."' }] },
  { name: 'a path with an empty part', proposed: [odd('members/ada//README.md')], expected: [{ ...never, code: 'authority/path', says: 'empty part' }] },
  { name: 'a path into git\'s own', proposed: [odd('members/ada/.GiT/config')], expected: [{ ...never, code: 'authority/path', says: '.git' }] },
  { name: 'ada clears away an odd path', proposed: [{ path: 'members/ada/a\nb.md', before: {}, is: 'note', by: ['ada'] }], expected: [green] },
  { name: 'a stranger clears away an odd path', proposed: [{ path: 'members/ada/a\x1bb.md', before: {}, is: 'note', by: ['bob'] }], expected: [{ ...foreign, says: 'a\\x1bb.md' }] },
  { name: 'a name that differs from one of her own in case only', proposed: [odd('members/ada/vhosts/Blog.ada.example.yaml')], expected: [{ ...never, code: 'authority/case-collision', says: blog }] },
  { name: 'a second way into bob\'s directory', proposed: [odd('members/Bob/README.md', { by: admins })], expected: [{ ...never, code: 'authority/case-collision', says: 'members/bob differs from it in case only' }] },
  { name: 'a name that differs in case only from one that changes', proposed: [{ path: 'members/ada/README.md', before: {}, after: {}, by: ['ada'] }, odd('members/ada/readme.md')], expected: [
    { path: 'members/ada/readme.md', ...never, code: 'authority/case-collision', says: 'members/ada/README.md' },
  ] },
  { name: 'two new names that differ in case only', proposed: [odd('members/ada/NEWS', { by: ['ada'] }), odd('members/ada/news', { by: ['dana'] })], expected: [
    { path: 'members/ada/NEWS', ...never, code: 'authority/case-collision', says: 'members/ada/news differs' }, { path: 'members/ada/news', ...never, code: 'authority/case-collision', says: 'members/ada/NEWS differs' },
  ] },
  { name: 'a stranger\'s new name does not stop ada\'s that differs in case only', proposed: [odd('members/ada/NEWS', { by: ['bob'] }), odd('members/ada/news', { by: ['ada'] })], expected: [{ ...green, path: 'members/ada/news' }] },
  { name: 'YAML that cannot be read, whoever signs it', proposed: [{ path: blog, before: site, after: 'unreadable', by: ['ada', ...admins] }], expected: [{ ...never, code: 'yaml/syntax', says: 'cannot read this as YAML', line: 3 }] },
  { name: 'a member.yaml becomes a directory', proposed: [{ path: adaYaml, before: ada, by: ['ada'] }, { path: `${adaYaml}/README.md`, after: {}, by: ['ada'] }], expected: [
    { ...redByBoth, says: 'data loss' }, { path: `${adaYaml}/README.md`, risk: 'red', code: 'authority/together', says: `${adaYaml} is refused`, ...byBoth },
  ] },
  { name: 'a file of ada\'s becomes a directory', proposed: [{ path: 'members/ada/NOTES', before: {}, by: ['ada'] }, { path: 'members/ada/NOTES/README.md', after: {}, by: ['ada'] }], expected: [{ ...green, path: 'members/ada/NOTES' }, { ...green, path: 'members/ada/NOTES/README.md' }] },
  { name: 'a file that only a stranger removes is in the way of a directory', proposed: [{ path: 'members/ada/NOTES', before: {}, by: ['bob'] }, { path: 'members/ada/NOTES/README.md', after: {}, by: ['ada'] }], expected: [
    { path: 'members/ada/NOTES', ...foreign, says: 'cannot remove' },
    { path: 'members/ada/NOTES/README.md', risk: 'green', code: 'authority/in-the-way', says: 'members/ada/NOTES is in the way', of: ['ada', ...admins] },
  ] },
  { name: 'a directory that only a stranger empties is in the way of a file', proposed: [{ path: 'members/ada/NOTES/README.md', before: {}, by: ['bob'] }, { path: 'members/ada/NOTES', after: {}, by: ['ada'] }], expected: [
    { path: 'members/ada/NOTES', risk: 'green', code: 'authority/in-the-way', says: 'is in the way', of: ['ada', ...admins] },
  ] },
];

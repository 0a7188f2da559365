import type { DesiredState, Host, Member } from '../../model/desired.ts';
import type { Owner } from '../../model/owner.ts';
import { entryOf, type Entry } from '../../model/residence.ts';
import type { Source } from '../../model/source.ts';
import type { Row } from '../../resources/table.ts';

/**
 * Groups that say what a member may do on a host; sshd and others ask for them. `croft-members` has every member whatever her state, so
 * that what is forbidden to members is forbidden to the suspended above all. Numbers: 600 to 699, which Debian's own allocation
 * (upwards from 100, downwards from 999) does not reach and libnss-extrausers still reads.
 */
const groups: readonly { readonly name: string; readonly gid: number; readonly entries: readonly Entry[] }[] = [
  { name: 'croft-members', gid: 601, entries: ['shell', 'files', 'none'] },
  { name: 'croft-shell', gid: 602, entries: ['shell'] },
  { name: 'croft-files', gid: 603, entries: ['files'] },
];

/** All mail of virtual mailboxes belongs to this one user, which is no member's. It stands here because these tables are written whole. */
const postmaster = { name: 'croft-vmail', id: 590 };

const shells = { bash: '/bin/bash', sh: '/bin/sh', zsh: '/usr/bin/zsh' } as const;
const nologin = '/usr/sbin/nologin';

/** Say who there is. The full name stays out of it: it may hold what passwd(5) has no way to write. */
export function passwdRows(state: DesiredState, host: Host): readonly Row[] {
  const members = state.members.map((member): Row => {
    // sshd runs internal-sftp itself, so copying files needs no shell.
    const shell = entryOf(member, host) === 'shell' ? shells[member.shell] : nologin;
    const id = String(member.uid);
    const columns = { password: 'x', uid: id, gid: id, gecos: member.name, home: `/home/${member.name}`, shell };
    const sources = { uid: field(member, 'uid'), gid: field(member, 'uid'), shell: field(member, shell === nologin ? 'state' : 'shell') };
    return { ...rowOf(member), columns, sources };
  });
  const id = String(postmaster.id);
  const columns = { password: 'x', uid: id, gid: id, gecos: 'virtual mail', home: '/nonexistent', shell: nologin };
  return [...members, ...(hasMail(host) ? [{ key: postmaster.name, columns, ...shared(host) }] : [])];
}

/** Say which groups there are: each member's own, and what they may do here. */
export function groupRows(state: DesiredState, host: Host): readonly Row[] {
  const own = state.members.map((member): Row => ({ ...rowOf(member), columns: { password: 'x', gid: String(member.uid) } }));
  const common = groups.map(({ name, gid, entries }): Row => {
    const members = state.members.filter((member) => entries.includes(entryOf(member, host))).map((member) => member.name);
    return { key: name, columns: { password: 'x', gid: String(gid), members: members.join(',') }, ...shared(host) };
  });
  const mail: Row = { key: postmaster.name, columns: { password: 'x', gid: String(postmaster.id) }, ...shared(host) };
  return [...own, ...common, ...(hasMail(host) ? [mail] : [])];
}

/** No password ever opens an account (`*`). Who is not active has expired on the second of January 1970, which PAM asks for every way in. */
export function shadowRows(state: DesiredState, host: Host): readonly Row[] {
  const members = state.members.map((member): Row => {
    const closed = member.state !== 'active';
    return { ...rowOf(member), columns: { password: closed ? '!*' : '*', ...(closed ? { expire: '1' } : {}) }, sources: { expire: field(member, 'state') } };
  });
  return [...members, ...(hasMail(host) ? [{ key: postmaster.name, columns: { password: '!*' }, ...shared(host) }] : [])];
}

function rowOf(member: Member): { readonly key: string; readonly owner: Owner; readonly source: Source } {
  return { key: member.name, owner: `member:${member.name}`, source: member.source };
}

function shared(host: Host): { readonly owner: Owner; readonly source: Source } {
  return { owner: 'coop', source: host.source };
}

function field(member: Member, name: string): Source {
  return member.sources[name] ?? member.source;
}

function hasMail(host: Host): boolean {
  return host.roles.includes('mail');
}

/**
 * Members' Unix accounts. They stand in whole files of croft's own, /var/lib/extrausers/{passwd,group,shadow}, which libnss-extrausers
 * adds to the host's users on every lookup (no daemon to reload); ids below 500 it ignores. Every member is in them on every host with
 * the same uid and gid, so that a file's number means the same person everywhere; whether she may enter is said by shell, expiry and
 * group. Homes are made once and kept: they are the member's, and root never works inside. ssh keys and sshd are in ssh.ts.
 * Source: libnss-extrausers' README; passwd(5), group(5), shadow(5), nsswitch.conf(5).
 */
import type { Member } from '../../model/desired.ts';
import { entryOf, residentsOf } from '../../model/residence.ts';
import type { Id, Provenance, Resource } from '../../model/resource.ts';
import type { Scope, Service } from '../../model/service.ts';
import { heading } from '../../formats/heading.ts';
import { nsswitch } from '../../formats/nsswitch.ts';
import { text } from '../../formats/text.ts';
import { directory } from '../../resources/directory.ts';
import { file } from '../../resources/file.ts';
import { home } from '../../resources/home.ts';
import { packages } from '../../resources/packages.ts';
import { sessions } from '../../resources/sessions.ts';
import { table } from '../../resources/table.ts';
import { ssh } from './ssh.ts';
import { groupRows, passwdRows, shadowRows } from './tables.ts';

/** Accounts, homes, keys and who may enter. */
export const accounts: Service = {
  name: 'accounts',
  *compile(scope): Iterable<Resource> {
    yield* users(scope);
    yield* homes(scope);
    yield* ssh(scope);
    for (const member of scope.state.members) if (member.state !== 'active') yield leave(member);
  },
};

const tables: readonly Id[] = ['table:/var/lib/extrausers/group', 'table:/var/lib/extrausers/passwd', 'table:/var/lib/extrausers/shadow'];

function* users({ state, host }: Scope): Iterable<Resource> {
  const whose: Provenance = { owner: 'coop', source: host.source };
  const installed: Provenance = { ...whose, needs: ['packages:accounts'] };
  const policy: Provenance = { ...whose, needs: ['file:/usr/sbin/policy-rc.d'] };
  yield packages('accounts', ['libnss-extrausers', 'openssh-server'], policy);
  // Apart, and needed by nothing: a member's choice of a shell must not keep others from their accounts.
  if (state.members.some((member) => member.shell === 'zsh' && entryOf(member, host) === 'shell')) yield packages('zsh', ['zsh'], policy);
  yield file('/etc/nsswitch.conf', { text: nsswitch(host.source, lookups) }, installed);
  yield table('/var/lib/extrausers/passwd', { layout: 'passwd', rows: passwdRows(state, host), mode: '0644' }, installed);
  yield table('/var/lib/extrausers/group', { layout: 'group', rows: groupRows(state, host), mode: '0644' }, installed);
  yield table('/var/lib/extrausers/shadow', { layout: 'shadow', rows: shadowRows(state, host), mode: '0640', group: 'shadow' }, installed);
}

/** Nobody can list /home (0751), and into a home only its member and, on a host with sites, the web server can go (0710). */
function* homes({ state, host }: Scope): Iterable<Resource> {
  const web = host.roles.includes('web-static') || host.roles.includes('web-dynamic');
  const whose: Provenance = { owner: 'coop', source: host.source };
  yield directory('/home', { mode: '0751' }, whose);
  yield file('/etc/tmpfiles.d/home.conf', { text: heading('#', host.source) + atBoot }, whose);
  for (const member of residentsOf(state, host)) {
    const needs: readonly Id[] = ['directory:/home', 'file:/etc/nsswitch.conf', ...tables];
    const access = { owner: member.name, group: web ? 'www-data' : member.name, mode: '0710' };
    yield home(`/home/${member.name}`, access, { owner: `member:${member.name}`, source: member.source, needs });
  }
}

/** A member who may no longer enter is also sent out, once the tables no longer let her back in. */
function leave(member: Member): Resource {
  return sessions(member.name, { owner: `member:${member.name}`, source: member.sources['state'] ?? member.source, after: tables });
}

/**
 * What /home is at each boot: systemd's own file of this name, which this one replaces, would open it again for everybody to list (0755)
 * until the next run. Its other line stays. Source: tmpfiles.d(5).
 */
const atBoot = 'Q /home 0751 - - -\nq /srv 0755 - - -\n';

/** Debian's own file, with `extrausers` after what the host itself has: a member can never take the name or number of a system account. */
const lookups = [
  [text('passwd'), text('files'), text('extrausers'), text('systemd')],
  [text('group'), text('files'), text('extrausers'), text('systemd')],
  [text('shadow'), text('files'), text('extrausers'), text('systemd')],
  [text('gshadow'), text('files'), text('systemd')],
  [text('hosts'), text('files'), text('dns')],
  [text('networks'), text('files')],
  [text('protocols'), text('db'), text('files')],
  [text('services'), text('db'), text('files')],
  [text('ethers'), text('db'), text('files')],
  [text('rpc'), text('db'), text('files')],
  [text('netgroup'), text('nis')],
] as const;

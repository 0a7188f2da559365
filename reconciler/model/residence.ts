import type { Audience, DesiredState, Host, Member } from './desired.ts';
import type { UserName } from './values.ts';

/** How a member may enter a host. A shell includes copying files. */
export type Entry = 'shell' | 'files' | 'none';

/** Say how a member may enter a host now. Only active members may at all. */
export function entryOf(member: Member, host: Host): Entry {
  if (member.state !== 'active') return 'none';
  if (includes(host.login.shell, member)) return 'shell';
  return includes(host.login.files, member) ? 'files' : 'none';
}

/** List the members who have a home on a host: they may enter it, or a site of theirs is there. The suspended keep theirs; it holds their data. */
export function residentsOf(state: DesiredState, host: Host): readonly Member[] {
  const withSites = new Set<UserName>(state.vhosts.flatMap((vhost) => (vhost.host.name === host.name && vhost.member !== null ? [vhost.member.name] : [])));
  return state.members.filter((member) => member.state !== 'retired'
    && (withSites.has(member.name) || includes(host.login.shell, member) || includes(host.login.files, member)));
}

function includes(audience: Audience, member: Member): boolean {
  return audience === 'everyone' || (audience === 'admins' && member.admin);
}

import type { Cluster, DesiredState, Host, Limits, Member } from '../../model/desired.ts';
import { count } from '../words.ts';
import { names, unshown, value, type Field, type Telling } from './telling.ts';

/** How members are told. */
export const members: Telling<Member> = {
  what: 'member',
  name: ({ name }) => name,
  owner: ({ name }) => `member:${name}`,
  source: ({ source }) => source,
  whole: ({ limits, state, admin }) => [`limits ${limits.name}`, ...(admin ? ['admin'] : []), ...(state === 'active' ? [] : [state])].join(', '),
  fields: [
    value('state', ({ state }) => state),
    (before, after) => (before.admin === after.admin ? null : after.admin ? 'becomes an admin' : 'is no longer an admin'),
    value('limits', ({ limits }) => limits.name),
    value('shell', ({ shell }) => shell),
    names('ports', ({ ports }) => ports),
    names('ssh keys', ({ sshKeys }) => sshKeys.map(({ type, blob, comment }) => comment || `${type} …${blob.slice(-8)}`)),
    unshown('what ssh keys may do', ({ sshKeys }) => sshKeys.map(({ source: _, comment: __, ...key }) => key)),
    value('uid', ({ uid }) => uid),
    value('name', ({ displayName }) => JSON.stringify(displayName)),
    value('email', ({ email }) => email),
  ],
};

/** How limits classes are told, with how many members have one. */
export function limits({ members: all }: DesiredState): Telling<Limits> {
  const affected: Field<Limits> = (before, after) => {
    const changed = numbers.flatMap((field) => field(before, after) ?? []);
    return changed.length === 0 ? null : `${changed.join(', ')} (affects ${count(all.filter((member) => member.limits.name === after.name).length, 'member')})`;
  };
  return {
    what: 'limits', name: ({ name }) => name, owner: () => 'coop', source: ({ source }) => source,
    whole: ({ diskMib, vhosts, mailboxes }) => `disk ${diskMib} MiB, ${count(vhosts, 'site')}, ${count(mailboxes, 'mailbox', 'mailboxes')} and so on`,
    fields: [affected],
  };
}

const numbers: readonly Field<Limits>[] = [
  value('disk', ({ diskMib }) => diskMib, ' MiB'),
  value('memory', ({ memoryMib }) => memoryMib, ' MiB'),
  value('cpu', ({ cpuPercent }) => cpuPercent, ' %'),
  value('tasks', ({ tasks }) => tasks),
  value('open files', ({ openFiles }) => openFiles),
  value('sites', ({ vhosts }) => vhosts),
  value('zones', ({ zones }) => zones),
  value('mailboxes', ({ mailboxes }) => mailboxes),
  value('aliases', ({ aliases }) => aliases),
];

/** How hosts are told. */
export const hosts: Telling<Host> = {
  what: 'host',
  name: ({ name }) => name,
  owner: () => 'coop',
  source: ({ source }) => source,
  whole: ({ roles, debian }) => `Debian ${debian}: ${roles.join(', ') || 'no services'}`,
  fields: [
    names('services', ({ roles }) => roles),
    value('Debian', ({ debian }) => debian),
    value('address', ({ ipv4 }) => ipv4),
    value('address', ({ ipv6 }) => ipv6),
    value('shell for', ({ login }) => login.shell),
    value('files for', ({ login }) => login.files),
  ],
};

/** How the co-op itself is told. */
export const cluster: Telling<Cluster> = {
  what: 'co-op',
  name: ({ domain }) => domain,
  owner: () => 'coop',
  source: ({ source }) => source,
  whole: ({ name }) => name,
  fields: [
    value('name', ({ name }) => JSON.stringify(name)),
    value('contact', ({ contact }) => contact),
    names('admins', ({ admins }) => admins),
    value('ttl', ({ ttlSeconds }) => ttlSeconds, ' s'),
  ],
};

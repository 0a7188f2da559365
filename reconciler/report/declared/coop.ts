import type { Cluster, DesiredState, Host, Limits, Member, PublicKey } from '../../model/desired.ts';
import { fingerprint } from '../../model/digest.ts';
import type { Allowance } from '../../model/guard.ts';
import { count } from '../words.ts';
import { names, unshown, value, type Field, type Telling } from './telling.ts';

/** How members are told. */
export const members: Telling<Member> = {
  what: 'member',
  name: ({ name }) => name,
  owner: ({ name }) => `member:${name}`,
  source: ({ source }) => source,
  whole: ({ uid, limits, state, admin, ports }) => [
    `uid ${uid}`, `limits ${limits.name}`, ...(admin ? ['admin'] : []), ...(state === 'active' ? [] : [state]),
    ...(ports.length === 0 ? [] : [`ports ${ports.join(' ')}`]),
  ].join(', '),
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

/** Something of a member's document that has a name of its own. */
type Of<T> = T & Pick<Member, 'source'> & { readonly member: string };

/** List what members have of a sort. */
export function partsOf<T extends object>(all: readonly Member[], of: (member: Member) => readonly T[]): readonly Of<T>[] {
  return all.flatMap((member) => of(member).map((part) => ({ ...part, member: member.name, source: member.source })));
}

/** How a domain is told that admins give to somebody, or take from her: each by itself, since that is what they decide on. */
export const domains: Telling<Of<{ readonly domain: string }>> = {
  what: 'domain',
  name: ({ domain }) => domain,
  owner: ({ member }) => `member:${member}`,
  source: ({ source }) => source,
  whole: ({ domain, member }) => `not proven here: croft prove ${domain} --member ${member} --lookup`,
  fields: [],
};

/** How a subdomain is told that a member lets another one use. */
export const delegates: Telling<Of<{ readonly domain: string; readonly to: string }>> = {
  what: 'delegation',
  name: ({ domain }) => domain,
  owner: ({ member }) => `member:${member}`,
  source: ({ source }) => source,
  whole: ({ to }) => `to ${to}`,
  fields: [value('to', ({ to }) => to)],
};

/** How a key is told with which a member signs: whoever has it speaks for her. */
export const signing: Telling<Of<Member['signingKeys'][number]>> = {
  what: 'signing key',
  name: ({ blob }) => fingerprint(Buffer.from(blob, 'base64')),
  owner: ({ member }) => `member:${member}`,
  source: ({ source }) => source,
  whole: ({ type, comment, validAfter, validBefore, revoked }) => [
    comment === '' ? type : `${type} ${comment}`, ...(validAfter === null ? [] : [`from ${validAfter} on`]),
    ...(validBefore === null ? [] : [`until ${validBefore}`]), ...(revoked === null ? [] : [`revoked ${revoked}`]),
  ].join(', '),
  fields: [
    value('from', ({ validAfter }) => validAfter), value('until', ({ validBefore }) => validBefore), value('revoked', ({ revoked }) => revoked), value('comment', ({ comment }) => comment),
  ],
};

/** How what guards let pass is told. All that it allows is its name: another count or day is another allowance. */
export const allowances: Telling<Allowance> = {
  what: 'allowance',
  name: ({ guard, object, count: most, from, until }) => `${guard} for ${object}, at most ${most}, from ${from} until ${until}`,
  owner: () => 'coop',
  source: ({ source }) => source,
  whole: ({ reason }) => reason,
  fields: [value('reason', ({ reason }) => reason)],
};

/** How limits classes are told, with how many members have one. */
export function limits({ members: all }: DesiredState): Telling<Limits> {
  const affected: Field<Limits> = (before, after) => {
    const changed = numbers.flatMap(([label, of, unit]) => value(label, of, unit)(before, after) ?? []);
    return changed.length === 0 ? null : `${changed.join(', ')} (affects ${count(all.filter((member) => member.limits.name === after.name).length, 'member')})`;
  };
  return {
    what: 'limits', name: ({ name }) => name, owner: () => 'coop', source: ({ source }) => source,
    whole: (limit) => numbers.map(([label, of, unit]) => `${label} ${of(limit)}${unit}`).join(', '),
    fields: [affected],
  };
}

const numbers: readonly (readonly [label: string, of: (limits: Limits) => number, unit: string])[] = [
  ['disk', ({ diskMib }) => diskMib, ' MiB'],
  ['memory', ({ memoryMib }) => memoryMib, ' MiB'],
  ['cpu', ({ cpuPercent }) => cpuPercent, ' %'],
  ['tasks', ({ tasks }) => tasks, ''],
  ['open files', ({ openFiles }) => openFiles, ''],
  ['sites', ({ vhosts }) => vhosts, ''],
  ['zones', ({ zones }) => zones, ''],
  ['mailboxes', ({ mailboxes }) => mailboxes, ''],
  ['aliases', ({ aliases }) => aliases, ''],
];

/** How hosts are told. */
export const hosts: Telling<Host> = {
  what: 'host',
  name: ({ name }) => name,
  owner: () => 'coop',
  source: ({ source }) => source,
  whole: ({ roles, debian, login, ipv4, ipv6, key, sshHostKey }) => [
    `Debian ${debian}: ${roles.join(', ') || 'no services'}`, `shell for ${login.shell}`, `files for ${login.files}`, `${ipv4} and ${ipv6}`,
    ...(key === null ? [] : [`key ${keyWords(key)}`]), ...(sshHostKey === null ? [] : [`ssh host key ${keyWords(sshHostKey)}`]),
  ].join('; '),
  fields: [
    names('services', ({ roles }) => roles),
    value('Debian', ({ debian }) => debian),
    value('address', ({ ipv4 }) => ipv4),
    value('address', ({ ipv6 }) => ipv6),
    value('shell for', ({ login }) => login.shell),
    value('files for', ({ login }) => login.files),
    value('key', ({ key }) => keyWords(key)),
    value('ssh host key', ({ sshHostKey }) => keyWords(sshHostKey)),
  ],
};

function keyWords(key: PublicKey | null): string | null {
  return key === null ? null : `${fingerprint(Buffer.from(key.blob, 'base64'))}${key.comment === '' ? '' : ` ${key.comment}`}`;
}

/** Who is believed: what switches that off is not to be read over. */
const trust: Field<Cluster> = ({ approvals: before }, { approvals: after }) => {
  if (before === after) return null;
  if (after === null) return 'TRUST IS SWITCHED OFF: from then on whoever can push is believed';
  if (before === null) return `trust is switched on: from then on the most sensitive takes ${count(after, 'admin')}`;
  return `approvals of the most sensitive ${before} → ${after}`;
};

/** How the co-op itself is told. */
export const cluster: Telling<Cluster> = {
  what: 'co-op',
  name: ({ domain }) => domain,
  owner: () => 'coop',
  source: ({ source }) => source,
  whole: ({ name }) => name,
  fields: [
    trust,
    names('admins', ({ admins }) => admins),
    names('merge keys', ({ mergeKeys }) => mergeKeys.flatMap((key) => keyWords(key) ?? [])),
    value('kick key', ({ kickKey }) => keyWords(kickKey)),
    value('name', ({ name }) => JSON.stringify(name)),
    value('contact', ({ contact }) => contact),
    value('ttl', ({ ttlSeconds }) => ttlSeconds, ' s'),
    value('days that what is put aside is kept', ({ graceDays }) => graceDays),
  ],
};

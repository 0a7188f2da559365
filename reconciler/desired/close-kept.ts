import type { Audience, DesiredState, Host, Member } from '../model/desired.ts';
import { passwordHash } from '../model/grammar/mail.ts';
import { ownerOf, type Owner } from '../model/owner.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { closeHeld } from './close.ts';
import type { AnyDocument } from './documents.ts';
import { readFile } from './read.ts';
import { publicKey } from './ssh-key.ts';

/** Whose documents are older than the newest, which may well be right; and that newest. */
export interface OlderThan {
  readonly owners: ReadonlySet<Owner>;
  readonly newest: Snapshot;
}

/**
 * Close, in documents that are older on purpose, every way in that the newest ones closed since: members sent out, ssh keys and admins
 * taken away, passwords replaced, hosts that fewer may log in to. Going back must not let anybody in again.
 */
export function closeKept(state: DesiredState, { owners, newest }: OlderThan): DesiredState {
  const closed = closeHeld(state, owners, newest);
  const documents = [...newest.files, ...(newest.hidden ?? [])].filter(({ path }) => owners.has(ownerOf(path))).flatMap((file) => readFile(file).document ?? []);
  const keys = new Map(documents.flatMap((document) => (document.kind === 'member' ? [[document.name, keysIn(document)] as const] : [])));
  const admins = documents.flatMap((document) => (document.kind === 'cluster' ? [new Set(document.value.admins)] : []))[0];
  const passwords = new Map(documents.flatMap((document) => (document.kind === 'mailboxes' ? passwordsIn(document) : [])));
  const logins = new Map(documents.flatMap((document) => (document.kind === 'host' ? [[document.name, document.value.login] as const] : [])));
  return {
    ...closed,
    members: closed.members.map((member) => withoutKeys(withoutOffice(member, admins), keys.get(member.name))),
    hosts: closed.hosts.map((host) => narrowed(host, logins.get(host.name))),
    mailDomains: closed.mailDomains.map((domain) => ({ ...domain, mailboxes: domain.mailboxes.map((mailbox) => ({ ...mailbox, password: passwordHash(passwords.get(`${domain.owner} ${mailbox.address}`) ?? '') ?? mailbox.password })) })),
  };
}

function keysIn({ value }: Extract<AnyDocument, { readonly kind: 'member' }>): ReadonlySet<string> {
  return new Set((value['ssh-keys'] ?? []).flatMap((written) => {
    const key = publicKey(typeof written === 'string' ? written : written.key);
    return 'blob' in key ? [key.blob] : [];
  }));
}

/** Whoever writes of a domain that is not hers replaces nobody's. */
function passwordsIn({ name, owner, value }: Extract<AnyDocument, { readonly kind: 'mailboxes' }>): readonly (readonly [string, string])[] {
  return Object.entries(value.mailboxes ?? {}).map(([local, { password }]) => [`${owner} ${local}@${name}`, password]);
}

function withoutKeys(member: Member, left: ReadonlySet<string> | undefined): Member {
  return left === undefined ? member : { ...member, sshKeys: member.sshKeys.filter(({ blob }) => left.has(blob)) };
}

function withoutOffice(member: Member, admins: ReadonlySet<string> | undefined): Member {
  return admins === undefined ? member : { ...member, admin: member.admin && admins.has(member.name) };
}

function narrowed(host: Host, login: Host['login'] | undefined): Host {
  return login === undefined ? host : { ...host, login: { shell: fewer(host.login.shell, login.shell), files: fewer(host.login.files, login.files) } };
}

const audiences: readonly Audience[] = ['nobody', 'admins', 'everyone'];

function fewer(one: Audience, other: Audience): Audience {
  return audiences[Math.min(audiences.indexOf(one), audiences.indexOf(other))] ?? 'nobody';
}

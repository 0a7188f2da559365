import type { Limits, Member, SigningKey, SshKey } from '../../model/desired.ts';
import type { Checked } from '../../model/problem.ts';
import type { Source } from '../../model/source.ts';
import { signingKeys, type DeclaredSigningKey } from '../declared-keys.ts';
import type { Document } from '../documents.ts';
import { finding } from '../finding.ts';
import { didYouMean } from '../nearest.ts';
import { publicKey } from '../ssh-key.ts';
import { all, complete, is, taker, type Taker } from '../take.ts';

/** What a member's document refers to. */
export interface Around {
  readonly admins: ReadonlySet<string>;
  readonly limits: ReadonlyMap<string, Limits>;
  readonly unreadable: ReadonlySet<string>;
}

/** Parse a member's values and look up her limits. */
export function resolveMember(document: Document<'member'>, around: Around): Checked<Member | null> {
  const { value, at, name } = document;
  const taking = taker(document);
  const { take, problems } = taking;
  const fields = complete({
    name: take(is.userName, name, []),
    displayName: take(is.displayName, value.name, ['name']),
    uid: take(is.uid, value.uid, ['uid']),
    limits: limitsOf(document, around, taking),
    email: take(is.mailAddress, value.email, ['email']),
    sshKeys: all((value['ssh-keys'] ?? []).map((_, index) => sshKey(document, index, taking))),
    ports: all((value.ports ?? []).map((port, index) => take(is.port, port, ['ports', index]))),
  });
  const { state = 'active', shell = 'bash' } = value;
  const given = { signingKeys: signingKeys(document).flatMap(signingKey), domains: value.domains ?? [], delegates: value.delegates ?? [] };
  const rest = { ...given, state, shell, admin: around.admins.has(name), source: at(), sources: sourcesOf(document) };
  return { value: fields && { ...fields, ...rest, ports: fields.ports.toSorted((a, b) => a - b) }, problems };
}

function limitsOf({ value, at }: Document<'member'>, { limits, unreadable }: Around, { note }: Taker): Limits | null {
  const known = limits.get(value.limits);
  if (known !== undefined || unreadable.has(`limits ${value.limits}`)) return known ?? null;
  return note(finding(at('limits'), {
    code: 'member/unknown-limits', message: `cannot use the limits class \`${value.limits}\`: there is no limits/${value.limits}.yaml`,
    hint: didYouMean(value.limits, limits.keys()), against: 'coop',
  }));
}

function sshKey({ value, at }: Document<'member'>, index: number, { take, note }: Taker): SshKey | null {
  const written = value['ssh-keys']?.[index] ?? '';
  const { key: line, from = [], forwarding = false } = typeof written === 'string' ? { key: written } : written;
  const source = typeof written === 'string' ? at('ssh-keys', index) : at('ssh-keys', index, 'key');
  const key = publicKey(line);
  const networks = all(from.map((network, place) => take(is.cidr, network, ['ssh-keys', index, 'from', place])));
  if ('why' in key) return note(finding(source, {
    code: key.weak ? 'member/weak-ssh-key' : 'member/ssh-key', message: `cannot use this ssh key: ${key.why}`, hint: 'paste the line of your .pub file; ssh-keygen -t ed25519 makes a new key',
  }));
  return networks && { ...key, from: networks, forwarding, source };
}

/** One that cannot be used is a problem that a rule finds; all that charters take are here, also where they are weak. */
function signingKey({ line, days, source }: DeclaredSigningKey): readonly SigningKey[] {
  const key = publicKey(line);
  const { 'valid-after': validAfter = null, 'valid-before': validBefore = null, revoked = null } = days;
  return 'why' in key ? [] : [{ ...key, validAfter, validBefore, revoked, source }];
}

function sourcesOf({ value, keyAt, at }: Document<'member'>): { readonly [field: string]: Source } {
  const fields = new Set(['uid', 'shell', 'limits', 'state', 'ssh-keys', ...Object.keys(value)]);
  return Object.fromEntries([...fields].map((field) => [field, Object.hasOwn(value, field) ? keyAt(field) : at()]));
}

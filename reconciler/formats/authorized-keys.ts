/**
 * Keys that open an account, as sshd(8) reads them, section AUTHORIZED_KEYS FILE FORMAT: options, type, key in base64, comment, one key
 * a line. Options can run commands and set variables, so members never write them: they are typed here, and `restrict` comes first, which
 * takes everything away that OpenSSH can give now or later; the others give back. The key is decoded and must name its own type inside.
 */
import type { SshKey } from '../model/desired.ts';
import type { Source } from '../model/source.ts';
import type { Cidr } from '../model/values.ts';
import { assertShape, heading } from './heading.ts';
import type { Text } from './text.ts';

/** What a key may do once it has opened the account. */
export interface Permissions {
  readonly terminal: boolean;
  readonly forwarding: boolean;
  /** The one program that runs, whatever was asked for; what was is in its environment. Left out: whatever is asked for. */
  readonly command?: Text;
}

/** One line as it was read. */
export interface KeyShape {
  readonly options: readonly string[];
  readonly type: string;
  readonly blob: string;
  readonly comment: string;
}

/** What OpenSSH of Debian 12 accepts, but for DSA, certificates and authorities. Source: ssh-keygen(1). */
const types: readonly string[] = [
  'ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com',
];
const line = /^(?<options>(?:[a-z-]+(?:="[^"]*")?)(?:,[a-z-]+(?:="[^"]*")?)*) (?<type>\S+) (?<blob>[A-Za-z0-9+/]+={0,2})(?: (?<comment>\S+))?$/;

/** Write an account's keys, in their order. Errors: throws for what is no key, which the schema refuses. */
export function authorizedKeys(source: Source, keys: readonly SshKey[], permissions: Permissions): string {
  const shapes = keys.map((key) => shapeOf(key, permissions));
  const written = heading('#', source) + shapes.map(encodeKey).join('');
  assertShape('authorized keys', shapes, parseAuthorizedKeys(written));
  return written;
}

/** Read keys. Errors: throws for a line that is neither a comment nor a key with options. */
export function parseAuthorizedKeys(written: string): readonly KeyShape[] {
  return written.split('\n').filter((one) => one !== '' && !one.startsWith('#')).map((one) => {
    const { options, type = '', blob = '', comment = '' } = line.exec(one)?.groups ?? {};
    if (options === undefined) throw new Error(`cannot read ${JSON.stringify(one)}: that is no key with options`);
    return { options: options.match(/[a-z-]+(?:="[^"]*")?/g) ?? [], type, blob, comment };
  });
}

function encodeKey({ options, type, blob, comment }: KeyShape): string {
  return `${[options.join(','), type, blob, comment].join(' ').trimEnd()}\n`;
}

function shapeOf(key: SshKey, { terminal, forwarding, command }: Permissions): KeyShape {
  if (!types.includes(key.type) || !namesItsType(key)) {
    throw new Error(`cannot write a key of type ${JSON.stringify(key.type)}: that is none, or the key is of another type`);
  }
  const given = [...(terminal ? ['pty'] : []), ...(forwarding && key.forwarding ? ['port-forwarding', 'agent-forwarding'] : [])];
  const from = key.from.length === 0 ? [] : [`from="${addresses(key.from)}"`];
  const forced = command === undefined ? [] : [`command="${program(command)}"`];
  return { options: ['restrict', ...forced, ...given, ...from], type: key.type, blob: key.blob, comment: plain(key.comment) };
}

/** The blob begins with the length of its type's name, then the name. Source: RFC 4253, section 6.6. */
function namesItsType({ type, blob }: SshKey): boolean {
  const octets = Buffer.from(blob, 'base64');
  return octets.toString('base64') === blob && octets.length > 4 + type.length && octets.readUInt32BE(0) === type.length
    && octets.subarray(4, 4 + type.length).toString('latin1') === type;
}

function addresses(from: readonly Cidr[]): string {
  const list = from.join(',');
  if (!/^[0-9a-f.:/,]+$/.test(list)) throw new Error(`cannot let keys in from ${JSON.stringify(list)}: these are no networks`);
  return list;
}

/** The user's shell reads it: a path alone says the same to every shell. */
function program(command: Text): string {
  if (!/^(?:\/[A-Za-z0-9._-]+)+$/.test(command)) throw new Error(`cannot force the command ${JSON.stringify(command)}: that is no plain absolute path`);
  return command;
}

/** A comment is for people; it is kept as far as it is one plain word. */
function plain(comment: string): string {
  return comment.replaceAll(/[^A-Za-z0-9@._+-]+/g, '_').slice(0, 100);
}

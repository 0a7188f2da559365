/**
 * The framing of git's network protocol: each packet begins with its length in four hexadecimal digits, the digits included;
 * `0000` is a flush. While a pack comes, the first octet of each packet says which band it is on: 1 pack, 2 progress, 3 a last error.
 * Answers are read whole before they are parsed, within a limit, so nothing here waits and nothing a server sends can make it wait.
 * Source: gitprotocol-common(5), gitprotocol-pack(5).
 */
import { GitError } from './error.ts';
import { said } from './said.ts';
import type { Purpose } from './transport.ts';

/** One packet's content; null is a flush. */
export type Packet = Uint8Array | null;

/** More than a server has refs, or a pack has parts; each takes a hundred octets of memory, however short it is. */
const mostPackets = 2_000_000;

/** Ends a list of packets. */
export const flush = '0000';

/** Frame one line of text. */
export function packet(line: string): string {
  return `${(Buffer.byteLength(line) + 4).toString(16).padStart(4, '0')}${line}`;
}

/** Take an answer apart into packets. Errors: GitError when it is not made of packets, or of too many, or ends within one. */
export function packetsOf(answer: Uint8Array): readonly Packet[] {
  const buffer = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  const packets: Packet[] = [];
  for (let at = 0; at < buffer.length; ) {
    const digits = buffer.toString('latin1', at, at + 4);
    const length = /^[0-9a-f]{4}$/i.test(digits) ? parseInt(digits, 16) : -1;
    if (length !== 0 && length < 4) throw new GitError('cannot read the answer: it is not git\'s protocol');
    if (at + length > buffer.length) throw new GitError('cannot read the answer: it ends too early');
    if (packets.length === mostPackets) throw new GitError(`cannot read the answer: it is made of more than ${mostPackets} packets`);
    packets.push(length === 0 ? null : buffer.subarray(at + 4, at + length));
    at += Math.max(length, 4);
  }
  return packets;
}

/** Read a packet as text without its newline. Errors: GitError when the packet is the server's own error message. */
export function lineOf(bytes: Uint8Array, purpose: Purpose = 'fetch'): string {
  const line = Buffer.from(bytes).toString('utf8').replace(/\n$/, '');
  if (line.startsWith('ERR ')) throw new GitError(`cannot ${purpose}: the server says ${said(line.slice(4))}`);
  return line;
}

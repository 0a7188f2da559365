/**
 * What a host says to a git server to get what is new, in protocol version 0, which every server speaks, over http and over ssh.
 * The server first advertises its refs, the capabilities behind a NUL of the first line. Then the client says what it wants and has,
 * and `done`; the answer is one ACK or NAK and the pack on side band 1. Only `ofs-delta` is asked for: with `thin-pack` deltas could
 * refer to objects outside the pack, and the pack could not be checked on its own.
 * The library could fetch too, but it moves refs before it stores the pack and takes an empty pack for an answer; here nothing is
 * written before the pack is whole. Source: gitprotocol-pack(5), gitprotocol-http(5).
 */
import { createHash } from 'node:crypto';
import { GitError } from './error.ts';
import { isOid } from './objects.ts';
import { flush, lineOf, packet, packetsOf, type Packet } from './pkt.ts';
import { said } from './said.ts';
import type { Purpose } from './transport.ts';

export interface Advertisement {
  readonly refs: ReadonlyMap<string, string>;
  readonly capabilities: ReadonlySet<string>;
  /** The server's own copy has no full history. */
  readonly shallow: boolean;
}

/** Read where a server's refs are, and what it can do: what both of its programs say first. Errors: GitError when it is something else. */
export function parseAdvertisement(packets: readonly Packet[], purpose: Purpose = 'fetch'): Advertisement {
  const [first = '', ...others] = packets.flatMap((bytes) => (bytes === null ? [] : [lineOf(bytes, purpose)]));
  const [ref = '', capabilities = ''] = first.split('\0');
  const known = [ref, ...others].map((line) => /^([0-9a-f]{40}) (\S+)$/.exec(line)).filter((parts) => parts !== null);
  return {
    refs: new Map(known.filter(([, , name = '']) => isListed(name)).map(([, oid = '', name = '']) => [name, oid])),
    capabilities: new Set(capabilities.split(' ')),
    shallow: others.some((line) => line.startsWith('shallow ')),
  };
}

/** Not what a tag points to, nor the place of the capabilities where there are no refs, nor what the server borrows elsewhere. */
function isListed(name: string): boolean {
  return !name.endsWith('^{}') && !name.startsWith('.');
}

/** Find a branch in an advertisement. Errors: GitError when it is not there, or the server cannot give what croft needs. */
export function branchOf(advertisement: Advertisement, branch: string): string {
  const oid = advertisement.refs.get(`refs/heads/${branch}`);
  const sha256 = advertisement.capabilities.has('object-format=sha256');
  if (sha256) throw new GitError('cannot fetch: the repository names objects by SHA-256, and croft reads SHA-1 only');
  if (oid === undefined || !isOid(oid)) throw new GitError(`cannot fetch: the repository has no branch ${branch}`);
  if (advertisement.shallow) throw new GitError('cannot fetch: the repository is a shallow clone, without its full history');
  if (!advertisement.capabilities.has('side-band-64k')) throw new GitError('cannot fetch: the server does not know side-band-64k');
  return oid;
}

/** Ask for commits with everything that the commits one has do not reach. */
export function packRequest(wants: readonly string[], haves: readonly string[]): Uint8Array {
  const capabilities = 'side-band-64k ofs-delta no-progress agent=croft';
  const wanted = wants.map((want, n) => packet(`want ${want}${n === 0 ? ` ${capabilities}` : ''}\n`));
  const lines = [...wanted, flush, ...haves.map((have) => packet(`have ${have}\n`)), packet('done\n')];
  return Buffer.from(lines.join(''));
}

/** Take the pack out of the answer and check it against its own checksum. Errors: GitError when it is cut off, empty or something else. */
export function packOf(answer: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (const bytes of packetsOf(answer)) {
    const band = bytes?.[0] ?? 0;
    if (band === 3) throw new GitError(`cannot fetch: the server says ${said(lineOf((bytes ?? new Uint8Array()).subarray(1)))}`);
    if (band === 1 && bytes !== null) chunks.push(bytes.subarray(1));
    if (band > 3 && bytes !== null && !/^(ACK|NAK|shallow|unshallow)\b/.test(lineOf(bytes))) throw new GitError('cannot read the answer: it is not a pack');
  }
  return checkedPack(Buffer.concat(chunks));
}

/** Count the objects that a pack says it holds. */
export function objectCount(pack: Uint8Array): number {
  return new DataView(pack.buffer, pack.byteOffset, pack.byteLength).getUint32(8);
}

function checkedPack(pack: Buffer): Buffer {
  if (pack.length < 32 || pack.toString('latin1', 0, 4) !== 'PACK') throw new GitError('cannot read the answer: it holds no pack');
  const sum = createHash('sha1').update(pack.subarray(0, -20)).digest();
  if (!sum.equals(pack.subarray(-20))) throw new GitError('cannot use the pack: it does not match its checksum; it may be cut off');
  if (objectCount(pack) === 0) throw new GitError('cannot use the pack: it is empty');
  return pack;
}

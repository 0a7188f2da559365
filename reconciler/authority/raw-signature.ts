/**
 * One signature as ssh sends it: the name of an algorithm, then what it made. Ed25519: 64 bytes (RFC 8709, 6). ECDSA: a string that holds
 * two mpints, r and s (RFC 5656, 3.1.2). RSA keys are of type `ssh-rsa` but sign as `rsa-sha2-256` or `rsa-sha2-512` (RFC 8332); the
 * algorithm `ssh-rsa` is SHA-1. A security key signs not the data but hashes of its application and of the data, with flags (1: somebody
 * touched it) and a counter of its own between them, which therefore stand after the signature (OpenSSH PROTOCOL.u2f).
 */
import { createHash, verify, type KeyObject } from 'node:crypto';
import type { PublicKey, Scheme } from './public-key.ts';
import { named, refused, type Refused } from './refused.ts';
import { uint32, wireReader } from './wire.ts';

interface RawSignature {
  readonly ok: true;
  readonly algorithm: string;
  readonly proof: Buffer;
  /** What a security key adds; null for a key in a file. */
  readonly token: { readonly flags: number; readonly counter: number } | null;
}

/** What was made, and of what. */
interface Proven {
  readonly proof: Buffer;
  readonly message: Buffer;
}

const rsaHashes: ReadonlyMap<string, string> = new Map([['rsa-sha2-256', 'sha256'], ['rsa-sha2-512', 'sha512']]);
const userPresent = 1;

/** Say why a signature does not stand for these data with this key; null when it does. */
export function checkSignature(key: PublicKey, signature: Buffer, data: Buffer): Refused | null {
  const raw = readSignature(key, signature);
  if (!raw.ok) return raw;
  if (raw.token !== null && (raw.token.flags & userPresent) === 0) return refused('nobody touched the security key to make it');
  const message = raw.token === null ? data : tokenMessage(key, raw.token, data);
  return verifies(key, raw, message) ? null : refused('it does not fit: what was signed, or the signature, was changed');
}

function readSignature(key: PublicKey, signature: Buffer): RawSignature | Refused {
  const reader = wireReader(signature);
  const algorithm = reader.text();
  const proof = reader.string();
  if (!isOf(key, algorithm)) return refused(unfitAlgorithm(key, algorithm));
  const token = key.application === null ? null : { flags: reader.byte(), counter: reader.uint32() };
  return reader.complete() ? { ok: true, algorithm, proof, token } : refused('it is cut off or damaged');
}

function isOf(key: PublicKey, algorithm: string): boolean {
  return key.scheme.name === 'rsa' ? rsaHashes.has(algorithm) : algorithm === key.type;
}

function unfitAlgorithm(key: PublicKey, algorithm: string): string {
  if (key.type === 'ssh-rsa' && algorithm === 'ssh-rsa') return 'it uses SHA-1, which can be forged';
  return `its algorithm ${named(algorithm)} is not one for keys of type ${key.type}`;
}

function tokenMessage(key: PublicKey, token: { readonly flags: number; readonly counter: number }, data: Buffer): Buffer {
  return Buffer.concat([sha256(key.application ?? ''), Buffer.of(token.flags), uint32(token.counter), sha256(data)]);
}

function sha256(content: string | Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}

function verifies({ scheme, key }: PublicKey, { algorithm, proof }: RawSignature, message: Buffer): boolean {
  switch (scheme.name) {
    case 'ed25519': return proof.length === 64 && verify(null, message, key, proof);
    case 'ecdsa': return verifiesEcdsa(scheme, key, { proof, message });
    case 'rsa': return verifiesRsa(rsaHashes.get(algorithm), key, { proof, message });
  }
}

/** Both numbers are filled up to the length of a coordinate: the form of IEEE P1363, which has no second encoding as DER has. */
function verifiesEcdsa({ coordinateBytes, hash }: Extract<Scheme, { name: 'ecdsa' }>, key: KeyObject, { proof, message }: Proven): boolean {
  const reader = wireReader(proof);
  const pair = [reader.mpint(), reader.mpint()];
  if (!reader.complete() || pair.some(({ length }) => length === 0 || length > coordinateBytes)) return false;
  const filled = Buffer.concat(pair.flatMap((number) => [Buffer.alloc(coordinateBytes - number.length), number]));
  return verify(hash, message, { key, dsaEncoding: 'ieee-p1363' }, filled);
}

/** OpenSSH lets a signature lack the zeros in front; RFC 8332 has it as long as the modulus. */
function verifiesRsa(hash: string | undefined, key: KeyObject, { proof, message }: Proven): boolean {
  const modulusBytes = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
  return hash !== undefined && proof.length === modulusBytes && verify(hash, message, key, proof);
}

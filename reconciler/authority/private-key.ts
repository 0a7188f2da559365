/**
 * Private keys as ssh-keygen writes them. Inside the armor: the magic openssh-key-v1 and a zero byte, the cipher and the key derivation
 * ("none" for the keys of a host, which nobody is there to unlock), a count, the public key, and a section that the cipher would hide: a
 * number twice, which shows a wrong passphrase; type, public key, seed and public key again, comment; then padding 1, 2, 3 … to a multiple
 * of 8. OpenSSH PROTOCOL.key.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { dearmor } from './armor.ts';
import { named, refused, type Refused } from './refused.ts';
import { string, wireReader } from './wire.ts';

/** Both halves of an ed25519 key, as they were written. */
export interface Pair {
  readonly ok: true;
  /** The 32 bytes that everything secret follows from. */
  readonly seed: Buffer;
  readonly key: KeyObject;
  /** The public half as it stands in a .pub file, before base64. */
  readonly publicKey: Buffer;
}

interface Halves {
  readonly ok: true;
  readonly seed: Buffer;
  readonly point: Buffer;
}

/** The one type of key that is read. */
export const ed25519 = 'ssh-ed25519';
const magic = Buffer.from('openssh-key-v1\0');
/** What "none" pads to. */
const blockBytes = 8;

/** Read an ed25519 private key that no passphrase protects. */
export function readPair(pem: string): Pair | Refused {
  const bytes = dearmor(pem, 'OPENSSH PRIVATE KEY');
  if (bytes === null) return refused('it is not a private key of OpenSSH');
  const halves = openContainer(bytes);
  if (!halves.ok) return halves;
  const pair = pairOf(halves.seed);
  return pair.publicKey.subarray(-halves.point.length).equals(halves.point) ? pair : refused('its private half and its public half do not belong together');
}

/** Make both halves of a seed. */
export function pairOf(seed: Buffer): Pair {
  const key = privateKey(seed);
  return { ok: true, seed, key, publicKey: Buffer.concat([string(ed25519), string(pointOf(key))]) };
}

function openContainer(bytes: Buffer): Halves | Refused {
  const reader = wireReader(bytes);
  if (!reader.bytes(magic.length).equals(magic)) return refused('it is not a private key of OpenSSH');
  const [cipher, derivation, options, count] = [reader.text(), reader.text(), reader.string(), reader.uint32()];
  const [publicKey, secret] = [reader.string(), reader.string()];
  if (!reader.complete() || count !== 1) return refused('it is cut off or damaged');
  if (cipher !== 'none' || derivation !== 'none' || options.length > 0) return refused('it is encrypted with a passphrase, and there is nobody to ask');
  const found = wireReader(publicKey).text();
  if (found !== ed25519) return refused(`it is of type ${named(found)}, and only ${ed25519} can be used here`);
  return openSection(secret, publicKey);
}

function openSection(secret: Buffer, publicKey: Buffer): Halves | Refused {
  const reader = wireReader(secret);
  const isOpen = reader.uint32() === reader.uint32() && reader.text() === ed25519;
  const [point, pair] = [reader.string(), reader.string()];
  reader.string();
  const padding = reader.rest();
  const isWhole = reader.complete() && secret.length % blockBytes === 0 && padding.length < blockBytes && padding.every((byte, index) => byte === index + 1);
  const isOne = publicKey.equals(Buffer.concat([string(ed25519), string(point)])) && pair.length === 64 && pair.subarray(32).equals(point);
  return isOpen && isWhole && isOne ? { ok: true, seed: pair.subarray(0, 32), point } : refused('it is cut off or damaged');
}

/** PKCS #8 of an Ed25519 seed is these bytes and the seed. Source: RFC 8410, section 7. */
function privateKey(seed: Buffer): KeyObject {
  return createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]) });
}

function pointOf(key: KeyObject): Buffer {
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
}

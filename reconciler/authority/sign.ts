/**
 * Private keys as ssh-keygen writes them, to sign with a host's own key. Inside the armor: the magic openssh-key-v1 and a zero byte, the
 * cipher and the key derivation ("none" for the keys of a host, which nobody is there to unlock), a count, the public key, and a section
 * that the cipher would hide: a number twice, which shows a wrong passphrase; type, public key, seed and public key again, comment; then
 * padding 1, 2, 3 … to a multiple of 8. Ed25519 is deterministic, so what is signed here is what ssh-keygen signs. OpenSSH PROTOCOL.key.
 */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { dearmor } from './armor.ts';
import { named, refused, type Refused } from './refused.ts';
import { envelop, signedData } from './sshsig.ts';
import { string, wireReader } from './wire.ts';

/** A key that can sign. The secret stays inside. */
export interface PrivateKey {
  readonly ok: true;
  /** Shape: `ssh-ed25519 <base64>`, without the comment. */
  readonly publicLine: string;
  /** Shape: base64, as it stands in a .pub file. */
  readonly blob: string;
  /** Sign for a purpose. Shape: an armored signature, byte for byte that of ssh-keygen -Y sign. */
  readonly sign: (payload: Uint8Array, namespace: string) => string;
}

interface Pair {
  readonly ok: true;
  readonly seed: Buffer;
  readonly point: Buffer;
}

const magic = Buffer.from('openssh-key-v1\0');
const type = 'ssh-ed25519';
const hash = 'sha512';
/** What "none" pads to. */
const blockBytes = 8;

/** Read an ed25519 private key that no passphrase protects. */
export function readPrivateKey(pem: string): PrivateKey | Refused {
  const bytes = dearmor(pem, 'OPENSSH PRIVATE KEY');
  if (bytes === null) return refused('it is not a private key of OpenSSH');
  const pair = openContainer(bytes);
  if (!pair.ok) return pair;
  const key = privateKey(pair.seed);
  const publicKey = Buffer.concat([string(type), string(pair.point)]);
  return pointOf(key).equals(pair.point) ? signer(key, publicKey) : refused('its private half and its public half do not belong together');
}

function openContainer(bytes: Buffer): Pair | Refused {
  const reader = wireReader(bytes);
  if (!reader.bytes(magic.length).equals(magic)) return refused('it is not a private key of OpenSSH');
  const [cipher, derivation, options, count] = [reader.text(), reader.text(), reader.string(), reader.uint32()];
  const [publicKey, secret] = [reader.string(), reader.string()];
  if (!reader.complete() || count !== 1) return refused('it is cut off or damaged');
  if (cipher !== 'none' || derivation !== 'none' || options.length > 0) return refused('it is encrypted with a passphrase, and there is nobody to ask');
  const found = wireReader(publicKey).text();
  if (found !== type) return refused(`it is of type ${named(found)}, and only ${type} can sign here`);
  return openSection(secret, publicKey);
}

function openSection(secret: Buffer, publicKey: Buffer): Pair | Refused {
  const reader = wireReader(secret);
  const isOpen = reader.uint32() === reader.uint32() && reader.text() === type;
  const [point, pair] = [reader.string(), reader.string()];
  reader.string();
  const padding = reader.rest();
  const isWhole = reader.complete() && secret.length % blockBytes === 0 && padding.length < blockBytes && padding.every((byte, index) => byte === index + 1);
  const isOne = publicKey.equals(Buffer.concat([string(type), string(point)])) && pair.length === 64 && pair.subarray(32).equals(point);
  return isOpen && isWhole && isOne ? { ok: true, seed: pair.subarray(0, 32), point } : refused('it is cut off or damaged');
}

/** PKCS #8 of an Ed25519 seed is these bytes and the seed. Source: RFC 8410, section 7. */
function privateKey(seed: Buffer): KeyObject {
  return createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]) });
}

function pointOf(key: KeyObject): Buffer {
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
}

function signer(key: KeyObject, publicKey: Buffer): PrivateKey {
  const blob = publicKey.toString('base64');
  return { ok: true, publicLine: `${type} ${blob}`, blob, sign: signWith };

  function signWith(payload: Uint8Array, namespace: string): string {
    const signature = Buffer.concat([string(type), string(sign(null, signedData(payload, namespace, hash), key))]);
    return envelop({ publicKey, namespace, hash, signature });
  }
}

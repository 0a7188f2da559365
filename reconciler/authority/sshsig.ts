/**
 * Signatures of files and commits with ssh keys, as `ssh-keygen -Y sign` makes them and git stores them. An envelope in armor holds the
 * magic SSHSIG, a version, the public key, a namespace ("git" for commits, so that a signature for one purpose is none for another), a
 * reserved string, the name of a hash, and a raw signature: not of the content but of magic, namespace, reserved, hash name and hash.
 * The key inside is only a claim: whether it is one of the co-op's is for the caller to ask, by the blob. OpenSSH PROTOCOL.sshsig.
 */
import { createHash } from 'node:crypto';
import { armor, countArmored, dearmor } from './armor.ts';
import { readPublicKey } from './public-key.ts';
import { checkSignature } from './raw-signature.ts';
import { named, refused, type Refused } from './refused.ts';
import { string, uint32, wireReader } from './wire.ts';

/** A signature that stands, and the key it was made with. */
export interface Signed {
  readonly ok: true;
  /** Shape: `SHA256:<43 characters of base64>`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
  readonly keyType: string;
  /** Shape: base64 of the public key, as it stands in a .pub file. */
  readonly blob: string;
}

/** Why a signature does not stand. */
export type Unsigned = Refused;

/** What is to be verified: a signature, what it should be for, and for which purpose. */
export interface Question {
  readonly armored: string;
  readonly payload: Uint8Array;
  /** `git` for commits. */
  readonly namespace: string;
}

interface Envelope {
  readonly ok: true;
  readonly publicKey: Buffer;
  readonly namespace: Buffer;
  readonly hash: string;
  readonly signature: Buffer;
}

const label = 'SSH SIGNATURE';
const magic = Buffer.from('SSHSIG');
const version = 1;
const hashes: readonly string[] = ['sha256', 'sha512'];
/** An RSA key of 8192 bits makes a signature of about 3,000. */
const mostCharacters = 16_384;

/** Verify a signature. Never throws, whatever the signature is. */
export function verifySignature({ armored, payload, namespace }: Question): Signed | Unsigned {
  const envelope = readEnvelope(armored);
  if (!envelope.ok) return envelope;
  const purpose = envelope.namespace.toString('latin1');
  if (purpose !== Buffer.from(namespace).toString('latin1')) return refused(`it was made for ${named(purpose)}, not for ${named(namespace)}`);
  if (!hashes.includes(envelope.hash)) return refused(`its hash ${named(envelope.hash)} is not supported: sha256 and sha512 are`);
  const key = readPublicKey(envelope.publicKey);
  if (!key.ok) return key;
  const unfit = checkSignature(key, envelope.signature, signedData(payload, namespace, envelope.hash));
  return unfit ?? { ok: true, fingerprint: key.fingerprint, keyType: key.type, blob: key.blob };
}

/** What is signed in place of a content. */
export function signedData(payload: Uint8Array, namespace: string, hash: string): Buffer {
  const digest = createHash(hash).update(payload).digest();
  return Buffer.concat([magic, string(namespace), string(''), string(hash), string(digest)]);
}

/** Put a raw signature and its public key into an envelope, armored. */
export function envelop(parts: { readonly publicKey: Buffer; readonly namespace: string; readonly hash: string; readonly signature: Buffer }): string {
  const { publicKey, namespace, hash, signature } = parts;
  return armor(Buffer.concat([magic, uint32(version), string(publicKey), string(namespace), string(''), string(hash), string(signature)]), label);
}

function readEnvelope(armored: string): Envelope | Refused {
  if (armored.length > mostCharacters) return refused(`it is ${armored.length} characters long, and no ssh signature is`);
  if (armored.startsWith('-----BEGIN PGP ')) return refused('it is a PGP signature, and only those with an ssh key are accepted');
  const count = countArmored(armored, label);
  if (count === 0) return refused('it is not an ssh signature');
  if (count > 1) return refused(`it is ${count} signatures, and one is needed`);
  const bytes = dearmor(armored, label);
  return bytes === null ? refused('its text is damaged, or there is other text around it') : openEnvelope(bytes);
}

/** OpenSSH ignores what is in the reserved string and verifies as if it were empty, so it must be. */
function openEnvelope(bytes: Buffer): Envelope | Refused {
  const reader = wireReader(bytes);
  const isOurs = reader.bytes(magic.length).equals(magic);
  const found = reader.uint32();
  if (!isOurs) return refused('it is not an ssh signature');
  if (found !== version) return refused(`it is of version ${found}, and only version ${version} is known`);
  const [publicKey, namespace, reserved, hash, signature] = [reader.string(), reader.string(), reader.string(), reader.text(), reader.string()];
  if (!reader.complete()) return refused('it is cut off or damaged');
  if (reserved.length > 0) return refused('it has something in its reserved field, which nothing signs');
  return { ok: true, publicKey, namespace, hash, signature };
}

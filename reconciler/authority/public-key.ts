/**
 * Public keys as OpenSSH writes them after the type in a .pub file: a string with the type, then what the type needs. Ed25519 is 32 bytes
 * (RFC 8709), ECDSA names its curve and gives a point, uncompressed only (RFC 5656, 3.1), RSA gives exponent and modulus (RFC 4253, 6.6).
 * A key that lives in a security key has type `sk-…@openssh.com` and ends with the application it was made for, by default `ssh:`
 * (OpenSSH PROTOCOL.u2f). The fingerprint people compare is SHA-256 of the whole blob, in base64 without padding.
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { fingerprint } from '../model/digest.ts';
import { named, refused, type Refused } from './refused.ts';
import { wireReader, type WireReader } from './wire.ts';

/** How a key signs, and what has to be known to check it. */
export type Scheme =
  | { readonly name: 'ed25519' }
  | { readonly name: 'ecdsa'; readonly curve: string; readonly jwkCurve: string; readonly coordinateBytes: number; readonly hash: string }
  | { readonly name: 'rsa' };

/** A public key that croft trusts to verify with, ready for use. */
export interface PublicKey {
  readonly ok: true;
  readonly type: string;
  /** Shape: base64 of the whole key, as it stands in a .pub file. */
  readonly blob: string;
  /** Shape: `SHA256:<43 characters of base64>`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
  readonly scheme: Scheme;
  readonly key: KeyObject;
  /** What a security key was asked for; null for a key in a file. */
  readonly application: Buffer | null;
}

const ed25519: Scheme = { name: 'ed25519' };
const p256: Scheme = { name: 'ecdsa', curve: 'nistp256', jwkCurve: 'P-256', coordinateBytes: 32, hash: 'sha256' };
const p384: Scheme = { name: 'ecdsa', curve: 'nistp384', jwkCurve: 'P-384', coordinateBytes: 48, hash: 'sha384' };
const p521: Scheme = { name: 'ecdsa', curve: 'nistp521', jwkCurve: 'P-521', coordinateBytes: 66, hash: 'sha512' };

const schemes: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  ['ssh-ed25519', ed25519],
  ['ecdsa-sha2-nistp256', p256],
  ['ecdsa-sha2-nistp384', p384],
  ['ecdsa-sha2-nistp521', p521],
  ['ssh-rsa', { name: 'rsa' }],
  ['sk-ssh-ed25519@openssh.com', ed25519],
  ['sk-ecdsa-sha2-nistp256@openssh.com', p256],
]);

/** NIST SP 800-57 wants 3072 bits for what is to hold beyond 2030; above 8192 a key only costs whoever checks its signatures. */
const rsaBits = { least: 3072, most: 8192 };

/** Making a KeyObject costs as much as a verification, and a co-op signs thousands of times with the same few keys. */
const remembered = new Map<string, PublicKey>();
const mostRemembered = 1024;

/** Read a key. What was read is remembered, so reading it again costs nothing. */
export function readPublicKey(bytes: Buffer): PublicKey | Refused {
  const blob = bytes.toString('base64');
  const known = remembered.get(blob);
  if (known !== undefined) return known;
  const key = parse(bytes, blob);
  if (key.ok) remember(key);
  return key;
}

function remember(key: PublicKey): void {
  const [oldest] = remembered.keys();
  if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest);
  remembered.set(key.blob, key);
}

function parse(bytes: Buffer, blob: string): PublicKey | Refused {
  const reader = wireReader(bytes);
  const type = reader.text();
  const scheme = schemes.get(type);
  if (scheme === undefined) return refused(`its key has type ${named(type)}, which is not supported`);
  const jwk = material(scheme, reader);
  const application = type.startsWith('sk-') ? Buffer.from(reader.string()) : null;
  if (!reader.complete() || jwk === null || !(application === null || isApplication(application))) return refused('its public key is cut off or damaged');
  const unfit = scheme.name === 'rsa' ? unfitRsa(jwk) : null;
  if (unfit !== null) return unfit;
  const key = keyObject(jwk);
  if (key === null) return refused('its public key is not a point of its curve');
  return { ok: true, type, blob, fingerprint: fingerprint(bytes), scheme, key, application };
}

function material(scheme: Scheme, reader: WireReader): JsonWebKey | null {
  switch (scheme.name) {
    case 'ed25519': return ed25519Material(reader.string());
    case 'ecdsa': return reader.text() === scheme.curve ? ecdsaMaterial(scheme, reader.string()) : null;
    case 'rsa': return { kty: 'RSA', e: reader.mpint().toString('base64url'), n: reader.mpint().toString('base64url') };
  }
}

function ed25519Material(point: Buffer): JsonWebKey | null {
  return point.length === 32 ? { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') } : null;
}

function ecdsaMaterial({ jwkCurve, coordinateBytes }: Extract<Scheme, { name: 'ecdsa' }>, point: Buffer): JsonWebKey | null {
  if (point.length !== 1 + 2 * coordinateBytes || point[0] !== 4) return null;
  const [x, y] = [point.subarray(1, 1 + coordinateBytes), point.subarray(1 + coordinateBytes)];
  return { kty: 'EC', crv: jwkCurve, x: x.toString('base64url'), y: y.toString('base64url') };
}

/** The length is measured before OpenSSL sees the key: its exponent may have any length too, and verification takes as long. */
function unfitRsa({ e = '', n = '' }: JsonWebKey): Refused | null {
  const [exponent, modulus] = [Buffer.from(e, 'base64url'), Buffer.from(n, 'base64url')];
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < rsaBits.least) return refused(`its RSA key has ${Math.max(bits, 0)} bits, and ${rsaBits.least} or more are needed to sign`);
  if (bits > rsaBits.most) return refused(`its RSA key has ${bits} bits, and at most ${rsaBits.most} are accepted`);
  const exponentIsUsual = exponent.length <= 4 && exponent.length > 0 && ((exponent.at(-1) ?? 0) & 1) === 1 && !exponent.equals(Buffer.of(1));
  return exponentIsUsual ? null : refused('its RSA key has an exponent that no ssh-keygen makes');
}

function isApplication(application: Buffer): boolean {
  return /^ssh:[!-~]{0,100}$/.test(application.toString('latin1'));
}

/** OpenSSL alone can tell whether a point is on its curve, and says no by throwing. */
function keyObject(jwk: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ format: 'jwk', key: jwk });
  } catch {
    return null;
  }
}

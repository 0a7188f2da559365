/**
 * Key pairs that are the same on each run, made from nothing but a name, so that a failing case has the same commit ids everywhere. They
 * are put into the container that ssh-keygen writes, and real git and ssh-keygen read them. OpenSSH PROTOCOL.key.
 */
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { armor } from '../../../reconciler/authority/armor.ts';
import { readPrivateKey, type PrivateKey } from '../../../reconciler/authority/sign.ts';
import { string, uint32 } from '../../../reconciler/authority/wire.ts';

/** A key, and the file it would be in. */
export interface Key extends PrivateKey {
  readonly pem: string;
  /** As it stands in a .pub file. */
  readonly line: string;
}

const made = new Map<string, Key>();

/** Make the key of a name, always the same one. */
export function keyOf(name: string): Key {
  const known = made.get(name);
  if (known !== undefined) return known;
  const pem = pemOf(createHash('sha256').update(name).digest(), name);
  const key = readPrivateKey(pem);
  if (!key.ok) throw new Error(key.why);
  const whole: Key = { ...key, pem, line: `${key.publicLine} ${name}@laptop` };
  made.set(name, whole);
  return whole;
}

function pemOf(seed: Buffer, comment: string): string {
  const key = createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]) });
  const point = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
  const publicKey = Buffer.concat([string('ssh-ed25519'), string(point)]);
  const open = Buffer.concat([uint32(1), uint32(1), publicKey, string(Buffer.concat([seed, point])), string(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (open.length % 8)) % 8 }, (_, index) => index + 1));
  const section = Buffer.concat([open, padding]);
  return armor(Buffer.concat([Buffer.from('openssh-key-v1\0'), string('none'), string('none'), string(''), uint32(1), string(publicKey), string(section)]), 'OPENSSH PRIVATE KEY');
}

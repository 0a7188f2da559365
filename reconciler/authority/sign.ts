/** Signing with a host's own key. Ed25519 is deterministic, so what is signed here is, byte for byte, what ssh-keygen signs. */
import { sign } from 'node:crypto';
import { ed25519, readPair, type Pair } from './private-key.ts';
import type { Refused } from './refused.ts';
import { envelop, signedData } from './sshsig.ts';
import { string } from './wire.ts';

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

const hash = 'sha512';

/** Read an ed25519 private key that no passphrase protects. */
export function readPrivateKey(pem: string): PrivateKey | Refused {
  const pair = readPair(pem);
  return pair.ok ? signer(pair) : pair;
}

function signer({ key, publicKey }: Pair): PrivateKey {
  const blob = publicKey.toString('base64');
  return { ok: true, publicLine: `${ed25519} ${blob}`, blob, sign: signWith };

  function signWith(payload: Uint8Array, namespace: string): string {
    const signature = Buffer.concat([string(ed25519), string(sign(null, signedData(payload, namespace, hash), key))]);
    return envelop({ publicKey, namespace, hash, signature });
  }
}

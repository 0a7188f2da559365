import type { Pair } from '../authority/private-key.ts';
import { refused, type Refused } from '../authority/refused.ts';
import { armour, sealed, sealedBytes, sealedTags, tagOf } from '../model/grammar/sealed.ts';
import type { Sealed } from '../model/values.ts';
import { envelop, unfold, type Opened } from './envelope.ts';
import { identity, recipient } from './ssh-ed25519.ts';

/** Seal a value to ssh-ed25519 keys. Shape: each key in base64 as in a .pub file. Errors: throws for a key that is no point to agree with. */
export async function seal(label: string, value: string, blobs: readonly string[]): Promise<Sealed> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const blob of blobs) encrypter.addRecipient(recipient(blob));
  const text = sealed(armour(await encrypter.encrypt(envelop(label, value))));
  if (text === null) throw new Error('cannot read what was just sealed');
  return text;
}

/** Can this key open a text, as far as its header says? */
export function isSealedTo(text: Sealed, blob: string): boolean {
  return sealedTags(text).includes(tagOf(blob));
}

/** Open a sealed text, when it is this secret's. Errors: none; what anybody may have written is refused, never thrown. */
export async function open(label: string, text: Sealed, pair: Pair): Promise<Opened | Refused> {
  if (!isSealedTo(text, pair.publicKey.toString('base64'))) return refused('it is sealed to other keys');
  const plain = await decrypted(text, pair);
  return plain === null ? refused('it is damaged, or was changed after it was sealed') : unfold(label, plain);
}

/** The library, and OpenSSL below it, throw whatever they like at a text that somebody bent. */
async function decrypted(text: Sealed, pair: Pair): Promise<Uint8Array | null> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity(pair));
  try {
    return await decrypter.decrypt(sealedBytes(text));
  } catch {
    return null;
  }
}

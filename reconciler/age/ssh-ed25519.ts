/**
 * The stanza with which age seals to ssh-ed25519 keys, those that every sshd has and that people sign with. An Ed25519 point is turned
 * into an X25519 one (RFC 7748, section 4.1: u = (1 + y) / (1 - y)), and a secret is agreed on with a key made for this text alone. It is
 * multiplied with a number that follows from the whole ssh key (the tweak), so that one X25519 point under two names gives two secrets;
 * HKDF makes of it the key that wraps the file key with ChaCha20-Poly1305. Only this stanza is croft's own, and all its arithmetic on
 * secrets is OpenSSL's; the rest of age is the library's. Source: the `agessh` package of age.
 */
import { createCipheriv, createDecipheriv, createHash, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, randomBytes } from 'node:crypto';
import type { Identity, Recipient } from 'age-encryption';
import type { Pair } from '../authority/private-key.ts';
import { tagOf, unpadded } from '../model/grammar/sealed.ts';

const label = 'age-encryption.org/v1/ssh-ed25519';
const type = 'ssh-ed25519';
const prime = 2n ** 255n - 19n;
const pointBytes = 32;
const wrappedBytes = 32;
const macBytes = 16;

/** Seal to a public key. Shape: base64 as in a .pub file, known to be a whole ssh-ed25519 key. */
export function recipient(blob: string): Recipient {
  const wire = Buffer.from(blob, 'base64');
  const theirs = montgomery(wire.subarray(-pointBytes));
  return {
    wrapFileKey(fileKey) {
      const scalar = randomBytes(pointBytes);
      const ours = baseTimes(scalar);
      const secret = tweaked(wire, agree(scalar, theirs));
      return [{ args: [type, tagOf(blob), unpadded(ours)], body: wrap(derive(secret, Buffer.concat([ours, theirs])), fileKey) }];
    },
  };
}

/** Open with a private key. Errors: of stanzas with its tag the first one that does not open throws, as whoever made it is broken or hostile. */
export function identity({ seed, publicKey }: Pair): Identity {
  const tag = tagOf(publicKey.toString('base64'));
  const scalar = createHash('sha512').update(seed).digest().subarray(0, pointBytes);
  const ours = baseTimes(scalar);
  return {
    unwrapFileKey(stanzas) {
      const mine = stanzas.find(({ args }) => args[0] === type && args[1] === tag);
      if (mine === undefined) return null;
      const share = Buffer.from(mine.args[2] ?? '', 'base64');
      if (mine.args.length !== 3 || share.length !== pointBytes || mine.body.length !== wrappedBytes) throw new Error('the stanza of this key is damaged');
      return unwrap(derive(tweaked(publicKey, agree(scalar, share)), Buffer.concat([share, ours])), mine.body);
    },
  };
}

/** The public half is no secret, so how long this takes tells nothing. */
function montgomery(point: Buffer): Buffer {
  const y = BigInt(`0x${Buffer.from(point).reverse().toString('hex')}`) & (2n ** 255n - 1n);
  const u = (1n + y) * power(prime + 1n - y, prime - 2n) % prime;
  return Buffer.from(u.toString(16).padStart(pointBytes * 2, '0'), 'hex').reverse();
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % prime];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = result * square % prime;
    square = square * square % prime;
  }
  return result;
}

/** PKCS #8 and SPKI of X25519 are these bytes and the key. Source: RFC 8410, sections 4 and 7. */
function agree(scalar: Uint8Array, point: Uint8Array): Buffer {
  const publicKey = createPublicKey({ format: 'der', type: 'spki', key: Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), point]) });
  return diffieHellman({ privateKey: privateKey(scalar), publicKey });
}

function baseTimes(scalar: Uint8Array): Buffer {
  return createPublicKey(privateKey(scalar)).export({ format: 'der', type: 'spki' }).subarray(-pointBytes);
}

function privateKey(scalar: Uint8Array): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), scalar]) });
}

function tweaked(wire: Uint8Array, secret: Uint8Array): Buffer {
  return agree(derive(Buffer.alloc(0), wire), secret);
}

function derive(secret: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, label, 32));
}

/** Each key wraps once, so the nonce is always zero. */
function wrap(key: Buffer, fileKey: Uint8Array): Uint8Array {
  const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: macBytes });
  const body = Buffer.concat([cipher.update(fileKey), cipher.final()]);
  return new Uint8Array(Buffer.concat([body, cipher.getAuthTag()]));
}

function unwrap(key: Buffer, body: Uint8Array): Uint8Array {
  const cipher = createDecipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: macBytes });
  cipher.setAuthTag(body.subarray(-macBytes));
  return new Uint8Array(Buffer.concat([cipher.update(body.subarray(0, -macBytes)), cipher.final()]));
}

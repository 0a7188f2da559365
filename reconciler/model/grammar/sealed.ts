/**
 * A sealed text: an age file in its armour, 64 columns of base64 between two lines of PEM. The file begins with a header of text lines:
 * a version, a stanza for each key that can open it (`-> ssh-ed25519 <tag> <share>`, then the wrapped file key), and a MAC. The tag is
 * the first four bytes of SHA-256 of the public key, which is how one sees, without any secret, for whom a text was sealed.
 * One text has one spelling: what was read is written again and must be the same. Source: C2SP age.md; the `agessh` package of age.
 */
import { createHash } from 'node:crypto';
import type { Sealed } from '../values.ts';
import { branded } from './brand.ts';

/** The longest armour: a value of 16 KiB for a hundred keys. */
export const mostSealedCharacters = 49_152;

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----';
const END = '-----END AGE ENCRYPTED FILE-----';
const WIDTH = 64;
const VERSION = 'age-encryption.org/v1';
const STANZA = /^->(?: [!-~]{1,100}){1,8}$/;
const MAC = /^--- [A-Za-z0-9+/]{43}$/;
const BODY = /^[A-Za-z0-9+/]{0,64}$/;
/** A nonce, and the tag of a payload of at least one byte. */
const LEAST_PAYLOAD_BYTES = 16 + 17;

/** Parse a sealed text: one that is sealed to at least one ssh-ed25519 key. */
export function sealed(text: string): Sealed | null {
  const bytes = text.length > mostSealedCharacters ? null : dearmour(text);
  return branded<string, Sealed>(text, bytes !== null && (tagsIn(bytes) ?? []).length > 0);
}

/** Take the age file out of its armour. */
export function sealedBytes(text: Sealed): Uint8Array {
  return dearmour(text) ?? new Uint8Array();
}

/** Put an age file into its armour. */
export function armour(bytes: Uint8Array): string {
  const base64 = Buffer.from(bytes).toString('base64');
  const lines = Array.from({ length: Math.ceil(base64.length / WIDTH) }, (_, line) => base64.slice(line * WIDTH, (line + 1) * WIDTH));
  return `${[BEGIN, ...lines, END].join('\n')}\n`;
}

/** List the tags of the ssh-ed25519 keys that a text is sealed to. */
export function sealedTags(text: Sealed): readonly string[] {
  return tagsIn(sealedBytes(text)) ?? [];
}

/** The tag by which a key is known in a sealed text. Shape: of `blob`, base64 as in a .pub file; six characters. */
export function tagOf(blob: string): string {
  return unpadded(createHash('sha256').update(Buffer.from(blob, 'base64')).digest().subarray(0, 4));
}

/** base64 without `=`, as headers of age have it. */
export function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

function dearmour(text: string): Uint8Array | null {
  if (!text.startsWith(`${BEGIN}\n`) || !text.endsWith(`\n${END}\n`)) return null;
  const bytes = Buffer.from(text.slice(BEGIN.length + 1, -(END.length + 2)).replaceAll('\n', ''), 'base64');
  return armour(bytes) === text ? bytes : null;
}

/** Walk through the header; null when it is none, or nothing can follow it. */
function tagsIn(bytes: Uint8Array): readonly string[] | null {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  if (lines.shift() !== VERSION) return null;
  const tags: string[] = [];
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (MAC.test(line)) return Buffer.byteLength(lines.join('\n'), 'latin1') < LEAST_PAYLOAD_BYTES ? null : tags;
    if (!STANZA.test(line) || !skipBody(lines)) return null;
    const [, type, tag] = line.split(' ');
    if (type === 'ssh-ed25519') tags.push(tag ?? '');
  }
  return null;
}

/** The body of a stanza ends with its first line that is not full. */
function skipBody(lines: string[]): boolean {
  for (let line = lines.shift(); line !== undefined && BODY.test(line); line = lines.shift()) if (line.length < WIDTH) return true;
  return false;
}

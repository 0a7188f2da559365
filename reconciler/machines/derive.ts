/**
 * Secrets that are in no repository: HMAC-SHA256 of a label under the co-op's key in /etc/croft/cluster.key, which an admin puts on
 * each host once. Two hosts with the same key derive the same secret (a TSIG key of a primary and its secondaries), and no host need
 * tell another. The key must be root's alone and of at least 32 bytes, so that a label's secret says nothing of another's. Source: RFC 2104.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { MachineError } from '../model/machine.ts';
import type { Ground } from './ground.ts';
import { readRootsOwn } from './roots-own.ts';

/** Where the co-op's key is on every host. */
export const KEY_PATH = '/etc/croft/cluster.key';
const MIN_KEY_BYTES = 32;

/** Fill a template's `{}` with base64 of HMAC-SHA256(the co-op's key, label). Errors: MachineError when the key is missing, short or not root's alone. */
export function derive(ground: Ground, wanted: { readonly label: string; readonly template: string }): string {
  const secret = createHmac('sha256', key(ground)).update(wanted.label).digest('base64');
  return wanted.template.replaceAll('{}', () => secret);
}

/** Compare two texts in a time that tells nothing of where they differ. */
export function equalSecretly(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

function key(ground: Ground): string {
  const found = readRootsOwn(ground, KEY_PATH);
  if (!found.ok) throw refused(found.why ?? `is not there; put the co-op's key in it: ${MIN_KEY_BYTES} random bytes or more, the same on every host`);
  const text = found.text.trim();
  if (Buffer.byteLength(text) < MIN_KEY_BYTES) throw refused(`holds a key shorter than ${MIN_KEY_BYTES} bytes`);
  return text;
}

function refused(because: string): MachineError {
  return new MachineError(`cannot derive a secret: ${KEY_PATH} ${because}`);
}

/**
 * What is inside of a sealed text: one line that says whose secret it is and what it is called, then the value. age says nothing of who
 * sealed a text, and the repository is public: without that line bob could copy ada's sealed text into his own directory, and the host
 * would open it for him. Whoever cannot open the text cannot change the line either.
 */
import { refused, type Refused } from '../authority/refused.ts';

/** A value that was opened and belongs here. Never printed. */
export interface Opened {
  readonly ok: true;
  readonly value: string;
}

/** The longest value, in UTF-8. */
export const mostValueBytes = 16_384;

/** Say why something cannot be the value of a secret; null when it can. What it is, is never said. */
export function whyUnfit(value: string): string | null {
  if (value === '') return 'it is empty';
  if (Buffer.byteLength(value) > mostValueBytes) return `it has ${Buffer.byteLength(value)} bytes, and may have at most ${mostValueBytes}`;
  return value.includes('\0') || value.includes('\ufffd') ? 'it is not text in UTF-8 – what is not text can be written in base64' : null;
}

/** Put a value into its envelope. Shape: of the label `member:ada db-password`. */
export function envelop(label: string, value: string): string {
  return `${lineOf(label)}\n${value}`;
}

/** Take the value out, when it is this secret's and no other's. */
export function unfold(label: string, text: Uint8Array): Opened | Refused {
  const whole = utf8(text);
  const line = lineOf(label);
  if (whole === null || !whole.startsWith('croft-secret ')) return refused('it was not sealed by croft secret set: its first line does not say whose it is');
  if (!whole.startsWith(`${line}\n`)) return refused(`it was sealed as another secret than ${label}: a sealed text cannot be copied to another place`);
  const value = whole.slice(line.length + 1);
  const why = whyUnfit(value);
  return why === null ? { ok: true, value } : refused(`of its value: ${why}`);
}

function lineOf(label: string): string {
  return `croft-secret ${label}`;
}

function utf8(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes).toString('utf8');
  return Buffer.from(text).equals(Buffer.from(bytes)) ? text : null;
}

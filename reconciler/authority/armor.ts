/**
 * Bytes as text that survives mail and commit headers: base64 in lines between `-----BEGIN …-----` and `-----END …-----`. OpenSSH breaks
 * lines after 70 characters where its PROTOCOL.sshsig says 76, so the width is free, but it is one width. Decoders of base64 forgive
 * much (Node's skips what it does not know), and forgiveness is two texts for one thing: what was read is written again, and must be
 * the same text.
 */

const openSshWidth = 70;

/** Wrap bytes as OpenSSH does, the last line ended too. */
export function armor(bytes: Uint8Array, label: string, width: number = openSshWidth): string {
  const base64 = Buffer.from(bytes).toString('base64');
  const lines = Array.from({ length: Math.ceil(base64.length / width) }, (_, line) => base64.slice(line * width, (line + 1) * width));
  return `${[begin(label), ...lines, end(label)].join('\n')}\n`;
}

/** Unwrap bytes; null for anything but one block in its one form. The last line may lack its end, as commit headers leave it out. */
export function dearmor(text: string, label: string): Buffer | null {
  const [first, second = '', ...rest] = text.split('\n');
  if (first !== begin(label) || second === '') return null;
  const closing = rest.indexOf(end(label));
  const bytes = Buffer.from([second, ...rest.slice(0, Math.max(closing, 0))].join(''), 'base64');
  return armor(bytes, label, second.length) === (text.endsWith('\n') ? text : `${text}\n`) ? bytes : null;
}

/** Count the blocks that begin in a text. */
export function countArmored(text: string, label: string): number {
  return text.split(begin(label)).length - 1;
}

function begin(label: string): string {
  return `-----BEGIN ${label}-----`;
}

function end(label: string): string {
  return `-----END ${label}-----`;
}

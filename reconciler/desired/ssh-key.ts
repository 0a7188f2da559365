/** A public key taken apart: what authorized_keys needs of it. */
export interface KeyLine {
  readonly type: string;
  /** base64, decoded and encoded again. */
  readonly blob: string;
  readonly comment: string;
}

/** Why a line is no public key that croft accepts. */
export interface Unfit {
  /** It is a key, whole and of an accepted type, but somebody could work out its secret. */
  readonly weak: boolean;
  readonly why: string;
}

/** Logging in is over in a moment; what was signed is to hold for years. Source: NIST SP 800-57 part 1, table 2 and 4. */
const leastRsaBits = { login: 2048, signing: 3072 } as const;

/** What follows the type inside the key, each part with its test. Source: RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4, OpenSSH PROTOCOL.u2f. */
const SHAPES: ReadonlyMap<string, readonly ((part: Buffer) => boolean)[]> = new Map([
  ['ssh-ed25519', [hasLength(32)]],
  ['ecdsa-sha2-nistp256', [isText('nistp256'), isPoint(65)]],
  ['ecdsa-sha2-nistp384', [isText('nistp384'), isPoint(97)]],
  ['ecdsa-sha2-nistp521', [isText('nistp521'), isPoint(133)]],
  ['sk-ssh-ed25519@openssh.com', [hasLength(32), isApplication]],
  ['sk-ecdsa-sha2-nistp256@openssh.com', [isText('nistp256'), isPoint(65), isApplication]],
  ['ssh-rsa', [isPositive, isPositive]],
]);

/** Take a line of a .pub file apart. The key inside the base64 must be of the type that stands before it, whole, and strong enough for its use. */
export function publicKey(line: string, use: keyof typeof leastRsaBits = 'login'): KeyLine | Unfit {
  const [type = '', text = '', ...comment] = line.split(' ');
  const shape = SHAPES.get(type);
  if (shape === undefined) return unfit(/^(?:ssh|ecdsa|sk)-[a-z0-9@.-]{1,60}$/.test(type) ? `keys of type ${type} are not accepted` : 'it does not begin with the type of a key, such as ssh-ed25519');
  const bytes = Buffer.from(text, 'base64');
  const blob = bytes.toString('base64');
  if (blob.replace(/=+$/, '') !== text.replace(/=+$/, '')) return unfit('its second word is no whole base64: is the line cut off, or broken in two?');
  const all = split(bytes);
  if (all === null) return unfit('the key inside is cut off or damaged');
  const [inner, ...parts] = all;
  if (inner?.toString('latin1') !== type) return unfit(`the key inside is not of type ${type}`);
  if (parts.length !== shape.length || !parts.every((part, index) => shape[index]?.(part) === true)) return unfit('the key inside is cut off or damaged');
  const [bits, least] = [bitsOf(parts[1]), leastRsaBits[use]];
  if (type === 'ssh-rsa' && bits < least) return { weak: true, why: `it has ${bits} bits, and an RSA key needs ${least} or more` };
  return { type, blob, comment: comment.join(' ') };
}

function unfit(why: string): Unfit {
  return { weak: false, why };
}

/** Split length-prefixed parts; null when they do not fill the bytes exactly. Source: RFC 4251, section 5. */
function split(bytes: Buffer): readonly Buffer[] | null {
  const parts: Buffer[] = [];
  let offset = 0;
  while (offset + 4 <= bytes.length) {
    const end = offset + 4 + bytes.readUInt32BE(offset);
    if (end > bytes.length) return null;
    parts.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  return offset === bytes.length ? parts : null;
}

function hasLength(length: number): (part: Buffer) => boolean {
  return (part) => part.length === length;
}

function isText(text: string): (part: Buffer) => boolean {
  return (part) => part.toString('latin1') === text;
}

/** An uncompressed point of an elliptic curve. */
function isPoint(length: number): (part: Buffer) => boolean {
  return (part) => part.length === length && part[0] === 4;
}

function isApplication(part: Buffer): boolean {
  return /^ssh:[!-~]{0,100}$/.test(part.toString('latin1'));
}

function isPositive(part: Buffer): boolean {
  const [first = 0, second = 0] = part;
  return part.length > 0 && first < 128 && (first > 0 || second > 127);
}

function bitsOf(part: Buffer | undefined): number {
  const digits = part?.toString('hex').replace(/^0+/, '') ?? '';
  return digits === '' ? 0 : digits.length * 4 - (4 - Number.parseInt(digits.charAt(0), 16).toString(2).length);
}

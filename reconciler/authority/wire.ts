/**
 * The binary grammar of everything ssh: numbers big-endian, strings with their length in four bytes before them, and mpints, which are
 * strings that hold a signed number in two's complement with no byte too many: 0x80 is written 00 80, zero is the empty string. Nothing
 * says what a field is, so both sides must know the order. A reader that has met bytes which do not fit stays broken: from then on it
 * answers with nothing, and `complete` tells at the end, so that one look after the last field is enough. RFC 4251, section 5.
 */

/** Reads fields one after another. What it answered counts only once `complete` has said yes. */
export interface WireReader {
  byte(): number;
  uint32(): number;
  /** That many bytes as they are, with no length before them. */
  bytes(length: number): Buffer;
  string(): Buffer;
  /** A string as text, a character a byte, so that text which differs in any byte differs. */
  text(): string;
  /** The bytes of a number that is not negative, without a leading zero. */
  mpint(): Buffer;
  /** Everything that is left. */
  rest(): Buffer;
  /** Tell whether every field was there and nothing is left. */
  complete(): boolean;
}

const nothing = Buffer.alloc(0);

/** Read bytes field by field, never past their end. */
export function wireReader(input: Buffer): WireReader {
  let offset = 0;
  let broken = false;

  function bytes(length: number): Buffer {
    broken ||= length > input.length - offset;
    if (broken) return nothing;
    offset += length;
    return input.subarray(offset - length, offset);
  }

  function uint32(): number {
    const four = bytes(4);
    return broken ? 0 : four.readUInt32BE(0);
  }

  function mpint(): Buffer {
    const number = bytes(uint32());
    broken ||= !isMinimal(number);
    return broken ? nothing : number.subarray(number[0] === 0 ? 1 : 0);
  }

  return {
    byte: () => bytes(1)[0] ?? 0,
    uint32,
    bytes,
    string: () => bytes(uint32()),
    text: () => bytes(uint32()).toString('latin1'),
    mpint,
    rest: () => bytes(input.length - offset),
    complete: () => !broken && offset === input.length,
  };
}

/** Not negative, and a zero in front only where the number would be negative without it. */
function isMinimal([first, second = 0]: Buffer): boolean {
  return first === undefined || (first < 0x80 && (first > 0 || second >= 0x80));
}

/** Write a number of four bytes. */
export function uint32(value: number): Buffer {
  const written = Buffer.alloc(4);
  written.writeUInt32BE(value);
  return written;
}

/** Write a string: its length, then its bytes; text as UTF-8. */
export function string(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/**
 * A delta says how to make one object out of another: after both sizes come instructions, either "copy so many bytes from there" or
 * "insert these". Source: gitformat-pack(5), Deltified representation.
 */

import { bearable } from './objects.ts';

/** Make the object that a delta describes. Errors: throws when the delta does not fit its base or its own sizes. */
export function applyDelta(base: Uint8Array, delta: Uint8Array): Uint8Array {
  const reader: Reader = { bytes: delta, at: 0 };
  if (size(reader) !== base.length) throw new Error('its delta is against another object');
  const object = Buffer.alloc(bearable(size(reader)));
  let made = 0;
  while (reader.at < delta.length) {
    const part = instruction(reader, base);
    if (made + part.length <= object.length) object.set(part, made);
    made += part.length;
    if (made > object.length) break;
  }
  if (made !== object.length) throw new Error('its delta makes another size than it says');
  return object;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function instruction(reader: Reader, base: Uint8Array): Uint8Array {
  const code = next(reader);
  if (code === 0) throw new Error('its delta holds an unknown instruction');
  if (code < 128) {
    reader.at += code;
    if (reader.at > reader.bytes.length) throw new Error('its delta is cut off');
    return reader.bytes.subarray(reader.at - code, reader.at);
  }
  const start = number(reader, code & 15, 4);
  const length = number(reader, (code >> 4) & 7, 3) || 0x10000;
  if (start + length > base.length) throw new Error('its delta copies from beyond the end');
  return base.subarray(start, start + length);
}

/** A little-endian number of which only the octets are there whose bit is set. */
function number(reader: Reader, present: number, octets: number): number {
  let value = 0;
  for (let octet = 0; octet < octets; octet += 1) if (present & (1 << octet)) value += next(reader) * 256 ** octet;
  return value;
}

function size(reader: Reader): number {
  let value = 0;
  let octet = 128;
  for (let scale = 1; octet & 128; scale *= 128) {
    octet = next(reader);
    value += (octet & 127) * scale;
  }
  return value;
}

function next(reader: Reader): number {
  const octet = reader.bytes[reader.at];
  if (octet === undefined) throw new Error('its delta is cut off');
  reader.at += 1;
  return octet;
}

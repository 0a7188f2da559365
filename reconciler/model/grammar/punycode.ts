// Source: RFC 3492, section 5 (parameter values) and 6.2 (decoding).
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_CODE = 0x80;

/** Decode the part of an A-label after `xn--` into Unicode. null when it is not punycode. */
export function decodePunycode(encoded: string): string | null {
  const delimiter = encoded.lastIndexOf('-');
  const output = [...encoded.slice(0, Math.max(delimiter, 0))].map((character) => character.charCodeAt(0));
  let [code, position, bias, damp, rest] = [INITIAL_CODE, 0, INITIAL_BIAS, DAMP, encoded.slice(delimiter + 1)];
  while (rest !== '') {
    const delta = readDelta(rest, bias);
    if (delta === null) return null;
    const length = output.length + 1;
    bias = adapt(Math.floor(delta.value / damp), length);
    damp = 2;
    code += Math.floor((position + delta.value) / length);
    position = (position + delta.value) % length;
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
    output.splice(position, 0, code);
    position += 1;
    rest = rest.slice(delta.length);
  }
  return String.fromCodePoint(...output);
}

/** Read one variable-length integer from the front. */
function readDelta(text: string, bias: number): { readonly value: number; readonly length: number } | null {
  let [value, weight] = [0, 1];
  for (let index = 0; index < text.length; index += 1) {
    const digit = digitOf(text.charCodeAt(index));
    if (digit === null) return null;
    value += digit * weight;
    const threshold = Math.min(Math.max((index + 1) * BASE - bias, T_MIN), T_MAX);
    if (value > 0x7fffffff) return null;
    if (digit < threshold) return { value, length: index + 1 };
    weight *= BASE - threshold;
  }
  return null;
}

function digitOf(code: number): number | null {
  if (code >= 0x61 && code <= 0x7a) return code - 0x61;
  return code >= 0x30 && code <= 0x39 ? code - 0x30 + 26 : null;
}

/** Follow the size of the deltas, so that the next is likely to be short. */
function adapt(delta: number, length: number): number {
  let [rest, step] = [delta + Math.floor(delta / length), 0];
  while (rest > ((BASE - T_MIN) * T_MAX) / 2) {
    rest = Math.floor(rest / (BASE - T_MIN));
    step += BASE;
  }
  return step + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}

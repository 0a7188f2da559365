import { decodePunycode } from './punycode.ts';

// A label in one script cannot pass for a label in another (UTS 39). Japanese and Korean are written in several at once.
const SCRIPTS = [
  'Latin', 'Greek', 'Cyrillic', 'Armenian', 'Hebrew', 'Arabic', 'Syriac', 'Thaana', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil',
  'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Thai', 'Lao', 'Tibetan', 'Myanmar', 'Georgian', 'Ethiopic', 'Khmer', 'Mongolian', 'Hangul',
].map((script) => [script]);
const WRITTEN_TOGETHER = [...SCRIPTS, ['Han', 'Hiragana', 'Katakana'], ['Han', 'Hangul'], ['Han', 'Bopomofo']];
// Made when the first such label is met: most co-ops have none, and all of Unicode is gone through to make them.
let oneScript: readonly RegExp[] | null = null;
const LETTERS = /^[\p{L}\p{M}\p{Nd}-]+$/u;

/** Is this lower case `xn--` label the only spelling of a readable label in a single script? RFC 5891. */
export function isReadableALabel(label: string): boolean {
  const unicode = decodePunycode(label.slice('xn--'.length));
  if (unicode === null || !LETTERS.test(unicode) || !isInOneScript(unicode)) return false;
  return toALabels(unicode) === label;
}

function isInOneScript(text: string): boolean {
  oneScript ??= WRITTEN_TOGETHER.map((scripts) => new RegExp(`^[0-9-${scripts.map((script) => `\\p{scx=${script}}`).join('')}]+$`, 'u'));
  return oneScript.some((script) => script.test(text));
}

/** Encode a name with Unicode labels for DNS; null when it has no such form. For hints only: what enters DNS is parsed, never repaired. */
export function toALabels(name: string): string | null {
  if (/[\s\p{Cc}/?#@:%[\]\\<>^|]/u.test(name)) return null;
  try {
    return new URL(`http://${name}.example/`).hostname.slice(0, -'.example'.length);
  } catch {
    return null;
  }
}

/** Decode a name for people to read. Shape: `bücher.example`; labels that do not decode stay as they are. */
export function toUnicode(name: string): string {
  return name.split('.').map((label) => (label.startsWith('xn--') && isReadableALabel(label) ? decodePunycode(label.slice(4)) ?? label : label)).join('.');
}

import { replaceUnseen } from '../model/grammar/characters.ts';

const LONGEST_PATH = 255;

/** Spell out what cannot be seen, or moves what can. Shape: `a\u{1b}b`. */
export function visible(text: string): string {
  return replaceUnseen(text.replaceAll('\n', '\\n').replaceAll('\t', '\\t'), (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Show the octets of a path, as git does for those that are not printable ASCII. Shape: `members/ada/\x1b`. */
export function shownPath(octets: string): string {
  const text = octets.replace(/[^!-~]|\\/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return text.length > LONGEST_PATH ? `${text.slice(0, LONGEST_PATH)}…` : text;
}

/** Name some of a list. Shape: `ada, dana or judy`. */
export function listed(names: readonly string[], word: 'and' | 'or'): string {
  const safe = names.map(visible);
  return safe.length < 2 ? safe.join('') : `${safe.slice(0, -1).join(', ')} ${word} ${safe.at(-1)}`;
}

import { replaceUnseen } from '../model/grammar/characters.ts';

/**
 * Make any text safe to print, line by line. Text that people wrote may try to move the cursor, hide or reorder what a reader sees;
 * nothing of it reaches a terminal: what cannot be seen is shown as an escape. A newline stays a newline.
 * Source: CVE-2021-42574, CVE-2024-52005.
 */
export function printable(text: string): string {
  return replaceUnseen(text.replaceAll('\t', '    '), (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Make any text safe to print in one line. */
export function oneLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n');
}

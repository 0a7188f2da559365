/**
 * Text that people wrote may try to move the cursor, hide or reorder what a reader sees. Nothing of it reaches a terminal: control
 * and bidirectional characters, zero-width and line separators are shown as escapes. Source: CVE-2021-42574, CVE-2024-52005.
 */
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Make any text safe to print, line by line. A newline stays a newline. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Make any text safe to print in one line. */
export function oneLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n');
}

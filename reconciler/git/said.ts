import { replaceUnseen } from '../model/grammar/characters.ts';

const longest = 300;

/** Quote what the other side said, for the end of a message: one line, nothing in it that acts on a terminal, and not too much of it. */
export function said(text: string): string {
  const line = text.split(/[\r\n]+/).map((part) => part.trim()).filter((part) => part !== '').join('; ');
  const cut = line.length > longest ? `${line.slice(0, longest)}…` : line;
  return replaceUnseen(JSON.stringify(cut), (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

import { replaceUnseen } from '../model/grammar/characters.ts';
import { ownerOf, type Owner } from '../model/owner.ts';
import type { Problem } from '../model/problem.ts';
import type { Source } from '../model/source.ts';

/** A problem together with who else has a part in it: two who claim the same port, or a member and the class that is gone. */
export interface Finding extends Problem {
  readonly against?: Owner;
}

/** What is wrong, without where. */
export interface Said {
  readonly code: string;
  /** Begins with "cannot". */
  readonly message: string;
  readonly hint?: string | undefined;
  readonly against?: Owner | undefined;
}

/**
 * Say that something at a place is wrong. Whose problem it is follows from the path; a path may hold anything, and so may an owner's
 * name, so what cannot be seen is spelt out here whoever wrote the message.
 */
export function finding(source: Source, { code, message, hint, against }: Said): Finding {
  return { code, message: visible(message), ...(hint !== undefined && { hint: visible(hint) }), ...(against !== undefined && { against }), owner: ownerOf(source.file), source };
}

/** Quote a value for a message: cut to a readable length, with everything that cannot be seen spelt out. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? 'nothing';
  const cut = text.length > 80 ? `${[...text].slice(0, 77).join('')}…` : text;
  return `\`${visible(cut)}\``;
}

/** Spell out what cannot be seen. Shape: `a\u{a}b`. */
export function visible(text: string): string {
  const spelt = (character: string): string => (character === ' ' ? ' ' : `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return replaceUnseen(text.replace(/[\p{C}\p{Z}]/gu, spelt), spelt);
}

/** Say of a character that looks like a blank what it is, for somebody who cannot see that. */
export function looksLikeBlank(code: string): string {
  return `${code} stands here, which looks like a blank and is none: put a blank in its place`;
}

/** Name a choice of things. Shape: `a`, `b` or `c`. */
export function choices(values: readonly unknown[]): string {
  const names = values.slice(0, 20).map(shown);
  if (values.length > 20) return `${names.join(', ')} …`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

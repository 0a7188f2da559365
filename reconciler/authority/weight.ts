import type { Restriction, Risk, Rules } from '../model/authority.ts';

/** One thing that makes a change more than green. */
export interface Weight {
  readonly risk: Risk;
  /** A phrase for people, e.g. `domains: +bank.example`. */
  readonly reason: string;
  /** The field that it is about; null: the file as a whole. */
  readonly field: string | null;
  readonly rule: 'admin-field' | 'takeover' | 'other';
}

/** What changes are judged by: all of it from the tree in force, nothing from what is proposed. */
export interface Context {
  readonly rules: Rules;
  /** By kind of document. A kind that no schema describes is for admins. */
  readonly restrictions: ReadonlyMap<string, Restriction>;
  /** Is there anything at this path in the tree in force? */
  readonly paths: (path: string) => boolean;
  /** What is in its place there that differs from it in case only; null when nothing does. */
  readonly alike: (path: string) => string | null;
}

/** Make a weight of a change as a whole, or of one field of it. */
export function weight(risk: Risk, reason: string, field: string | null = null): Weight {
  return { risk, reason, field, rule: 'other' };
}

import type { KindName, Resource } from '../model/resource.ts';

/** Something that root does when a catalog asks for it. Everything that no permit describes is refused. */
export interface Permit {
  readonly kinds: readonly KindName[];
  /** The whole name of the resource. Groups of it may be used as `$1` in `access` and in argv. */
  readonly name: RegExp;
  /** Shape: `owner:group mode`; one of them must be what is asked for. Nothing where the kind has no access. */
  readonly access?: readonly string[];
  /** The argv that may check what is staged; `{}` stands for it, `$1` for a part of the name. */
  readonly check?: readonly string[];
  /** What may stand in each line that is neither blank nor a comment; without it the bytes may be any. */
  readonly lines?: Lines;
  /** Links: where one may point. */
  readonly target?: RegExp;
  /** May it be asked away, where a catalog wants nothing to be there? */
  readonly absent?: true;
  /** Is there more to ask of it? Shape: why not, or null. */
  readonly further?: (resource: Resource) => string | null;
}

/** The closed language of one file, line by line; every line must fit one of them. */
export interface Lines {
  /** How a comment begins. */
  readonly comment: '#' | '//' | ';';
  readonly fit: readonly RegExp[];
}

/** What a unit may be told. */
export interface Orders {
  /** What its daemon reads; a trailing `/` means everything below. */
  readonly reads: readonly string[];
  readonly check?: readonly (readonly string[])[];
  readonly reload: readonly (readonly string[])[];
}

/** Make a pattern of the first words that lines may begin with, however deep they stand, whatever follows them. */
export function beginning(...words: readonly string[]): RegExp {
  return new RegExp(`^[ \\t]*(?:${words.map(literal).join('|')})(?=[ \\t=;{>]|$)`);
}

/** Make a pattern of one whole line. */
export function exactly(...lines: readonly string[]): RegExp {
  return new RegExp(`^(?:${lines.map(literal).join('|')})$`);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

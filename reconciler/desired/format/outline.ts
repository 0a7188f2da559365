/**
 * A YAML document as a formatter sees it: what stands where, with its comments and empty lines, and without the spelling of whatever
 * has one canonical spelling. Anchors, aliases, tags and keys that are not text never get this far: they are refused when a document is
 * parsed.
 */

/** Text on one line, as written where it was written plain. */
export interface Text {
  readonly is: 'text';
  readonly value: string;
  /** The characters of a plain scalar; null where the value is to be quoted when it must be. */
  readonly plain: string | null;
}

/** Text over several lines after `|` or `>`, each without its indentation. */
export interface BlockText {
  readonly is: 'block';
  readonly header: string;
  readonly lines: readonly string[];
}

/** A list or a map. */
export interface Collection {
  readonly is: 'map' | 'list';
  /** It was written as [a, b] or { a: 1 }. */
  readonly flow: boolean;
  readonly entries: readonly Entry[];
  /** Comments after the last entry. */
  readonly after: readonly string[];
}

/** Whatever a value can be. */
export type Node = Text | BlockText | Collection;

/** One entry of a list or a map, with the comments that belong to it. */
export interface Entry {
  /** Comments and empty lines before it. */
  readonly before: readonly string[];
  /** null in a list. */
  readonly key: Text | null;
  /** null where nothing is written. */
  readonly value: Node | null;
  /** The comment at the end of its line. */
  readonly comment: string | null;
  /** Comments below it that stand further in than it does. */
  readonly below: readonly string[];
}

/** A whole document. */
export interface Outline {
  readonly head: readonly string[];
  readonly root: Node | null;
  readonly tail: readonly string[];
}

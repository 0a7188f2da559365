import type { Owner } from '../model/owner.ts';
import type { Problem } from '../model/problem.ts';
import type { Source } from '../model/source.ts';
import type { Finder, Places } from './places.ts';
import type { Declarations, DocumentKind } from './schemas.ts';

/** One valid document: what is declared, whose it is, and where each part of it was written. */
export interface Document<Kind extends DocumentKind> extends Finder {
  readonly kind: Kind;
  /** What the file is named after: a host, a class, a member, a domain. */
  readonly name: string;
  readonly owner: Owner;
  readonly file: string;
  readonly value: Declarations[Kind];
}

/** Any document, told apart by its kind. */
export type AnyDocument = { readonly [Kind in DocumentKind]: Document<Kind> }[DocumentKind];

/** Everything that could be read of a snapshot, by kind and in the order of the paths. */
export type ByKind = { readonly [Kind in DocumentKind]: readonly Document<Kind>[] };

export interface Documents extends ByKind {
  /** What is there but could not be read, as `kind name`: to refer to it is no further mistake. */
  readonly unreadable: ReadonlySet<string>;
}

/** All that there is to know of a file beside its path, as plain data: what is kept of it so that it need not be parsed again. */
export interface Reading {
  /** null: the file is no valid document. */
  readonly written: { readonly value: unknown; readonly places: Places } | null;
  readonly problems: readonly Problem[];
}

/** A document, or why there is none. */
export interface ReadFile extends Reading {
  /** null for files that declare nothing, and for paths that mean nothing. */
  readonly kind: DocumentKind | null;
  readonly name: string;
  readonly owner: Owner;
  readonly document: AnyDocument | null;
}

/** All of them, of whatever kind. */
export function everyDocument({ unreadable: _, ...byKind }: Documents): readonly AnyDocument[] {
  return Object.values(byKind).flat();
}

/** Point at a document as a whole: its first line. */
export function startOf(file: string): Source {
  return { file, line: 1, column: 1 };
}

import type { Restriction, Risk } from '../model/authority.ts';
import { schemas, type DocumentKind } from './schemas.ts';

interface Annotated {
  readonly 'x-authority'?: 'admin';
  readonly 'x-risk'?: Risk;
  readonly properties?: { readonly [field: string]: Annotated };
}

/** What the schemas keep for admins, by kind of document: `x-authority` says that, `x-risk` how many it takes (red where it says nothing). */
export const restrictions: ReadonlyMap<DocumentKind, Restriction> = new Map([...schemas].map(([kind, schema]) => [kind, restrictionOf(schema)]));

function restrictionOf(schema: Annotated): Restriction {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([field, each]): readonly (readonly [string, Risk])[] => {
    const risk = riskOf(each);
    return risk === null ? [] : [[field, risk]];
  });
  return { whole: riskOf(schema), fields: new Map(fields) };
}

function riskOf(annotated: Annotated): Risk | null {
  return annotated['x-authority'] === 'admin' ? (annotated['x-risk'] ?? 'red') : null;
}

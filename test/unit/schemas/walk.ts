import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Schema } from '../../../scripts/generate-declarations.d.mts';

/** One schema inside a document's schema, and where it stands. */
export interface Place {
  /** The field that it describes, when it is one. */
  readonly field: string | null;
  /** A JSON pointer from the top: `#/$defs/hostname`. RFC 6901. */
  readonly pointer: string;
  readonly schema: Schema;
}

/** List every schema inside a schema, itself first. */
export function placesOf(schema: Schema, pointer = '#', field: string | null = null): readonly Place[] {
  const below = (keyword: string, schemas: { readonly [key: string]: Schema } | undefined, fields: boolean) =>
    Object.entries(schemas ?? {}).flatMap(([key, inner]) => placesOf(inner, `${pointer}/${keyword}/${escaped(key)}`, fields ? key : null));
  return [
    { field, pointer, schema },
    ...below('properties', schema.properties, true),
    ...below('patternProperties', schema.patternProperties, false),
    ...below('$defs', schema.$defs, false),
    ...(schema.oneOf ?? []).flatMap((inner, index) => placesOf(inner, `${pointer}/oneOf/${index}`)),
    ...(schema.items === undefined ? [] : placesOf(schema.items, `${pointer}/items`)),
  ];
}

/** Follow a reference inside the same document, if there is one. */
export function followed(schema: Schema, document: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const target = document.$defs?.[schema.$ref.replace('#/$defs/', '')];
  if (target === undefined) throw new Error(`cannot follow ${schema.$ref}`);
  return target;
}

/** Make the validator of any place of a document's schema, as strict as croft's own. */
export function validatorOf(document: Schema): (pointer: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: true, discriminator: true, allErrors: true });
  ajv.addVocabulary(['x-authority', 'x-risk']);
  ajv.addSchema(document, 'document');
  return (pointer) => ajv.compile({ $ref: `document${pointer}` });
}

function escaped(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}

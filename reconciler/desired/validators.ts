/**
 * The validators of documents, compiled from the schemas. In the bundle this file is replaced by code that was compiled when it was built
 * (scripts/validators.mjs): compiling takes longer than checking a thousand documents. Here it is done when a kind is first asked for.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { schemas, type Declarations, type DocumentKind } from './schemas.ts';
import validation from './validation.json' with { type: 'json' };

// `allErrors` goes on after the first mistake, also to patterns of texts that are too long: safe only because documents are small
// and every pattern is linear. `ownProperties` keeps `toString` from passing for a field that was written.
// What is wrong inside would be put to the rest in a copy of all so far, once for each: of a list as long as a document may be, for minutes.
const copied = new RegExp(validation.copied, 'g');
const ajv = new Ajv2020({ ...validation.options, code: { process: (code) => code.replace(copied, validation.added) } });
ajv.addVocabulary(validation.vocabulary);

const compiled = new Map<DocumentKind, ValidateFunction>();

/** Find the validator of a kind of document. */
export function validatorOf<Kind extends DocumentKind>(kind: Kind): ValidateFunction<Declarations[Kind]> {
  const known = compiled.get(kind) ?? ajv.compile(schemas.get(kind) ?? {});
  compiled.set(kind, known);
  return known as ValidateFunction<Declarations[Kind]>;
}

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Checked } from '../model/problem.ts';
import { explain } from './explain.ts';
import type { Parsed } from './parse.ts';
import { schemas, type Declarations, type DocumentKind } from './schemas.ts';

// `allErrors` goes on after the first mistake, also to patterns of texts that are too long: safe only because documents are small
// and every pattern is linear. `ownProperties` keeps `toString` from passing for a field that was written.
const ajv = new Ajv2020({ allErrors: true, strict: true, verbose: true, discriminator: true, ownProperties: true });
ajv.addVocabulary(['x-authority']);

const validators: { readonly [Kind in DocumentKind]: () => ValidateFunction<Declarations[Kind]> } = {
  cluster: once('cluster'), host: once('host'), limits: once('limits'), mailboxes: once('mailboxes'),
  member: once('member'), retired: once('retired'), vhost: once('vhost'), zone: once('zone'),
};

/** Validate a parsed document against the schema of its kind. Every mistake is a problem at the exact place; null when there is one. */
export function validate<Kind extends DocumentKind>(kind: Kind, parsed: Parsed): Checked<Declarations[Kind] | null> {
  const isRight = validators[kind]();
  const { value } = parsed;
  if (isRight(value)) return { value, problems: [] };
  return { value: null, problems: explain(isRight.errors ?? [], { kind, parsed }) };
}

/** Compiling takes longer than checking a thousand documents: once per kind, and only for kinds that are there. */
function once<Kind extends DocumentKind>(kind: Kind): () => ValidateFunction<Declarations[Kind]> {
  let compiled: ValidateFunction<Declarations[Kind]> | undefined;
  return () => (compiled ??= ajv.compile<Declarations[Kind]>(schemas.get(kind) ?? {}));
}

import type { ErrorObject } from 'ajv/dist/2020.js';
import { oddBlank } from '../model/grammar/characters.ts';
import { choices, looksLikeBlank, shown, type Said } from './finding.ts';
import { nearest, nearestField } from './nearest.ts';
import type { Path } from './places.ts';
import { schemas, type DocumentKind } from './schemas.ts';
import { publicKey } from './ssh-key.ts';
import { suggest } from './suggest.ts';

/** One thing that the schema does not allow. */
export interface Mistake {
  readonly kind: DocumentKind;
  readonly error: ErrorObject;
  readonly path: Path;
}

/** The name that was probably meant, beside what is said. */
export type Described = Said & { readonly suggestion?: string | undefined };

const TYPES: { readonly [type: string]: string } = {
  string: 'text', integer: 'a whole number', number: 'a number', boolean: 'true or false', array: 'a list', object: 'a map of fields', null: 'empty',
};

const NOUNS: { readonly [Kind in DocumentKind]: string } = {
  allowances: 'the list of allowances', cluster: 'the cluster', host: 'a host', limits: 'a limits class', mailboxes: 'a mail domain', member: 'a member', retired: 'the list of those who left',
  secret: 'a secret', vhost: 'a vhost', zone: 'a zone',
};

const describers: { readonly [keyword: string]: (mistake: Mistake) => Described } = {
  additionalProperties: unknownField,
  required: missingField,
  type: wrongType,
  enum: wrongChoice,
  const: wrongChoice,
  pattern: wrongForm,
  discriminator: wrongTag,
  oneOf: wrongBranch,
  uniqueItems: twice,
  maxLength: ({ error, path }) => bound(path, error, `it has ${String(error.data).length} characters, and may have at most ${error.params['limit']}`),
  minimum: ({ error, path }) => bound(path, error, `it must be at least ${error.params['limit']}`),
  maximum: ({ error, path }) => bound(path, error, `it must be at most ${error.params['limit']}`),
  minItems: ({ error, path }) => bound(path, error, `it must have ${error.params['limit']} or more entries`),
  maxItems: ({ error, path }) => bound(path, error, `it may have at most ${error.params['limit']} entries`),
  maxProperties: ({ error, path }) => bound(path, error, `it may have at most ${error.params['limit']} entries`),
};

/** Say a mistake in words: what cannot be used, why, and what would be right. */
export function describeMistake(mistake: Mistake): Described {
  const describer = describers[mistake.error.keyword];
  const described = describer === undefined ? bound(mistake.path, mistake.error, mistake.error.message ?? 'the schema forbids it') : describer(mistake);
  const odd = oddBlank(writtenAt(mistake));
  return odd === null ? described : { ...described, hint: looksLikeBlank(odd) };
}

/** The text that is wrong, be it a value or a name; empty when it is none. */
function writtenAt({ error: { keyword, data, params } }: Mistake): string {
  if (keyword === 'additionalProperties') return String(params['additionalProperty']);
  return typeof data === 'string' ? data : '';
}

function unknownField(mistake: Mistake): Described {
  const { error, path } = mistake;
  const field = String(error.params['additionalProperty']);
  const pattern = Object.keys(error.parentSchema?.['patternProperties'] ?? {})[0];
  if (pattern !== undefined) return wrongKey(mistake, field, pattern);
  const fields = Object.keys(error.parentSchema?.['properties'] ?? {});
  const suggestion = nearestField(field, fields) ?? undefined;
  const hint = suggestion === undefined ? `its fields are ${choices(fields)}` : `did you mean \`${suggestion}\`?`;
  return { code: 'schema/unknown-field', message: `cannot use ${shown(field)}: ${subject(mistake, path)} has no such field`, hint, suggestion };
}

function wrongKey({ error, path }: Mistake, key: string, pattern: string): Described {
  const why = firstSentence(error.parentSchema?.['description']);
  return { code: 'schema/wrong-name', message: `cannot use ${shown(key)} as a name in ${nameOf(path)}: ${why}`, hint: suggest(key, pattern) };
}

function missingField(mistake: Mistake): Described {
  const { error, path } = mistake;
  const field = String(error.params['missingProperty']);
  const description: unknown = error.parentSchema?.['properties']?.[field]?.description;
  return { code: 'schema/missing-field', message: `cannot accept ${subject(mistake, path)} without ${shown(field)}`, hint: firstSentence(description) };
}

function wrongType({ error, path }: Mistake): Described {
  const wanted = [error.schema].flat().map((type) => TYPES[String(type)] ?? String(type)).join(' or ');
  if (error.data === null) return { code: 'schema/empty', message: `cannot leave ${nameOf(path)} empty: it must be ${wanted}` };
  return { ...bound(path, error, `it must be ${wanted}`), code: 'schema/wrong-type', hint: isSecret(path) ? hintFor(path) : retype(error) };
}

function retype({ schema, data }: ErrorObject): string | undefined {
  if (schema === 'string' && (typeof data === 'number' || typeof data === 'boolean')) return `put it in quotes: "${data}"`;
  if (schema === 'integer' && typeof data === 'string' && /^[1-9][0-9]{0,14}$/.test(data)) return `write it without quotes: ${data}`;
  if (schema === 'boolean' && typeof data === 'string' && /^(?:yes|no|on|off)$/i.test(data)) return `write ${/^(?:yes|on)$/i.test(data)}`;
  if (schema !== 'array' || typeof data !== 'string') return undefined;
  return data.length > 60 ? 'write it as a list: each entry on a line of its own, which begins with a hyphen and a blank' : `write it as a list: [${data}]`;
}

function wrongChoice({ error, path }: Mistake): Described {
  const allowed: readonly unknown[] = error.keyword === 'const' ? [error.schema] : [error.schema].flat();
  const suggestion = nearest(String(error.data), allowed.map(String));
  const hint = suggestion === null ? undefined : `did you mean \`${suggestion}\`?`;
  return { ...bound(path, error, `it must be ${choices(allowed)}`), code: 'schema/unknown-choice', hint };
}

/** The descriptions of the schema are the members' manual: they also say here what would be right. */
function wrongForm({ error, path }: Mistake): Described {
  const use = useOfKey(path);
  const key = use === null ? null : publicKey(String(error.data), use);
  if (key !== null && 'why' in key) return { ...bound(path, error, key.why), code: 'schema/wrong-form', hint: 'paste the whole line of a .pub file; ssh-keygen -t ed25519 makes a new key' };
  const hint = isSecret(path) ? hintFor(path) : suggest(String(error.data), String(error.schema));
  return { ...bound(path, error, `it must be ${firstSentence(error.parentSchema?.['description'])}`), code: 'schema/wrong-form', hint };
}

function wrongTag({ kind, error, path }: Mistake): Described {
  const { tag, tagValue } = error.params;
  const allowed = tagsOf(kind, String(tag));
  if (tagValue === undefined) return {
    code: 'schema/missing-field', message: `cannot accept ${nameOf(path)} without ${shown(tag)}`, hint: `it is ${choices(allowed)}`,
  };
  const suggestion = nearest(String(tagValue), allowed);
  const hint = suggestion === null ? undefined : `did you mean \`${suggestion}\`?`;
  return { code: 'schema/unknown-choice', message: `cannot use ${shown(tagValue)} as ${shown(tag)}: it must be ${choices(allowed)}`, hint };
}

interface Branch {
  readonly properties?: { readonly [field: string]: { readonly const?: unknown } };
}

function tagsOf(kind: DocumentKind, tag: string): readonly string[] {
  const { $defs = {} }: { readonly $defs?: { readonly [name: string]: Branch } } = schemas.get(kind) ?? {};
  return Object.values($defs).flatMap(({ properties }) => properties?.[tag]?.const ?? []).map(String);
}

function wrongBranch(mistake: Mistake): Described {
  const { error, path } = mistake;
  const branches: readonly { readonly required?: readonly string[] }[] = Array.isArray(error.schema) ? error.schema : [];
  const keys = branches.flatMap(({ required }) => required ?? []);
  if (keys.length === 0) return { ...bound(path, error, 'it must be text or a map of fields'), code: 'schema/wrong-type' };
  const given = keys.filter((key) => typeof error.data === 'object' && error.data !== null && Object.hasOwn(error.data, key));
  const both = `cannot accept ${given.map(shown).join(' and ')} together`;
  const none = `cannot tell what ${subject(mistake, path)} does without ${choices(keys)}`;
  return { code: 'schema/one-of', message: given.length > 1 ? both : none, hint: `give exactly one of ${choices(keys)}` };
}

function twice({ error, path }: Mistake): Described {
  const value: unknown = Array.isArray(error.data) ? error.data[Number(error.params['i'])] : undefined;
  return { code: 'schema/twice', message: `cannot list ${shown(value)} twice in ${nameOf(path)}`, hint: 'keep one of them' };
}

/** What a public key at this place is for; null when none belongs there. */
function useOfKey(path: Path): 'login' | 'signing' | null {
  const field = path.findLast((part) => typeof part === 'string') ?? '';
  if (!/^(?:.+-)?keys?$/.test(String(field))) return null;
  return path.includes('signing-keys') || field === 'merge-keys' ? 'signing' : 'login';
}

function bound(path: Path, error: ErrorObject, why: string): Described {
  const isPublic = useOfKey(path) === null || /^(?:ssh|ecdsa|sk)-/.test(String(error.data));
  const value = isSecret(path) || !isPublic ? 'this value' : shown(error.data);
  return { code: 'schema/out-of-bounds', message: `cannot use ${value} as ${nameOf(path)}: ${why}` };
}

/** What somebody wrote for a password or in the place of a sealed text is not repeated where others read it. Nor is what stands for a key and is no public one. */
function isSecret(path: Path): boolean {
  return path.at(-1) === 'password' || path.at(-1) === 'sealed';
}

function hintFor(path: Path): string | undefined {
  return path.at(-1) === 'sealed' ? '`croft secret set` reads a value and seals it; a value that was ever written here is no secret any more' : undefined;
}

function subject({ kind }: Mistake, path: Path): string {
  return path.length === 0 ? NOUNS[kind] : nameOf(path);
}

/** Shape: `redirects[2].from`. */
function nameOf(path: Path): string {
  return path.length === 0 ? 'the document' : shown(path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('').replace(/^\./, ''));
}

function firstSentence(text: unknown): string {
  const [sentence = ''] = String(text ?? '').split(/\.(?: (?=[A-Z])|$)/);
  return /^[A-Z][A-Z]/.test(sentence) ? sentence : `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

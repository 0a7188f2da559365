import { stringify } from 'yaml';
import { schemas, type DocumentKind } from '../desired/schemas.ts';

/** A document about to be written. */
export interface Draft {
  readonly kind: DocumentKind;
  /** Below the desired state. */
  readonly path: string;
  readonly value: { readonly [field: string]: unknown };
  /** Fields that it does not have, to be shown as comments with an example. */
  readonly further: readonly string[];
}

interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: Schema };
  readonly properties?: { readonly [field: string]: Schema };
  readonly examples?: readonly unknown[];
}

const WIDTH = 100;
const PASSWORD = '<what this prints: openssl passwd -6>';

/** Write a draft with what its schema says of each field, for whoever reads it first: what is there, then what else there could be. */
export function draftText({ kind, value, further }: Draft): string {
  const root: Schema = schemas.get(kind) ?? {};
  const fields = root.properties ?? {};
  const given = fieldLines(value, { schema: root, root, indent: '' });
  const others = further.flatMap((field) => {
    if (!Object.hasOwn(value, field)) return [[...comment(fields[field]?.description, ''), ...exampleOf(field, fields[field])]];
    const [empty = ''] = yamlLines({ [field]: value[field] });
    return isEmpty(value[field]) ? [[...comment(`For example, in the place of \`${empty}\` above:`, ''), ...exampleOf(field, fields[field])]] : [];
  });
  return [comment(root.description, ''), ...given, ...others].map((lines) => `${lines.join('\n')}\n`).join('\n');
}

interface Where {
  readonly schema: Schema;
  readonly root: Schema;
  readonly indent: string;
}

/** Each field with its comment above it; what is in it too. */
function fieldLines(value: Draft['value'], { schema, root, indent }: Where): readonly (readonly string[])[] {
  return Object.entries(value).map(([field, content]) => {
    const own = schema.properties?.[field] ?? {};
    const above = comment(own.description, indent);
    const inner = followed(own, root);
    if (!isMap(content) || inner.properties === undefined) return [...above, ...yamlLines({ [field]: content }).map((line) => `${indent}${line}`)];
    return [...above, `${indent}${field}:`, ...fieldLines(content, { schema: inner, root, indent: `${indent}  ` }).flat()];
  });
}

function exampleOf(field: string, schema: Schema | undefined): readonly string[] {
  const [example] = schema?.examples ?? [];
  return example === undefined ? [] : yamlLines({ [field]: withoutSecrets(example) }).map((line) => `# ${line}`);
}

/** Whoever takes the comment sign away must not get a key or a password that all the world knows: what stands here instead is refused by the check. */
function withoutSecrets(example: unknown): unknown {
  if (Array.isArray(example)) return example.map(withoutSecrets);
  if (isMap(example)) {
    return Object.fromEntries(Object.entries(example).map(([field, value]) => [field, field === 'password' ? PASSWORD : withoutSecrets(value)]));
  }
  return typeof example === 'string' && /^(?:ssh|ecdsa|sk)-\S+ AAAA/.test(example) ? '<the line in a .pub file>' : example;
}

function yamlLines(value: object): readonly string[] {
  return stringify(value, { lineWidth: 0, singleQuote: true }).trimEnd().split('\n');
}

function comment(text: string | undefined, indent: string): readonly string[] {
  const lines: string[] = [];
  for (const word of (text ?? '').split(' ').filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}# ${word}`);
  }
  return lines;
}

function followed(schema: Schema, root: Schema): Schema {
  return (schema.$ref === undefined ? undefined : root.$defs?.[schema.$ref.replace('#/$defs/', '')]) ?? schema;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
}

function isMap(value: unknown): value is Draft['value'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

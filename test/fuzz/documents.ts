import { isDeepStrictEqual } from 'node:util';
import { readSchemas, type Schema } from '../../scripts/generate-declarations.mjs';
import { followed } from '../unit/schemas/walk.ts';
import type { Dice } from './dice.ts';
import { mutated } from './strings.ts';

const schemas = readSchemas();
const kinds: { readonly [folder: string]: string } = { hosts: 'host', limits: 'limits', vhosts: 'vhost', zones: 'zone', mailboxes: 'mailboxes', secrets: 'secret' };

/** Name the kind of a document by its path. */
export function kindOf(path: string): string {
  const [name = ''] = path.split('/').at(-1)?.split('.yaml') ?? [];
  return kinds[path.split('/').at(-2) ?? ''] ?? name;
}

type Fields = { readonly [field: string]: unknown };

/** Change some fields of a document to whatever else its schema lets them be: other variants, the ends of every range, names and texts near those of its examples. */
export function varied(dice: Dice, kind: string, plain: Fields): Fields {
  const schema = schemas.get(kind);
  if (schema === undefined) throw new Error(`there is no schema of ${kind}`);
  const fields = Object.keys(schema.properties ?? {});
  const changed = Array.from({ length: 1 + dice.below(3) }, () => dice.one(fields));
  return changed.reduce<Fields>((document, field) => withField(document, field, { schema, made: make(dice, schema.properties?.[field] ?? {}, schema) }), plain);
}

/** Of fields that stand for each other only the new one stays. */
function withField(document: Fields, field: string, { schema, made }: { readonly schema: Schema; readonly made: unknown }): Fields {
  const rivals = (schema.oneOf ?? []).flatMap(({ required = [] }) => required);
  const kept = Object.entries(document).filter(([name]) => !rivals.includes(field) || !rivals.includes(name));
  return { ...Object.fromEntries(kept), [field]: made };
}

function make(dice: Dice, given: Schema, document: Schema): unknown {
  const schema: Schema = { ...followed(given, document), ...(given.examples === undefined ? {} : { examples: given.examples }) };
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return dice.one(schema.enum);
  if (schema.type === 'integer') return numberOf(dice, schema);
  if (schema.type === 'boolean') return dice.chance(50);
  if (schema.type === 'string') return textOf(dice, schema);
  if (schema.examples !== undefined && dice.chance(40)) return dice.one(schema.examples);
  if (schema.type === 'array') return listOf(dice, schema, document);
  return fieldsOf(dice, schema, document);
}

function numberOf(dice: Dice, { minimum = 0, maximum = 2 ** 31 }: Schema): number {
  return dice.one([minimum, maximum, minimum + 1, maximum - 1, minimum + dice.below(maximum - minimum + 1)]);
}

function textOf(dice: Dice, { pattern = '', examples = [], maxLength = 1000 }: Schema): string {
  const near = String(examples.length === 0 ? 'ada' : dice.one(examples));
  const isRight = new RegExp(pattern, 'u');
  for (let times = 0; times < 6; times += 1) {
    const text = mutated(dice, near);
    if (text.length <= maxLength && isRight.test(text)) return text;
  }
  return near;
}

function listOf(dice: Dice, { items = {} }: Schema, document: Schema): readonly unknown[] {
  const made = Array.from({ length: 1 + dice.below(3) }, () => make(dice, items, document));
  return made.filter((one, index) => made.findIndex((other) => isDeepStrictEqual(one, other)) === index);
}

function fieldsOf(dice: Dice, { properties = {}, required = [], oneOf = [], patternProperties = {} }: Schema, document: Schema): Fields {
  const variant = oneOf.length === 0 ? {} : followed(dice.one(oneOf), document);
  const all = { ...properties, ...variant.properties };
  const rivals = oneOf.flatMap((each) => followed(each, document).required ?? []).filter((field) => variant.required?.includes(field) !== true);
  const needed = new Set([...required, ...(variant.required ?? [])]);
  const chosen = Object.entries(all).filter(([field]) => needed.has(field) || (!rivals.includes(field) && dice.chance(50)));
  const named = Object.values(patternProperties).flatMap((below) => [[dice.one(['404', '500', 'box', 'info', 'a.b']), make(dice, below, document)] as const]);
  return Object.fromEntries([...chosen.map(([field, below]) => [field, make(dice, below, document)] as const), ...named]);
}

import { schemas, type DocumentKind } from '../schemas.ts';
import type { Collection, Entry, Node } from './outline.ts';

interface Schema {
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: Schema };
  readonly properties?: { readonly [field: string]: Schema };
  readonly patternProperties?: { readonly [pattern: string]: Schema };
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
}

/** Put the keys of every map into the order of the schema. What it is for people stands first, and in a list what differs from the rule last. */
export function ordered(kind: DocumentKind, node: Node): Node {
  const schema: Schema = schemas.get(kind) ?? {};
  return orderedBy(schema, node, { root: schema, isItem: false });
}

function orderedBy(schema: Schema, node: Node, at: { readonly root: Schema; readonly isItem: boolean }): Node {
  if (node.is === 'text' || node.is === 'block') return node;
  const own = branchOf(schema, node, at.root);
  const inner = { root: at.root, isItem: node.is === 'list' };
  const inside = node.entries.map((entry) => (entry.value === null ? entry : { ...entry, value: orderedBy(schemaOf(own, entry), entry.value, inner) }));
  return { ...node, entries: node.is === 'map' ? sorted(inside, { fields: Object.keys(own.properties ?? {}), isItem: at.isItem }) : inside };
}

function sorted(entries: readonly Entry[], { fields, isItem }: { readonly fields: readonly string[]; readonly isItem: boolean }): readonly Entry[] {
  const rank = ({ key }: Entry): number => {
    const field = key?.value ?? '';
    if (!fields.includes(field)) return fields.length;
    if (field === 'description') return -1;
    return isItem && field === 'ttl-seconds' ? fields.length - 0.5 : fields.indexOf(field);
  };
  return entries.toSorted((a, b) => rank(a) - rank(b));
}

function schemaOf(schema: Schema, { key }: Entry): Schema {
  if (key === null) return schema.items ?? {};
  const known = Object.hasOwn(schema.properties ?? {}, key.value) ? schema.properties?.[key.value] : undefined;
  return known ?? Object.entries(schema.patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(key.value))?.[1] ?? {};
}

/** Follow references and, where there is a choice, take the branch that the map says it is. */
function branchOf(schema: Schema, node: Collection, root: Schema): Schema {
  const here = followed(schema, root);
  if (here.oneOf === undefined || here.properties !== undefined) return here;
  const branches = here.oneOf.map((branch) => followed(branch, root)).filter(({ properties }) => properties !== undefined);
  return branches.find(({ properties }) => node.entries.every(({ key, value }) => fits(properties?.[key?.value ?? ''], value))) ?? {};
}

function fits(field: Schema | undefined, value: Node | null): boolean {
  return field?.const === undefined || (value?.is === 'text' && value.value === field.const);
}

function followed(schema: Schema, root: Schema): Schema {
  const target = schema.$ref === undefined ? undefined : root.$defs?.[schema.$ref.replace('#/$defs/', '')];
  return target ?? schema;
}

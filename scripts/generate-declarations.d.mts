/** The part of JSON Schema (draft 2020-12) that croft's schemas use, and the generator understands. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly 'x-authority'?: string;
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: Schema };
  readonly type?: 'string' | 'integer' | 'boolean' | 'array' | 'object';
  readonly const?: string | number | boolean;
  readonly enum?: readonly (string | number | boolean)[];
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly properties?: { readonly [key: string]: Schema };
  readonly patternProperties?: { readonly [pattern: string]: Schema };
  readonly additionalProperties?: boolean;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

/** Read every schema of documents. Shape: kind → schema, sorted by kind. */
export function readSchemas(): ReadonlyMap<string, Schema>;

/** Write the text of declarations.ts for these schemas. Errors: a schema that the generator does not understand. */
export function generateDeclarations(schemas: ReadonlyMap<string, Schema>): string;

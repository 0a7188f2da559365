import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generateDeclarations, readSchemas, type Schema } from '../../scripts/generate-declarations.mjs';
import { faultsOf } from './schemas/patterns.ts';
import { followed, placesOf, validatorOf, type Place } from './schemas/walk.ts';

const schemas = readSchemas();
const kinds = [...schemas];

/** What no value may carry, wherever it stands: it would end a line, hide text, or turn it round. */
const smuggled = [
  '\nroot ALL=(ALL) NOPASSWD: ALL', '\n', '\r\nSet-Cookie: admin=1', '\t', '\0', '\u001b[2J', '\u007f', '\u0085', '\u2028', '\u2029', '\u202e', '\u2066',
  '\u200b', '\ufeff', '\u00ad', '\u00a0',
];

function textsOf({ schema }: Place, document: Schema): readonly string[] {
  return followed(schema, document).type === 'string' ? (schema.examples ?? []).filter((example) => typeof example === 'string') : [];
}

describe.each(kinds)('the schema of %s', (_kind, document) => {
  const places = placesOf(document);
  const validatorAt = validatorOf(document);
  const fields = places.filter(({ field }) => field !== null);

  test('compiles in strict mode, and its examples are valid documents', () => {
    const validate = validatorAt('#');
    expect(document.examples?.length).toBeGreaterThan(0);
    for (const example of document.examples ?? []) expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
  });

  test('has a title, and a description of every field and every definition', () => {
    expect(document.title).toBeTruthy();
    const described = places.filter(({ field, pointer }) => field !== null || /^#(?:\/\$defs\/[^/]+)?$/.test(pointer));
    expect(described.filter(({ schema }) => (schema.description ?? '').length < 10).map(({ pointer }) => pointer)).toEqual([]);
  });

  test('shows an example of every field, and every example and default is valid in its place', () => {
    const shown = fields.filter(({ pointer, schema }) => !pointer.includes('/oneOf/') && schema.const === undefined);
    expect(shown.filter(({ schema }) => schema.examples === undefined).map(({ pointer }) => pointer)).toEqual([]);
    for (const { pointer, schema } of shown) {
      const validate = validatorAt(pointer);
      const values = [...(schema.examples ?? []), ...(schema.default === undefined ? [] : [schema.default])];
      expect(values.filter((value) => !validate(value)), pointer).toEqual([]);
    }
  });

  test('bounds every text, number, list and object, and lets no unknown key in', () => {
    expect(places.flatMap(({ pointer, schema }) => unbounded(schema).map((what) => `${pointer}: ${what}`))).toEqual([]);
  });

  test('has only patterns that are anchored, exact and quick', () => {
    const patterns = places.flatMap(({ schema }) => [schema.pattern ?? [], Object.keys(schema.patternProperties ?? {})].flat());
    for (const pattern of patterns) expect(faultsOf(pattern), pattern).toEqual([]);
  });

  test('refuses smuggled characters before, in and after every text', () => {
    for (const place of places) {
      const texts = textsOf(place, document);
      if (texts.length === 0) continue;
      const validate = validatorAt(place.pointer);
      const probes = texts.flatMap((text) => smuggled.flatMap((evil) => [text + evil, evil + text, `${text.slice(0, 2)}${evil}${text.slice(2)}`]));
      expect(probes.filter((probe) => validate(probe)), place.pointer).toEqual([]);
    }
  });

  test('answers a hostile text of any length at once', () => {
    const patterns = places.flatMap((place) => textsOf(place, document).map((text) => ({ text, pattern: followed(place.schema, document).pattern ?? '' })));
    const began = performance.now();
    for (const { text, pattern } of patterns) {
      for (const part of [text, 'a', 'a.', '-', '0:', '%20', '/a', ' a']) new RegExp(pattern, 'u').test(`${part.repeat(2000)}\n`);
    }
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('says the same as the other schemas wherever it shares a definition', () => {
    for (const [name, def] of Object.entries(document.$defs ?? {})) {
      for (const [, other] of kinds) expect(other.$defs?.[name] ?? def, name).toEqual(def);
    }
  });
});

function unbounded(schema: Schema): readonly string[] {
  const faults: string[] = [];
  if (schema.type === 'string' && (schema.maxLength === undefined || schema.pattern === undefined)) faults.push('a text without maxLength or pattern');
  if (schema.type === 'integer' && (schema.minimum === undefined || schema.maximum === undefined)) faults.push('a number without minimum or maximum');
  if (schema.type === 'array' && schema.maxItems === undefined) faults.push('a list without maxItems');
  if (schema.type === 'object' && schema.oneOf === undefined) faults.push(...openObject(schema));
  if (schema.properties !== undefined && schema.type !== 'object' && schema.required?.length !== 1) faults.push('properties without a type');
  return faults;
}

function openObject(schema: Schema): readonly string[] {
  return [
    ...(schema.additionalProperties === false ? [] : ['an object that takes unknown keys']),
    ...(schema.maxProperties === undefined ? ['an object without maxProperties'] : []),
  ];
}

test('an object of several sorts leaves the closing to each of them', () => {
  const record = schemas.get('zone')?.$defs?.['record'];
  expect(record?.oneOf?.every((sort) => followed(sort, schemas.get('zone') ?? {}).additionalProperties === false)).toBe(true);
  const vhost = schemas.get('vhost');
  expect(vhost?.additionalProperties).toBe(false);
});

test('the checker of patterns sees what is wrong with a pattern', () => {
  const wrong = ['[a-z]+', '^a|b$', '^(?:a)|(?:b)$', '^(?:(?:a+)+)$', '^(?:(?:a|b*)*)$', '^(?:a.*)$', '^(?:\\w+)$', '^(?:a\\sb)$', '^(?:(?:[a-z]{2,})*)$'];
  expect(wrong.filter((pattern) => faultsOf(pattern).length === 0)).toEqual([]);
  expect(faultsOf('^(?:[a-z.(]+(?:\\.[a-z]{1,9})*)$')).toEqual([]);
});

test.each([
  ['cluster', ['name', 'domain', 'contact', 'admins', 'dns', 'retired', 'trust']],
  ['host', ['debian', 'addresses', 'services', 'login', 'key', 'ssh-host-key', 'description']],
  ['limits', ['tasks', 'memory-mib', 'cpu-percent', 'disk-mib', 'open-files', 'vhosts', 'zones', 'mailboxes', 'aliases', 'description']],
  ['member', ['uid', 'state', 'limits', 'domains', 'ports', 'signing-keys']],
  ['vhost', []], ['zone', []], ['mailboxes', []],
  ['allowances', ['allowances']],
  ['retired', ['members']],
])('of a %s only an admin changes %j', (kind, expected) => {
  const schema = schemas.get(kind);
  const fields = Object.entries(schema?.properties ?? {}).filter(([, field]) => field['x-authority'] === 'admin');
  expect(fields.map(([name]) => name)).toEqual(expected);
});

test('the types of declarations are fresh: else run npm run types', () => {
  const written = readFileSync(new URL('../../reconciler/model/declarations.ts', import.meta.url), 'utf8');
  expect(written).toBe(generateDeclarations(schemas));
});

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readSchemas } from '../../scripts/generate-declarations.mjs';
import passwords from '../fixtures/passwords.json' with { type: 'json' };
import { validatorOf } from './schemas/walk.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const schemas = readSchemas();
const files = readdirSync(join(root, 'desired-state'), { recursive: true, encoding: 'utf8' })
  .map((name) => join('desired-state', name)).filter((name) => statSync(join(root, name)).isFile()).sort();

/** Which kind of document a path holds: its folder says it, or for the few of which there is one, its name. */
function kindOf(path: string): string {
  const name = path.split('/').at(-1)?.replace('.yaml', '') ?? '';
  const folder = path.split('/').at(-2) ?? '';
  const plurals: { readonly [folder: string]: string } = { hosts: 'host', limits: 'limits', vhosts: 'vhost', zones: 'zone', mailboxes: 'mailboxes', secrets: 'secret' };
  return plurals[folder] ?? name;
}

function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function documents(folder: string): readonly { readonly path: string; readonly value: unknown }[] {
  return files.filter((path) => path.includes(`/${folder}/`)).map((path) => ({ path, value: parse(textOf(path)) }));
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}

describe.each(files)('%s', (path) => {
  test('is valid', () => {
    const validate = validatorOf(schemas.get(kindOf(path)) ?? {})('#');
    expect(validate(parse(textOf(path))), JSON.stringify(validate.errors)).toBe(true);
  });

  test('begins with the line that editors complete from, and says what it shows', () => {
    const [modeline = '', comment = ''] = textOf(path).split('\n');
    const schema = resolve(root, dirname(path), modeline.replace('# yaml-language-server: $schema=', ''));
    expect(relative(root, schema)).toBe(`schemas/${kindOf(path)}.schema.json`);
    expect(existsSync(schema)).toBe(true);
    expect(comment).toMatch(/^# .{5}/);
  });

  test('names only addresses and domains that are set aside for documentation', () => {
    const text = textOf(path).replace(/(?:ssh|ecdsa)-.*/g, '');
    const addresses = text.match(/(?<![0-9.])[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(?![0-9.])/g) ?? [];
    expect(addresses.filter((address) => !/^(?:192\.0\.2|198\.51\.100|203\.0\.113|127\.0\.0)\./.test(address))).toEqual([]);
    const domains = text.match(/(?<=@|\/\/)[a-z0-9.-]+\.[a-z]+/g) ?? [];
    expect(domains.filter((domain) => !domain.endsWith('.example'))).toEqual([]);
  });
});

test('the zones together show every record type that the schema knows', () => {
  const records = documents('zones').flatMap(({ value }) => field(value, 'records') ?? []);
  const known = Object.entries(schemas.get('zone')?.$defs ?? {}).flatMap(([, { properties }]) => properties?.['type']?.const ?? []);
  expect([...new Set(records.map((record) => field(record, 'type')))].sort()).toEqual([...known].sort());
});

test('the vhosts together show every sort of site', () => {
  const sorts = documents('vhosts').flatMap(({ value }) => ['static', 'redirect', 'proxy'].filter((sort) => field(value, sort) !== undefined));
  expect([...new Set(sorts)].sort()).toEqual(['proxy', 'redirect', 'static']);
});

test('the password of every mailbox, and of nothing else, is known to the tests', () => {
  const addresses = documents('mailboxes').flatMap(({ path, value }) => {
    const domain = path.split('/').at(-1)?.replace('.yaml', '') ?? '';
    return Object.keys(field(value, 'mailboxes') ?? {}).map((local) => `${local}@${domain}`);
  });
  expect(Object.keys(passwords).sort()).toEqual(addresses.sort());
});

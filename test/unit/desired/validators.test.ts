import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { schemas, type DocumentKind } from '../../../reconciler/desired/schemas.ts';
import { validatorOf } from '../../../reconciler/desired/validators.ts';
import { validatorCode } from '../../../scripts/validators.mjs';

type Value = unknown;

/** The validators as the bundle has them. */
function bundled(): { readonly [kind: string]: ValidateFunction } {
  const makers = new Function('require', `return ${validatorCode(join(import.meta.dirname, '../../../schemas'))}`)(createRequire(import.meta.url)) as { readonly [kind: string]: () => ValidateFunction };
  return Object.fromEntries(Object.entries(makers).map(([kind, make]) => [kind, make()]));
}

/** A value with one thing wrong in it, at each place in turn. */
function* spoilt(value: Value): Generator<Value> {
  for (const wrong of [null, 7.5, -1, '', 'x'.repeat(3000), [], {}, [null, null]]) yield wrong;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const each of spoilt(item)) yield value.with(index, each);
    yield [...value, ...value];
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
      for (const each of spoilt(item)) yield { ...value, [key]: each };
    }
    yield { ...value, unknown: true };
  }
}

function said(isRight: ValidateFunction, value: Value): readonly unknown[] {
  const right = isRight(value);
  return [right, ...(isRight.errors ?? []).map(({ keyword, instancePath, params, schemaPath, schema }: ErrorObject) => ({ keyword, instancePath, params, schemaPath, schema }))];
}

describe('the validators that are compiled into the bundle', () => {
  const made = bundled();

  it.each([...schemas.keys()])('say of every spoilt %s what those that are compiled on the spot say', (kind: DocumentKind) => {
    const { examples = [] }: { readonly examples?: readonly Value[] } = schemas.get(kind) ?? {};
    const values = examples.flatMap((example) => [example, ...spoilt(example)]);
    expect(values.length).toBeGreaterThan(20);
    expect(made[kind]).toBeTypeOf('function');
    for (const value of values) {
      const mine = made[kind];
      if (mine !== undefined) expect(said(mine, value)).toEqual(said(validatorOf(kind), value));
    }
  });
});

it('put what is wrong inside to the rest, and copy no rest for it', () => {
  expect(validatorCode(join(import.meta.dirname, '../../../schemas'))).not.toContain('vErrors.concat');
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const tests = join(import.meta.dirname, '..');

test('who puts something in the place of a module has a process of its own, and nobody else', () => {
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.ts') && !path.startsWith('house/'));
  const mocking = files.filter((path) => /\bvi\.(?:mock|doMock)\(/.test(readFileSync(join(tests, path), 'utf8')));
  expect(mocking.length).toBeGreaterThan(0);
  expect(files.filter((path) => path.endsWith('.mocked.test.ts')).toSorted()).toEqual(mocking.toSorted());
});

test('a helper registers nothing for a file of tests while it is loaded, since it is loaded once for many', () => {
  const helpers = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !/^(?:lab|bench)\//.test(path));
  const hooked = helpers.filter((path) => /^(?:afterAll|afterEach|beforeAll|beforeEach)\(/m.test(readFileSync(join(tests, path), 'utf8')));
  expect(hooked).toEqual([]);
});

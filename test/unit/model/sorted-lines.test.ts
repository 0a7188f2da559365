/** A line is found in a text of sorted lines, wherever it stands, and none that is not there. */
import { expect, test } from 'vitest';
import { lineAbout } from '../../../reconciler/model/sorted-lines.ts';

const about = (line: string): string => line.slice(line.indexOf('/'));

test.each([0, 1, 2, 3, 7, 64, 1000])('of %i lines each is found by what it is about', (count) => {
  const paths = Array.from({ length: count }, (_, index) => `/etc/${'x'.repeat(index % 5)}${index}`).sort();
  const text = paths.map((path, index) => `${'d'.repeat(index % 3)}${index} ${path}\n`).join('');
  for (const [index, path] of paths.entries()) expect(lineAbout(text, path, about)).toBe(`${'d'.repeat(index % 3)}${index} ${path}`);
  for (const path of ['', '/', '/etc/none', '/etc/x', '/f', '/zzz']) expect(lineAbout(text, path, about)).toBeNull();
});

test('a line is not another one that begins so, and may be empty', () => {
  expect(lineAbout('/a\n/a/b\n/a/b/c\n', '/a/b', about)).toBe('/a/b');
  expect(lineAbout('/a/b\n/a/b/c\n', '/a', about)).toBeNull();
  expect(lineAbout('\na\n', '', (line) => line)).toBe('');
});

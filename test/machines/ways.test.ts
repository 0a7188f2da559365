import { closeSync, constants, mkdirSync, mkdtempSync, openSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { letGo, waysOf, type Ways } from '../../reconciler/machines/ways.ts';

let root: string;
let ways: Ways;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'croft-ways-'));
  mkdirSync(join(root, 'a'));
  ways = waysOf();
  letGo(ways.keep({ fd: openSync(join(root, 'a'), constants.O_RDONLY | constants.O_DIRECTORY), path: '/a' }, 'look'));
});
afterEach(() => {
  ways.forget();
  rmSync(root, { recursive: true });
});

function isHeld(path: string): boolean {
  const held = ways.nearest(root, path, 'look');
  if (held !== null) letGo(held);
  return held !== null;
}

test('a directory that is held answers for what is below it, as long as it has its name', () => {
  expect([isHeld('/a'), isHeld('/a/b/c'), isHeld('/b')]).toEqual([true, true, false]);
  ways.renew();
  expect(isHeld('/a')).toBe(true);
});

test('one that was moved away, and one in whose place there is another, are found out at the next step', () => {
  renameSync(join(root, 'a'), join(root, 'b'));
  mkdirSync(join(root, 'a'));
  ways.renew();
  expect([isHeld('/a'), isHeld('/a')]).toEqual([false, false]);
});

test('none is held once this process has waited', async () => {
  await new Promise((resolve) => { setImmediate(resolve); });
  expect(isHeld('/a')).toBe(false);
});

test('what is in use when it is forgotten is closed by whoever lets go of it last', () => {
  const [one, two] = [ways.nearest(root, '/a', 'look'), ways.nearest(root, '/a', 'look')];
  ways.forget('/a');
  for (const each of [one, two]) if (each !== null) letGo(each);
  expect(() => closeSync(one?.fd ?? -1)).toThrow(/EBADF/);
});

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { croft, stage, type Stage } from './croft.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage();
  expect(croft(['reconcile', ...on.where]).status).toBe(0);
});
afterAll(() => rmSync(on.directory, { recursive: true }));

const mistaken = `static:\n  root: web\n${Array.from({ length: 6500 }, (_, index) => `k${index}: 1\n`).join('')}`;

it.each([
  ['twenty thousand mistakes of one member', Object.fromEntries(['a', 'b', 'c'].map((name) => [`members/bob/vhosts/${name}.bob.example.yaml`, mistaken]))],
  ['a directory of nobody who could be a member', { 'members/a_b/vhosts/x.example.yaml': 'static:\n  root: web\n' }],
  ['a directory with too long a name', { [`members/${'x'.repeat(40)}/README.md`]: 'x\n', [`members/${'x'.repeat(40)}/member.yaml`]: 'x: 1\n' }],
] as const)('%s: they hold whoever made them, and are told; all others go on', async (name, files) => {
  const site = name.replace(/[^a-z]+/g, '-').slice(0, 20);
  await on.commit({ ...files, [`members/ada/vhosts/${site}.ada.example.yaml`]: 'static:\n  root: web/new\n' });
  const run = croft(['reconcile', ...on.where]);
  expect(run.status, run.stderr).toBe(3);
  expect(existsSync(join(on.directory, `one/etc/apache2/croft/sites/${site}.ada.example.conf`))).toBe(true);
});

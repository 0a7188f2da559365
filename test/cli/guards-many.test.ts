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

const bob = 'name: Bob\nuid: 10003\nlimits: regular\nemail: bob@elsewhere.example\ndomains: [bob.example]\nports: [20010]\n';

it.each(['first', 'second'])('a zone that goes with seventy more changes of the same member stops nobody else: the %s time', async (time) => {
  await on.commit({ 'members/bob/zones/bob.example.yaml': null });
  for (let count = 0; count < 70; count += 1) await on.commit({ 'members/bob/member.yaml': `${bob}# ${time} ${count}\n` });
  await on.commit({ [`members/ada/vhosts/${time}.ada.example.yaml`]: 'static:\n  root: web/new\n' });
  const run = croft(['reconcile', ...on.where]);
  expect(run.status, run.stderr).toBe(4);
  expect(run.stdout).toContain('refused by a guard; the rest goes on');
  expect(existsSync(join(on.directory, `one/etc/apache2/croft/sites/${time}.ada.example.conf`))).toBe(true);
  expect(existsSync(join(on.directory, 'one/etc/bind/croft/zones/bob.example.zone'))).toBe(true);
});

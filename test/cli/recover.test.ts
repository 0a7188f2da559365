/** What a run that was cut short had half exchanged goes back before daemons start: no repository, no configuration. */
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatJournal, nameWith, oldToken } from '../../reconciler/machines/journal.ts';
import { rooted } from '../../reconciler/machines/rooted.ts';
import { croft, workOn } from './croft.ts';

const path = '/etc/ssh/sshd_config.d/croft.conf';
const token = '0123456789abcdef';
let root: string;
const at = (name: string): string => join(root, name);
const old = (): string => at(`/etc/ssh/sshd_config.d/${nameWith(oldToken(path), 'croft.conf')}`);

/** A host on which a swap was made, and nothing after it. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'croft-recover-'));
  rooted(root);
  writeFileSync(at(path), 'as it was');
  linkSync(at(path), old());
  writeFileSync(at(`${path}.new`), 'nobody has tried this');
  renameSync(at(`${path}.new`), at(path));
  mkdirSync(at('/var/lib/croft/transactions'), { recursive: true });
  writeFileSync(at('/var/lib/croft/transactions/ssh.service.json'), formatJournal([{ path, token, old: oldToken(path) }]));
});
afterEach(() => rmSync(root, { recursive: true }));

it('puts back what was half exchanged, says of what, and has nothing to do the next time', () => {
  expect(croft(['recover', '--root', root])).toMatchObject({ status: 0, stdout: 'ssh.service: what was half exchanged is put back\n', stderr: '' });
  expect(readFileSync(at(path), 'utf8')).toBe('as it was');
  expect([existsSync(old()), readdirSync(at('/var/lib/croft/transactions'))]).toEqual([false, []]);
  expect(croft(['recover', '--root', root])).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

it('says what it cannot put back, and puts back the rest', () => {
  writeFileSync(at('/var/lib/croft/transactions/apache2.service.json'), '{"half');
  const said = croft(['recover', '--root', root]);
  expect(said).toMatchObject({ status: 3, stdout: 'ssh.service: what was half exchanged is put back\n', stderr: expect.stringContaining('apache2.service could not be put back: cannot understand /var/lib/croft/transactions/apache2.service.json') });
  expect(readFileSync(at(path), 'utf8')).toBe('as it was');
});

it('leaves alone what a run is at work on', () => {
  workOn(root);
  expect(croft(['recover', '--root', root])).toMatchObject({ status: 1, stderr: expect.stringContaining(`process ${process.pid} has been at work`) });
  expect(readFileSync(at(path), 'utf8')).toBe('nobody has tried this');
});

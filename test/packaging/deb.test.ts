import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'croft-deb-test-'));
const dpkg = (...words: readonly string[]): string => execFileSync('dpkg-deb', words, { encoding: 'utf8' });
let deb = '';

beforeAll(() => {
  deb = execFileSync(process.execPath, ['packaging/deb.mjs', '13'], { cwd: root, encoding: 'utf8' }).trim();
  dpkg('-x', deb, work);
}, 120_000);
afterAll(() => rmSync(work, { recursive: true }));

it('holds only root’s files, none of them writable by others, below readable directories', () => {
  const lines = dpkg('-c', deb).trim().split('\n');
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => !/^(drwxr-xr-x|-rw[-x]r-[-x]r-[-x]) root\/root /.test(line))).toEqual([]);
});

it('depends on a node that is new enough, and leaves the configuration to the admin', () => {
  expect(dpkg('-f', deb, 'Depends')).toContain('nodejs (>= 20.19)');
  expect(dpkg('-I', deb, 'conffiles')).toBe('/etc/croft/config.yaml\n');
});

it('brings a program that runs', () => {
  expect(execFileSync(process.execPath, [join(work, 'usr/lib/croft/croft.cjs'), '--version'], { encoding: 'utf8' })).toMatch(/^croft \d/);
  expect(readFileSync(join(work, 'usr/bin/croft'), 'utf8')).toMatch(/^#!\/usr\/bin\/node\n/);
});

it('brings a manual page and a completion that know every command', () => {
  const page = execFileSync('gzip', ['-dc', join(work, 'usr/share/man/man8/croft.8.gz')], { encoding: 'utf8' });
  const completion = readFileSync(join(work, 'usr/share/bash-completion/completions/croft'), 'utf8');
  for (const verb of ['init', 'check', 'plan', 'reconcile', 'drift', 'why']) {
    expect(page).toContain(`.SS "${verb} `);
    expect(completion).toContain(`${verb})`);
  }
  const offered = execFileSync('bash', ['-c', `. '${join(work, 'usr/share/bash-completion/completions/croft')}'; COMP_WORDS=(croft pl); COMP_CWORD=1; _croft; echo "\${COMPREPLY[@]}"`], { encoding: 'utf8' });
  expect(offered).toBe('plan\n');
});

it('brings a unit and a timer that spread the hosts’ runs', () => {
  expect(readFileSync(join(work, 'usr/lib/systemd/system/croft.timer'), 'utf8')).toMatch(/RandomizedDelaySec=\d+s/);
  expect(readFileSync(join(work, 'usr/lib/systemd/system/croft.service'), 'utf8')).toContain('ExecStart=/usr/bin/croft reconcile');
});

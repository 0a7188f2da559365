import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from '../../../reconciler/desired/check.ts';
import { readDirectory } from '../../../reconciler/desired/directory.ts';
import { formatProblem } from '../../../reconciler/model/problem.ts';
import { base, brief } from './coop.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'croft-directory-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function write(path: string, text: string): string {
  const full = join(directory, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text, { mode: 0o644 });
  return full;
}

function writeBase(prefix: string): void {
  for (const [path, text] of Object.entries(base)) write(prefix + path, text ?? '');
}

test('documents below desired-state/ are read, and nothing beside it', () => {
  writeBase('desired-state/');
  write('package.json', '{}');
  const { files, problems, revision } = readDirectory(directory, 7);
  expect(problems).toEqual([]);
  expect(files.map(({ path }) => path)).toEqual(Object.keys(base).map((path) => `desired-state/${path}`).toSorted());
  expect(revision).toMatchObject({ oid: 'directory', time: 7 });
});

test('documents beside cluster.yaml at the top are read, and nothing else there', () => {
  writeBase('');
  write('README.md', 'ours');
  write('package.json', '{}');
  const snapshot = readDirectory(directory, 0);
  expect(snapshot.files.length).toBe(Object.keys(base).length);
  expect(check(snapshot).problems.map(formatProblem)).toEqual([]);
});

test('a directory without documents says what it lacks', () => {
  expect(readDirectory(directory, 0).problems.map(brief)).toEqual(['cluster.yaml:1:1 layout/no-cluster']);
  expect(check(readDirectory(directory, 0)).value).toBe(null);
  expect(readDirectory(join(directory, 'not-there'), 0).problems.length).toBe(1);
});

test('links, executable files, odd names and files too large are problems of whoever owns the directory', () => {
  writeBase('desired-state/');
  chmodSync(write('desired-state/members/ada/vhosts/run.ada.example.yaml', 'static: {root: a}\n'), 0o755);
  write('desired-state/members/bob/zones/.hidden.yaml', '');
  write('desired-state/hosts/a\nb.yaml', '');
  write('desired-state/members/carol/vhosts/big.carol.example.yaml', 'x'.repeat(65_537));
  symlinkSync('/etc/passwd', join(directory, 'desired-state/members/erin/vhosts/link.shop.carol.example.yaml'));
  symlinkSync('/etc', join(directory, 'desired-state/limits/etc'));
  const { files, problems } = readDirectory(directory, 0);
  expect(problems.map(({ code, owner }) => `${owner} ${code}`).toSorted()).toEqual([
    'coop layout/not-a-plain-file', 'coop layout/odd-path', 'member:ada layout/not-a-plain-file', 'member:bob layout/odd-path',
    'member:carol layout/oversize', 'member:erin layout/not-a-plain-file',
  ]);
  expect(files.length).toBe(Object.keys(base).length);
  expect(problems.every(({ message }) => !message.includes('\n'))).toBe(true);
});

test('what editors leave beside a document is passed over, and what only looks like it is not', () => {
  writeBase('desired-state/');
  for (const name of ['.member.yaml.swp', '.member.yaml.swo', 'member.yaml~', '#member.yaml#', '.DS_Store', '._member.yaml', 'Thumbs.db']) write(`desired-state/members/ada/${name}`, '\0');
  symlinkSync('ada@laptop.1:2', join(directory, 'desired-state/members/ada/.#member.yaml'));
  expect(readDirectory(directory, 0)).toMatchObject({ problems: [], files: { length: Object.keys(base).length } });
  for (const name of ['.swp', '.env', 'member.yaml.swp']) write(`desired-state/members/ada/${name}`, '\0');
  expect(check(readDirectory(directory, 0)).problems.map(({ source }) => source.file)).toEqual(['.env', '.swp', 'member.yaml.swp'].map((name) => `desired-state/members/ada/${name}`));
});

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { build, isStale } from '../../scripts/build.mjs';
import { git } from '../unit/git/fixture.ts';
import type { Said } from './croft.ts';

const root = join(import.meta.dirname, '../..');

/** A co-op that people work in, whose trust is on: ada signs, dana and judy are admins and sign, bob has no key, carol is suspended. */
export interface Signed {
  /** Its working tree. */
  readonly directory: string;
  /** The public line of somebody's key; the private half lies at `keyFile`. */
  line(name: string): string;
  keyFile(name: string): string;
  /** Write documents below desired-state/ and commit them; null takes one away. */
  commit(files: { readonly [path: string]: string | null }, message?: string): string;
  text(path: string): string;
  git(...words: readonly string[]): string;
  /** Run croft as a person with a home of her own. */
  croft(words: readonly string[], below?: string): Said;
  remove(): void;
}

/** Make it. */
export async function signed(): Promise<Signed> {
  if (isStale()) await build();
  const place = mkdtempSync(join(tmpdir(), 'croft-signed-'));
  const [directory, home] = [join(place, 'coop'), join(place, 'home')];
  mkdirSync(home);
  cpSync(join(root, 'test/scenarios/base'), join(directory, 'desired-state'), { recursive: true });
  const keyFile = (name: string): string => join(place, `${name}.key`);
  for (const name of ['ada', 'bob', 'carol', 'dana', 'judy', 'forge']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `${name}@laptop`, '-f', keyFile(name)]);
  }
  const line = (name: string): string => readFileSync(`${keyFile(name)}.pub`, 'utf8').trim();
  const pathOf = (path: string): string => join(directory, 'desired-state', path);
  const text = (path: string): string => readFileSync(pathOf(path), 'utf8');
  git(place, ['init', '-q', '-b', 'main', directory]);
  const one: Signed = {
    directory, line, keyFile, text,
    commit: (files, message = 'a change') => {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(pathOf(path)), { recursive: true });
        if (content === null) rmSync(pathOf(path));
        else writeFileSync(pathOf(path), content);
      }
      git(directory, ['add', '-A']);
      git(directory, ['commit', '-q', '--allow-empty', '-m', message]);
      return git(directory, ['rev-parse', 'HEAD']);
    },
    git: (...words) => git(directory, words),
    croft: (words, below = '') => {
      const env = { PATH: process.env['PATH'], HOME: home, XDG_CACHE_HOME: join(home, '.cache') };
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/croft.cjs'), ...words], { cwd: join(directory, below), encoding: 'utf8', env });
      return { status, stdout, stderr };
    },
    remove: () => rmSync(place, { recursive: true }),
  };
  const judy = 'name: Judy\nuid: 10005\nlimits: regular\nemail: judy@elsewhere.example\n';
  const keyed = (name: string, document: string): string => `${document}signing-keys:\n  - ${line(name)}\n`;
  one.commit({
    'cluster.yaml': `${text('cluster.yaml').replace('[dana]', '[dana, judy]')}trust:\n  merge-keys:\n    - ${line('forge')}\n`,
    'members/ada/member.yaml': keyed('ada', text('members/ada/member.yaml')),
    'members/carol/member.yaml': keyed('carol', `${text('members/carol/member.yaml')}state: suspended\n`),
    'members/dana/member.yaml': keyed('dana', text('members/dana/member.yaml')),
    'members/judy/member.yaml': keyed('judy', judy),
  }, 'found the co-op');
  expect(one.croft(['check'])).toMatchObject({ status: 0 });
  return one;
}

/** What a command printed, checked against its schema in schemas/output/. */
export function facts(said: Said, schema: string): object {
  const written = readFileSync(join(root, `schemas/output/${schema}.schema.json`), 'utf8');
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(written) as object);
  const found = JSON.parse(said.stdout) as object;
  expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
  return found;
}

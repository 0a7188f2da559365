import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What each folder of reconciler/ may import: other folders, packages, Node's own modules. Its own files are always allowed, but for `resources` and `services`. */
const mayUse: { readonly [folder: string]: readonly string[] } = {
  model: ['node:crypto'],
  git: ['model', 'isomorphic-git', 'ssh2', 'node:fs', 'node:fs/promises', 'node:path', 'node:http', 'node:https', 'node:zlib', 'node:crypto', 'node:url', 'node:timers'],
  authority: ['model', 'node:crypto'],
  age: ['model', 'authority', 'age-encryption', 'node:crypto'],
  desired: ['model', 'yaml', 'ajv', 'schemas', 'node:fs'],
  kept: ['model', 'desired', 'node:fs', 'node:path', 'node:crypto'],
  trust: ['model', 'git', 'authority', 'desired'],
  formats: ['model', 'node:util'],
  resources: ['model', 'formats'],
  services: ['model', 'formats', 'resources'],
  compile: ['model', 'services', 'resources'],
  machines: ['model', 'age', 'authority', 'node:fs', 'node:child_process', 'node:crypto', 'node:path', 'node:os', 'node:net', 'node:dns/promises', 'node:timers/promises'],
  handover: ['model'],
  admission: ['model'],
  plan: ['model', 'resources'],
  converge: ['model', 'plan', 'resources'],
  report: ['model', 'diff'],
  commands: ['*'],
  '.': ['*'],
};

const root = join(import.meta.dirname, '../../reconciler');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly line: string;
}

function importsOf(path: string): readonly Import[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/^(?:import|export)\b[^'";]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gms)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    return { from: path, to: specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier, line: match[0] };
  });
}

function folderOf(path: string): string {
  if (path.startsWith('..')) return path.split('/')[1] ?? '';
  return path.includes('/') && !path.startsWith('node:') ? (path.split('/')[0] ?? '') : path.endsWith('.ts') ? '.' : path;
}

const imports = files.flatMap(importsOf);

describe('who may use whom', () => {
  it('sees the whole reconciler', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(200);
    expect([...new Set(files.map(folderOf))].filter((folder) => mayUse[folder] === undefined)).toEqual([]);
  });

  it('imports only what the house allows', () => {
    const forbidden = imports.filter(({ from, to }) => {
      const [own, used] = [folderOf(from), folderOf(to)];
      const allowed = mayUse[own] ?? [];
      return own !== used && !allowed.includes('*') && !allowed.includes(used);
    });
    expect(forbidden.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('keeps services, and kinds of resources, from using each other', () => {
    const subject = (path: string): string => (path.split('/')[1] ?? '').replace(/\.ts$/, '');
    for (const [folder, kinds] of [['services', null], ['resources', ['file', 'table', 'zone', 'key', 'secret', 'directory', 'link', 'home', 'quota', 'packages', 'unit', 'sessions']]] as const) {
      const crossing = imports.filter(({ from, to }) => folderOf(from) === folder && folderOf(to) === folder && subject(from) !== 'index' && subject(from) !== subject(to));
      expect(crossing.filter(({ to }) => kinds === null || (kinds as readonly string[]).includes(subject(to))).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
    }
  });

  it('reads files of the checker in one place, and has node:fs in desired/ in one file', () => {
    expect(new Set(imports.filter(({ from, to }) => folderOf(from) === 'desired' && to.startsWith('node:fs')).map(({ from }) => from)).size).toBeLessThanOrEqual(1);
  });

  it('has no import cycles', () => {
    const graph = new Map(files.map((file) => [file, imports.filter(({ from, to, line }) => from === file && files.includes(to) && !line.startsWith('import type')).map(({ to }) => to)]));
    const cycles: string[] = [];
    const state = new Map<string, 'open' | 'closed'>();
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'open') cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (state.has(file)) return;
      state.set(file, 'open');
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, 'closed');
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('leaves clock, randomness, environment and console to the edge', () => {
    const text = (path: string): string => readFileSync(join(root, path), 'utf8');
    const using = (pattern: RegExp, except: readonly string[]): readonly string[] => files.filter((path) => !except.some((one) => path.startsWith(one)) && pattern.test(text(path))).map((path) => relative('.', path));
    expect(using(/\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/, ['main.ts'])).toEqual([]);
    expect(using(/\bprocess\.(env|exit|argv)\b/, ['main.ts', 'machines/run.ts'])).toEqual([]);
    expect(using(/\bconsole\./, ['commands/'])).toEqual([]);
    expect(using(/\bexport default\b/, [])).toEqual([]);
    expect(using(/: any\b|\bas any\b|@ts-ignore|@ts-nocheck/, [])).toEqual([]);
  });
});

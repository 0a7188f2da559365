/**
 * What git is told in its configuration: sections in brackets, perhaps with a second name in quotes (`[gpg "ssh"]`), and in them lines
 * `name = value`. A name alone means true; `#` and `;` begin a comment; quotes keep blanks; a backslash at the end goes on with the next
 * line. Of several values the last one counts, and of several files the nearest: the repository's, then the person's. `[include]` is
 * followed where it stands; `[includeIf]`, which depends on how git was called, is not. Source: git-config(1), CONFIGURATION FILE.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { because, codeOf } from '../git/error.ts';
import { UsageError } from './command.ts';

/** The last value of each name. Shape: `user.signingkey`, `gpg.ssh.program`: sections and names in small letters. */
export type GitConfig = ReadonlyMap<string, string>;

const DEEPEST = 5;

/** Read what git is told for a repository by itself and by a person. Errors: UsageError when a file cannot be read. */
export function gitConfig(gitdir: string, home: string | null): GitConfig {
  const personal = home === null ? [] : [join(home, '.config/git/config'), join(home, '.gitconfig')];
  return new Map([...personal, join(gitdir, 'config')].flatMap((path) => settingsIn(path, home, 0)));
}

/** Read the settings of one text, in their order. */
export function parseGitConfig(text: string): readonly (readonly [string, string])[] {
  const settings: (readonly [string, string])[] = [];
  let section = '';
  for (const line of text.replaceAll('\r\n', '\n').replace(/\\\n/g, '').split('\n')) {
    const [, name, inner, rest = line] = /^\s*\[([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\](.*)$/.exec(line) ?? [];
    if (name !== undefined) section = `${name.toLowerCase()}${inner === undefined ? '' : `.${inner.replace(/\\(.)/g, '$1')}`}`;
    const [, key, value] = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*))?$/.exec(rest) ?? [];
    if (key !== undefined) settings.push([`${section}.${key.toLowerCase()}`, value === undefined ? 'true' : unquoted(value)]);
  }
  return settings;
}

/** Find a path as git does: `~/` is the person's home. */
export function homely(path: string, home: string | null): string {
  return path.startsWith('~/') && home !== null ? join(home, path.slice(2)) : path;
}

const ESCAPES: { readonly [letter: string]: string } = { n: '\n', t: '\t', b: '\b' };

/** Take quotes, escapes and the comment away, and blanks at the end that no quotes keep. */
function unquoted(written: string): string {
  const pieces = [...written.matchAll(/"((?:[^"\\]|\\.)*)"|[#;].*|((?:\\.|[^"#;\\])+)/g)].filter(([piece]) => !/^[#;]/.test(piece));
  const text = pieces.map(([, quoted, plain = ''], index) => quoted ?? (index === pieces.length - 1 ? plain.trimEnd() : plain)).join('');
  return text.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function settingsIn(path: string, home: string | null, depth: number): readonly (readonly [string, string])[] {
  const text = depth > DEEPEST ? null : contentOf(path);
  return parseGitConfig(text ?? '').flatMap(([name, value]) =>
    (name === 'include.path' ? settingsIn(resolve(dirname(path), homely(value, home)), home, depth + 1) : [[name, value] as const]));
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error) ?? '')) return null;
    throw new UsageError(`cannot read ${path}: ${because(error)}`);
  }
}

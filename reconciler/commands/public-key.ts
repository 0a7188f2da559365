import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { because } from '../git/error.ts';
import { count } from '../report/words.ts';
import { UsageError } from './command.ts';

/** Take the one key of a .pub file, named as seen from a directory by an option or a setting. Errors: UsageError, which never shows what another file holds. */
export function publicKeyIn(directory: string, file: string, option = '--ssh-key'): string {
  const path = resolve(directory, file);
  const lines = read(path, option).split('\n').filter((line) => line.trim() !== '');
  const [key] = lines;
  const why = whyUnfit(lines, path);
  if (key === undefined || why !== null) throw new UsageError(`cannot use ${option} ${path}: ${why ?? 'it is empty'}`);
  return key.trim();
}

function whyUnfit(lines: readonly string[], path: string): string | null {
  if (lines[0]?.includes('PRIVATE KEY') === true) return `this is the private key, which stays with its owner – give ${path}.pub`;
  return lines.length === 1 ? null : `it must hold one public key, and holds ${lines.length === 0 ? 'none' : count(lines.length, 'line')}`;
}

function read(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${option} ${path}: ${because(error)}`);
  }
}

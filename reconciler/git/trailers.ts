/**
 * Trailers: lines `Name: value` in the last paragraph of a commit's message, for programs. Source: git-interpret-trailers(1).
 */
import { readObject, type Repository } from './store.ts';

/** Read the values of one trailer of a commit; names are compared in small letters. Errors: GitError when the commit is missing. */
export async function trailersOf(repository: Repository, oid: string, name: string): Promise<readonly string[]> {
  const text = Buffer.from((await readObject(repository, oid)).bytes).toString('utf8');
  const end = text.indexOf('\n\n');
  const paragraphs = (end < 0 ? '' : text.slice(end + 2)).trim().split(/\n\s*\n/);
  return (paragraphs.length < 2 ? [] : (paragraphs.at(-1) ?? '').split('\n')).flatMap((line) => {
    const [, key = '', value = ''] = /^([A-Za-z0-9-]+)\s*:\s*(.*)$/.exec(line) ?? [];
    return key.toLowerCase() === name.toLowerCase() ? [value.trim()] : [];
  });
}

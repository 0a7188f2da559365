/**
 * What a commit's signature is over. Git keeps the signature in the commit, as a header `gpgsig` among the others, whose further lines
 * begin with a space that is not part of it; signed are the octets of the commit without that header. They are cut out of what is stored
 * and never put together from what was understood, so that nothing read in two ways passes. A merged tag brings its own signature in the
 * header `mergetag`: that one says nothing of the commit. git takes two signatures for one long one; here neither counts.
 * Source: gitformat-signature(5), git-interpret-trailers(1).
 */
import { groupBy } from '../model/group.ts';
import { GitError } from './error.ts';
import { readCommit, readObject, type Repository } from './store.ts';

export interface SignedParts {
  /** In ssh's armor; null when there is none, or none that counts. */
  readonly signature: string | null;
  /** The octets that it must be over. */
  readonly payload: Uint8Array;
  /** Why there is something like a signature that does not count, e.g. `two signatures`. */
  readonly oddity: string | null;
  readonly message: string;
  /** When it was committed, as the committer says. Units: unix seconds. */
  readonly time: number;
}

/** Take a commit apart into its signature and what that is over. Errors: GitError when the commit is missing or damaged. */
export async function signedPartsOf(repository: Repository, oid: string): Promise<SignedParts> {
  const { revision } = await readCommit(repository, oid);
  const { type, bytes } = await readObject(repository, oid);
  if (type !== 'commit') throw new GitError(`cannot use ${oid} of ${repository.gitdir}: it is a ${type}, not a commit`);
  const text = Buffer.from(bytes).toString('latin1');
  const end = text.indexOf('\n\n');
  const headers = headersOf(end < 0 ? text : text.slice(0, end + 1));
  const signatures = headers.filter(isSignature);
  const payload = Buffer.from(headers.filter((header) => !isSignature(header)).join('') + (end < 0 ? '' : text.slice(end + 1)), 'latin1');
  const oddity = oddityOf(signatures);
  const message = end < 0 ? '' : Buffer.from(text.slice(end + 2), 'latin1').toString('utf8');
  return { signature: oddity === null ? valueOf(signatures[0]) : null, payload, oddity, message, time: revision.time };
}

/**
 * Read the trailers of a commit's message: lines `Name: value` in its last paragraph, which is not its first.
 * Shape: values by name, the name's first letter capital and the others small, since case does not matter in them.
 */
export function trailersOf(message: string): ReadonlyMap<string, readonly string[]> {
  const trailers = trailerLines(message).flatMap((line) => {
    const [, name = '', value = ''] = /^([A-Za-z0-9-]+)[ \t]*:(.*)$/.exec(line) ?? [];
    return name === '' ? [] : [{ name: `${name.slice(0, 1).toUpperCase()}${name.slice(1).toLowerCase()}`, value: value.trim() }];
  });
  return new Map([...groupBy(trailers, ({ name }) => name)].map(([name, those]) => [name, those.map(({ value }) => value)]));
}

/** Headers with the lines that continue them, newlines and all. */
function headersOf(text: string): readonly string[] {
  const headers: string[] = [];
  for (let [start, end] = [0, 0]; start < text.length; start = end) {
    do end = text.indexOf('\n', end) + 1 || text.length;
    while (text[end] === ' ');
    headers.push(text.slice(start, end));
  }
  return headers;
}

/** Any header of that name, and those git would sign other things by. */
function isSignature(header: string): boolean {
  return header.startsWith('gpgsig');
}

function oddityOf(signatures: readonly string[]): string | null {
  const [first = 'gpgsig ', ...others] = signatures;
  if (signatures.some((header) => header.startsWith('gpgsig-sha256 '))) return 'gpgsig-sha256 is for repositories of another hash';
  if (others.length > 0) return 'two signatures';
  if (!first.startsWith('gpgsig ')) return 'a header that only resembles gpgsig';
  if (signatures.length === 0 || first.startsWith('gpgsig -----BEGIN SSH SIGNATURE-----\n')) return null;
  if (/^gpgsig -----BEGIN PGP (SIGNATURE|MESSAGE)-----\n/.test(first)) return 'a PGP signature';
  return first.startsWith('gpgsig -----BEGIN SIGNED MESSAGE-----\n') ? 'an X.509 signature' : 'a signature of no known sort';
}

function valueOf(header: string | undefined): string | null {
  return header === undefined ? null : header.slice('gpgsig '.length).replaceAll('\n ', '\n');
}

/** The lines of the last paragraph, each with what continues it, if git would take them for trailers; comments count for nothing. */
function trailerLines(message: string): readonly string[] {
  const lines = message.split('\n').filter((line) => !line.startsWith('#'));
  const isBlank = (line: string): boolean => line.trim() === '';
  const end = lines.findLastIndex((line) => !isBlank(line)) + 1;
  const start = lines.findLastIndex((line, n) => n < end && isBlank(line)) + 1;
  if (!lines.slice(0, start).some((line) => !isBlank(line))) return [];
  const whole = lines.slice(start, end).join('\n').replace(/\n[ \t]+/g, ' ').split('\n');
  const fit = whole.filter((line) => /^[A-Za-z0-9-]+[ \t]*:/.test(line) || isGits(line));
  const mixed = whole.some((line) => line.startsWith('Signed-off-by: ') || isGits(line)) && fit.length * 3 >= whole.length - fit.length;
  return fit.length === whole.length || mixed ? fit : [];
}

function isGits(line: string): boolean {
  return line.startsWith('(cherry picked from commit ');
}

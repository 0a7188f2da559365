/**
 * Configuration of OpenSSH's server, sshd_config(5): keyword and arguments a line; a `Match` line holds for all lines up to the next one
 * or the file's end. For each keyword the first value wins, so a file of sshd_config.d, which Debian includes first, goes before the main
 * file; an included `Match` ends with its file. croft writes nothing outside a `Match`: what holds for root and the host's other accounts
 * is never its business, or a mistake would lock everybody out.
 */
import type { Source } from '../model/source.ts';
import { assertShape, heading } from './heading.ts';
import type { Text } from './text.ts';

/** What holds for the connections that match. */
export interface MatchBlock {
  readonly criteria: readonly Text[];
  readonly settings: readonly (readonly [keyword: Text, ...values: Text[]])[];
}

/** The same as it was read from a file. */
export interface MatchShape {
  readonly criteria: readonly string[];
  readonly settings: readonly (readonly string[])[];
}

/** What sshd takes for one argument without quotes or escapes. */
const argument = /^[A-Za-z0-9._/%,!@:*-]+$/;

/** Write a file of sshd_config.d. Errors: throws when it would be read as anything else. */
export function sshdConfig(source: Source, blocks: readonly MatchBlock[]): string {
  const written = heading('#', source) + blocks.map(encodeBlock).join('');
  assertShape('a configuration of sshd', blocks, parseSshd(written));
  return written;
}

/** Read such a file. Errors: throws for a setting outside every `Match`. */
export function parseSshd(written: string): readonly MatchShape[] {
  const lines = written.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(/\s+/));
  const starts = lines.flatMap(([keyword], index) => (keyword?.toLowerCase() === 'match' ? [index] : []));
  if (lines.length > 0 && starts[0] !== 0) throw new Error(`cannot read ${JSON.stringify(lines[0]?.join(' '))}: it would hold for everybody`);
  return starts.map((start, index) => ({ criteria: lines[start]?.slice(1) ?? [], settings: lines.slice(start + 1, starts[index + 1]) }));
}

function encodeBlock({ criteria, settings }: MatchBlock): string {
  return [['Match', ...criteria], ...settings].map((words, index) => `${index === 0 ? '' : '    '}${words.map(encodeArgument).join(' ')}\n`).join('');
}

function encodeArgument(word: string): string {
  if (!argument.test(word)) throw new Error(`cannot write ${JSON.stringify(word)} for sshd: that is not one plain argument`);
  return word;
}

/**
 * Configuration of the Apache HTTP server 2.4. Services say directives with typed arguments; what is written is read back and must be
 * the same directives with the same words, so that no value can have become another directive (a `VirtualHost` too many, an `Include`).
 * What a word means to its module is encoded in apache/values.ts, the words themselves in apache/syntax.ts.
 */
import type { Source } from '../model/source.ts';
import { encodeDirectives, parseDirectives, type Directive } from './apache/syntax.ts';
import { assertShape, heading } from './heading.ts';
import { text, type Text } from './text.ts';

/** Want one directive. */
export function directive(name: string, ...args: readonly Text[]): Directive {
  return { name, arguments: args };
}

/** Want a section with what stands in it. */
export function section(name: string, argument: Text, children: readonly Directive[]): Directive {
  return { name, arguments: [argument], children };
}

/** Want a directive that is on or off. */
export function flag(name: string, on: boolean): Directive {
  return directive(name, on ? text('On') : text('Off'));
}

/** Write a configuration file. Errors: throws when it would be read as anything else. */
export function apacheConfig(source: Source, directives: readonly Directive[]): string {
  const written = `${heading('#', source)}${encodeDirectives(directives)}`;
  assertShape('an Apache configuration', directives, parseDirectives(written));
  return written;
}

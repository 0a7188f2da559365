/**
 * The inner grammars of Apache's modules: what a word means once it has been read. A regular expression (PCRE), a substitution of
 * mod_rewrite (`$1`, `%1`, `%{…}`, a backslash takes the next character as it is), a format of mod_headers (`%{…}e`, `%%` is a percent
 * sign, two backslashes are one, and a value that begins with `expr=` is an expression). Each encoder makes a literal, reads it back as
 * the module does, and refuses to return anything else.
 * Source: mod_rewrite, mod_headers and expressions in https://httpd.apache.org/docs/2.4/; tried on 2.4.71.
 */
import type { HeaderValue, HttpUrl, UrlPath } from '../../model/values.ts';
import { encoded, type Text } from '../text.ts';

/** Match exactly this path, as Apache sees it: decoded. */
export function exactly(path: UrlPath): Text {
  return encoded(`^${pattern(path)}$`);
}

/** Match this path and everything below it. */
export function withBelow(path: UrlPath): Text {
  return encoded(path.endsWith('/') ? `^${pattern(path)}` : `^${pattern(path)}(?:/|$)`);
}

/** Write a path decoded, as mod_alias compares it. */
export function decoded(path: UrlPath): Text {
  return encoded(decodeURIComponent(path));
}

/** Is a path the other one, or below it? */
export function isWithinPath(path: UrlPath, other: UrlPath): boolean {
  return path === other || path.startsWith(other.endsWith('/') ? other : `${other}/`);
}

/** Write an address as a constant substitution. */
export function substitution(url: HttpUrl): Text {
  const made = url.replaceAll(/[\\%$]/g, (character) => `\\${character}`);
  if (readSubstitution(made) !== url) throw new Error(`cannot write ${JSON.stringify(url)} as a substitution`);
  return encoded(made);
}

/**
 * Write the address that mod_alias adds the rest of the path to. The rest begins with a slash unless `from` ends in one, and the
 * address must take it so: without the slash, `/.evil.example` after `https://x.example` would lead to another host.
 */
export function base(url: HttpUrl, from: UrlPath | '/'): Text {
  if (/[?#]/.test(url)) return encoded(url);
  const bareUrl = url.replace(/\/+$/, '');
  return encoded(from.endsWith('/') ? `${bareUrl}/` : bareUrl);
}

/** Write the value of a header as a constant. */
export function headerFormat(value: HeaderValue): Text {
  const isExpression = value.toLowerCase().startsWith('expr=');
  const made = isExpression
    ? `expr=${value.replaceAll(/[\\%$]/g, (character) => `\\${character}`)}`
    : value.replaceAll(/[\\%]/g, (character) => character.repeat(2));
  if (readHeaderFormat(made) !== value) throw new Error(`cannot write ${JSON.stringify(value)} as a header`);
  return encoded(made);
}

/** Name a file that is shown for a directory. Errors: throws for what is no plain file name, which the schema refuses. */
export function indexName(name: string): Text {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) throw new Error(`cannot use index ${JSON.stringify(name)}: that is no file name`);
  return encoded(name);
}

/** Read a substitution as mod_rewrite does; null when it would put something in. */
export function readSubstitution(made: string): string | null {
  return constant(made, /\\(?<escaped>.)|(?<open>\$[0-9{]|%[0-9{])|(?<plain>[^\\])/gsu);
}

/** Read a header's format as mod_headers does; null when it would put something in. */
export function readHeaderFormat(made: string): string | null {
  if (/^expr=/i.test(made)) return constant(made.slice(5), /\\(?<escaped>.)|(?<open>\$[0-9]|%\{)|(?<plain>[^\\])/gsu);
  return constant(made, /\\(?<escaped>\\)|%(?<percent>%)|(?<open>%|\\[rnt])|(?<plain>[^%])/gsu);
}

function constant(made: string, token: RegExp): string | null {
  const found = [...made.matchAll(token)];
  if (found.some(({ groups }) => groups?.['open'] !== undefined) || found.map(([all]) => all).join('') !== made) return null;
  return found.map(({ groups }) => groups?.['escaped'] ?? groups?.['percent'] ?? groups?.['plain'] ?? '').join('');
}

/** Every octet that is not a letter, a digit, `/`, `-` or `_` as `\xHH`: nothing is left that PCRE could read as anything but itself. */
function pattern(path: UrlPath): string {
  const octets = new TextEncoder().encode(decodeURIComponent(path));
  return [...octets].map(patternOctet).join('');
}

function patternOctet(octet: number): string {
  const character = String.fromCharCode(octet);
  return /[A-Za-z0-9/_-]/.test(character) ? character : `\\x${octet.toString(16).padStart(2, '0')}`;
}

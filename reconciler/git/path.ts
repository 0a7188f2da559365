/**
 * Paths of the configuration repository. A name in a tree may hold every octet but NUL; in desired state it is plain: lower case
 * letters, digits, `.`, `_`, `-`, beginning with a letter or a digit, so that no name can be mistaken for another one on any file
 * system, hide in a listing or act on a terminal. Names of prose such as README.md may be capital, for the reader of the directory;
 * whether they belong there is for others to say.
 */

const longestName = 255;

/** Tell whether a name of a file or directory is plain. */
export function isPlainName(name: string, type: 'file' | 'directory'): boolean {
  if (name.length > longestName) return false;
  return /^[a-z0-9][a-z0-9._-]*$/.test(name) || (type === 'file' && /^[A-Z][A-Za-z0-9_-]*(\.(md|txt))?$/.test(name));
}

/** Show a name's octets so that every reader sees what is really there. Shape: printable ASCII, other characters as `\n`, `\x1b` or `\u{202e}`. */
export function showName(octets: string): string {
  const text = decode(octets);
  const shown = [...(text ?? octets)].map((character) => showCharacter(character, text !== null)).join('');
  return shown.length > longestName ? `${shown.slice(0, longestName)}…` : shown;
}

function showCharacter(character: string, decoded: boolean): string {
  if (character === '\n') return '\\n';
  if (character === '\\') return '\\\\';
  if (/[\x20-\x7e]/.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  return decoded && code > 0x7f ? `\\u{${code.toString(16)}}` : `\\x${code.toString(16).padStart(2, '0')}`;
}

function decode(octets: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(octets, 'latin1'));
  } catch {
    return null;
  }
}

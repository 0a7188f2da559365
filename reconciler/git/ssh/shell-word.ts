/**
 * Words for the shell at the other end. Whatever runs there over ssh is one text that the login shell of the user takes apart
 * (RFC 4254 §6.5), so each word goes into single quotes, in which no shell finds anything but itself. A quote is left and written by
 * itself, and so is `!`, which csh would look for even there. Source: sh(1), Quoting; git's quote.c has it the same way.
 */

/** Quote a word so that a shell reads exactly it. Errors: an Error (our bug) for characters that no shell can be given in one line. */
export function shellWord(word: string): string {
  if (/[\0\n\r]/.test(word)) throw new Error(`a word for a shell holds a control character: ${JSON.stringify(word)}`);
  return `'${word.replace(/['!]/g, (sign) => `'\\${sign}'`)}'`;
}

/** Write a command for the shell at the other end. */
export function shellCommand(argv: readonly string[]): string {
  return argv.map(shellWord).join(' ');
}

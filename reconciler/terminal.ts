/** Asking a person for something that nobody may read over her shoulder, or find later in what the terminal shows. */

/** What typing is, byte by byte, once the terminal no longer edits lines. Source: termios(3), ICANON; ascii(7). */
const [interrupt, endOfInput, lineFeed, carriageReturn, erase, backspace] = ['\u0003', '\u0004', '\n', '\r', '\u007f', '\b'];

/** Ask for one line without showing it. Errors: ends the process by its own interrupt, as a terminal does. */
export function hidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  return new Promise((resolve) => {
    let line = '';
    const end = (): void => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('data', typed);
      stderr.write('\n');
    };
    const typed = (text: string): void => {
      for (const character of text) {
        if (character === interrupt) {
          end();
          process.kill(process.pid, 'SIGINT');
          return;
        }
        if (character === lineFeed || character === carriageReturn || character === endOfInput) {
          end();
          resolve(line);
          return;
        }
        line = character === erase || character === backspace ? [...line].slice(0, -1).join('') : line + character;
      }
    };
    stdin.on('data', typed);
  });
}

/** A text of lines that are sorted by what they are about: of thousands few are asked for, so that each is looked for in the text itself. */

/** Find the line that is about something; null where none is. Every line has its end. `about`: what a line is sorted by. */
export function lineAbout(text: string, key: string, about: (line: string) => string): string | null {
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = middle === 0 ? 0 : text.lastIndexOf('\n', middle - 1) + 1;
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end);
    const found = about(line);
    if (found === key) return line;
    if (found < key) low = end + 1;
    else high = start;
  }
  return null;
}

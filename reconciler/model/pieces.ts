/** Units: characters. A piece has at most so many. */
export const pieceLength = 64 * 1024;

/**
 * Take a great text apart, for whoever makes bytes of it: of all at once node makes them in three times as much memory as the text is long, and
 * takes several times as long. The two halves of a character stay together.
 */
export function* piecesOf(text: string): Generator<string, undefined> {
  for (let [from, end] = [0, 0]; from < text.length; from = end) {
    end = from + pieceLength;
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1;
    yield text.slice(from, end);
  }
}

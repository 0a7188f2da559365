import { findUnseen, type Unseen } from '../model/grammar/characters.ts';
import type { Checked } from '../model/problem.ts';
import type { Source } from '../model/source.ts';
import { finding, type Finding } from './finding.ts';
import { linesOf, placeOf, type Lines } from './lines.ts';

/** The largest document: 64 KiB. Parsers and checks of a document may take time that grows with its size. */
export const MAX_DOCUMENT_BYTES = 65_536;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What nearly all documents are made of: printable ASCII, in which there is nothing to look for. */
const PLAIN = /^[\n -~]*$/;

const WHY = { control: 'is a control character', bidi: 'changes the order in which people read the line', invisible: 'cannot be seen' };

/** How private keys begin in the files that programs keep them in; the second is what OpenSSH's hold, in base64. Comments are nobody's key. */
const PRIVATE_KEY = /^[^#\n]*?(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----|b3BlbnNzaC1rZXktdjE)/m;

/** Decode a document and refuse what could make people and programs read different things. null: it cannot be read at all. */
export function decode(file: string, bytes: Uint8Array): Checked<string | null> {
  if (bytes.length > MAX_DOCUMENT_BYTES) return { value: null, problems: [tooLarge(file, bytes.length)] };
  const text = decoder.decode(bytes);
  const key = /PRIVATE KEY|b3BlbnNzaC1rZXktdjE/.test(text) ? PRIVATE_KEY.exec(text) : null;
  if (key !== null) return { value: null, problems: [privateKey(placeOf(linesOf(file, text), key.index + key[0].length - (key[1]?.length ?? 0)))] };
  if (text.length === bytes.length && PLAIN.test(text)) return { value: text, problems: [] };
  const lines = linesOf(file, text);
  const problems = findUndecodable(bytes, text).map((offset) =>
    finding(placeOf(lines, offset), { code: 'yaml/not-utf8', message: 'cannot read the bytes here: they are not UTF-8', hint: 'save the file as UTF-8' }));
  return problems.length > 0 ? { value: null, problems } : { value: text, problems: [...checkText(lines, text)] };
}

/** Whoever reads what is said of the document shall not read the key: nothing else is looked for in it. */
function privateKey(source: Source): Finding {
  return finding(source, {
    code: 'yaml/private-key', message: 'cannot accept this: it is a PRIVATE key, and whoever can read it can be you',
    hint: 'never commit it, and make a new one (ssh-keygen -t ed25519): the line of its .pub file is what others may see',
  });
}

function tooLarge(file: string, size: number): Finding {
  return finding({ file, line: 1, column: 1 }, {
    code: 'yaml/too-large', message: `cannot read ${size} bytes: a document has at most ${MAX_DOCUMENT_BYTES}`, hint: 'split it into several documents',
  });
}

/** The decoder puts U+FFFD where bytes are wrong; where one was written on purpose, encoding it again gives the same bytes. */
function findUndecodable(bytes: Uint8Array, text: string): readonly number[] {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length === bytes.length && encoded.every((byte, index) => byte === bytes[index])) return [];
  const same = encoded.findIndex((byte, index) => byte !== bytes[index]);
  return [text.lastIndexOf('\ufffd', new TextDecoder().decode(bytes.subarray(0, same)).length)];
}

function* checkText(lines: Lines, text: string): Iterable<Finding> {
  for (const unseen of findUnseen(text)) {
    if (text[unseen.index] !== '\r') yield finding(placeOf(lines, unseen.index), describe(unseen));
  }
  yield* carriageReturns(lines, text);
  yield* perLine(lines, text, '\t', { code: 'yaml/tab', message: 'cannot read a tab: nobody sees how wide it is', hint: 'use blanks; `croft fmt` puts them in' });
}

function describe({ index, code, kind }: Unseen): { readonly code: string; readonly message: string; readonly hint: string } {
  if (index === 0 && code === 'U+FEFF') {
    return { code: 'yaml/byte-order-mark', message: 'cannot read a byte order mark', hint: 'save the file as UTF-8 without one; `croft fmt` does' };
  }
  return { code: `yaml/${kind}-character`, message: `cannot accept the character ${code}: it ${WHY[kind]}`, hint: 'delete it' };
}

/** One problem, though it is nearly always every line that ends so: it is one setting of an editor. */
function* carriageReturns(lines: Lines, text: string): Iterable<Finding> {
  const first = text.indexOf('\r');
  if (first < 0) return;
  const others = text.split('\n').filter((line) => line.includes('\r')).length - 1;
  const more = others === 0 ? '' : `, here and on ${others} more ${others === 1 ? 'line' : 'lines'}`;
  yield finding(placeOf(lines, first), {
    code: 'yaml/carriage-return', message: `cannot read a carriage return${more}`, hint: 'save the file with Unix line ends (LF); `croft fmt` does',
  });
}

/** Report the first of a line only: one problem each, however many stand there. */
function* perLine(lines: Lines, text: string, character: string, said: { code: string; message: string; hint: string }): Iterable<Finding> {
  for (let offset = text.indexOf(character); offset >= 0;) {
    const place = placeOf(lines, offset);
    yield finding(place, said);
    offset = text.indexOf(character, lines.starts[place.line] ?? text.length);
  }
}

import { linesOf } from '../../reconciler/desired/lines.ts';
import { parseAll } from '../../reconciler/desired/parse.ts';
import { readPlain } from '../../reconciler/desired/plain.ts';
import { decode } from '../../reconciler/desired/text.ts';
import { documents } from '../attacks/plant.ts';
import type { Dice } from './dice.ts';
import { fuzz } from './fuzz.ts';
import { garbledText, yamlish } from './garble.ts';
import { same } from './same.ts';
import { snippets } from './strings.ts';

const texts = [...documents.values()];
let plain = 0;

fuzz('a document that is read the short way is read as all of YAML is', {
  cases: 20_000,
  try: (dice) => {
    const { value: text, problems } = decode('f.yaml', anyOf(dice));
    if (text === null || problems.length > 0) return;
    const short = readPlain(text);
    if (short === null) return;
    plain += 1;
    const { value: long, problems: found } = parseAll(linesOf('f.yaml', text), text, []);
    same(found, []);
    // Also in the same order.
    same(JSON.stringify(short), JSON.stringify({ value: long?.value, offsets: long?.places.offsets }));
    same(short.value, long?.value);
  },
  after: (cases) => {
    if (plain < cases / 8) throw new Error(`of ${cases} documents only ${plain} are plain`);
  },
});

function anyOf(dice: Dice): Uint8Array {
  const kind = dice.below(10);
  if (kind === 0) return yamlish(dice, texts);
  if (kind === 1) return Buffer.from(dice.one(texts));
  if (kind < 4) return Buffer.from(garbledText(dice, dice.one(texts)));
  const text = nested(dice, { indent: 0, depth: 0 });
  return Buffer.from(kind < 7 ? text : kind === 7 ? garbledText(dice, text) : torn(dice, text));
}

interface Inside {
  readonly indent: number;
  readonly depth: number;
}

/** Make a document of lists and maps, such as people write, mostly. */
function nested(dice: Dice, { indent, depth }: Inside): string {
  const isList = depth > 0 && dice.chance(40);
  const margin = ' '.repeat(indent);
  const lines = Array.from({ length: 1 + dice.below(4) }, (_, index) => {
    const lead = dice.chance(8) ? dice.one(['\n', '# a note\n', `${margin}# a note\n`, '   \n', ' # - a: b\n']) : '';
    return `${lead}${margin}${isList ? item(dice, { indent, depth }) : pair(dice, { indent, depth }, index)}`;
  });
  return lines.join('');
}

function item(dice: Dice, { indent, depth }: Inside): string {
  const blanks = dice.chance(85) ? 1 : 1 + dice.below(3);
  if (dice.chance(60) || depth > 5) return `-${' '.repeat(blanks)}${word(dice)}${ending(dice)}`;
  return `-${' '.repeat(blanks)}${nested(dice, { indent: indent + 1 + blanks, depth: depth + 1 }).trimStart()}`;
}

function pair(dice: Dice, { indent, depth }: Inside, index: number): string {
  const name = dice.chance(90) ? `${dice.one(['a', 'name', 'x-y', 'b.c', 'Ab_1'])}${dice.chance(95) ? index : ''}` : dice.one(['null', 'true', 'No', 'prototype', 'toString', '1', '1a', '-', '"q"', 'a b', '<<', '__proto__', 'a:b', 'y', 'é']);
  if (dice.chance(65) || depth > 5) return `${name}:${dice.chance(90) ? ' ' : dice.one(['', '  ', ' # '])}${word(dice)}${ending(dice)}`;
  return `${name}:${ending(dice)}${nested(dice, { indent: indent + (dice.chance(85) ? 2 : dice.below(4)), depth: depth + 1 })}`;
}

const words = [
  'a', 'word', 'two words', 'a: b', 'a:b', 'a:', 'a #b', 'a#b', '1', '0', '-1', '1.5', '1.50', '0.1', '1e3', '010', '0x1f', '0o17', '1_000', '.5', '.inf', '+1', '123456789012345678', '12345678901234.125', '1.2.3.4', '2001:db8::1', 'fe80::', '::1', 'true', 'True',
  'yes', 'null', '~', 'Null', '"text"', '\'text\'', '"a: b # c"', '\'it\'\'s\'', '"\\n"', '"', '\'', '""', '\'\'', '" x "', '[a, b]', '{a: b}', '[]', '|', '>-', '|\n    text', '&a b', '*a', '!x y', '@x', '`x', '%x', '? x', '- x', '-x', '--- x', '...', '$6$salt$x/y.z', '/path/*', '=x', '(x)', '<x>',
  'a, b]', 'a}', 'x  y', 'x "y" z', 'é', 'Zoë 漢字 🏡', 'a\u00a0b', '\u00a0', 'a\u3000', '#x', 'a # x: y', 'a\n  b', 'v=spf1 mx -all', 'http://a.example/?b=c&d#e', 'key:value', 'a :b', 'a : b', 'constructor',
];

function word(dice: Dice): string {
  return dice.chance(4) ? `${dice.one(words)}${dice.one(snippets)}` : dice.chance(80) ? dice.one(words.slice(0, 3)) : dice.one(words);
}

function ending(dice: Dice): string {
  return dice.chance(90) ? '\n' : dice.one([' \n', ' # a note\n', '   # x: y\n', '#\n', ' #\n', '\n\n', '', '\n---\n', '\n...\n', '\t\n']);
}

/** Change how far some lines are indented, or where they are broken. */
function torn(dice: Dice, text: string): string {
  return text.split('\n').map((line) => (dice.chance(80) ? line : dice.one([` ${line}`, line.slice(1), `  ${line}`, `${line} ${line}`, `- ${line}`, `${line}\n`, line.trimStart()]))).join('\n');
}

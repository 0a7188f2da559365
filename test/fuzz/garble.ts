import type { Dice } from './dice.ts';
import { anyCharacter, hostile, snippets } from './strings.ts';

/** Damage bytes as disks, networks and people do: bits, cuts, splices, runs, and pieces that change places. */
export function garbled(dice: Dice, bytes: Uint8Array): Buffer {
  let made: Buffer = Buffer.from(bytes);
  for (let times = 1 + dice.below(4); times > 0; times -= 1) made = damaged(dice, made);
  return made;
}

function damaged(dice: Dice, bytes: Buffer): Buffer {
  const at = dice.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + dice.below(64));
  switch (dice.below(9)) {
    case 0: return bytes.subarray(0, at);
    case 1: return bytes.subarray(at);
    case 2: return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    case 3: return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(at)]);
    case 4: return Buffer.concat([bytes.subarray(end), bytes.subarray(at, end), bytes.subarray(0, at)]);
    case 5: return Buffer.concat([bytes.subarray(0, at), Buffer.from(Array.from({ length: 1 + dice.below(8) }, () => dice.below(256))), bytes.subarray(end)]);
    case 6: return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + dice.below(40), dice.one([0, 0xff, 0x7f, 0x80, 0x20, 0x0a])), bytes.subarray(at)]);
    default: return flipped(dice, bytes);
  }
}

function flipped(dice: Dice, bytes: Buffer): Buffer {
  const made = Buffer.from(bytes);
  for (let times = 1 + dice.below(3); times > 0 && made.length > 0; times -= 1) {
    const at = dice.below(made.length);
    made[at] = (made[at] ?? 0) ^ (1 << dice.below(8));
  }
  return made;
}

/** Damage a text, line by line or anywhere. */
export function garbledText(dice: Dice, text: string): string {
  const lines = text.split('\n');
  const at = dice.below(lines.length);
  switch (dice.below(8)) {
    case 0: return garbled(dice, Buffer.from(text)).toString('utf8');
    case 1: return lines.toSpliced(at, 1).join('\n');
    case 2: return lines.toSpliced(at, 0, ...lines.slice(dice.below(lines.length)).slice(0, 3)).join('\n');
    case 3: return lines.toSorted(() => dice.below(3) - 1).join('\n');
    case 4: return lines.with(at, hostile(dice, lines[at] ?? '', [])).join('\n');
    case 5: return lines.with(at, (lines[at] ?? '').split(/(\s+)/).toSorted(() => dice.below(3) - 1).join('')).join('\n');
    case 6: return hostile(dice, text, []);
    default: return lines.with(at, (lines[at] ?? '').replace(/\d+/g, () => dice.one(['0', '-1', '99999999999999999999', '1e9', 'NaN', '0x10', '', '1.5', '٣']))).join('\n');
  }
}

const odd: readonly unknown[] = [
  null, true, false, 0, -1, 1.5, 1e300, 2 ** 53, '', 'x', '\n', '__proto__', [], {}, [[]], [null], { length: 1 }, { a: {} }, '0'.repeat(40), { constructor: 1 }, ['coop'], 'member:', 'file:/', 'x'.repeat(5000),
];

/** Put something odd in the place of one value of a JSON document, take one away, or say one twice. */
export function garbledJson(dice: Dice, value: unknown): unknown {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0 || dice.chance(15)) return dice.chance(30) ? hostile(dice, String(value), []) : dice.one(odd);
  const [key, inner] = dice.one(entries);
  const rest = entries.filter(([other]) => other !== key);
  const gone = dice.chance(10);
  const changed = dice.chance(8) ? hostile(dice, key, []) : key;
  const next: readonly (readonly [string, unknown])[] = gone ? rest : [...rest, [changed, garbledJson(dice, inner)]];
  if (!Array.isArray(value)) return Object.fromEntries(next);
  const list = value.map((one: unknown, index) => (String(index) === key ? garbledJson(dice, one) : one)).filter((_, index) => !gone || String(index) !== key);
  return dice.chance(8) ? [...list, ...list] : list;
}

/** Make bytes that look like YAML to somebody: deep, wide, torn, mixed. */
export function yamlish(dice: Dice, documents: readonly string[]): Uint8Array {
  const text = dice.one(documents);
  switch (dice.below(8)) {
    case 0: return garbled(dice, Buffer.from(text));
    case 1: return Buffer.from(dice.one(['[', '{', '- ', '? ', '{a: ', '[[', '"', '\'', '|\n ', '&a ', '!x ', '!!map ', '%X\n', '--- ', ': ', '* ', '<<: ', '- - ', '? - ', '#', '\n', ' ', '{? ', '[? ', ', ']).repeat(dice.below(dice.chance(1) ? 33_000 : 300)));
    case 2: return Buffer.from(Array.from({ length: dice.below(300) }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''));
    case 3: return Buffer.from(dice.several(40, () => (dice.chance(70) ? dice.one(yamlPieces) : anyCharacter(dice))).join(''));
    case 4: return Buffer.from(text.replace(/: .*/, () => `: ${dice.one(yamlPieces)}${dice.one(snippets)}`));
    case 5: return Buffer.concat([Buffer.from(text.slice(0, dice.below(text.length))), Buffer.from([dice.one([0, 0xc0, 0xfe, 0xff, 0xed, 0xf5, 0x80])]), Buffer.from(dice.one(documents))]);
    case 6: return Buffer.from(`${dice.one(yamlPieces)}${'x'.repeat(dice.below(dice.chance(1) ? 70_000 : 200))}\n${text}`);
    default: return Buffer.from(garbledText(dice, text));
  }
}

const yamlPieces = [
  'name: ', 'records:\n', '  - ', '- ', '{', '}', '[', ']', ', ', ': ', '? ', '|\n', '>-\n', '|+2\n', '"', '\'', '# ', '&a ', '*a', '<<: *a', '!!binary ', '!x!y ', '!<tag:x> ', '%YAML 1.1\n---\n', '---\n', '...\n', '\t', '\r\n', '  ', '\n',
  '0o17', '0x1F', '1_000', '.inf', '~', 'null', 'yes', '1e1000', '2026-01-01', '12345678901234567890', '""', '\'\'', '\\', '"\\u0000"', '"\\U00110000"', '"\\xZZ"', '__proto__: 1\n', 'constructor: {}\n', '@', '`', '\ufeff', '\u2028', '\0', '[a, b]: c\n', '{a: b}: c\n', '? {a}\n: b\n', '"a\n b"',
];

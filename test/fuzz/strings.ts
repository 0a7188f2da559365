import type { Dice } from './dice.ts';

/** What means something to some grammar, program or reader. */
export const snippets = [
  '\n', '\r', '\r\n', '\u000b', '\u000c', '\u0085', '\u2028', '\u2029', '\0', '\t', '\u001b[2J', '\u007f', '\u202e', '\u2066', '\u200b', '\u00ad', '\ufeff', '\ud800', '\udfff',
  '"', '\'', '`', '\\', '\\\\', '\\n', '\\"', '$', '$$', '$1', '${x}', '${CROFT_DOLLAR}', '$(id)', '`id`', '%', '%%', '%n', '%i', '%u', '%{x}e', '%{ENV:x}', '%0a', '%0A', '%00', '%2e', '%2F',
  ';', '#', ' #', '//', '/*', '*/', ':', '::', ',', ', ', ' ', '  ', '=', ' = ', '|', '||', '&', '&&', '>', '<', '<<', '!', '!include ', '~', '^', '?', '*', '+', '@', '@@', '(', ')', '[', ']', '{', '}',
  '.', '..', '../', './', '/', '-', '--', '-o', '_', '\n$INCLUDE /x', '\n  continued', '\n.include', '\n[Service]', '</VirtualHost>', '</Directory>', '\nInclude /etc/shadow\n', 'expr=', 'key:', '- ',
  'yes', 'no', 'null', '~', '0x41', '0o17', '1e9', '.inf', '.nan', '-1', '0', '00', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'xn--', 'root', 'localhost', '127.0.0.1', '::1',
  'é', 'ß', 'İ', '\u212a', '\u0430', 'ﬁ', '１', '٣', '\u0301', '𝒜', '🏡', '\u{e0041}', '|/bin/sh', ':include:/x', '{PLAIN}', 'from="*"', 'command="x"', 'A', 'Z', '{{x}}', '<%x%>', '<b>', '![](x)', '@everyone',
] as const;

const specials = ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~\t\n';
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Make a hostile text: near a plain one, or of nobody's making. */
export function hostile(dice: Dice, plain: string, payloads: readonly string[]): string {
  const kind = dice.below(100);
  if (kind < 40) return mutated(dice, plain);
  if (kind < 52 && payloads.length > 0) return dice.one(payloads);
  if (kind < 60) return dice.several(8, () => dice.one(snippets)).join('');
  if (kind < 72) return dice.several(24, () => specials[dice.below(specials.length)] ?? '').join('');
  if (kind < 82) return dice.several(24, () => String.fromCharCode(dice.below(0x180))).join('');
  if (kind < 92) return dice.several(16, () => anyCharacter(dice)).join('');
  if (kind < 96) return `${dice.one(snippets)}${plain}`.repeat(1 + dice.below(400));
  return (letters[dice.below(36)] ?? '').repeat(dice.below(6000));
}

/** Change a text in one to three places. */
export function mutated(dice: Dice, plain: string): string {
  return Array.from({ length: 1 + dice.below(3) }).reduce<string>((text) => changed(dice, text), plain);
}

function changed(dice: Dice, text: string): string {
  const at = dice.below(text.length + 1);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (dice.below(9)) {
    case 0: case 1: case 2: return `${before}${dice.one(snippets)}${after}`;
    case 3: return `${before}${after.slice(1)}`;
    case 4: return `${before}${anyCharacter(dice)}${after.slice(1)}`;
    case 5: return `${before}${before}${after}`;
    case 6: return dice.chance(50) ? text.toUpperCase() : `${before}${after.charAt(0).toUpperCase()}${after.slice(1)}`;
    case 7: return `${before}${letters[dice.below(36)] ?? ''}${after}`;
    default: return before;
  }
}

/** Any code unit, mostly of those that mean something. */
export function anyCharacter(dice: Dice): string {
  const kind = dice.below(10);
  if (kind < 3) return String.fromCharCode(dice.below(0x80));
  if (kind < 5) return specials[dice.below(specials.length)] ?? '';
  if (kind < 7) return String.fromCharCode(dice.below(0x3000));
  if (kind < 9) return String.fromCodePoint(dice.below(0x110000));
  return String.fromCharCode(0xd800 + dice.below(0x800));
}

/** Make a value that a grammar accepts: join pieces until its parser takes them, at the worst a plain one. */
export function accepted<T extends string>(dice: Dice, { parse, pieces, plain, most = 8 }: {
  readonly parse: (text: string) => T | null;
  readonly pieces: readonly string[];
  readonly plain: string;
  readonly most?: number;
}): T {
  for (let times = 0; times < 12; times += 1) {
    const text = dice.chance(50)
      ? changed(dice, plain)
      : joined(dice, pieces, most);
    const value = parse(text);
    if (value !== null) return value;
  }
  const value = parse(plain);
  if (value === null) throw new Error(`${JSON.stringify(plain)} is no plain value`);
  return value;
}

function joined(dice: Dice, pieces: readonly string[], most: number): string {
  let text = '';
  for (let left = dice.below(most + 1); left > 0; left -= 1) text += dice.chance(75) ? dice.one(pieces) : anyCharacter(dice);
  return text;
}

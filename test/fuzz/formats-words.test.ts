import { markdownPage, code } from '../../reconciler/report/markdown.ts';
import { oneLine, printable } from '../../reconciler/report/printable.ts';
import { hasUnseen } from '../../reconciler/model/grammar/characters.ts';
import { shellCommand } from '../../reconciler/git/ssh/shell-word.ts';
import { fuzz } from './fuzz.ts';
import { same } from './same.ts';
import { hostile } from './strings.ts';

fuzz('terminal: any text is printed without a character that moves, hides or turns round', {
  cases: 100_000,
  try: (dice) => {
    const text = hostile(dice, 'Ada', []);
    if (hasUnseen(printable(text)) || /\t/.test(printable(text))) throw new Error(JSON.stringify(text));
    if (hasUnseen(oneLine(text)) || /\n/.test(oneLine(text))) throw new Error(JSON.stringify(text));
  },
});

fuzz('markdown: any text in a comment is one code span on its line, and calls nobody', {
  cases: 100_000,
  try: (dice) => {
    const text = hostile(dice, 'a site', []);
    const span = code(text);
    const fence = /^`+/.exec(span)?.[0] ?? '';
    const inside = span.slice(fence.length, -fence.length);
    // CommonMark 0.31 §6.1: it ends at the first run of exactly as many backticks.
    if (fence === '' || !span.endsWith(fence) || span.includes('\n') || inside.match(/`+/g)?.some((run) => run === fence) === true || /^`|`$/.test(inside)) throw new Error(JSON.stringify(span));
    if (/(?<![\p{L}\p{N}._+-])[@#][\p{L}\p{N}_]/u.test(inside)) throw new Error(`it calls somebody: ${JSON.stringify(span)}`);
  },
});

fuzz('markdown: any text anywhere on a page leaves it a page of the same lists, folds and fences', {
  cases: 20_000,
  try: (dice) => {
    const page = (text: () => string): string => markdownPage({
      head: [{ words: [{ quoted: text() }, ' changes'], depth: 0 }],
      sections: [{ title: [{ quoted: text() }], lines: [{ words: ['site ', { quoted: text() }], depth: 1 }] }],
      folds: [{ title: text(), lines: [`+${text()}`, ` ${text()}`] }],
    }, 'croft preview');
    // A fence of backticks is none when the line has more of them behind it (§4.5).
    const outline = (made: string): readonly string[] => made.split('\n').map((line) => /^(?:<details><summary>|<\/details>|<!--|- |\*\*|`{3,}(?=[^`]*$))/.exec(line)?.[0].replace(/`+/, '```') ?? '');
    same(outline(page(() => hostile(dice, 'plain', []).slice(0, 300))), outline(page(() => 'plain')));
  },
});

fuzz('shell: any words are read by a shell as these words', {
  cases: 100_000,
  try: (dice) => {
    const words = [...dice.several(2, () => hostile(dice, 'git-upload-pack', [])), 'end'].map((word) => word.replace(/[\0\n\r]/g, ''));
    same(shellWords(shellCommand(words)), words);
  },
});

/** sh(1), Quoting: single quotes hold anything but themselves, a backslash outside takes the next character. Errors: an Error for anything that means more. */
function shellWords(command: string): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < command.length; at += 1) {
    let word = '';
    for (; at < command.length && command[at] !== ' '; at += 1) {
      if (command[at] === '\'') {
        const end = command.indexOf('\'', at + 1);
        if (end < 0) throw new Error('a quote is not closed');
        word += command.slice(at + 1, end);
        at = end;
      } else if (command[at] === '\\') word += command[at += 1] ?? '';
      else throw new Error(`bare: ${command.slice(at)}`);
    }
    words.push(word);
  }
  return words;
}

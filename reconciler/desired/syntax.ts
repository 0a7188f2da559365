/**
 * What the YAML parser cannot read, in words for whoever wrote it: they think of fields, colons and indentation, and the parser of tokens
 * and of what it could make of them. One mistake makes it stumble several times; only the first is told of those that follow from another.
 * Nothing of the text is repeated, since what stands at a broken line may be a password.
 */
import type { YAMLError } from 'yaml';
import { oddBlank } from '../model/grammar/characters.ts';
import { finding, looksLikeBlank, type Finding, type Said } from './finding.ts';
import { placeOf, type Lines } from './lines.ts';

/** How the parser says a thing, and how a person would. The first that fits counts. */
const WORDS: readonly (readonly [RegExp, Omit<Said, 'code'>])[] = [
  [/^Nested mappings .*\n.*on a single line/, {
    message: 'cannot read the line below: it is indented further than this one, which has a value already', hint: 'fields beside each other begin at the same column',
  }],
  [/^Implicit (?:map )?keys? need/, { message: 'cannot find a field here: a field is its name, a colon and a blank, then its value', hint: 'is a colon missing, or the blank after it, or after the hyphen of a list?' }],
  [/^Nested mappings/, { message: 'cannot read a second colon with a blank after it on one line', hint: 'put the value in quotes, or begin a new line' }],
  [/^Missing closing/, { message: 'cannot find the end of a text in quotes: the closing quote is missing' }],
  [/^Unexpected \S+ at node end/, { message: 'cannot read what stands here after a value that is over', hint: 'put the whole value in quotes, or none of it' }],
  [/end with a \]/, { message: 'cannot find the end of the list that began above', hint: 'is a ] missing? what belongs to the list is indented' }],
  [/end with a \}/, { message: 'cannot find the end of the map that began above', hint: 'is a } missing? what belongs to the map is indented' }],
  [/must start at the same column|items? must be indented|not.*indented/i, { message: 'cannot tell what this line belongs to: it is indented like nothing above it', hint: 'fields beside each other begin at the same column' }],
  [/^Unexpected flow-(?:map|seq)-end/, { message: 'cannot read this closing bracket: nothing opened it', hint: 'take it away' }],
  [/^Unexpected .* in YAML stream|^Not a YAML token/, { message: 'cannot read on from here', hint: 'is a colon, a bracket or a quote missing above, or is one too many?' }],
];

/** A mistake shows in as many of what is said of its line. */
const MOST_OF_A_LINE = 2;

/** Say what the parser could not read, one mistake a line. */
export function syntaxProblems(lines: Lines, text: string, errors: readonly YAMLError[]): readonly Finding[] {
  const sorted = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const causes = sorted.filter((error, index) => index === 0 || !isAftermath(error));
  const byLine = new Map<number, YAMLError[]>();
  for (const error of causes) {
    const { line } = placeOf(lines, error.pos[0]);
    const before = byLine.get(line);
    if (before === undefined) byLine.set(line, [error]);
    else if (before.length < MOST_OF_A_LINE) before.push(error);
  }
  return [...byLine].map(([line, stumbles]) => problemOf(lines, {
    offset: stumbles[0]?.pos[0] ?? 0,
    said: stumbles.map(({ message }) => message.split('\n')[0]).join('\n'),
    written: text.slice(lines.starts[line - 1], lines.starts[line]),
  }));
}

/** Once it is lost the parser says so of every word. */
function isAftermath({ code }: YAMLError): boolean {
  return code === 'UNEXPECTED_TOKEN';
}

interface Stumble {
  readonly offset: number;
  readonly said: string;
  readonly written: string;
}

function problemOf(lines: Lines, { offset, said, written }: Stumble): Finding {
  const odd = oddBlank(written);
  // After its colon the parser repeats what stands there.
  const [first = ''] = said.split(/[\n:]/);
  const [, character] = /^Plain value cannot start with .* character (.)$/u.exec(first) ?? [];
  const plain = character === undefined
    ? (WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? { message: `cannot read this as YAML: ${first.charAt(0).toLowerCase()}${first.slice(1)}` })
    : { message: `cannot read a text that begins with \`${character}\``, hint: 'put it in quotes' };
  return finding(placeOf(lines, offset), { code: 'yaml/syntax', ...plain, ...(odd !== null && { hint: looksLikeBlank(odd) }) });
}

/** Find what git left where two changes met, one problem each. No line of a document begins so: what goes on over lines is indented. */
export function unresolved(lines: Lines, text: string): readonly Finding[] {
  if (!text.includes('<<<<<<<')) return [];
  const conflicts: { readonly first: number; last: number }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const conflict = conflicts.at(-1);
    if (/^<{7}\s/.test(`${line} `)) conflicts.push({ first: index, last: index });
    else if (/^>{7}\s/.test(`${line} `) && conflict !== undefined && conflict.last === conflict.first) conflict.last = index;
  }
  return conflicts.map(({ first, last }) => finding(placeOf(lines, lines.starts[first] ?? 0), {
    code: 'yaml/merge-conflict',
    message: `cannot read ${first === last ? `line ${first + 1}` : `lines ${first + 1}–${last + 1}`}: a merge conflict is not resolved here`,
    hint: 'keep what is right of the two, and delete the lines with <<<<<<<, ======= and >>>>>>>',
  }));
}

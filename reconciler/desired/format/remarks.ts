import { Lexer, type CST } from 'yaml';

/** What stands between values: a comment on the line that was begun, then comments and empty lines ('') on lines of their own. */
export interface Remarks {
  readonly inline: string | null;
  readonly lines: readonly string[];
}

/** Read comments and empty lines out of the tokens between values. */
export function remarks(tokens: readonly CST.SourceToken[], from: 'a new line' | 'on a line' = 'a new line'): Remarks {
  let inline: string | null = null;
  let isNew = from === 'a new line';
  const lines: string[] = [];
  for (const { type, source } of tokens) {
    if (type === 'comment' && from === 'on a line' && lines.length === 0 && !isNew && inline === null) inline = source.trimEnd();
    else if (type === 'comment') {
      lines.push(source.trimEnd());
      isNew = false;
    } else if (type === 'newline') {
      if (isNew) lines.push('');
      isNew = true;
    } else if (type === 'doc-start' || type === 'seq-item-ind' || type === 'explicit-key-ind') isNew = false;
  }
  return { inline, lines };
}

/** Leave at most one empty line in a row, none at the beginning and none at the end. */
export function tidy(lines: readonly string[]): readonly string[] {
  const kept = lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== ''));
  return kept.slice(kept[0] === '' ? 1 : 0, kept.at(-1) === '' ? -1 : undefined);
}

/** List the comments of a text, sorted: formatting moves some, and loses none. */
export function commentsOf(text: string): readonly string[] {
  const lexemes = [...new Lexer().lex(text)];
  return lexemes.filter((lexeme, index) => lexeme.startsWith('#') && lexemes[index - 1] !== '\u001f').map((comment) => comment.trimEnd()).sort();
}

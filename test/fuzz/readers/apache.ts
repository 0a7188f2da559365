/**
 * How the Apache HTTP server reads its configuration, written down from its source and not from croft's: ap_cfg_getline(),
 * ap_build_config_sub() in server/config.c, ap_getword_conf(), substring_conf() and ap_resolve_env() in server/util.c, and parseargline()
 * in modules/mappers/mod_rewrite.c. What croft writes must mean here what it meant there.
 */
export interface Read {
  readonly name: string;
  readonly words: readonly string[];
  readonly inner: readonly Read[] | null;
}

/** Read a configuration. Errors: an Error where Apache would not start. */
export function readApache(written: string, variables: ReadonlyMap<string, string>): readonly Read[] {
  const open: { readonly name: string; readonly inner: Read[] }[] = [{ name: '', inner: [] }];
  for (const line of logicalLines(written)) {
    const [command, args] = firstWord(line);
    const here = open.at(-1);
    if (here === undefined) throw new Error('more sections end than begin');
    if (command.startsWith('</')) {
      if (command.toLowerCase() !== `</${here.name.toLowerCase()}>`) throw new Error(`${command} ends ${here.name}`);
      open.pop();
    } else if (command.startsWith('<')) {
      const end = args.lastIndexOf('>');
      if (end < 0) throw new Error(`${command} has no >`);
      const inner: Read[] = [];
      here.inner.push({ name: command.slice(1), words: wordsOf(args.slice(0, end), variables), inner });
      open.push({ name: command.slice(1), inner });
    } else if (/^rewriterule$/i.test(command)) here.inner.push({ name: command, words: rewriteWords(resolved(args, variables)), inner: null });
    else here.inner.push({ name: command, words: wordsOf(args, variables), inner: null });
  }
  const [root] = open;
  if (open.length !== 1 || root === undefined) throw new Error(`${open.at(-1)?.name} is not closed`);
  return root.inner;
}

/** A backslash right before the line's end continues it; what is a comment is seen after that. */
function logicalLines(written: string): readonly string[] {
  const lines: string[] = [];
  let kept = '';
  for (const line of written.split('\n')) {
    if (line.endsWith('\\')) {
      kept += line.slice(0, -1);
      continue;
    }
    const whole = `${kept}${line}`.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
    kept = '';
    if (whole !== '' && !whole.startsWith('#')) lines.push(whole);
  }
  return lines;
}

function isBlank(character: string | undefined): boolean {
  return character !== undefined && ' \t\n\v\f\r'.includes(character) && character !== '';
}

function firstWord(line: string): readonly [string, string] {
  const [word, rest] = nextWord(line);
  return [word, rest];
}

function wordsOf(args: string, variables: ReadonlyMap<string, string>): readonly string[] {
  const words: string[] = [];
  for (let rest = args; rest !== '';) {
    const [word, following] = nextWord(rest);
    words.push(resolved(word, variables));
    rest = following;
  }
  return words;
}

/** ap_getword_conf(): a quote counts only in front, and only it and the backslash can be escaped. */
function nextWord(text: string): readonly [word: string, rest: string] {
  let at = 0;
  while (isBlank(text[at])) at += 1;
  const quote = text[at] === '"' || text[at] === '\'' ? text[at] ?? '' : '';
  let word = '';
  if (quote !== '') at += 1;
  while (at < text.length && (quote === '' ? !isBlank(text[at]) : text[at] !== quote)) {
    if (text[at] === '\\' && (text[at + 1] === '\\' || (quote !== '' && text[at + 1] === quote))) at += 1;
    word += text[at] ?? '';
    at += 1;
  }
  if (quote !== '' && text[at] === quote) at += 1;
  while (isBlank(text[at])) at += 1;
  return [word, text.slice(at)];
}

/** ap_resolve_env(): `${NAME}` of a known name; an unknown one stays, and so does what comes out of one. */
function resolved(word: string, variables: ReadonlyMap<string, string>): string {
  return word.replace(/\$\{([^}]*)\}/g, (found, name: string) => variables.get(name) ?? found);
}

/** parseargline(): its own words, in which a backslash keeps a blank and nothing else. */
function rewriteWords(args: string): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < args.length;) {
    while (isBlank(args[at])) at += 1;
    if (at >= args.length) break;
    const quote = args[at] === '"' || args[at] === '\'' ? args[at] ?? '' : '';
    if (quote !== '') at += 1;
    const start = at;
    for (; at < args.length && (quote === '' ? !isBlank(args[at]) : args[at] !== quote); at += 1) if (args[at] === '\\' && isBlank(args[at + 1])) at += 1;
    words.push(args.slice(start, at));
    at += 1;
  }
  return words;
}

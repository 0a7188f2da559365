/**
 * How programs read the simpler files, written down from their own sources and not from croft's: glibc's and libnss-extrausers' tables,
 * Dovecot's passwd-file and configuration, Postfix's maps, main.cf and master.cf, systemd's units, sshd, pam_limits. Each answers what the
 * program would take the text for; an Error is where it would refuse.
 */

/** What C's isspace() takes for a blank, at both ends: what else Unicode has is no blank to any of these programs. */
const outer = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;

/** passwd(5), group(5), shadow(5): fields by colon; `#` in front is a comment, a blank line nothing, `+` and `-` are NIS. */
export function readColons(written: string): readonly (readonly string[])[] {
  return written.split('\n').map((line) => line.replace(/^[ \t\n\v\f\r]+/, '')).filter((line) => line !== '' && !/^[#+-]/.test(line)).map((line) => line.split(':'));
}

/** db-passwd-file.c: a `#` or a `:` in front is no user, a carriage return at the end goes, what follows seven fields are words. */
export function readDovecotUsers(written: string): readonly (readonly string[])[] {
  return written.split('\n').map((line) => line.replace(/\r$/, '')).filter((line) => line !== '' && !/^[:#]/.test(line)).map((line) => {
    const fields = line.split(':');
    return [...fields.slice(0, 7), fields.slice(7).join(':')];
  });
}

/** readlline(): a blank in front continues the line before; `#` and blank lines are nothing and end nothing. */
export function logicalLines(written: string): readonly string[] {
  const lines: string[] = [];
  for (const line of written.split('\n')) {
    if (/^[ \t\n\v\f\r]*(?:#|$)/.test(line)) continue;
    if (/^[ \t\n\v\f\r]/.test(line) && lines.length > 0) lines.push(`${lines.pop() ?? ''}${line}`);
    else lines.push(line);
  }
  return lines;
}

/** dict_thash.c: a key up to the first blank, or in quotes; the rest, trimmed, is its value. Keys fold to lower case. */
export function readMap(written: string): readonly (readonly [string, string])[] {
  return logicalLines(written).map((line) => {
    if (line.startsWith('"')) throw new Error('a quoted key');
    const [, key = '', value = ''] = /^([^ \t\n\v\f\r]*)[ \t\n\v\f\r]*(.*?)[ \t\n\v\f\r]*$/s.exec(line) ?? [];
    if (key === '' || value === '') throw new Error(`expected a key and a value: ${line}`);
    return [key.toLowerCase(), value];
  });
}

/** dict_load_fp() and split_nameval(): a name, `=`, and the rest of the logical line. */
export function readMain(written: string): readonly (readonly [string, string])[] {
  return logicalLines(written).map((line) => {
    const at = line.indexOf('=');
    const name = line.slice(0, at).replace(outer, '');
    if (at < 0 || name === '' || /[ \t]/.test(name)) throw new Error(`missing '=' after a name: ${line}`);
    return [name, line.slice(at + 1).replace(outer, '')];
  });
}

/** master_ent.c: eight words by blanks, the command with its arguments in the last. */
export function readMaster(written: string): readonly (readonly string[])[] {
  return logicalLines(written).map((line) => line.split(/[ \t\n\v\f\r]+/).filter((word) => word !== ''));
}

/** systemd's config_parse(): a backslash at the end continues, and comments inside a continuation are left out. */
export function readUnit(written: string): readonly (readonly [section: string, name: string, value: string])[] {
  const settings: [string, string, string][] = [];
  let [section, kept] = ['', ''];
  for (const raw of written.split('\n')) {
    if (/^[ \t\r]*[#;]/.test(raw)) continue;
    const line = `${kept}${raw}`;
    kept = '';
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(line)) {
      kept = `${line.slice(0, -1)} `;
      continue;
    }
    const text = line.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
    if (text === '') continue;
    if (text.startsWith('[')) {
      if (!text.endsWith(']')) throw new Error(`invalid section header ${text}`);
      section = text.slice(1, -1);
      continue;
    }
    const at = text.indexOf('=');
    if (at <= 0 || section === '') throw new Error(`missing '=' or section: ${text}`);
    settings.push([section, text.slice(0, at).replace(outer, ''), text.slice(at + 1).replace(outer, '')]);
  }
  return settings;
}

/** systemd.unit(5): `%%` is a percent sign, any other letter after one puts something in. */
export function specifiers(value: string): string {
  return value.replace(/%(.?)/gs, (_, letter: string) => {
    if (letter !== '%') throw new Error(`%${letter} puts something in`);
    return '%';
  });
}

/** argv_split() of OpenSSH: quotes of both kinds, a backslash before a quote, a backslash or a blank, `#` ends what is said. */
export function readSshd(written: string): readonly (readonly string[])[] {
  return written.split('\n').map((line) => sshdWords(line.replace(/^[ \t\r\n]+|[ \t\r\n\f]+$/g, ''))).filter((words) => words.length > 0);
}

function sshdWords(line: string): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < line.length;) {
    if (/[ \t]/.test(line[at] ?? '')) at += 1;
    else if (line[at] === '#') return words;
    else {
      let [word, quote] = ['', ''];
      for (; at < line.length && (quote !== '' || !/[ \t]/.test(line[at] ?? '')); at += 1) {
        const character = line[at] ?? '';
        if (character === '\\' && /['"\\ ]/.test(line[at + 1] ?? '')) word += line[at += 1] ?? '';
        else if (quote === '' && /['"]/.test(character)) quote = character;
        else if (quote !== '' && character === quote) quote = '';
        else word += character;
      }
      if (quote !== '') throw new Error('a quote is not closed');
      words.push(word);
    }
  }
  // The keyword may be parted from its arguments by `=`, too.
  const [first = '', ...rest] = words;
  return first.includes('=') ? [...first.split('='), ...rest] : words;
}

/** sshkey's and auth-options': options up to the first blank outside quotes, in which `\"` is a quote; then type, key, comment. */
export function readKeys(written: string): readonly { readonly options: readonly string[]; readonly type: string; readonly blob: string; readonly comment: string }[] {
  return written.split('\n').map((line) => line.replace(/^[ \t]+/, '')).filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const options: string[] = [''];
    let [at, quoted] = [0, false];
    for (; at < line.length && (quoted || !/[ \t]/.test(line[at] ?? '')); at += 1) {
      if (line[at] === '\\' && line[at + 1] === '"') at += 1;
      else if (line[at] === '"') quoted = !quoted;
      if (line[at] === ',' && !quoted) options.push('');
      else options.push(`${options.pop() ?? ''}${line[at] ?? ''}`);
    }
    const [type = '', blob = '', ...comment] = line.slice(at).replace(outer, '').split(' ');
    return { options, type, blob, comment: comment.join(' ') };
  });
}

/** pam_limits.c: up to `#`, four words. */
export function readPamLimits(written: string): readonly (readonly string[])[] {
  return written.split('\n').map((line) => line.replace(/#.*/s, '').replace(outer, '')).filter((line) => line !== '').map((line) => {
    const words = line.split(/[ \t\n\v\f\r]+/);
    if (words.length !== 4) throw new Error(`invalid line: ${line}`);
    return words;
  });
}

/** Dovecot's config-parser.c of 2.3: trimmed lines, a backslash at the end continues, a `#` at the start or after a blank outside quotes is a comment. */
export function readDovecot(written: string): readonly string[] {
  const settings: string[] = [];
  const open: string[] = [];
  let kept = '';
  for (const raw of written.split('\n')) {
    const line = `${kept}${uncommented(raw.replace(outer, ''))}`.replace(outer, '');
    kept = '';
    if (line.endsWith('\\')) {
      kept = `${line.slice(0, -1)} `;
      continue;
    }
    if (line === '') continue;
    if (line === '}') {
      if (open.pop() === undefined) throw new Error('unexpected }');
    } else if (/^[^="]*\{$/.test(line)) {
      open.push(line.slice(0, -1).replace(outer, ''));
      settings.push(`${open.join('/')} {`);
    } else {
      const at = line.indexOf('=');
      if (at < 0 || line.startsWith('!')) throw new Error(`expecting '=': ${line}`);
      settings.push(`${[...open, line.slice(0, at).replace(outer, '')].join('/')}=${dovecotValue(line.slice(at + 1).replace(outer, ''))}`);
    }
  }
  if (open.length > 0) throw new Error(`unclosed ${open.join('/')}`);
  return settings;
}

function uncommented(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (quote !== '' && character === '\\') at += 1;
    else if (quote !== '' && character === quote) quote = '';
    else if (quote === '' && /['"]/.test(character)) quote = character;
    else if (quote === '' && character === '#' && (at === 0 || /[ \t]/.test(line[at - 1] ?? ''))) return line.slice(0, at).replace(outer, '');
  }
  return line;
}

function dovecotValue(value: string): string {
  if (value.startsWith('"') && value.endsWith('"') && value.length > 1) return `text:${value.slice(1, -1).replace(/\\(.)/gs, '$1')}`;
  if (value.startsWith('\'') && value.endsWith('\'') && value.length > 1) return `text:${value.slice(1, -1)}`;
  if (value.startsWith('<')) return `file:${value.slice(1)}`;
  return value.includes('$') ? `variable:${value}` : `text:${value}`;
}

/** nss_database.c of glibc: a database, a colon, services, actions in brackets. */
export function readNsswitch(written: string): readonly (readonly string[])[] {
  return written.split('\n').map((line) => line.replace(/#.*/s, '').replace(outer, '')).filter((line) => line !== '').map((line) => {
    const at = line.indexOf(':');
    if (at < 0) throw new Error(`no database: ${line}`);
    return [line.slice(0, at).replace(outer, ''), ...line.slice(at + 1).replace(outer, '').split(/[ \t]+/)];
  });
}

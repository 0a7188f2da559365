/**
 * A reader of regular expressions that knows just enough to say what may go wrong with one. A `pattern` of JSON Schema is searched
 * for, not matched: without anchors `[a-z]+` accepts `x\nroot ALL=(ALL)`, and `^a|b$` does too. `.` and negated short classes let in
 * what nobody thought of, `\s` matches a line feed, and a repetition without end inside another takes time without end (ReDoS).
 */

/** Say everything that is wrong with a pattern; an empty list when nothing is. */
export function faultsOf(pattern: string): readonly string[] {
  const faults: string[] = [];
  if (!pattern.startsWith('^(?:') || !pattern.endsWith(')$')) faults.push('not anchored as ^(?:…)$');
  const groups = [{ unbounded: false }];
  for (const token of tokensOf(pattern)) {
    const group = groups.at(-1);
    if (group === undefined) return [...faults, 'more groups end than begin'];
    if (/^\\[sSwWdDbB]$/.test(token.atom)) faults.push(`${token.atom} matches more than it says`);
    if (token.atom === '.') faults.push('. matches nearly everything');
    if (token.atom.startsWith('(')) groups.push({ unbounded: false });
    else if (token.atom === ')') close(groups, token.repeat, faults);
    else group.unbounded ||= isUnbounded(token.repeat);
    if (groups.length === 1 && token.atom === ')' && token.end !== pattern.length - 1) faults.push('the outer group ends before the pattern does');
  }
  return faults;
}

interface Token {
  readonly atom: string;
  readonly repeat: string;
  readonly end: number;
}

function tokensOf(pattern: string): readonly Token[] {
  const grammar = /(\\p\{[A-Za-z]+\}|\\.|\[(?:[^\]\\]|\\.)*\]|\((?:\?(?:[:=!]|<[=!]))?|[^\\[(])(\*|\+|\?|\{[0-9]+(?:,[0-9]*)?\})?/gy;
  return [...pattern.matchAll(grammar)].map((match) => ({ atom: match[1] ?? '', repeat: match[2] ?? '', end: match.index + match[0].length }));
}

function close(groups: { unbounded: boolean }[], repeat: string, faults: string[]): void {
  const inner = groups.pop();
  const outer = groups.at(-1);
  if (inner === undefined || outer === undefined) return;
  if (inner.unbounded && isUnbounded(repeat)) faults.push('a repetition without end inside another');
  outer.unbounded ||= inner.unbounded || isUnbounded(repeat);
}

function isUnbounded(repeat: string): boolean {
  return repeat === '*' || repeat === '+' || repeat.endsWith(',}');
}

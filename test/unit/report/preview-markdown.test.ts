/**
 * Whatever people write, a comment holds croft's own words and otherwise only code. The comment is read here the way a forge reads it
 * (CommonMark 0.31): fences first, then raw HTML, then code spans; what is left over must be harmless.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasUnseen } from '../../../reconciler/model/grammar/characters.ts';
import type { Owner } from '../../../reconciler/model/owner.ts';
import { code, markdownPage, marker } from '../../../reconciler/report/markdown.ts';
import { formatPage, line, quote, type Page } from '../../../reconciler/report/page.ts';
import { previewPage } from '../../../reconciler/report/preview-page.ts';
import type { Preview } from '../../../reconciler/report/preview.ts';
import { verdict } from './cases.ts';

interface Read {
  /** What is neither code nor croft's own frame, with escapes resolved to nothing. */
  readonly bare: string;
  readonly codes: readonly string[];
  readonly details: number;
}

/** Read a comment; throws where something is left open. */
function read(markdown: string): Read {
  const [bare, codes]: [string[], string[]] = [[], []];
  let [fence, open, details]: [string | null, number, number] = [null, 0, 0];
  for (const text of markdown.split('\n')) {
    if (fence !== null) {
      const closing = /^ {0,3}(`{3,})[ \t]*$/.exec(text)?.[1];
      if (closing !== undefined && closing.length >= fence.length) fence = null;
      else codes.push(text);
      continue;
    }
    const opening = /^ {0,3}(`{3,})[^`]*$/.exec(text)?.[1];
    if (opening !== undefined) fence = opening;
    else if (/^<details><summary>(?:[\p{L}\p{N} ,;.-]|&#\d+;)*<\/summary>$/u.test(text)) [open, details] = [open + 1, details + 1];
    else if (text === '</details>') open -= 1;
    else if (text !== marker) bare.push(withoutCode(/^\*\*(.*)\*\*$/.exec(text)?.[1] ?? text, codes));
    if (open < 0 || open > 1) throw new Error('details are not balanced');
  }
  if (fence !== null || open !== 0) throw new Error('something is left open');
  return { bare: bare.join('\n'), codes, details };
}

function withoutCode(text: string, codes: string[]): string {
  let rest = '';
  for (let at = 0; at < text.length; ) {
    const run = /^`+/.exec(text.slice(at))?.[0];
    if (text[at] === '\\') at += 2;
    else if (run === undefined) rest += text[at++];
    else {
      const end = new RegExp(`(?<!\`)\`{${run.length}}(?!\`)`).exec(text.slice(at + run.length));
      if (end === null) throw new Error(`a code span is left open: ${text}`);
      codes.push(text.slice(at + run.length, at + run.length + end.index));
      at += run.length + end.index + run.length;
      rest += 'C';
    }
  }
  return rest;
}

const nasty = [
  '</details>@everyone ![x](https://evil.example/p.png) | a | b', '`', '``` `` `', '````\n</details>', '<script>alert(1)</script>', '#123 @dana GH-1', '\u001b[2J\u001b]0;x\u0007 $(id) `id`',
  '\u202egpj.exe', '<!-- croft-preview -->', '-->', '~~~\nx', '| --- | --- |', '\r\n\r\n# title', '[x]: javascript:x', '&lt;b&gt;', ' ', '', '\\', '\\`', '$`x`$', ':tada:', 'a\u200bb', 'https://evil.example', '1. x', '- [ ] x',
];
const text = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 60 }), fc.array(fc.constantFrom(...'`@#<>|![]()\\~*_\n &;x'), { maxLength: 30 }).map((parts) => parts.join('')));
const owner: fc.Arbitrary<Owner> = fc.oneof(fc.constant('coop' as const), text.map((name): Owner => `member:${name}`));
const source = text.map((file) => ({ file, line: 1, column: 1 }));
const problem = fc.record({ code: text, message: text, hint: text, owner, source });
const some = <T>(of: fc.Arbitrary<T>, maxLength = 4): fc.Arbitrary<T[]> => fc.array(of, { maxLength });

const previews: fc.Arbitrary<Preview> = fc.record({
  base: fc.record({ oid: text, name: text }), head: text, checksum: fc.constant(`sha256:${'a'.repeat(64)}`), mended: fc.nat(3),
  commits: some(fc.record({ oid: text, author: text, subject: text, time: fc.nat() })),
  told: some(fc.record({ owner, mark: fc.constantFrom('add', 'change', 'remove'), what: fc.constant('site'), name: text, says: text, details: some(text, 12), source })),
  usage: some(fc.record({ member: text, limits: text, used: fc.constant([{ what: 'sites', used: 1, allowed: 2 }]) })),
  hosts: some(fc.record({ host: text, texts: text, path: text, drift: text }), 2).map((hosts) => hosts.map(hostOf)),
  problems: some(problem), warnings: some(problem),
  holds: some(fc.record({ owner, problems: some(problem), lastGood: fc.option(text), already: fc.boolean() })),
  authority: fc.record({ trust: fc.boolean(), verdicts: some(fc.record({ path: text, allowed: fc.boolean(), reason: text, signer: text, problems: some(problem) })).map((all) => all.map(({ path, allowed, reason, signer, problems }) =>
    verdict(path, { allowed, risk: 'amber', reasons: [reason], signers: [signer], problems, approvers: { needed: 1, of: [signer] } }))) }),
  guards: some(fc.record({ code: text, host: text, owner, object: text, count: fc.nat(), message: text, allow: text, where: text })),
});

function hostOf({ host, texts, path, drift }: { readonly host: string; readonly texts: string; readonly path: string; readonly drift: string }): Preview['hosts'][number] {
  const id = `file:${path}` as const;
  const resource = { id, kind: 'file', name: path, owner: 'coop', source: { file: path, line: 1, column: 1 }, desired: { content: 'sha256:a' }, needs: [], after: [] } as const;
  const plan = { host, revision: 'x', holds: [], unchanged: 1, checksum: 'sha256:b', changes: [{ verb: 'create', resource, actual: null, cause: 'pending', differences: [] }] } as const;
  const report = {
    host, commit: 'x', tree: 'x', since: 1, time: 2, version: texts, holds: [], failed: [], unchanged: 1,
    drift: [{ id: `file:${drift}`, owner: 'coop', attribute: drift, actual: texts, desired: null }], pauses: [], rollbacks: [], counts: { holds: 0, failed: 0, drift: 1 },
  } as const;
  return { host, is: 'there', from: 'x', isBehind: false, report, plan, effect: plan, graceDays: 30, texts: new Map([[id, { actual: null, desired: texts }]]) };
}

const comment = (preview: Preview): string => markdownPage(previewPage(preview, () => 'then'), `croft preview --base ${preview.base.oid}`);

describe('a comment', () => {
  it('is only croft\'s own words and code, whatever people wrote', () => {
    fc.assert(fc.property(previews, (preview) => {
      const said = comment(preview);
      const { bare } = read(said);
      expect(bare).not.toMatch(/[<>`|[\]*_~@#$!]/);
      expect(bare).not.toMatch(/https?:|javascript:|^\s*(?:=+|\d+[.)]|[-+] *[-+] )/m);
      expect(hasUnseen(said)).toBe(false);
      expect(said.startsWith(`${marker}\n`)).toBe(true);
      expect(said.length).toBeLessThanOrEqual(60_000);
    }), { numRuns: 300, seed: 20_241_130 });
  });

  it('calls nobody and links nothing, even from code in a list', () => {
    const said = comment({ ...empty, told: [{ owner: 'member:ada', mark: 'add', what: 'site', name: '@everyone #123', says: '(@dana)', details: ['see #7, info@ada.example'], source: { file: 'x', line: 1, column: 1 } }] });
    expect(said).not.toMatch(/(?<![a-z])[@#](?:everyone|dana|123|7)/);
    expect(said).toContain('info@ada.example');
  });

  it.each(nasty.map((each) => [each]))('shows %j as code', (hostile) => {
    const { bare, codes } = read(`- ${code(hostile)}`);
    expect(bare).toBe('- C');
    expect(codes).toHaveLength(1);
  });

  it.each([
    ['many small things', { told: many(20_000) }],
    ['one host with much to show', { hosts: [hostOf({ host: 'main', texts: `${'x'.repeat(900)}\n`.repeat(75), path: '/a', drift: 'b' }), hostOf({ host: 'two', texts: 'y\n', path: '/a', drift: 'b' })] }],
    ['lines without end', { hosts: [hostOf({ host: 'main', texts: 'x'.repeat(100_000), path: '/a', drift: 'b' })] }],
    ['everything at once', { told: many(5_000), problems: Array.from({ length: 5_000 }, (_, index) => aProblem(index)), warnings: Array.from({ length: 5_000 }, (_, index) => aProblem(index)), hosts: Array.from({ length: 50 }, (_, index) => hostOf({ host: `host-${index}`, texts: `${'z'.repeat(500)}\n`.repeat(60), path: '/a', drift: 'b' })) }],
  ])('of %s is cut to what a forge takes, never inside a fence', (_, parts) => {
    const said = comment({ ...empty, ...parts });
    expect(said.length).toBeLessThanOrEqual(60_000);
    expect(() => read(said)).not.toThrow();
  });

  it('says how much it leaves out and how to see all, and leaves nothing out without saying so', () => {
    const said = comment({ ...empty, told: many(3_000), problems: [aProblem(7)] });
    expect(said).toMatch(/\n\ncut; \d+ more lines: `croft preview --base 1{40}` says them all$/);
    expect(said).toContain('cannot do 7');
    const shown = (said.match(/site-\d+/g) ?? []).length;
    expect(/cut; (\d+) more/.exec(said)?.[1]).toBe(String(3_000 - shown));
    expect(comment({ ...empty, told: many(3) })).not.toContain('cut;');
  });
});

describe('a terminal', () => {
  it('sees nothing that moves its cursor, whatever people wrote', () => {
    fc.assert(fc.property(previews, (preview) => {
      expect(hasUnseen(formatPage(previewPage(preview, () => 'then'), { paint: (_, each) => each, folded: false }))).toBe(false);
    }), { numRuns: 200, seed: 20_241_130 });
  });

  it('gets the lines of files only when it asks for them', () => {
    const page: Page = { head: [line(0, ['a ', quote('b')])], sections: [], folds: [{ title: 'main', lines: ['+x'] }] };
    expect(formatPage(page, { paint: (_, each) => each, folded: true })).toBe('a b');
    expect(formatPage(page, { paint: (_, each) => each, folded: false })).toBe('a b\n\nmain\n+x');
  });
});

const empty: Preview = {
  base: { oid: '1'.repeat(40), name: 'main' }, head: '2'.repeat(40), commits: [], told: [], usage: [], hosts: [], problems: [], mended: 0, warnings: [], holds: [],
  authority: { trust: true, verdicts: [] }, guards: [], checksum: `sha256:${'a'.repeat(64)}`,
};

function many(count: number): Preview['told'] {
  return Array.from({ length: count }, (_, index) => ({ owner: 'member:ada', mark: 'add', what: 'site', name: `site-${index}`, says: '', details: [], source: { file: 'x', line: 1, column: 1 } }));
}

function aProblem(index: number): Preview['problems'][number] {
  return { code: 'a/b', message: `cannot do ${index}`, owner: 'member:ada', source: { file: 'x', line: index, column: 1 } };
}

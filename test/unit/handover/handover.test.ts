import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusals } from '../../../reconciler/admission/admit.ts';
import { formatAnswer, parseAnswer, type Answer, type Handover } from '../../../reconciler/handover/handover.ts';
import { declaredOf } from '../../../reconciler/model/declared.ts';
import type { Problem } from '../../../reconciler/model/problem.ts';
import { circleIn } from '../../../reconciler/plan/order.ts';
import { catalogs, type Compiled } from './catalogs.ts';
import { closed, opened, type Loose } from './loose.ts';

const compiled = await catalogs();
const [example] = compiled.filter(({ name }) => name === '. on main');
if (example === undefined) throw new Error('the example co-op has no host main');

const oid = '4be21c9d03'.repeat(4);
const problem: Problem = { code: 'vhost/foreign-domain', message: 'cannot use it: \u001b[31m"x"\u0000', hint: 'ask ada', owner: 'member:bob', source: { file: 'desired-state/a:b.yaml', line: 2, column: 7 } };

function handoverOf({ state, catalog }: Compiled): Handover {
  return {
    version: 1, request: '17-2', catalog, declared: declaredOf(state), holds: [{ owner: 'member:bob', problems: [problem], lastGood: null }], notices: ['git.example did not answer: é'],
    rollbacks: [{ who: 'dana', why: 'ada\'s new site redirects to itself', since: 1_767_225_600, owner: 'member:ada', to: oid, bad: oid, until: null, owners: ['member:ada'] }],
    remote: 'git@git.example:coop.git', kept: true, key: 'ab'.repeat(32), confirmedAt: 1_767_225_600_000, admins: null, hosts: [{ name: 'main', fqdn: 'main.fairmeadow.example', key: null }],
    trusted: { commit: oid, tree: oid, pending: [{ path: 'desired-state/\u00ff\n', owner: 'coop', commit: oid, since: oid, signers: ['dana'], doubts: [], problems: [problem] }], overrides: new Map([[oid, oid]]) },
  };
}

const whole = handoverOf(example);
const text = formatAnswer(whole);

/** Does it come out as an answer, or with a sentence on what is wrong? Never anything else. */
function whyNot(written: string): string | null {
  const read = parseAnswer(written);
  return read.ok ? null : read.why;
}

/** The answer with one thing in it changed. */
function changed(change: (answer: Loose) => void): string {
  const answer = opened(text);
  change(answer);
  return closed(answer);
}

describe('a handover', () => {
  test.each(compiled)('comes out as it went in: $name', (each) => {
    const handover = handoverOf(each);
    expect(parseAnswer(formatAnswer(handover))).toEqual({ ok: true, value: handover });
    expect(refusals(handover.catalog)).toEqual([]);
    expect(circleIn(handover.catalog.resources)).toBeNull();
  });

  test('that goes in a circle is refused at what would come after itself, and a long chain is no circle', () => {
    const circle = changed((answer) => { set(resource(answer, file), 'after', [site]); set(resource(answer, site), 'after', [file]); });
    expect(whyNot(circle)).toMatch(/^"catalog" › "resources" › \[\d+\] › "file:.*" comes after itself$/);
    const chain = changed((answer) => {
      const first = resource(answer, packages);
      const links = Array.from({ length: 30_000 }, (_, index) => `packages:a-${String(index).padStart(5, '0')}`);
      const made = links.map((id, index) => ({ ...first, id, name: id.slice('packages:'.length), needs: links.slice(index + 1, index + 2), after: [] }));
      answer['catalog'] = { ...answer['catalog'], resources: made } as unknown as Loose;
    });
    const read = parseAnswer(chain);
    expect(read.ok || read.why).toBe(true);
    if (read.ok && 'catalog' in read.value) expect(circleIn(read.value.catalog.resources)).toBeNull();
  });

  test('may name fifty thousand members in the one group that all are in', () => {
    const members = Array.from({ length: 50_000 }, (_, index) => `member-${String(index).padStart(5, '0')}`).join(',');
    const many = changed((answer) => set(resource(answer, 'table:/var/lib/extrausers/group')['desired'] as Loose, 'croft-members.members', members));
    expect(whyNot(many)).toBeNull();
    expect(many).toContain(members);
  });

  test('may be that there is none, with a reason', () => {
    const cannot: Answer = { version: 1, request: '17-2', cannot: 'cannot find host x' };
    expect(parseAnswer(formatAnswer(cannot))).toEqual({ ok: true, value: cannot });
  });

  test('may be that it is what root has already, by its name', () => {
    const same: Answer = { version: 1, request: '17-2', same: 'ab'.repeat(32), notices: ['slow'], remote: null, confirmedAt: 1 };
    expect(parseAnswer(formatAnswer(same))).toEqual({ ok: true, value: same });
    for (const wrong of [{ ...same, same: 'ab' }, { ...same, catalog: {} }, { ...same, confirmedAt: 'now' }]) expect(whyNot(JSON.stringify(wrong))).not.toBeNull();
  });

  test('lets nobody change what it was parsed to by what it says', () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const evil = text.replace('"type":"file"', `"${name}":"file"`);
      expect(whyNot(evil)).not.toBeNull();
    }
    expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
  });
});

const resource = (answer: Loose, id: string): Loose => {
  const found = answer['catalog']?.['resources']?.find((each) => String(each['id']) === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};
const set = (on: Loose | undefined, name: string, value: unknown): void => {
  if (on === undefined) throw new Error(`there is nothing to change for ${name}`);
  (on as { [name: string]: unknown })[name] = value;
};
const file = 'file:/etc/apache2/croft/croft.conf';
const [packages = ''] = example.catalog.resources.flatMap(({ id }) => (id.startsWith('packages:') ? [id] : []));
const [site = file] = example.catalog.resources.flatMap(({ id }) => (id.startsWith('file:/etc/apache2/croft/sites/') ? [id] : []));

const wrong: readonly (readonly [string, (answer: Loose) => void])[] = [
  ['a field that nobody knows', (answer) => set(answer, 'run', ['/bin/sh'])],
  ['a field less', (answer) => set(answer, 'holds', undefined)],
  ['another version', (answer) => set(answer, 'version', 2)],
  ['a resource that nests', (answer) => set(resource(answer, file)['desired'], 'mode', { toString: '0644' })],
  ['a list for a text', (answer) => set(resource(answer, file), 'name', ['/etc/apache2/croft/croft.conf'])],
  ['a kind that is none', (answer) => set(resource(answer, file), 'kind', 'constructor')],
  ['an id that is not its name\'s', (answer) => set(resource(answer, file), 'name', '/etc/passwd')],
  ['a path with a way up', (answer) => { set(resource(answer, file), 'name', '/etc/../x'); set(resource(answer, file), 'id', 'file:/etc/../x'); }],
  ['a path with a line in it', (answer) => { set(resource(answer, file), 'name', '/etc/a\nb'); set(resource(answer, file), 'id', 'file:/etc/a\nb'); }],
  ['a path that is relative', (answer) => { set(resource(answer, file), 'name', 'etc'); set(resource(answer, file), 'id', 'file:etc'); }],
  ['a mode in words', (answer) => set(resource(answer, file)['desired'], 'mode', 'u+s')],
  ['a mode that is a number', (answer) => set(resource(answer, file)['desired'], 'mode', 420)],
  ['an attribute more', (answer) => set(resource(answer, file)['desired'], 'immutable', true)],
  ['a digest of another sort', (answer) => set(resource(answer, file)['desired'], 'content', 'md5:0')],
  ['no bytes', (answer) => set(resource(answer, file), 'payload', undefined)],
  ['a shell line for an argv', (answer) => set(resource(answer, file)['payload'], 'check', 'sh -c id')],
  ['a load on a file', (answer) => set(resource(answer, file), 'load', { reads: [], reload: ['true'] })],
  ['an owner who is none', (answer) => set(resource(answer, file), 'owner', 'member:Ada Lovelace')],
  ['an owner of another sort', (answer) => set(resource(answer, file), 'owner', 'root')],
  ['a source that is none', (answer) => set(resource(answer, file), 'source', { file: 'x', line: 1, column: 1 })],
  ['a need of what is not there', (answer) => set(resource(answer, file), 'needs', ['file:/x'])],
  ['a need of itself', (answer) => set(resource(answer, file), 'needs', [file])],
  ['needs in a circle', (answer) => { set(resource(answer, file), 'needs', [site]); set(resource(answer, site), 'needs', [file]); }],
  ['what comes after in a circle', (answer) => { set(resource(answer, file), 'after', [site]); set(resource(answer, site), 'after', [file]); }],
  ['a need of what comes after it', (answer) => { set(resource(answer, file), 'needs', [site]); set(resource(answer, site), 'after', [file]); }],
  ['the same thing twice', (answer) => { answer['catalog']?.['resources']?.push(resource(answer, file)); }],
  ['another order', (answer) => { answer['catalog']?.['resources']?.reverse(); }],
  ['a tip without its digits', (answer) => set(answer['trusted'], 'commit', '4be21c9')],
  ['a time before there was any', (answer) => set(answer, 'confirmedAt', -1)],
  ['an allowance without a first day', (answer) => set(answer['declared'], 'allowances', [{ guard: 'zone', object: 'coop', count: 1, reason: '', until: '2026-01-01', source: 'a:1:1' }])],
  ['an allowance for another guard', (answer) => set(answer['declared'], 'allowances', [{ guard: 'toString', object: 'coop', count: 1, reason: '', from: '2026-01-01', until: '2026-01-01', source: 'a:1:1' }])],
  ['a member in another state', (answer) => set(answer['declared']?.['members']?.[0], 'state', 'root')],
  ['a number for a name', (answer) => set(answer['declared']?.['members']?.[0], 'name', 7)],
  ['a fraction', (answer) => set(answer['catalog'], 'time', 1.5)],
];

describe('what is no handover is told, and is never a bug', () => {
  test.each(wrong)('%s', (_, change) => {
    expect(whyNot(changed(change))).toMatch(/^["[i].{3,}/);
  });

  test('what is cut off anywhere', () => {
    const step = Math.ceil(text.length / 400);
    for (let end = 0; end < text.length - 2; end += step) expect(whyNot(text.slice(0, end))).toBe('it is no JSON, or cut off');
    for (let end = text.indexOf('\n'); end >= 0 && end < text.length - 1; end = text.indexOf('\n', end + 1)) for (const at of [end, end + 1]) expect(whyNot(text.slice(0, at))).toBe('it is no JSON, or cut off');
    expect(whyNot(text.slice(0, -1))).toBe('it is no JSON, or cut off');
  });

  test('lines that are none, too many, doubled, moved, taken away, or in each other\'s place', () => {
    const lines = text.split('\n');
    const line = fc.oneof(fc.string(), fc.json(), fc.constantFrom('', '{}', ...lines.slice(0, 3)));
    const at = fc.nat(lines.length - 2);
    const turned = fc.oneof(
      fc.tuple(at, line).map(([index, any]) => lines.with(index, any)), fc.tuple(at, line).map(([index, any]) => lines.toSpliced(index, 0, any)), at.map((index) => lines.toSpliced(index, 1)),
      at.map((index) => lines.toSpliced(index, 0, lines[index] ?? '')), fc.tuple(at, at).map(([one, other]) => lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '')),
      fc.tuple(at, at).map(([from, to]) => lines.toSpliced(from, 1).toSpliced(to, 0, lines[from] ?? '')),
    );
    fc.assert(fc.property(turned, (those) => those.join('\n') === text || typeof whyNot(those.join('\n')) === 'string'), { numRuns: 400 });
  });

  test('what nests without end', () => {
    expect(whyNot(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)).not.toBeNull();
    expect(whyNot(`{"version":1,"request":"1","cannot":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`)).not.toBeNull();
  });

  test('what is any JSON, and what is none', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' })), (any) => typeof whyNot(any) === 'string'), { numRuns: 5000 });
  });

  /** Whatever is put anywhere, it is refused or is data of the same shape: then it goes on to admission, which throws nothing either. */
  test('what has anything at all in any place', () => {
    const places = placesIn(opened(text));
    const value = fc.oneof(fc.json({ maxDepth: 2 }).map((each) => JSON.parse(each) as unknown), fc.constantFrom<unknown>(null, true, -1, 1e308, '', '__proto__', '/', '../x', '\u0000', '{}', []), fc.string());
    fc.assert(fc.property(fc.nat(places.length - 1), value, (index, any) => {
      const read = parseAnswer(replaced(text, places[index] ?? [], any));
      if (!read.ok) return read.why.length > 0;
      return !('catalog' in read.value) || Array.isArray(refusals(read.value.catalog));
    }), { numRuns: 400 });
  });

  test('what has a byte changed', () => {
    fc.assert(fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
      const read = parseAnswer(`${text.slice(0, at)}${character}${text.slice(at + 1)}`);
      return read.ok ? !('catalog' in read.value) || Array.isArray(refusals(read.value.catalog)) : read.why.length > 0;
    }), { numRuns: 400 });
  });
});

type Way = readonly (string | number)[];

/** The ways to everything in a value. */
function placesIn(value: unknown, way: Way = []): readonly Way[] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([name, inner]) => placesIn(inner, [...way, name]))];
}

function replaced(written: string, way: Way, any: unknown): string {
  const whole: { root: unknown } = { root: opened(written) };
  let at = whole as unknown as { [name: string]: unknown };
  const path = ['root', ...way];
  for (const step of path.slice(0, -1)) at = at[step] as { [name: string]: unknown };
  at[String(path.at(-1))] = any;
  return closed(whole.root);
}

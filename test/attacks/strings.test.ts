import fc from 'fast-check';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { expect, test } from 'vitest';
import { readSchemas, type Schema } from '../../scripts/generate-declarations.mjs';
import { examine } from '../../reconciler/desired/check.ts';
import type { ReadCache } from '../../reconciler/desired/read.ts';
import { ownerOf } from '../../reconciler/model/owner.ts';
import { followed } from '../unit/schemas/walk.ts';
import { corpus } from './corpus.ts';
import { documents, plain, plant } from './plant.ts';
import { differences, render } from './shape.ts';

/** One text of the small co-op. Shape of `field`: `records[].text`, with `*` for a name that a member chose. */
interface Leaf {
  readonly document: string;
  readonly at: string;
  readonly field: string;
  readonly text: string;
}

const kinds: { readonly [folder: string]: string } = { hosts: 'host', limits: 'limits', vhosts: 'vhost', zones: 'zone', mailboxes: 'mailboxes', secrets: 'secret' };
const cache: ReadCache = new WeakMap();
const leaves = [...documents].flatMap(([path, text]) => leavesOf(path.replace('desired-state/', ''), parseDocument(text).contents));

test('every field of text of every schema has a plain value in the small co-op', () => {
  const shown = new Set(leaves.map(({ document, field }) => `${kindOf(document)} ${field}`));
  const fields = [...readSchemas()].flatMap(([kind, schema]) => fieldsOf(schema, schema).map((field) => `${kind} ${field}`));
  expect(fields.length).toBeGreaterThan(40);
  expect([...new Set(fields)].filter((field) => !shown.has(field) && !/error-pages\.\d+$/.test(field))).toEqual([]);
});

const snippets = [
  '\n', '\r', '\u000b', '\u0085', '\u2028', '\0', '\t', '\u202e', '\u200b', '\ufeff', '"', '\'', '\\', '$', '${x}', '%', '%n', '%{x}e', ';', '#', ':', ',', ' ', '  ',
  '\n$INCLUDE /x', '\n  x', '</VirtualHost>', '..', '/', '//', '.', '-', '@', '*', '`id`', '$(id)', '|', '&', '{', '}', '(', ')', '=', '%0a', '%2e', '<<', '!', '\u0430', 'A',
];
const payloads = corpus().flatMap(({ payload }) => (typeof payload === 'string' ? [payload] : []));
const hostile = (text: string): fc.Arbitrary<string> => fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.nat(text.length), fc.constantFrom(...snippets)).map(([at, snippet]) => `${text.slice(0, at)}${snippet}${text.slice(at)}`) },
  { weight: 2, arbitrary: fc.constantFrom(...payloads) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...snippets, 'a', '0'), { maxLength: 8 }).map((parts) => parts.join('')) },
);
/** Two fields make other resources or records when they say something else: the co-op's domain, and the folder of a site of its own. */
const moves = ({ document, field }: Leaf): boolean => (document === 'cluster.yaml' && field === 'domain') || (document.startsWith('coop/') && field === 'static.root');
const planted = fc.constantFrom(...leaves).chain((leaf) => fc.tuple(fc.constant(leaf), hostile(leaf.text)));

test('a hostile text in any field is refused, or is rendered in the shape of its plain twin', () => {
  const { value: twin } = examine(plain, cache);
  const before = twin === null ? new Map() : render(twin);
  const counts = { refused: 0, accepted: 0 };
  fc.assert(fc.property(planted, ([leaf, payload]) => {
    const { document, at, text } = leaf;
    const { snapshot } = plant({ id: '', what: '', expect: '', document, at, payload });
    const { value, problems } = examine(snapshot, cache);
    if (problems.length > 0) {
      counts.refused += 1;
      expect(problems.some(({ owner }) => owner === ownerOf(document))).toBe(true);
      return;
    }
    counts.accepted += 1;
    if (value === null) throw new Error('neither a state nor a problem');
    for (const { id, gone, new: fresh } of differences(before, render(value))) {
      for (const line of fresh) expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
      if (moves(leaf)) continue;
      expect(fresh.length, id).toBe(gone.length);
      for (const line of gone) expect(plainForms(text).some((form) => line.includes(form)), `${id}: ${line}`).toBe(true);
    }
  }), { numRuns: 2000, seed: 20_241_130, includeErrorInReport: true });
  expect(counts.accepted).toBeGreaterThan(100);
  expect(counts.refused).toBeGreaterThan(1000);
}, 120_000);

/** How a plain text may stand in a file: as it is, as a zone's contact, as an octet of a pattern. */
function plainForms(text: string): readonly string[] {
  return [text, text.replace('@', '.'), text.replaceAll('.', '\\x2e'), text.split(' ').at(-1) ?? text];
}

function leavesOf(document: string, node: unknown, at: readonly string[] = [], field = ''): readonly Leaf[] {
  if (isScalar(node)) return typeof node.value === 'string' ? [{ document, at: at.join('.'), field, text: node.value }] : [];
  if (isSeq(node)) return node.items.flatMap((item, index) => leavesOf(document, item, [...at, String(index)], `${field}[]`));
  if (!isMap(node)) return [];
  const named = /^(?:mailboxes|aliases)$/.test(field) && kindOf(document) === 'mailboxes';
  return node.items.flatMap(({ key, value }) => {
    const name = String(isScalar(key) ? key.value : '');
    return leavesOf(document, value, [...at, name], [...(field === '' ? [] : [field]), named ? '*' : name].join('.'));
  });
}

function kindOf(document: string): string {
  const [name = ''] = document.split('/').at(-1)?.split('.yaml') ?? [];
  return kinds[document.split('/').at(-2) ?? ''] ?? name;
}

/** Every place of a schema that takes any text: not those that take one of a few words. */
function fieldsOf(given: Schema, document: Schema, field = ''): readonly string[] {
  const schema = followed(given, document);
  const inner = (name: string): string => (field === '' ? name : `${field}.${name}`);
  const own = schema.type === 'string' ? [field] : [];
  return [
    ...own,
    ...Object.entries(schema.properties ?? {}).flatMap(([name, below]) => fieldsOf(below, document, inner(name))),
    ...Object.values(schema.patternProperties ?? {}).flatMap((below) => fieldsOf(below, document, inner('*'))),
    ...(schema.oneOf ?? []).flatMap((below) => fieldsOf(below, document, field)),
    ...(schema.items === undefined ? [] : fieldsOf(schema.items, document, `${field}[]`)),
  ];
}

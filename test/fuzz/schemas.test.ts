import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { expect, test } from 'vitest';
import { readSchemas, type Schema } from '../../scripts/generate-declarations.mjs';
import { examine } from '../../reconciler/desired/check.ts';
import type { ReadCache } from '../../reconciler/desired/read.ts';
import type { DesiredState } from '../../reconciler/model/desired.ts';
import { hasUnseen } from '../../reconciler/model/grammar/characters.ts';
import { ownerOf } from '../../reconciler/model/owner.ts';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { services } from '../../reconciler/services/index.ts';
import { compile } from '../../reconciler/compile/compile.ts';
import { corpus } from '../attacks/corpus.ts';
import { documents, plain, plant, replaced } from '../attacks/plant.ts';
import { followed } from '../unit/schemas/walk.ts';
import { kindOf } from './documents.ts';
import { fuzz } from './fuzz.ts';
import { hasFormat, saidBy, type Said } from './shapes.ts';
import { hostile } from './strings.ts';

/** A text of the small co-op: a value, a name that a member chose (`key`), or the name of a document (`path`). Shape of `field`: `records[].text`, `*` for a chosen name. */
interface Leaf {
  readonly document: string;
  readonly at: string;
  readonly field: string;
  readonly text: string;
  readonly is: 'value' | 'key' | 'path';
  /** What stands behind a key. */
  readonly value?: unknown;
}

const cache: ReadCache = new WeakMap();
const leaves = [...documents].flatMap(([path, text]) => [nameOf(path), ...leavesOf(path.replace('desired-state/', ''), parseDocument(text).contents)]);
const payloads = corpus().flatMap(({ payload }) => (typeof payload === 'string' ? [payload] : []));
const twin = stateOf(plain);
const twinSays = saidBy(twin);

test('every field of every schema that takes text, and every name that a member may choose, has a plain value in the small co-op', () => {
  const shown = new Set(leaves.map(({ document, field }) => `${kindOf(document)} ${field}`));
  const fields = [...readSchemas()].flatMap(([kind, schema]) => fieldsOf(schema, schema).map((field) => `${kind} ${field}`));
  expect(fields.length).toBeGreaterThan(70);
  expect([...new Set(fields)].filter((field) => !shown.has(field) && !/error-pages\.\d+$/.test(field))).toEqual([]);
});

test('every file that anybody\'s text reaches is taken apart by its own format', () => {
  const held = twin.hosts.flatMap((host) => compile(twin, host, services).resources.filter(({ payload, owner }) => payload !== undefined && owner !== 'coop').map(({ name }) => name));
  expect(held.length).toBeGreaterThan(5);
  expect(held.filter((path) => !hasFormat(path))).toEqual([]);
});

const counts = { refused: 0, accepted: 0, reached: new Set<string>() };

fuzz('a hostile text in any field, name or path is refused at its place, or is rendered in the shape of its plain twin', {
  cases: 3_000,
  try: (dice, index) => {
    const leaf = leaves[index % leaves.length] ?? dice.one(leaves);
    const payload = hostile(dice, leaf.text, payloads);
    counts.reached.add(`${kindOf(leaf.document)} ${leaf.field}`);
    const { value, problems } = examine(planted(leaf, payload), cache);
    for (const { source: { file, line, column }, code, message, hint = '' } of problems) {
      const isPlaced = file.startsWith('desired-state') && Number.isInteger(line) && line > 0 && Number.isInteger(column) && column > 0 && /^[a-z]+\/[a-z0-9-]+$/.test(code);
      if (!isPlaced || hasUnseen(`${message}${hint}`) || /[\n\t]/.test(`${message}${hint}`)) throw new Error(`a problem that cannot be shown: ${JSON.stringify(problems)}`);
    }
    if (problems.length > 0) {
      counts.refused += 1;
      if (leaf.is === 'value') expect(problems.some(({ owner }) => owner === ownerOf(leaf.document))).toBe(true);
      return;
    }
    counts.accepted += 1;
    if (value === null) throw new Error('neither a state nor a problem');
    compareToTwin(leaf, saidBy(value), payload);
  },
  after: () => {
    expect(counts.accepted).toBeGreaterThan(200);
    expect(counts.refused).toBeGreaterThan(1500);
    expect(counts.reached.size).toBe(new Set(leaves.map(({ document, field }) => `${kindOf(document)} ${field}`)).size);
  },
});

/** The same number of things of the same kind is said of the same owners, and what is said otherwise held the plain text before. */
function compareToTwin(leaf: Leaf, says: readonly Said[], payload: string): void {
  const [gone, fresh] = [without(twinSays, says), without(says, twinSays)];
  for (const { words } of fresh) for (const word of words) if (/[\p{Cc}\u2028\u2029]/u.test(word)) throw new Error(`a control character in ${JSON.stringify(word)}`);
  if (moves(leaf)) return;
  if (leaf.is === 'key') {
    // It is one name more: everything stays, and what is new is its own.
    const foreign = [...gone, ...fresh.filter(({ words }) => !words.some((word) => word.includes(payload)))];
    if (foreign.length > 0) throw new Error(`${leaf.document} ${leaf.at}: ${JSON.stringify(payload)} also changes ${JSON.stringify(foreign)}`);
    return;
  }
  const shape = (said: readonly Said[]): string => said.map(({ place, words }) => `${place} ${words.length}`).sort().join('\n');
  if (shape(gone) !== shape(fresh)) throw new Error(`${leaf.document} ${leaf.at}: ${JSON.stringify(payload)} makes\n${shape(fresh)}\nof\n${shape(gone)}`);
  const forms = plainForms(leaf.text);
  const odd = gone.find(({ words }) => !words.some((word) => forms.some((form) => word.includes(form))));
  if (odd !== undefined) throw new Error(`${leaf.document} ${leaf.at}: ${JSON.stringify(payload)} also changes ${JSON.stringify(odd)}`);
}

/** These say what there is, not only what it is called: with another one there are other records, folders and rows. */
function moves({ document, field, is }: Leaf): boolean {
  return is === 'path' || (document === 'cluster.yaml' && field === 'domain') || (document.startsWith('coop/') && field === 'static.root') || /^(?:name|catch-all)$/.test(field) || field === 'records[].name'
    || ['aliases.*', 'aliases[]', 'mailboxes.*', 'aliases.*[]', 'domains[]', 'delegates[].domain', 'admins[]', 'hosts[]', 'contact', 'records[].tag'].includes(field) || isChoice(field);
}

function isChoice(field: string): boolean {
  return /(?:^|\.|\])(?:state|shell|https|type|services\[\]|login\.\w+|guard|limits|host|algorithm)$/.test(field);
}

/** How a plain text may stand in a file: as it is, as a zone's contact, as an octet of a pattern, on one line. */
function plainForms(text: string): readonly string[] {
  return [text.replace(/\.$/, ''), text.replace('@', '.'), text.replaceAll('.', '\\x2e'), text.replaceAll('\n', ' '), text.split(' ').at(-1) ?? text];
}

function planted({ document, at, is, value }: Leaf, payload: string): Snapshot {
  if (is === 'path') {
    const name = payload.replace(/[/\0]/g, '');
    const to = document.startsWith('members/') && document.endsWith('/member.yaml') ? `members/${name}/member.yaml` : document.replace(/[^/]+\.yaml$/, () => `${name}.yaml`);
    return replaced([[`desired-state/${document}`, null], [`desired-state/${to}`, documents.get(`desired-state/${document}`) ?? '']]);
  }
  const row = { id: '', what: '', expect: '', document, at, payload };
  return plant(is === 'key' ? { ...row, at: at.replace(/[^.]+$/, '{}'), value } : row).snapshot;
}

function stateOf(snapshot: Snapshot): DesiredState {
  const { value, problems } = examine(snapshot, cache);
  if (value === null || problems.length > 0) throw new Error(`the plain co-op is not right: ${JSON.stringify(problems)}`);
  return value;
}

function without(said: readonly Said[], others: readonly Said[]): readonly Said[] {
  const counted = new Map<string, number>();
  for (const other of others) counted.set(JSON.stringify(other), (counted.get(JSON.stringify(other)) ?? 0) + 1);
  return said.filter((each) => {
    const count = counted.get(JSON.stringify(each)) ?? 0;
    counted.set(JSON.stringify(each), count - 1);
    return count <= 0;
  });
}

function nameOf(path: string): Leaf {
  const document = path.replace('desired-state/', '');
  const text = document.endsWith('/member.yaml') ? document.split('/').at(-2) ?? '' : document.split('/').at(-1)?.replace(/\.yaml$/, '') ?? '';
  return { document, at: '', field: 'the name of the document', text, is: 'path' };
}

function leavesOf(document: string, node: unknown, at: readonly string[] = [], field = ''): readonly Leaf[] {
  if (isScalar(node)) return [{ document, at: at.join('.'), field, text: String(node.value), is: 'value' }];
  if (isSeq(node)) return node.items.flatMap((item, index) => leavesOf(document, item, [...at, String(index)], `${field}[]`));
  if (!isMap(node)) return [];
  const named = /^(?:mailboxes|aliases)$/.test(field) && kindOf(document) === 'mailboxes';
  return node.items.flatMap(({ key, value }) => {
    const name = String(isScalar(key) ? key.value : '');
    const inner = [...(field === '' ? [] : [field]), named ? '*' : name].join('.');
    const plainValue = (value as { toJSON?: () => unknown } | null)?.toJSON?.();
    return [...(named ? [{ document, at: [...at, name].join('.'), field: `${inner} (name)`, text: name, is: 'key', value: plainValue } as const] : []), ...leavesOf(document, value, [...at, name], inner)];
  });
}

/** Every place of a schema where a document has one value: texts, choices, numbers, and names that people choose. */
function fieldsOf(given: Schema, document: Schema, field = ''): readonly string[] {
  const schema = followed(given, document);
  const inner = (name: string): string => (field === '' ? name : `${field}.${name}`);
  const own = schema.type === 'string' || schema.enum?.some((word) => typeof word === 'string') === true ? [field] : [];
  return [
    ...own,
    ...Object.entries(schema.properties ?? {}).flatMap(([name, below]) => fieldsOf(below, document, inner(name))),
    ...Object.values(schema.patternProperties ?? {}).flatMap((below) => [`${inner('*')} (name)`, ...fieldsOf(below, document, inner('*'))]),
    ...(schema.oneOf ?? []).flatMap((below) => fieldsOf(below, document, field)),
    ...(schema.items === undefined ? [] : fieldsOf(schema.items, document, `${field}[]`)),
  ];
}

import { Composer, isScalar, Parser, type Document as YamlDocument } from 'yaml';
import type { Checked, Problem } from '../model/problem.ts';
import type { SnapshotFile } from '../model/snapshot.ts';
import type { Source } from '../model/source.ts';
import { finding, type Finding } from './finding.ts';
import { linesOf, placeOf, type Lines } from './lines.ts';
import { finderOf, type Finder, type Places } from './places.ts';
import { readPlain, type Plain } from './plain.ts';
import { syntaxProblems, unresolved } from './syntax.ts';
import { checkTokens } from './tokens.ts';
import { decode } from './text.ts';
import { walk, type Walk } from './walk.ts';

/** A document as data, with the place of everything in it. */
export interface Parsed extends Finder {
  readonly value: unknown;
  readonly places: Places;
}

/** Keys are compared where they are walked over, once each: the parser's own way takes time that grows with their square. */
const STRICT = { version: '1.2', schema: 'core', strict: true, uniqueKeys: false, prettyErrors: false } as const;

/**
 * Parse one YAML document, strictly: version 1.2 with the core schema, and of YAML only what reads the same to everybody and every parser.
 * Errors: none; whatever the bytes are, all that is wrong comes back as problems, and the value is null.
 * Source: YAML 1.2.2, chapters 6 to 10.
 */
export function parse({ path, bytes }: Pick<SnapshotFile, 'path' | 'bytes'>): Checked<Parsed | null> {
  const { value: text, problems } = decode(path, bytes);
  if (text === null) return { value: null, problems };
  const lines = linesOf(path, text);
  const conflicts = unresolved(lines, text);
  if (conflicts.length > 0) return { value: null, problems: [...problems, ...conflicts] };
  const plain = problems.length === 0 ? readPlain(text) : null;
  return plain === null ? parseAll(lines, text, problems) : { value: parsedOf(lines, plain), problems };
}

/** Parse whatever YAML is in a text. */
export function parseAll(lines: Lines, text: string, problems: readonly Problem[]): Checked<Parsed | null> {
  const tokens = [...new Parser().parse(text)];
  const refused = checkTokens(lines, tokens);
  if (refused.some(({ code }) => code === 'yaml/too-deep')) return { value: null, problems: [...problems, ...refused] };
  const documents = withoutStacks(() => [...new Composer(STRICT).compose(tokens, true, text.length)]);
  return read({ lines, text, documents }, [...problems, ...refused]);
}

/** Each mistake is an error of its own to the parser, of which a document can have tens of thousands: where in the parser it was made is nobody's question, and most of what it costs. */
function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

interface Composed {
  readonly lines: Lines;
  readonly text: string;
  readonly documents: readonly YamlDocument[];
}

function read({ lines, text, documents }: Composed, before: readonly Problem[]): Checked<Parsed | null> {
  const [document, second] = documents;
  const syntax = syntaxProblems(lines, text, documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]));
  const several = second === undefined ? [] : [severalDocuments(placeOf(lines, second.range?.[0] ?? 0))];
  if (document?.contents == null || (isScalar(document.contents) && document.contents.value === null)) {
    return { value: null, problems: merge([...before, ...several, ...syntax], [emptyDocument(lines)]) };
  }
  const walking: Walk = { lines, offsets: [], problems: [] };
  const value = walk(walking, document.contents);
  const problems = merge([...before, ...several], [...walking.problems, ...syntax]);
  if (problems.length > 0) return { value: null, problems };
  return { value: parsedOf(lines, { value, offsets: walking.offsets }), problems };
}

function parsedOf({ file, starts }: Lines, { value, offsets }: Plain): Parsed {
  const places = { starts, offsets };
  return { value, places, ...finderOf(file, value, places) };
}

/** Keep of the later problems those on lines that have none yet: a tab is one mistake, not also a broken indentation. */
function merge(first: readonly Problem[], later: readonly Problem[]): readonly Problem[] {
  const taken = new Set(first.map(({ source }) => source.line));
  return [...first, ...(first.length > 0 ? later.filter(({ source }) => !taken.has(source.line) && source.line > 0) : later)];
}

function severalDocuments(source: Source): Finding {
  return finding(source, {
    code: 'yaml/several-documents', message: 'cannot read a second document in one file', hint: 'put each document in a file of its own',
  });
}

function emptyDocument({ file }: Lines): Finding {
  return finding({ file, line: 1, column: 1 }, {
    code: 'yaml/empty', message: 'cannot read an empty document', hint: 'delete the file, or write what it should declare',
  });
}

/**
 * What was seen of the folders of a directory, so that looking at it again costs a question to the file system for each file: lines, one a
 * folder, in the order in which they are looked at. Names that a document or a folder can have hold neither blanks nor ends of lines.
 */
import type { Sighting, Sightings } from '../desired/sighting.ts';
import { keep, recall, type Keeper } from './keeper.ts';

/** What is known of folders; `keep` writes down what is seen now, when it is anything new. */
interface KeptSightings extends Sightings {
  /** Of a great many folders was something known? */
  readonly areMany: boolean;
  keep(): void;
}

/** So much is kept of some thousand documents. Units: octets. */
const much = 256 * 1024;

/** Recall what was seen of a directory before. */
export function sightingsOf(keeper: Keeper | null): KeptSightings {
  const before = keeper === null ? '' : (recall(keeper, 'sightings')?.toString('latin1') ?? '');
  const lineFor = inTurn(before);
  const lines: string[] = [];
  let isNews = false;
  return {
    areMany: before.length > much,
    get: (folder) => {
      const line = lineFor(folder);
      return line === undefined ? undefined : sightingIn(line);
    },
    stands: (folder) => void lines.push(lineFor(folder) ?? ''),
    set: (folder, sighting) => {
      lines.push(lineOf(folder, sighting));
      isNews = true;
    },
    keep: () => {
      const isSame = !isNews && lines.reduce((length, line) => length + line.length + 1, 0) === before.length;
      if (keeper !== null && !isSame) keep(keeper, 'sightings', Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'));
    },
  };
}

/** Find the line of a folder. They are asked for in the order in which they were written, mostly: what follows is looked at before all are gone through. */
function inTurn(text: string): (folder: string) => string | undefined {
  let all: ReadonlyMap<string, string> | null = null;
  let [last, next] = [0, 0];
  return (folder) => {
    for (const start of [last, next]) {
      if (!text.startsWith(`${folder}\t`, start)) continue;
      const end = text.indexOf('\n', start);
      [last, next] = [start, end + 1];
      return text.slice(start, end);
    }
    return (all ??= linesIn(text)).get(folder);
  };
}

function linesIn(text: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (let start = 0, end = text.indexOf('\n'); end >= 0; start = end + 1, end = text.indexOf('\n', start)) lines.set(text.slice(start, text.indexOf('\t', start)), text.slice(start, end));
  return lines;
}

function lineOf(folder: string, { stamp, contents, folders, documents, oids }: Sighting): string {
  return [folder, stamp, contents, folders.join(' '), documents.join(' '), oids().join(' ')].join('\t');
}

function sightingIn(line: string): Sighting {
  const [, stamp = '', contents = '', folders = '', documents = '', oids = ''] = line.split('\t');
  return { stamp, contents, folders: wordsIn(folders), documents: wordsIn(documents), oids: () => wordsIn(oids) };
}

function wordsIn(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}

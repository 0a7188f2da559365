import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDocument, Scalar } from 'yaml';
import { format } from '../../desired/format.ts';
import { readFile } from '../../desired/read.ts';
import { because } from '../../git/error.ts';
import { formatProblem } from '../../model/problem.ts';
import type { Sealed } from '../../model/values.ts';
import { UsageError } from '../command.ts';
import { modelineOf } from '../coop.ts';
import { draftText } from '../drafting.ts';
import { replace } from '../replace.ts';
import type { Place } from './place.ts';

/** What a document is to say from now on. */
export interface Wanted {
  readonly hosts: readonly string[];
  readonly sealed: Sealed;
}

/** Write the document of a secret, in the form of croft fmt; what else stands in one that is there stays. Errors: UsageError, and then nothing is written. */
export function writeSecret(path: string, wanted: Wanted, { coop }: Place): void {
  const known = coop.snapshot.files.find((file) => file.path === path);
  const text = known === undefined ? draftText({ kind: 'secret', path, value: { ...wanted }, further: ['description'] }) : edited(known.bytes, wanted);
  const bytes = new TextEncoder().encode(text);
  const { value, problems } = format({ path, bytes }, { kind: 'secret', modeline: modelineOf(coop, path, 'secret') });
  const after = new TextEncoder().encode(value ?? text);
  const [wrong] = [...problems, ...readFile({ path, oid: 'new', bytes: after }).problems];
  if (wrong !== undefined) throw new UsageError(`cannot write ${path}: ${formatProblem(wrong)}`);
  const target = join(coop.directory, path);
  if (known === undefined) create(target, after);
  else replace(target, { before: known.bytes, after, doing: 'write' });
}

function edited(bytes: Uint8Array, { hosts, sealed }: Wanted): string {
  const document = parseDocument(new TextDecoder().decode(bytes));
  const scalar = new Scalar<string>(sealed);
  scalar.type = Scalar.BLOCK_LITERAL;
  if (JSON.stringify(document.toJS()?.hosts) !== JSON.stringify(hosts)) document.set('hosts', hosts);
  document.set('sealed', scalar);
  return document.toString({ lineWidth: 0 });
}

/** A file that somebody makes at the same moment stays as it is. */
function create(path: string, bytes: Uint8Array): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${because(error)}`);
  }
}

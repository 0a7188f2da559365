import type { Machine } from '../model/machine.ts';
import type { Change } from '../model/plan.ts';
import type { Id, Resource } from '../model/resource.ts';
import type { Texts } from '../report/patch.ts';
import { withSerial } from '../resources/zone.ts';

/** Read what changed files hold now, beside what they are to hold. Whatever is secret, or no file of text, is left out. */
export async function textsOf(machine: Machine, changes: readonly Change[]): Promise<ReadonlyMap<Id, Texts>> {
  const files = changes.map(({ resource }) => resource).filter(isReadable);
  const answers = await machine.observe(files.map(({ name }) => ({ ask: 'path', path: name, want: 'text' })));
  return new Map(answers.map((answer, index) => {
    const file = files[index] as Resource;
    const actual = answer.ask === 'path' ? (answer.node?.text ?? null) : null;
    return [file.id, { actual: actual === null ? null : unnumbered(file, actual), desired: file.payload?.text ?? null }];
  }));
}

/** A tombstone does not say whether it was secret, and tables may be: only files and zones are shown as they go. */
function isReadable({ kind, desired, payload }: Resource): boolean {
  if (desired === null) return kind === 'file' || kind === 'zone';
  return payload !== undefined && payload.secret !== true;
}

/** A zone's serial is the host's own; it is no difference. */
function unnumbered({ kind }: Resource, text: string): string {
  return kind === 'zone' ? withSerial(text, 0) : text;
}

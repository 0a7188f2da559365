/**
 * The stamps of all paths of a note (stillness.ts), one after the other as they are in memory: so that a run which is about a few of them need
 * not look at all the others. The note itself says by a digest which they are, so that nothing else has to be said of them here.
 */
import { stampNumbers, type Machine } from '../model/machine.ts';
import { keepOwn, ownText } from './own-file.ts';

const stampsPath = '/var/lib/croft/stamps';

/** Keep them. Errors: MachineError. */
export function keepStamps(machine: Machine, { buffer, byteOffset, byteLength }: Float64Array): Promise<void> {
  return keepOwn(machine, stampsPath, Buffer.from(buffer, byteOffset, byteLength).toString('base64'));
}

/** Read those of so many paths; null where there are not so many. Whose they are is for the note to say. */
export async function recollectStamps(machine: Machine, count: number): Promise<Float64Array | null> {
  const octets = Buffer.from((await ownText(machine, stampsPath)) ?? '', 'base64');
  if (octets.length !== count * stampNumbers * Float64Array.BYTES_PER_ELEMENT) return null;
  const rows = new Float64Array(count * stampNumbers);
  new Uint8Array(rows.buffer).set(octets);
  return rows;
}

/**
 * Finds out what a pack holds, and nobody's word is taken for it: everything in it is inflated, deltas are applied, and each object is
 * named by its own bytes. A delta against what it names may stand before that: so what could not be made is tried again while more becomes
 * known. What never can be made is left out. Source: gitformat-pack(5).
 */
import { crc32 } from 'node:zlib';
import { oidOf } from './objects.ts';
import { entryAt, readAt, type Pack } from './pack.ts';
import { packIndex, type Place } from './packindex.ts';
import { recent } from './recent.ts';
import { objectCount } from './uploadpack.ts';

/** After the name of the format, its version and the number of objects. */
const firstEntry = 12;
const sumBytes = 20;
const mostBaseBytes = 32 * 1024 * 1024;
/** Servers are asked for deltas that say where their base stands, before them; of others no chain is followed for longer. */
const mostTurns = 64;

/** Index a pack. Shape: the index as git writes it, and the ids, one for each object that can be made. Errors: throws when what is in it is damaged. */
export function indexed(bytes: Buffer): { readonly index: Buffer; readonly oids: readonly string[] } {
  const sum = bytes.subarray(-sumBytes);
  const found: Place[] = [];
  const pack = { bytes, bases: recent(mostBaseBytes), ...knowing([], sum) } satisfies Pack;
  const take = ({ offset, sum: own }: Delta): boolean => {
    const oid = oidAt(pack, offset);
    if (oid !== null) found.push({ id: Buffer.from(oid, 'hex'), offset, sum: own });
    return oid !== null;
  };
  let left = deltasOf(pack, found).filter((delta) => !take(delta));
  for (let [turn, before] = [0, -1]; left.length > 0 && before !== found.length && turn < mostTurns; turn += 1) {
    before = found.length;
    Object.assign(pack, knowing(found, sum));
    left = left.filter((delta) => !take(delta));
  }
  return { index: packIndex(found, sum), oids: found.map(({ id }) => id.toString('hex')) };
}

type Delta = Omit<Place, 'id'>;

function knowing(found: readonly Place[], sum: Uint8Array): Pick<Pack, 'index' | 'count'> {
  return { index: packIndex(found, sum), count: found.length };
}

/** List the deltas, and put the objects beside them to what is found. Errors: throws when they are not as many as the pack says, one after the other to its end. */
function deltasOf({ bytes, bases }: Pack, found: Place[]): readonly Delta[] {
  const deltas: Delta[] = [];
  let offset = firstEntry;
  for (let count = objectCount(bytes); count > 0; count -= 1) {
    const { type, bytes: content, base, end } = entryAt(bytes, offset);
    const sum = crc32(bytes.subarray(offset, end));
    if (base !== null) deltas.push({ offset, sum });
    else {
      bases.set(String(offset), { type, bytes: content }, content.length);
      found.push({ id: Buffer.from(oidOf({ type, bytes: content }), 'hex'), offset, sum });
    }
    offset = end;
  }
  if (offset !== bytes.length - sumBytes) throw new Error('it holds something else than it says');
  return deltas;
}

/** Name what stands somewhere; null where that cannot be made of what is known. */
function oidAt(pack: Pack, offset: number): string | null {
  try {
    return oidOf(readAt(pack, offset));
  } catch {
    return null;
  }
}

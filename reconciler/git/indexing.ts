/**
 * Finds out what a pack holds, and nobody's word is taken for it: everything in it is inflated, deltas are applied, and each object is
 * named by its own bytes. A delta against what it names may stand before that: so it waits until what it is against is known. What never
 * can be made is left out. How much is made is bound: a few octets may ask for any amount of work. Source: gitformat-pack(5).
 */
import { crc32 } from 'node:zlib';
import { oidOf, type StoredObject } from './objects.ts';
import { entryAt, mostBaseBytes, offsetIn, readAt, type Entry, type Pack } from './pack.ts';
import { packIndex, type Place } from './packindex.ts';
import { headBytes } from './packwriter.ts';
import { recent, type Recent } from './recent.ts';
import { objectCount } from './uploadpack.ts';

const sumBytes = 20;
/** Servers are asked for deltas that say where their base stands, before them; of others no chain is followed for longer. */
const mostTurns = 64;
/** More than the largest pack has room for, but for objects of a few octets. */
const mostObjects = 2_000_000;
/** All that is made of a pack, whatever is made twice among it: some minutes of work. Units: octets. */
const mostMade = 64 * 1024 ** 3;
/** What it takes to remember an object, however small it is. Units: octets. */
const besides = 256;

/** Index a pack. Shape: the index as git writes it, and the ids, one for each object that can be made. Errors: throws when what is in it is damaged, or too much. */
export function indexed(bytes: Buffer, most = { objects: mostObjects, made: mostMade }): { readonly index: Buffer; readonly oids: readonly string[] } {
  if (objectCount(bytes) > most.objects) throw new Error(`it says that it holds ${objectCount(bytes)} objects, and no pack holds more than ${most.objects}`);
  const sum = bytes.subarray(-sumBytes);
  const found: Place[] = [];
  const bases = counted(recent(mostBaseBytes), most.made);
  const pack = { bytes, bases, ...knowing([], sum) } satisfies Pack;
  let left = deltasOf(pack, found);
  const made = new Set(found.map(({ offset }) => offset));
  const take = ({ offset, sum: own, base }: Delta): boolean => {
    if (typeof base === 'number' ? !made.has(base) : offsetIn(pack, base) === null) return false;
    const oid = oidAt(pack, offset);
    bases.see();
    if (oid === null) return true;
    found.push({ id: Buffer.from(oid, 'hex'), offset, sum: own });
    made.add(offset);
    return true;
  };
  left = left.filter((delta) => !take(delta));
  for (let [turn, before] = [0, -1]; left.length > 0 && before !== found.length && turn < mostTurns; turn += 1) {
    before = found.length;
    Object.assign(pack, knowing(found, sum));
    left = left.filter((delta) => !take(delta));
  }
  return { index: packIndex(found, sum), oids: found.map(({ id }) => id.toString('hex')) };
}

interface Delta extends Omit<Place, 'id'> {
  readonly base: NonNullable<Entry['base']>;
}

/** Remembers what is made, and counts it. `see`: throws when that is more than is borne. */
function counted(bases: Recent<StoredObject>, most: number): Recent<StoredObject> & { see(): void } {
  let made = 0;
  return {
    ...bases,
    set: (key, value, weight) => {
      made += weight;
      bases.set(key, value, weight + besides);
    },
    see: () => {
      if (made > most) throw new Error(`what it holds would be more than ${most} bytes`);
    },
  };
}

function knowing(found: readonly Place[], sum: Uint8Array): Pick<Pack, 'index' | 'count'> {
  return { index: packIndex(found, sum), count: found.length };
}

/** List the deltas, and put the objects beside them to what is found. Errors: throws when they are not as many as the pack says, one after the other to its end. */
function deltasOf({ bytes, bases }: Pack & { readonly bases: ReturnType<typeof counted> }, found: Place[]): readonly Delta[] {
  const deltas: Delta[] = [];
  let offset = headBytes;
  for (let count = objectCount(bytes); count > 0; count -= 1) {
    const { type, bytes: content, base, end } = entryAt(bytes, offset);
    const sum = crc32(bytes.subarray(offset, end));
    if (base !== null) deltas.push({ offset, sum, base });
    else {
      bases.set(String(offset), { type, bytes: content }, content.length);
      found.push({ id: Buffer.from(oidOf({ type, bytes: content }), 'hex'), offset, sum });
    }
    offset = end;
    bases.see();
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

import type { ReadFile } from '../../../reconciler/desired/documents.ts';
import type { SnapshotFile } from '../../../reconciler/model/snapshot.ts';
import type { Recompiling } from '../../../reconciler/recompile.ts';

/** Remember what is read of documents, of whichever sequence: by path and content, as it is kept. */
export function remembering(): Recompiling['readings'] {
  const read = new Map<string, ReadFile>();
  const keyOf = ({ path, oid }: Pick<SnapshotFile, 'path' | 'oid'>): string => `${oid} ${path}`;
  return { get: (file) => read.get(keyOf(file)), set: (file, each) => void read.set(keyOf(file), each), has: (path, oid) => read.has(keyOf({ path, oid })) };
}

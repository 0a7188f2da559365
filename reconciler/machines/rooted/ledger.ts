import type { Ids, Ownership } from '../access.ts';
import type { Store } from './store.ts';

const ROOT: Ids = { uid: 0, gid: 0 };

/** Keep owners in a ledger by path, for who is not root cannot give files away. What the ledger does not name is root's. */
export function ledger(store: Store): Ownership {
  function set(path: string, entry: string | undefined): void {
    const before = store.table('ownership');
    const wanted = entry === '0:0' ? undefined : entry;
    if (before.get(path) === wanted) return;
    const table = new Map(before);
    if (wanted === undefined) table.delete(path);
    else table.set(path, wanted);
    store.keep('ownership', table);
  }
  return {
    of: (path) => parse(store.table('ownership').get(path)),
    give: (_fd, path, ids) => set(path, `${ids.uid}:${ids.gid}`),
    moved(from, to) {
      const within = [...store.table('ownership').keys()].filter((path) => path.startsWith(`${from}/`));
      for (const path of [from, ...within]) {
        set(`${to}${path.slice(from.length)}`, store.table('ownership').get(path));
        set(path, undefined);
      }
    },
    linked: (from, to) => set(to, store.table('ownership').get(from)),
    forget: (path) => [path, ...[...store.table('ownership').keys()].filter((inner) => inner.startsWith(`${path}/`))].forEach((each) => set(each, undefined)),
  };
}

function parse(entry: string | undefined): Ids {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(entry ?? '') ?? [];
  return uid === undefined || gid === undefined ? ROOT : { uid: Number(uid), gid: Number(gid) };
}

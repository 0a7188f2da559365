import type { Ids, Ownership } from '../access.ts';
import { isStaged } from '../write.ts';
import type { Store, Table } from './store.ts';

const ROOT: Ids = { uid: 0, gid: 0 };

/**
 * Keep owners in a ledger by path, for who is not root cannot give files away. What the ledger does not name is root's. Whose something is that
 * waits beside its place is written down when it comes there: only this process puts it there, and whoever comes after takes it away.
 */
export function ledger(store: Store): Ownership {
  let within: Within | null = null;
  let asked = 0;
  const staged = new Map<string, string>();
  const owners = (): Table => store.table('ownership');
  function below(path: string): readonly string[] {
    // What waits beside its place is alone.
    if (isStaged(path)) return [];
    const [table, beginning] = [owners(), `${path}/`];
    asked += 1;
    if (asked > few && within?.table !== table) within = withinOf(table);
    return within?.table === table ? [...(within.paths.get(path) ?? [])] : [...table.keys()].filter((each) => each.startsWith(beginning));
  }
  function keep(changes: readonly (readonly [string, string | undefined])[]): void {
    const wanted = changes.map(([path, entry]) => [path, entry === undefined || entry === '0:0' ? null : entry] as const);
    if (within?.table === owners()) for (const [path, entry] of wanted) note(within.paths, path, entry !== null);
    store.keep('ownership', wanted);
  }
  return {
    of: (path) => parse(staged.get(path) ?? owners().get(path)),
    give(_fd, path, { uid, gid }) {
      if (isStaged(path)) staged.set(path, `${uid}:${gid}`);
      else keep([[path, `${uid}:${gid}`]]);
    },
    moved(from, to) {
      const moving = [from, ...below(from)];
      keep(moving.flatMap((path) => [[`${to}${path.slice(from.length)}`, staged.get(path) ?? owners().get(path)], [path, undefined]] as const));
      staged.delete(from);
    },
    linked: (from, to) => keep([[to, owners().get(from)]]),
    forget(path) {
      staged.delete(path);
      keep([path, ...below(path)].map((each) => [each, undefined]));
    },
  };
}

/** So often all paths are looked through before it is worth the while to know which are where. */
const few = 8;

/** Which of a table's paths are in which directory, at any depth. */
interface Within {
  readonly table: Table;
  readonly paths: Map<string, Set<string>>;
}

function withinOf(table: Table): Within {
  const paths = new Map<string, Set<string>>();
  for (const path of table.keys()) note(paths, path, true);
  return { table, paths };
}

function note(paths: Map<string, Set<string>>, path: string, isThere: boolean): void {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const directory = path.slice(0, end);
    const inside = paths.get(directory);
    if (!isThere) inside?.delete(path);
    else if (inside === undefined) paths.set(directory, new Set([path]));
    else inside.add(path);
  }
}

/** A host has few owners, and many paths. */
const parsed = new Map<string, Ids>();

function parse(entry: string | undefined): Ids {
  if (entry === undefined) return ROOT;
  const known = parsed.get(entry);
  if (known !== undefined) return known;
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(entry) ?? [];
  const ids = uid === undefined || gid === undefined ? ROOT : { uid: Number(uid), gid: Number(gid) };
  parsed.set(entry, ids);
  return ids;
}

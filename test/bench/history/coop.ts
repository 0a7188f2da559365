/** A co-op of many members with a long history, made in this process and written as one pack: what a host that is new to it has to verify. */
import { createHash } from 'node:crypto';
import { packFile } from '../../../reconciler/git/packwriter.ts';
import { keyOf } from '../../unit/trust/keys.ts';

/** How much of everything. */
export interface Size {
  readonly members: number;
  readonly commits: number;
  /** Each so many commits a forge merges a branch that began ten commits before. */
  readonly mergeEvery: number;
  /** Does the second commit bring a file into somebody else's directory, which waits from then on? */
  readonly waiting: boolean;
}

/** A pack, and the commits that matter. */
export interface Made {
  readonly pack: Uint8Array;
  readonly first: string;
  readonly head: string;
  /** One more commit on top of the head, and a merge on top of that. */
  readonly next: string;
  readonly merge: string;
  readonly signatures: number;
}

type Node = string | Map<string, Node>;

interface Commit {
  readonly by: string;
  readonly parents: readonly string[];
  readonly time: number;
}

const START = 1_780_300_800;

/** Make a history. Every commit is signed: by a member who changes her own site, or by the forge. */
export function makeHistory({ members, commits, mergeEvery, waiting }: Size): Made {
  const objects = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  const trees = new WeakMap<Map<string, Node>, string>();
  let signatures = 0;

  function put(type: string, bytes: Buffer): string {
    const oid = createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
    objects.set(oid, { type, bytes });
    return oid;
  }

  function treeOf(node: Map<string, Node>): string {
    const known = trees.get(node);
    if (known !== undefined) return known;
    const entries = [...node].map(([name, below]) => (typeof below === 'string' ? { key: name, name, mode: '100644', oid: below } : { key: `${name}/`, name, mode: '40000', oid: treeOf(below) }));
    const sorted = entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const oid = put('tree', Buffer.concat(sorted.flatMap(({ mode, name, oid: id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])));
    trees.set(node, oid);
    return oid;
  }

  function commit(root: Map<string, Node>, { by, parents, time }: Commit): string {
    const people = `author ${by} <${by}@elsewhere.example> ${time} +0000\ncommitter ${by} <${by}@elsewhere.example> ${time} +0000\n`;
    const head = `tree ${treeOf(root)}\n${parents.map((parent) => `parent ${parent}\n`).join('')}${people}`;
    const signature = keyOf(by).sign(Buffer.from(`${head}\na change\n`), 'git');
    signatures += 1;
    return put('commit', Buffer.from(`${head}gpgsig ${signature.trimEnd().replaceAll('\n', '\n ')}\n\na change\n`));
  }

  const names = Array.from({ length: members }, (_, n) => `member${String.fromCharCode(97 + Math.floor(n / 26), 97 + (n % 26))}`);
  const blob = (text: string): string => put('blob', Buffer.from(text));
  const site = (n: number): string => blob(`static:\n  root: web/v${n}\n`);
  let root = founded(names, blob, site);
  const first = commit(root, { by: names[0] ?? '', parents: [], time: START });
  const line: { readonly oid: string; readonly root: Map<string, Node> }[] = [{ oid: first, root }];
  for (let n = 1; n < commits; n += 1) line.push(step(n));
  const head = line.at(-1)?.oid ?? first;
  const next = step(commits, false);
  line.push(next);
  const merge = step(commits + 1, true);
  return { pack: packFile([...objects.values()]), first, head, next: next.oid, merge: merge.oid, signatures };

  function step(n: number, isMerge = n % mergeEvery === 0 && n > 10): { readonly oid: string; readonly root: Map<string, Node> } {
    const who = names[(n * 7919) % names.length] ?? '';
    const tip = line.at(-1)?.oid ?? first;
    const path = ['desired-state', 'members', who, 'vhosts', `${who}.example.yaml`];
    const content = site(n);
    root = withPath(root, path, content);
    if (waiting && n === 1) root = withPath(root, ['desired-state', 'members', names[0] ?? '', 'README.md'], blob('a stranger was here\n'));
    if (!isMerge) return { oid: commit(root, { by: who, parents: [tip], time: START + n }), root };
    const fork = line.at(-10) ?? { oid: first, root };
    const side = commit(withPath(fork.root, path, content), { by: who, parents: [fork.oid], time: START + n });
    return { oid: commit(root, { by: 'forge', parents: [tip, side], time: START + n }), root };
  }
}

function founded(names: readonly string[], blob: (text: string) => string, site: (n: number) => string): Map<string, Node> {
  const admins = names.slice(0, 3);
  const cluster = `name: Long Meadow\ndomain: meadow.example\ncontact: hostmaster@meadow.example\nadmins: [${admins.join(', ')}]\ntrust:\n  approvals: 2\n  merge-keys: [${keyOf('forge').line}]\n`;
  const each = names.map((name, n): [string, Node] => [name, new Map<string, Node>([
    ['member.yaml', blob(`name: ${name}\nuid: ${10_001 + n}\nlimits: regular\nemail: ${name}@elsewhere.example\ndomains: [${name}.example]\nsigning-keys:\n  - ${keyOf(name).line}\n`)],
    ['vhosts', new Map<string, Node>([[`${name}.example.yaml`, site(0)]])],
  ])]);
  return new Map<string, Node>([['desired-state', new Map<string, Node>([['cluster.yaml', blob(cluster)], ['members', new Map(each)]])]]);
}

/** The same tree with one file replaced; what is not above it is shared. */
function withPath(node: Map<string, Node>, [name = '', ...rest]: readonly string[], oid: string): Map<string, Node> {
  const below = node.get(name);
  return new Map(node).set(name, rest.length === 0 || !(below instanceof Map) ? oid : withPath(below, rest, oid));
}

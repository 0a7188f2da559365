/**
 * stat -f, findmnt and btrfs, as far as croft asks them, in the words of coreutils 9, util-linux 2.38 and btrfs-progs 6.
 * Source: stat(1), findmnt(8), btrfs-subvolume(8), btrfs-qgroup(8).
 */
import type { Ran } from '../../run.ts';
import type { Host } from '../host.ts';
import type { Table } from '../store.ts';
import { fails, fine, lines, never, words, type Program } from './program.ts';

const FIRST_ID = 256;
const TOP_ID = '5';

/** Say on what file system a path is: `stat -f -c %T PATH`. */
export const stat: Program = {
  deb: null,
  mutates: never,
  run(host, args) {
    const { words: paths, options } = words(args, ['-c', '--format']);
    if (!options.has('-f') && !options.has('--file-system')) return fails('stat: a rooted machine knows only stat -f -c %T');
    const missing = paths.find((path) => host.stats(path) === null);
    if (missing !== undefined) return fails(`stat: cannot read file system information for '${missing}': No such file or directory`);
    return fine(lines(paths.map((path) => mount(host, path).type)));
  },
};

/** Say where a path is mounted from: `findmnt -n -o COLUMNS --target PATH`. */
export const findmnt: Program = {
  deb: null,
  mutates: never,
  run(host, args) {
    const { words: [path], options } = words(args, ['-o', '--output', '-T', '--target', '-t', '--types']);
    const asked = options.get('--target') ?? options.get('-T');
    const { at, type } = mount(host, asked ?? path ?? '/');
    if (asked === undefined && at !== path) return fails('');
    const columns = (options.get('-o') ?? options.get('--output') ?? 'TARGET,SOURCE,FSTYPE,OPTIONS').split(',');
    const source = at === '/' ? '/dev/vda1' : '/dev/vdb';
    const known = { TARGET: at, SOURCE: source, FSTYPE: type === 'ext2/ext3' ? 'ext4' : type, FSROOT: '/', OPTIONS: 'rw,relatime' };
    const values = new Map(Object.entries(known));
    return fine(lines([columns.map((column) => values.get(column) ?? '').join(' ')]));
  },
};

/** Subvolumes and their quota groups. */
export const btrfs: Program = {
  deb: 'btrfs-progs',
  mutates: (args) => ['subvolume create', 'qgroup limit', 'quota enable', 'quota rescan'].includes(words(args).words.slice(0, 2).join(' ')),
  run(host, args) {
    const { words: [group, verb, ...rest] } = words(args);
    const path = rest.at(-1) ?? '';
    const parent = path.slice(0, path.lastIndexOf('/')) || '/';
    const act = Object.hasOwn(BTRFS, `${group} ${verb}`) ? BTRFS[`${group} ${verb}`] : undefined;
    if (act === undefined) return fails(`btrfs: a rooted machine does not know ${group} ${verb}`);
    const where = group === 'subvolume' && verb === 'create' ? parent : path;
    if (host.stats(where) === null) return fails(`ERROR: cannot access '${where}': No such file or directory`);
    if (mount(host, where).type !== 'btrfs') return fails(`ERROR: not a btrfs filesystem: ${where}`);
    return act(host, path, rest);
  },
};

const BTRFS: { readonly [command: string]: (host: Host, path: string, rest: readonly string[]) => Ran } = {
  'quota enable': () => fine(),
  'quota rescan': () => fine(),
  'subvolume create': create,
  'subvolume show': show,
  'inspect-internal rootid': (host, path) => fine(lines([subvolumeOf(host, path)])),
  'qgroup limit': limit,
  'qgroup show': (host) => fine(lines(qgroups(host))),
};

function create(host: Host, path: string): Ran {
  if (host.stats(path) !== null) return fails(`ERROR: target path already exists: ${path}`);
  const id = highest(host.store.table('subvolumes')) + 1;
  host.directory(path);
  host.store.keep('subvolumes', [[path, String(id)]]);
  const subvolumes = host.store.table('subvolumes');
  found.set(subvolumes, { size: subvolumes.size, id });
  return fine(`Create subvolume '${path}'\n`);
}

/** The highest number that is taken; looked for only where it was not this table's last one. */
function highest(subvolumes: Table): number {
  const before = found.get(subvolumes);
  if (before?.size === subvolumes.size) return before.id;
  return [...subvolumes.values()].reduce((most, each) => Math.max(most, Number(each)), FIRST_ID - 1);
}

const found = new WeakMap<Table, { readonly size: number; readonly id: number }>();

function show(host: Host, path: string): Ran {
  const id = host.store.table('subvolumes').get(path);
  if (id === undefined) return fails('ERROR: Not a Btrfs subvolume: Invalid argument');
  const name = path.slice(path.lastIndexOf('/') + 1);
  const about = [`\tName: \t\t\t${name}`, '\tParent UUID: \t\t-', `\tSubvolume ID: \t\t${id}`, '\tParent ID: \t\t5', '\tTop level ID: \t\t5'];
  return fine(lines([inside(mountsOf(host), path), ...about, '\tFlags: \t\t\t-', `\tQuota group:\t\t0/${id}`]));
}

function limit(host: Host, path: string, [size = '', qgroup = '']: readonly string[]): Ran {
  const id = /^0\/\d+$/.test(qgroup) ? qgroup.slice(2) : host.store.table('subvolumes').get(path);
  if (!/^\d+$|^none$/.test(size)) return fails(`ERROR: invalid size argument: ${size}`);
  if (id === undefined) return fails('ERROR: unable to limit requested quota group: Invalid argument');
  host.store.keep('quotas', [[id, size]]);
  return fine();
}

function qgroups(host: Host): readonly string[] {
  const [limits, mounts] = [host.store.table('quotas'), mountsOf(host)];
  const row = (id: string, path: string): string =>
    `${`0/${id}`.padEnd(8)}         16384        16384 ${(limits.get(id) ?? 'none').padStart(15)}           none   ${path}`;
  return [
    'Qgroupid    Referenced    Exclusive  Max referenced  Max exclusive   Path ',
    '--------    ----------    ---------  --------------  -------------   ---- ',
    row(TOP_ID, '<toplevel>'),
    ...[...host.store.table('subvolumes')].filter(thereOn(host)).map(([path, id]) => row(id, inside(mounts, path))),
  ];
}

/** Tell what is still there of thousands in a few directories. */
function thereOn(host: Host): (subvolume: readonly [path: string, id: string]) => boolean {
  const known = new Map<string, ReadonlySet<string>>();
  return ([path]) => {
    const end = path.lastIndexOf('/');
    const directory = path.slice(0, end) || '/';
    const entries = known.get(directory) ?? new Set(host.entries(directory));
    known.set(directory, entries);
    return path === '/' || entries.has(path.slice(end + 1));
  };
}

/** A subvolume's path from its file system's own root. */
function inside(mounts: readonly Mount[], path: string): string {
  const { at } = mountAmong(mounts, path);
  return path.slice(at === '/' ? 1 : at.length + 1);
}

/** The subvolume that a path lies in. */
function subvolumeOf(host: Host, path: string): string {
  const [found] = [...host.store.table('subvolumes')].filter(([at]) => path === at || path.startsWith(`${at}/`)).sort(([a], [b]) => b.length - a.length);
  return found?.[1] ?? TOP_ID;
}

interface Mount {
  readonly at: string;
  readonly type: string;
}

function mount(host: Host, path: string): Mount {
  return mountAmong(mountsOf(host), path);
}

/** What is mounted, the innermost first. */
function mountsOf(host: Host): readonly Mount[] {
  return [...host.store.table('filesystems')].map(([at, type]) => ({ at, type })).sort((a, b) => b.at.length - a.at.length);
}

function mountAmong(mounts: readonly Mount[], path: string): Mount {
  return mounts.find(({ at }) => at === '/' || path === at || path.startsWith(`${at}/`)) ?? { at: '/', type: 'ext2/ext3' };
}

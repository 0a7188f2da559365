import { linesOf } from './answer.ts';

/**
 * Read the limits that `btrfs qgroup show -re --raw` prints, by the subvolume's path from the file system's own root.
 * Units: bytes. Source: btrfs-qgroup(8); columns as in btrfs-progs 6.2 to 6.14: id, referenced, exclusive, both limits, path.
 */
export function qgroupLimits(stdout: string): ReadonlyMap<string, number> {
  const rows = linesOf(stdout).map((line) => /^0\/\d+\s+\d+\s+\d+\s+(?<limit>\d+)\s+(?:none|\d+)\s+(?<path>\S.*)$/.exec(line)?.groups);
  return new Map(rows.flatMap((row) => (row?.['path'] === undefined ? [] : [[row['path'], Number(row['limit'])] as const])));
}

/** Read how much each subvolume refers to, from the same table. Units: bytes. */
export function qgroupUsage(stdout: string): ReadonlyMap<string, number> {
  const rows = linesOf(stdout).map((line) => /^0\/\d+\s+(?<bytes>\d+)\s+\d+\s+(?:none|\d+)\s+(?:none|\d+)\s+(?<path>\S.*)$/.exec(line)?.groups);
  return new Map(rows.flatMap((row) => (row?.['path'] === undefined ? [] : [[row['path'], Number(row['bytes'])] as const])));
}

/** Where a directory's file system is mounted, and which directory of it is. */
export interface Mount {
  readonly target: string;
  readonly root: string;
}

/** Read `findmnt --raw --noheadings --output TARGET,FSROOT`; without an answer that makes sense the directory itself is taken for the mount. */
export function mountOf(stdout: string, directory: string): Mount {
  const [target = '', root = ''] = (linesOf(stdout)[0] ?? '').trim().split(' ');
  return { target: isPath(target) ? target : directory, root: isPath(root) ? root : '/' };
}

/** It becomes a word of a command, where a NUL or a dash in front could not stand. */
function isPath(text: string): boolean {
  return /^\/\P{Cc}*$/u.test(text);
}

/** Say a path as its file system does: from its own root, without a slash in front. */
export function pathInside(mount: Mount, path: string): string {
  const below = mount.target === '/' ? path : path.slice(mount.target.length);
  return `${mount.root}/${below}`.split('/').filter((name) => name !== '').join('/');
}

import { linesOf } from './answer.ts';

/**
 * Read the hard limits that `repquota -P -v -n -O csv` prints, by project id; projects without a limit are left out.
 * Shape: `#10001,ok,ok,used,soft,hard,grace,…` in KiB. Units: bytes. Source: repquota(8).
 */
export function projectLimits(stdout: string): ReadonlyMap<number, number> {
  const rows = linesOf(stdout).map((line) => /^#(?<id>\d+),[^,]*,[^,]*,\d+,\d+,(?<hard>\d+),/.exec(line)?.groups);
  return new Map(rows.flatMap((row) => (row === undefined || row['hard'] === '0' ? [] : [[Number(row['id']), Number(row['hard']) * 1024] as const])));
}

/** Read which directories hand their project down, from `lsattr -d -p`: those with the flag `P`. Source: lsattr(1), chattr(1). */
export function projectsOf(stdout: string): ReadonlyMap<string, number> {
  const rows = linesOf(stdout).map((line) => /^\s*(?<id>\d+)\s+[A-Za-z-]*P[A-Za-z-]*\s+(?<path>\/.*)$/.exec(line)?.groups);
  return new Map(rows.flatMap((row) => (row?.['path'] === undefined ? [] : [[row['path'], Number(row['id'])] as const])));
}

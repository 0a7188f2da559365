// What a host's files are: kind, mode, owner and a digest of each, so that two moments can be compared.
//   node look.mjs ROOTS EXCEPT   both as JSON lists; EXCEPT are regular expressions on paths; prints [[path, what], …]
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

/** Everything below some roots, without following a link. Shape: path → mode, owner, digest or target. */
export function look(roots, except = []) {
  const ignored = except.map((pattern) => new RegExp(pattern));
  return new Map(roots.flatMap((root) => [...below(root, (path) => ignored.some((pattern) => pattern.test(path)))]));
}

/** The paths at which two looks differ. */
export function differences(found, wanted) {
  return [...new Set([...found.keys(), ...wanted.keys()])].filter((path) => found.get(path) !== wanted.get(path));
}

function* below(path, isIgnored) {
  if (isIgnored(path)) return;
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  yield [path, `${(stats.mode & 0o177777).toString(8)} ${stats.uid}:${stats.gid}${content(path, stats)}`];
  if (!stats.isDirectory()) return;
  for (const name of namesIn(path)) yield* below(join(path, name), isIgnored);
}

function content(path, stats) {
  try {
    if (stats.isSymbolicLink()) return ` ${readlinkSync(path)}`;
    return stats.isFile() ? ` ${createHash('sha1').update(evened(path, readFileSync(path))).digest('base64')}` : '';
  } catch (error) {
    return ` ${error.code}`;
  }
}

function namesIn(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** A zone's serial number only ever grows. */
function evened(path, bytes) {
  return path.endsWith('.zone') ? bytes.toString('utf8').replace(/\d+ ; serial/, '') : bytes;
}

if (argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(JSON.stringify([...look(JSON.parse(argv[2]), JSON.parse(argv[3] ?? '[]'))]));

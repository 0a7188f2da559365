import { compareText } from '../../model/source.ts';
import type { Viewed } from '../ground.ts';
import { stampOf, type Host, type PlainFile } from './host.ts';

/** A rooted machine as it would be with these places taken, for programs that only look. */
export function viewed(host: Host, places: readonly Viewed[]): Host {
  const instead = new Map<string, string | null>(places.flatMap(({ staged }) => (staged === null ? [] : [[staged, null] as const])));
  for (const { path, staged } of places) instead.set(path, staged);
  const real = (path: string): string | null => (instead.has(path) ? (instead.get(path) ?? null) : path);
  const seen = <T>(look: (path: string) => T | null) => (path: string): T | null => {
    const found = real(path);
    return found === null ? null : look(found);
  };
  const stats = seen(host.stats);
  const sorted = (files: readonly PlainFile[]): readonly PlainFile[] => files.map((file) => ({ file, key: file.path.replaceAll('/', '\0') })).sort((a, b) => compareText(a.key, b.key)).map(({ file }) => file);
  return {
    ...host,
    stats,
    text: seen(host.text),
    target: seen(host.target),
    files: (folder) => sorted([
      ...host.files(folder).filter(({ path }) => !instead.has(path)),
      ...places.filter(({ path }) => path.startsWith(`${folder}/`) && !path.slice(folder.length).includes('/.')).flatMap(({ path }) => {
        const there = stats(path);
        return there?.isFile() === true ? [{ path, stamp: stampOf(there) }] : [];
      }),
    ]),
    entries: (folder) => {
      const added = places.filter(({ directory }) => directory === folder).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
      return [...new Set([...host.entries(folder), ...added])].sort().filter((name) => stats(`${folder}/${name}`) !== null);
    },
  };
}

import type { Viewed } from '../ground.ts';
import type { Host, Show } from './host.ts';

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
  function files(folder: string, show: Show): void {
    host.files(folder, (file) => {
      if (!instead.has(file.path)) show(file);
    });
    for (const { path } of places) {
      const there = path.startsWith(`${folder}/`) && !path.slice(folder.length).includes('/.') ? stats(path) : null;
      if (there?.isFile() === true) show({ path, stats: there });
    }
  }
  return {
    ...host,
    stats,
    text: seen(host.text),
    target: seen(host.target),
    files,
    entries: (folder) => {
      const added = places.filter(({ directory }) => directory === folder).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
      return [...new Set([...host.entries(folder), ...added])].sort().filter((name) => stats(`${folder}/${name}`) !== null);
    },
  };
}

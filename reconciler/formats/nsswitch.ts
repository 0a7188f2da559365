/**
 * Where the C library looks names up, nsswitch.conf(5): a database, a colon, sources in their order. A source that is not installed is
 * passed over, so naming `systemd` (libnss-systemd, users of DynamicUser= services) is right whether or not it is there. Programs that
 * run see a change at once since glibc 2.33.
 */
import type { Source } from '../model/source.ts';
import { assertShape, heading } from './heading.ts';
import type { Text } from './text.ts';

/** One database and its sources, in order. */
export type Lookup = readonly [database: Text, ...sources: Text[]];

/** Write the file. Errors: throws when it would be read as anything else. */
export function nsswitch(source: Source, lookups: readonly Lookup[]): string {
  const written = heading('#', source) + lookups.map(([database, ...sources]) => `${`${database}:`.padEnd(16)}${sources.join(' ')}\n`).join('');
  assertShape('nsswitch.conf', lookups, parseNsswitch(written));
  return written;
}

/** Read the file. Errors: throws for a line that is none of the kind. */
export function parseNsswitch(written: string): readonly (readonly string[])[] {
  return written.split('\n').map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '').map((line) => {
    const [, database, sources] = /^([a-z]+):\s*([a-z_]+(?:\s+[a-z_]+)*)$/.exec(line) ?? [];
    if (database === undefined || sources === undefined) throw new Error(`cannot read ${JSON.stringify(line)}: that is no lookup`);
    return [database, ...sources.split(/\s+/)];
  });
}

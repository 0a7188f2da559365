/**
 * Limits of a login session, limits.conf(5), set by pam_limits when a session begins: domain, type, item, value, one a line. A domain is
 * a user or `@group`; a user's own line goes before the group's. They bind each process or count each user's; what a member's
 * processes use together is bound by her slice (systemd.resource-control(5)).
 */
import type { Source } from '../model/source.ts';
import { assertShape, heading } from './heading.ts';
import type { Text } from './text.ts';

/** One limit. Units: `core` in KiB, the others are counts. */
export interface PamLimit {
  readonly domain: Text;
  readonly type: 'hard' | 'soft' | '-';
  readonly item: 'core' | 'maxlogins' | 'nofile' | 'nproc';
  readonly value: number;
}

/** Write a file of limits.d. Errors: throws when it would be read as anything else. */
export function pamLimits(source: Source, limits: readonly PamLimit[]): string {
  const written = heading('#', source) + limits.map(({ domain, type, item, value }) => `${domain} ${type} ${item} ${value}\n`).join('');
  const words = limits.map(({ domain, type, item, value }) => [domain, type, item, String(value)]);
  assertShape('session limits', words, parsePamLimits(written));
  return written;
}

/** Read such a file. Shape: domain, type, item, value. Errors: throws for a line that is none of the kind. */
export function parsePamLimits(written: string): readonly (readonly string[])[] {
  return written.split('\n').map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '').map((line) => {
    const [, ...words] = /^(@?[a-z][a-z0-9-]*)\s+(hard|soft|-)\s+([a-z]+)\s+([0-9]+)$/.exec(line) ?? [];
    if (words.length !== 4) throw new Error(`cannot read ${JSON.stringify(line)}: that is no limit`);
    return words;
  });
}

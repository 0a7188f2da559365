import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { readDirectory } from '../desired/directory.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { DocumentKind } from '../desired/schemas.ts';
import { UsageError, type World } from './command.ts';

/** The files of a co-op that lie in a directory, before anything is committed. */
export interface Coop {
  /** What the paths of the snapshot are below. */
  readonly directory: string;
  readonly snapshot: Snapshot;
}

/** Read the co-op around a path: like git, the nearest directory upwards that holds one. Errors: UsageError when there is none. */
export function coopAround(path: string, { now }: Pick<World, 'now'>): Coop {
  const directory = directoryAround(path);
  return { directory, snapshot: readDirectory(directory, Math.floor(now() / 1000)) };
}

/** Find the directory of the co-op around a path. Errors: UsageError when there is none. */
export function directoryAround(path: string): string {
  const found = upwards(path);
  if (found === null) throw new UsageError(`cannot find a co-op at ${path} or above it: neither desired-state/ nor cluster.yaml is there`);
  return basename(found) === 'desired-state' ? dirname(found) : found;
}

/** Say a path of a co-op as seen from where the caller stands, so that a terminal can open it. */
export function shownFrom({ directory }: Pick<Coop, 'directory'>, path: string, from: string): string {
  const fromHere = relative(from, resolve(directory, path));
  return fromHere.startsWith('..') ? resolve(directory, path) : fromHere;
}

/** Write the first line of a document, which gives editors its schema. null where the co-op keeps no schemas. */
export function modelineOf({ directory }: Coop, path: string, kind: DocumentKind): string | null {
  const schema = join('schemas', `${kind}.schema.json`);
  return existsSync(join(directory, schema)) ? `# yaml-language-server: $schema=${relative(dirname(path), schema)}` : null;
}

function upwards(directory: string): string | null {
  if (['cluster.yaml', 'desired-state/cluster.yaml'].some((path) => existsSync(join(directory, path)))) return directory;
  return dirname(directory) === directory ? null : upwards(dirname(directory));
}

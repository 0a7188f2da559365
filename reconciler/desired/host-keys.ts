import { label } from '../model/grammar/names.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { readFile } from './read.ts';

/** Read which key each host signs with, by the host's name. Shape: a line as in a .pub file; null where its document declares none or cannot be read. */
export function hostKeysOf({ files }: Snapshot): ReadonlyMap<string, string | null> {
  const hosts = files.map((file) => ({ file, name: /^(?:desired-state\/)?hosts\/([^/]+)\.yaml$/.exec(file.path)?.[1] }));
  return new Map(hosts.flatMap(({ file, name }) => (name === undefined || label(name) === null ? [] : [[name, keyIn(readFile(file))] as const])));
}

function keyIn({ document }: ReturnType<typeof readFile>): string | null {
  return document?.kind === 'host' ? (document.value.key ?? null) : null;
}

import { read } from '../desired/read.ts';
import { resolveWorld } from '../desired/world.ts';
import type { Host } from '../model/desired.ts';
import { formatProblem } from '../model/problem.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { list } from '../report/words.ts';
import { text, UsageError, type Call } from './command.ts';

/**
 * The hosts that a commit declares. Only what says which hosts there are is looked at: that somebody else's document is wrong keeps no
 * host from being talked to. Errors: UsageError when there is none, that begins with what cannot be done then.
 */
export function hostsOf(snapshot: Snapshot, cannot: string): readonly Host[] {
  const files = snapshot.files.filter(({ path }) => /^(?:desired-state\/)?(?:cluster\.yaml|hosts\/[^/]+)$/.test(path));
  const { value: documents, problems } = read({ ...snapshot, files });
  const { value: world, problems: unresolved } = resolveWorld(documents);
  const [first] = [...problems, ...unresolved];
  if (world !== null && world.hosts.length > 0) return world.hosts;
  throw new UsageError(`${cannot}: ${first === undefined ? 'the repository declares none' : formatProblem(first)}`);
}

/** Find a host by name. Errors: UsageError that names those there are. */
export function hostNamed(hosts: readonly Host[], name: string): Host {
  const found = hosts.find((host) => host.name === name);
  if (found === undefined) throw new UsageError(`cannot find host ${name}: the co-op has ${list(hosts.map((host) => host.name))}`);
  return found;
}

/** Read at which port hosts' sshd listens. Errors: UsageError. */
export function portOf(call: Call): number {
  const port = Number(text(call, 'port') ?? 22);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`cannot use --port ${text(call, 'port')}: it must be a number from 1 to 65535`);
}

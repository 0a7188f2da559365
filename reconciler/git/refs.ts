/**
 * Brings what refs below a prefix name, e.g. `refs/croft/`: few and small commits that people and hosts leave for each other beside the
 * branch. As with the branch, what comes lies in a side room until every object of it was read; and since a server may have sent some
 * of it with the branch, unasked, what seems to be here is read as well. Whoever may push such a ref may make it name anything: what is
 * not a commit, and a name that is not plain, is left out; too many refs or too much in them is an error.
 */
import { because, GitError } from './error.ts';
import { usualLimits, type Limits } from './http.ts';
import { knownTo, succeeds } from './haves.ts';
import { dropIncoming, incomingOf, makeIncoming, takeIn } from './mirror.ts';
import { recordedTip } from './ratchet.ts';
import { isRefName } from './repository.ts';
import type { SshIdentity } from './ssh/identity.ts';
import { readObject, type Repository } from './store.ts';
import type { Transport } from './transport.ts';
import { transportTo } from './transports.ts';

/** Which refs to bring from where. */
export interface WantedRefs {
  readonly remote: string;
  /** How their names begin, e.g. `refs/croft/`. */
  readonly prefix: string;
  readonly limits?: Limits;
  readonly identity?: SshIdentity | null;
}

const mostRefs = 1000;
const mostBytes = 16 * 1024 * 1024;

/** Bring the commits of refs into the mirror, over a connection of its own. Shape: commit by ref. Errors: GitError when not all came whole. */
export async function fetchRefs(mirror: Repository, wanted: WantedRefs): Promise<ReadonlyMap<string, string>> {
  const { remote, prefix, limits = usualLimits, identity = null } = wanted;
  const transport = transportTo(remote, limits, identity);
  try {
    return await refsOver(transport, mirror, prefix);
  } finally {
    transport.close();
  }
}

/** Bring the commits of refs into a repository with what it has recorded, over a connection that is used for more. Shape, Errors: as `fetchRefs`. */
export async function refsOver(transport: Transport, mirror: Repository, prefix: string): Promise<ReadonlyMap<string, string>> {
  return refsThrough(transport, mirror, { prefix, tip: (await recordedTip(mirror)).value?.oid ?? null });
}

/** Which refs, through a way that is open already. */
export interface Below {
  readonly prefix: string;
  /** A commit that is here, whole, and there; null when none is known. */
  readonly tip: string | null;
}

/** Bring the commits of refs into the mirror through an opened way. Shape, Errors: as `fetchRefs`. */
export async function refsThrough(transport: Transport, mirror: Repository, { prefix, tip }: Below): Promise<ReadonlyMap<string, string>> {
  const refs = [...(await transport.refs())].filter(([name]) => name.startsWith(prefix) && isRefName(name));
  if (refs.length > mostRefs) throw new GitError(`cannot fetch ${prefix}: there are ${refs.length} refs, more than ${mostRefs}`);
  const oids = [...new Set(refs.map(([, oid]) => oid))];
  const here = await typesOf(mirror, oids);
  const missing = oids.filter((oid) => !here.has(oid));
  const whole = await succeeds(() => check(mirror, { oids, types: here, tip }));
  if (missing.length > 0 || !whole) await bring(mirror, transport, { oids: whole ? missing : oids, all: oids, tip });
  const types = await typesOf(mirror, oids);
  return new Map(refs.filter(([, oid]) => types.get(oid) === 'commit'));
}

interface Delivery {
  readonly oids: readonly string[];
  readonly all: readonly string[];
  readonly tip: string | null;
}

async function bring(mirror: Repository, transport: Transport, { oids, all, tip }: Delivery): Promise<void> {
  const view = await makeIncoming(mirror);
  try {
    const into = incomingOf(mirror);
    await transport.bring({ oids, haves: await knownTo(mirror, tip), gitdir: mirror.gitdir, into, maxBytes: mostBytes });
    for (const oid of oids) await readObject(view, oid);
    await check(view, { oids: all, types: await typesOf(view, all), tip });
    await takeIn(mirror, { view, alone: false });
  } catch (error) {
    throw error instanceof GitError ? error : new GitError(`cannot store what came: ${because(error)}`);
  } finally {
    await dropIncoming(mirror);
  }
}

interface Checking {
  readonly oids: readonly string[];
  readonly types: ReadonlyMap<string, string>;
  readonly tip: string | null;
}

/** Read everything that commits bring beside the branch. */
async function check(repository: Repository, { oids, types, tip }: Checking): Promise<void> {
  const wanted = oids.filter((oid) => types.get(oid) === 'commit');
  await (await import('./push/outgoing.ts')).outgoing(repository, { wanted, theirs: tip === null ? [] : [tip], maxBytes: mostBytes });
}

/** Which objects are here, and of what type. Asked of the objects themselves: what the cache remembers may have been dropped since. */
async function typesOf(repository: Repository, oids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  for (const oid of oids) await succeeds(async () => types.set(oid, (await readObject(repository, oid)).type));
  return types;
}

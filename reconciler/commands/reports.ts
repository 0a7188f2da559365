import { rm } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgeReport, mostReportBytes, reportFile } from '../authority/host-report.ts';
import { GitError } from '../git/error.ts';
import { isScattered, openMirror } from '../git/mirror.ts';
import { localRefs } from '../git/localrefs.ts';
import { fetchRefs, refsOver } from '../git/refs.ts';
import { openRepository } from '../git/repository.ts';
import type { SshIdentity } from '../git/ssh/identity.ts';
import { readStatement } from '../git/statement.ts';
import type { Repository } from '../git/store.ts';
import type { Transport } from '../git/transport.ts';
import { label } from '../model/grammar/names.ts';
import type { Judged, Signer, Told } from '../model/host-report.ts';
import { compareText } from '../model/source.ts';

/** Below it each host has a ref of its own, named as itself. */
export const reportRefs = 'refs/croft/hosts/';

/** Which key each host of the co-op signs with; null for a host without one. */
export type HostKeys = ReadonlyMap<string, string | null>;

/** Where reports lie. */
export interface ReportsAt {
  readonly remote: string;
  readonly identity: SshIdentity | null;
  /** A directory for what comes; reports come and go, so they are not kept with the branch. */
  readonly stateDirectory: string;
  /** A way to the remote that is open already, and stays so; null or not there: none. */
  readonly way?: Transport | null;
}

/** What the hosts said of themselves: where their refs are, and a repository that has the commits. */
export interface Heard {
  readonly refs: ReadonlyMap<string, string>;
  readonly reports: Repository;
}

/** What came of asking a remote in a run, which must not fail for it. */
export interface Asked {
  /** null when nobody was heard. */
  readonly refs: ReadonlyMap<string, string> | null;
  readonly reports: Repository | null;
  readonly notices: readonly string[];
}

/** Hear what the hosts said of themselves by the remote that answered, where any of them has a key to say it with. */
export async function hearReports(at: Omit<ReportsAt, 'remote'> & { readonly remote: string | null }, hosts: readonly Signer[]): Promise<Asked> {
  const { remote } = at;
  const nobody = { refs: null, reports: null };
  if (remote === null || hosts.every(({ key }) => key === null)) return { ...nobody, notices: [] };
  try {
    return { ...(await fetchReports({ ...at, remote })), notices: [] };
  } catch (error) {
    if (error instanceof GitError) return { ...nobody, notices: [`cannot tell how the other hosts stand: ${error.message}`] };
    throw error;
  }
}

/** Which key each host signs with. */
export function keysOf(hosts: readonly Signer[]): HostKeys {
  return new Map(hosts.map(({ name, key }) => [name, key === null ? null : `${key.type} ${key.blob}`]));
}

/** Bring the hosts' reports of a remote. Errors: GitError when the remote does not give them. */
export async function fetchReports({ remote, identity, stateDirectory, way = null }: ReportsAt): Promise<Heard> {
  const path = pathOf(remote);
  if (path !== null) {
    const reports = await openRepository(path);
    return { refs: await localRefs(reports.gitdir), reports };
  }
  const reports = await openStore(join(stateDirectory, 'reports.git'));
  return { refs: way === null ? await fetchRefs(reports, { remote, prefix: reportRefs, identity }) : await refsOver(way, reports, reportRefs), reports };
}

/** Judge what each ref below `refs/croft/hosts/` names. Sorted by host. */
export async function readReports(repository: Repository, refs: ReadonlyMap<string, string>, keys: HostKeys): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const [ref, oid] of refs) {
    const host = ref.startsWith(reportRefs) ? ref.slice(reportRefs.length) : '';
    if (label(host) !== null) told.push({ host, oid, ...(await judged(repository, { host, oid }, keys)) });
  }
  return told.toSorted((a, b) => compareText(a.host, b.host));
}

/** A remote on this machine is read where it is. */
export function pathOf(remote: string): string | null {
  if (isAbsolute(remote) || remote.startsWith('.')) return resolve(remote);
  return remote.startsWith('file:///') ? fileURLToPath(remote) : null;
}

async function judged(repository: Repository, { host, oid }: { readonly host: string; readonly oid: string }, keys: HostKeys): Promise<Judged> {
  const key = keys.get(host);
  if (key === undefined) return { believed: false, why: 'the co-op has no such host' };
  if (key === null) return { believed: false, why: `its document declares no key: hosts/${host}.yaml` };
  const stated = await readStatement(repository, oid, { file: reportFile, mostBytes: mostReportBytes });
  return stated.ok ? judgeReport({ host, ...stated }, key) : { believed: false, why: stated.why };
}

async function openStore(directory: string): Promise<Repository> {
  const store = await openMirror(directory);
  if (!(await isScattered(store))) return store;
  await rm(directory, { recursive: true, force: true });
  return openMirror(directory);
}

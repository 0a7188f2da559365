/** A host that tells others how its runs went, and the repository by which they hear it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publish } from '../../reconciler/commands/publish.ts';
import { fetchReports, keysOf, readReports, type Heard } from '../../reconciler/commands/reports.ts';
import { publicKey } from '../../reconciler/desired/ssh-key.ts';
import { rooted } from '../../reconciler/machines/rooted.ts';
import type { Host } from '../../reconciler/model/desired.ts';
import type { Told } from '../../reconciler/handover/telling.ts';
import type { HostReport } from '../../reconciler/model/host-report.ts';
import type { Plan } from '../../reconciler/model/plan.ts';
import { hostReportOf, liveNote } from '../../reconciler/report/host-report.ts';
import { isWhole, type Run } from '../../reconciler/report/run.ts';
import { bare, commitOf, git, room } from '../unit/git/fixture.ts';

export const start = Date.UTC(2026, 10, 23, 14, 3, 22);
export const minute = 60_000;
export const source = { file: 'desired-state/cluster.yaml', line: 1, column: 1 };

export interface Scene {
  readonly repository: string;
  readonly root: string;
  readonly host: Host;
  readonly commit: string;
  run(more?: Partial<Plan>, at?: Partial<Run>): Run;
  tell(run: Run): Promise<readonly string[]>;
  report(): Promise<HostReport>;
  ref(name: string): string | undefined;
}

/** A repository with a commit, a directory that plays a host with a key of its own, and the key declared. */
export async function scene(): Promise<Scene> {
  const [repository, root] = [bare(), join(room(), 'one')];
  const commit = commitOf(repository, { 'desired-state/cluster.yaml': 'name: x\n' });
  const tree = git(repository, ['rev-parse', `${commit}^{tree}`]);
  const machine = rooted(root);
  for (const path of ['/var/lib/croft', '/etc/croft']) await machine.perform({ do: 'directory', path, mode: '0755', owner: 'root', group: 'root' });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'croft@one', '-f', join(root, 'etc/croft/host.key')]);
  const key = publicKey(readFileSync(join(root, 'etc/croft/host.key.pub'), 'utf8').trim());
  if ('why' in key) throw new Error(key.why);
  const host = { name: 'one', fqdn: 'one.meadow.example', key: { ...key, source } } as unknown as Host;
  const identity = { keyFiles: [], agent: null, knownHosts: [] };
  const place = { identity, stateDirectory: join(root, 'var/lib/croft'), root };
  const hear = async (): Promise<Heard> => fetchReports({ remote: repository, identity, stateDirectory: place.stateDirectory });
  return {
    repository,
    root,
    host,
    commit,
    run: (more = {}, at = {}) => ({ plan: { host: 'one', revision: commit, changes: [], holds: [], unchanged: 7, checksum: 'sha256:0', ...more }, outcomes: [], remote: repository, notices: [], startedAt: start - 1000, endedAt: start, ...at }),
    tell: async (run) => publish({ place, told: toldOf(run, tree), remote: run.remote, host, refs: (await hear()).refs }),
    report: async () => {
      const { refs, reports } = await hear();
      const [one] = await readReports(reports, refs, keysOf([host]));
      if (one?.believed !== true) throw new Error(one?.why ?? 'no report');
      return one.report;
    },
    ref: (name) => git(repository, ['for-each-ref', '--format=%(objectname)', name]) || undefined,
  };
}

/** What a run says of itself, as the half that is root hands it to the one that tells. */
export function toldOf(run: Run, tree: string): Told {
  return { report: hostReportOf(run, { tree, since: 0, version: '0.0.0' }), note: liveNote(run), whole: isWhole(run), endedAt: run.endedAt };
}

export const [reportRef, notesRef] = ['refs/croft/hosts/one', 'refs/notes/croft/one'];

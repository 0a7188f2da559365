import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { previewOf } from '../../../reconciler/commands/comparison/preview-of.ts';
import { commitFiles, createRepository } from '../../../reconciler/git/commit.ts';
import { readCommit } from '../../../reconciler/git/store.ts';
import type { HostReport } from '../../../reconciler/model/host-report.ts';
import { kinds } from '../../../reconciler/resources/index.ts';
import type { Authority, Preview } from '../../../reconciler/report/preview.ts';
import { services } from '../../../reconciler/services/index.ts';
import { afterEveryFile } from '../../tidy.ts';
import { base, type Files } from '../desired/coop.ts';

/** A change to compare with the small co-op that the tests of desired/ use. */
export interface Proposed {
  /** What of the co-op is otherwise to begin with. */
  readonly before?: Files;
  /** Commits after that which hosts have not seen: the first is made by Dana and is the base, `change` comes after all of them. */
  readonly meanwhile?: Files;
  readonly change: Files;
  readonly author?: string;
  readonly message?: string;
  readonly authority?: Authority;
  /** What hosts said, at the commit before `meanwhile`. */
  readonly reports?: { readonly [host: string]: Partial<HostReport> };
}

const rooms: string[] = [];
afterEveryFile(() => {
  for (const room of rooms.splice(0)) rmSync(room, { recursive: true, force: true });
});

/** Trust is off, so that nobody is asked who signed what. */
export const unsigned: Authority = { trust: false, verdicts: [] };

/** Make the commits of a change and preview it. */
export async function previewed(proposed: Proposed): Promise<Preview> {
  const room = mkdtempSync(join(tmpdir(), 'croft-preview-'));
  rooms.push(room);
  const repository = await createRepository(join(room, 'coop.git'));
  const dana = { name: 'Dana', mail: 'dana@elsewhere.example' };
  const first = await commitFiles(repository, { branch: 'main', files: documents({ ...base, ...proposed.before }), author: dana, message: 'found the co-op', time: 1_700_000_000 });
  const oid = proposed.meanwhile === undefined ? first : await commitFiles(repository, { branch: 'main', files: documents(proposed.meanwhile), author: dana, message: 'meanwhile', time: 1_700_000_060 });
  const author = { name: proposed.author ?? 'Ada', mail: 'ada@elsewhere.example' };
  const head = await commitFiles(repository, { branch: 'change', from: 'main', files: documents(proposed.change), author, message: proposed.message ?? 'a change', time: 1_700_000_120 });
  const reported = new Map(Object.entries(proposed.reports ?? {}).map(([host, said]) => [host, { ...silent, host, commit: first, ...said }]));
  const { tree } = await readCommit(repository, first);
  const reports = new Map([...reported].map(([host, report]) => [host, { ...report, tree }]));
  return previewOf({ repository, base: { oid, name: 'main' }, head, authority: proposed.authority ?? unsigned, reportsOf: () => Promise.resolve(reports) }, { kinds, services });
}

const silent: HostReport = {
  host: '', commit: '', tree: '', since: 1_700_000_010, time: 1_700_000_020, version: '0.1.0', holds: [], failed: [], drift: [], pauses: [], rollbacks: [], counts: { holds: 0, failed: 0, drift: 0 }, unchanged: 0,
};

function documents(files: Files): ReadonlyMap<string, string | null> {
  return new Map(Object.entries(files).map(([path, text]) => [`desired-state/${path}`, text]));
}

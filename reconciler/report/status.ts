import type { HostReport, Relation, Told } from '../model/host-report.ts';
import { compareText } from '../model/source.ts';
import { pauseAlarms, rollbackNotices } from './aside.ts';
import { ago, count, list } from './words.ts';

/** The whole co-op as its hosts tell it. */
export interface Status {
  /** The commit that hosts are to be at. */
  readonly commit: Known;
  /** Units: milliseconds since the epoch. */
  readonly now: number;
  /** Sorted by name. */
  readonly hosts: readonly Standing[];
  /** What is wrong with more than one host, or with what is behind them; a sentence each. */
  readonly alarms: readonly string[];
}

/** How one host stands. */
export interface Standing {
  readonly host: string;
  readonly state: 'as desired' | 'drifted' | 'failed' | 'silent' | 'never reported' | 'not believed';
  /** Why it is not believed. */
  readonly why: string | null;
  /** The last report; null when there is none that is believed. */
  readonly report: HostReport | null;
  /** Where its commit stands; null when there is no report. */
  readonly at: Known | null;
}

/** A commit as this repository knows it. */
export interface Known {
  readonly oid: string;
  /** null: it is not here. */
  readonly subject: string | null;
  /** Committer time. Units: unix seconds. */
  readonly time: number;
  /** How it stands to the commit that hosts are to be at. */
  readonly relation: Relation;
  /** By how many commits of the branch it is older; null when that cannot be counted. */
  readonly behind: number | null;
}

/** What a status is made of. */
export interface Gathered {
  readonly commit: Known;
  readonly now: number;
  /** The hosts of the co-op. */
  readonly names: readonly string[];
  readonly told: readonly Told[];
  /** Every commit that a believed report names. */
  readonly commits: ReadonlyMap<string, Known>;
}

/** Three heartbeats. Units: seconds. */
const silence = 30 * 60;
const clockError = 5 * 60;
const patience = 10 * 60;
/** A report may come between a push and the look at the branch. Units: seconds. */
const race = 60;

/** Work out how each host stands. */
export function statusOf(gathered: Gathered): Status {
  const { commit, now, names, told } = gathered;
  const byHost = new Map(told.map((one) => [one.host, one]));
  const hosts = [...new Set([...names, ...byHost.keys()])].toSorted(compareText).map((host) => standing(host, byHost.get(host), gathered));
  return { commit, now, hosts, alarms: [...differentTrees(hosts), ...hosts.flatMap((host) => misplaced(host, { commit, now })), ...hosts.flatMap((host) => setAside(host, now))] };
}

/** Does anything here need a person? Drift does not: the run that found it put it right. */
export function needsPerson({ hosts, alarms }: Status): boolean {
  return alarms.length > 0 || hosts.some(({ state, report }) => (state !== 'as desired' && state !== 'drifted') || (report?.holds.length ?? 0) > 0);
}

/** The facts of a status, for programs. Shape: schemas/output/status.schema.json. */
export function statusFacts(status: Status): object {
  const { commit, hosts, alarms } = status;
  const each = hosts.map(({ host, state, why, report, at }) => ({ host, state, why, behind: at?.behind ?? null, subject: at?.subject ?? null, report }));
  return { commit: commit.oid, subject: commit.subject, needsPerson: needsPerson(status), alarms, hosts: each };
}

function standing(host: string, told: Told | undefined, { commits, now }: Gathered): Standing {
  const nothing = { host, why: null, report: null, at: null };
  if (told === undefined) return { ...nothing, state: 'never reported' };
  if (!told.believed) return { ...nothing, state: 'not believed', why: told.why };
  const { report } = told;
  const ageSeconds = now / 1000 - report.time;
  const ahead = `it says that it was made ${ago(-ageSeconds * 1000).replace(/ ago$/, '')} from now: its clock is wrong, or this one`;
  if (ageSeconds < -clockError) return { ...nothing, state: 'not believed', why: ahead };
  return { host, state: stateOf(report, ageSeconds), why: null, report, at: commits.get(report.commit) ?? null };
}

function stateOf({ counts }: HostReport, ageSeconds: number): Standing['state'] {
  if (ageSeconds > silence) return 'silent';
  if (counts.failed > 0) return 'failed';
  return counts.drift > 0 ? 'drifted' : 'as desired';
}

/** What is in force at a commit follows from the commit and what came before it, so all hosts must agree. */
function differentTrees(hosts: readonly Standing[]): readonly string[] {
  const commits = [...new Set(hosts.flatMap(({ report }) => report?.commit ?? []))];
  return commits.flatMap((commit) => {
    const at = hosts.filter(({ report }) => report?.commit === commit);
    const trees = [...new Set(at.map(({ report }) => report?.tree ?? ''))];
    const sides = trees.map((tree) => `${list(at.filter(({ report }) => report?.tree === tree).map(({ host }) => host))} ${tree.slice(0, 10)}`);
    const differ = `hosts at the same commit ${commit.slice(0, 10)} have different trees in force (${sides.join('; ')}): they do not believe the same signatures`;
    return trees.length < 2 ? [] : [differ];
  });
}

/** What was set aside on a host and must not be forgotten there. A host that is silent cannot say that a pause has become overdue since. */
function setAside({ host, report }: Standing, now: number): readonly string[] {
  if (report === null) return [];
  const isOver = (until: number | null): boolean => until !== null && until <= now / 1000;
  const pauses = report.pauses.map((pause) => ({ ...pause, overdue: !pause.byHand && isOver(pause.until) }));
  const rollbacks = report.rollbacks.map((rollback) => ({ ...rollback, overdue: isOver(rollback.until) }));
  return [...rollbackNotices(rollbacks), ...pauseAlarms(pauses)].map((notice) => `${host}: ${notice}`);
}

function misplaced({ host, report, at }: Standing, { commit, now }: Pick<Gathered, 'commit' | 'now'>): readonly string[] {
  if (report === null || at === null) return [];
  if (at.relation === 'newer' && now / 1000 - report.since > race) return [`${host} is at commit ${at.oid}, which comes after ${commit.oid.slice(0, 10)}, where the branch is: it went back, and no host follows it`];
  if (at.relation === 'unknown') return [`${host} is at commit ${at.oid}, which is not in this repository`];
  if (at.relation === 'elsewhere') return [`${host} is at commit ${at.oid}, which is on another line of history than ${commit.oid.slice(0, 10)}`];
  const isStuck = at.relation === 'older' && report.time - commit.time > patience;
  const by = at.behind === null ? '' : `${count(at.behind, 'commit')} `;
  return isStuck ? [`${host} still reports, but stays ${by}behind: look at its notices with journalctl -u croft`] : [];
}

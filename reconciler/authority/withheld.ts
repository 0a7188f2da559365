/**
 * Whether a git server keeps something back. It cannot forge a commit or a report, but it can go on giving out an old branch: then a
 * key that was taken away stays good on the hosts that do not hear of it. Hosts hear of each other by their signed reports, which lie on
 * the same server, so it must keep those back too, or show each host another history; and silence can be told from peace, since every
 * host signs anew every ten minutes. Source: The Update Framework, which calls these freeze and fork attacks.
 */
import type { Relation, Told } from '../model/host-report.ts';

/** What one host knows of itself. */
export interface Own {
  readonly host: string;
  /** What it pushed last; null when it never did. Units: unix seconds. */
  readonly published: { readonly oid: string; readonly time: number } | null;
  /** What it pushed since, and nobody said whether it was taken. */
  readonly unanswered: readonly string[];
}

/** What one host sees of the others. */
export interface View {
  /** Units: unix seconds. */
  readonly now: number;
  /** Hosts that sign reports. */
  readonly signers: readonly string[];
  readonly relations: ReadonlyMap<string, Relation>;
}

/** A branch may move between one host's fetch and another's. */
const patienceSeconds = 5 * 60;
/** Six heartbeats. */
const silenceSeconds = 60 * 60;

/** Say what speaks for a server that keeps something back from this host. Shape: a sentence each, for people; none when nothing does. */
export function suspicions(own: Own, told: readonly Told[], view: View): readonly string[] {
  const others = told.filter(({ host }) => host !== own.host);
  return [...ownReport(own, told), ...others.flatMap((one) => newer(one, view)), ...silence(own, others, view)];
}

function newer(one: Told, { now, relations }: View): readonly string[] {
  if (!one.believed) return [];
  const { host, commit, since } = one.report;
  const relation = relations.get(commit) ?? 'unknown';
  const elsewhere = `${host} is at commit ${commit}, which is on another line of history than what this remote gives us: it may show each host another branch`;
  if (relation === 'elsewhere') return [elsewhere];
  if (relation === 'same' || relation === 'older' || now - since <= patienceSeconds) return [];
  const minutes = Math.floor((now - since) / 60);
  const although = relation === 'newer' ? ' although it comes after ours' : '';
  return [`${host} reports commit ${commit} for ${minutes} minutes now, and this remote does not give it to us${although}: it may keep changes back`];
}

/** A clock that was ahead once must not keep a report fresh for good. */
function silence({ host }: Own, others: readonly Told[], { now, signers }: View): readonly string[] {
  const isFresh = (one: Told): boolean => one.believed && Math.abs(now - one.report.time) <= silenceSeconds;
  const expected = signers.filter((name) => name !== host);
  if (expected.length === 0 || others.some(isFresh)) return [];
  const who = expected.length === 1 ? expected[0] : `all ${expected.length}`;
  return [`no other host's report on this remote is newer than an hour: ${who} may be down, or the remote keeps everything back`];
}

function ownReport({ host, published, unanswered }: Own, told: readonly Told[]): readonly string[] {
  if (published === null) return [];
  const found = told.find((one) => one.host === host);
  if (found === undefined) return ['the report that this host pushed has vanished from this remote'];
  if (found.oid === published.oid || unanswered.includes(found.oid)) return [];
  const replaced = 'the report that this host pushed was replaced on this remote by';
  if (!found.believed) return [`${replaced} another, which is not believed: ${found.why}`];
  const { time } = found.report;
  if (time < published.time) return [`${replaced} an older one, of ${moment(time)}`];
  return [`${replaced} one of ${moment(time)} that it did not make: somebody else may have its key`];
}

function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** How every run ends: the others hear of it, the host keeps its report, whoever asked is told. */
import { join } from 'node:path';
import packageFile from '../../../package.json' with { type: 'json' };
import { GitError } from '../../git/error.ts';
import { tipOf, type Handover } from '../../handover/handover.ts';
import { turnsSince } from '../../plan/turns.ts';
import { hostReportOf, liveNote } from '../../report/host-report.ts';
import { formatRun, isWhole, runFacts, type Run } from '../../report/run.ts';
import type { ExitStatus, World } from '../command.ts';
import { Lost } from '../halves/errand.ts';
import type { Half } from '../halves/half.ts';
import type { Mark } from '../halves/marker.ts';
import type { Recorded } from '../halves/record.ts';
import type { Place } from '../place.ts';
import { kicks } from '../rooms.ts';
import { writeReport } from './report-file.ts';
import { orSay, type Begun, type Running } from './running.ts';

/** Whom to tell, and in which form. */
export interface Telling {
  readonly format: 'text' | 'json';
  readonly world: World;
  readonly place: Place;
  readonly mark: Mark;
}

/** What the others are told of: what is in force, and who they are. */
export type InForce = Pick<Handover, 'trusted' | 'confirmedAt' | 'hosts'>;

/** Is there anybody to tell anything? A host moves when its commit does, and signs its reports when it has a key. */
export function hasHearers(known: Recorded | null, { trusted, hosts }: Pick<InForce, 'hosts'> & { readonly trusted: { readonly commit: string } }): boolean {
  return known?.tip.oid !== trusted.commit || !hosts.every(({ key }) => key === null);
}

/** Is this a run that hears what the others say? Its turn comes every few minutes. Whoever starts one by hand wants to know now; and what there was to say is said until it is over. */
export function hearsOthers({ place, world }: Running, { last, startedAt }: Begun): boolean {
  return !world.scheduled || turnsSince(place.host, last?.endedAt ?? null, startedAt).length > 0 || last?.notices.length !== 0;
}

/** End a run that made the host what is in force; null where nobody is to be told. `hears`: are the others to be heard as well? `lost`: what could not be written down. Shape: the status, as far as no guard has another one. */
export async function end(run: Run, { inForce, hears, half, lost, ...telling }: Telling & { readonly inForce: InForce | null; readonly hears: boolean; readonly half: Half; readonly lost: string[] }): Promise<ExitStatus> {
  const said: Run = { ...run, notices: [...run.notices, ...lost] };
  const heard = inForce === null ? [] : await orSay(lost, () => askToTell(said, { place: telling.place, half, inForce, hears }));
  const isKept = await tell({ ...run, notices: [...run.notices, ...lost, ...(heard ?? [])] }, telling);
  return isWhole(run) && lost.length === 0 && isKept ? 0 : 3;
}

/**
 * Have the other half tell the other hosts how this run went, and hear what they say when its turn has come: a push that touches all hosts would
 * have each fetch what each has just said. Only now: nobody waits for it. Shape: notices.
 */
async function askToTell(run: Run, { place, half, inForce, hears }: { readonly place: Place; readonly half: Half; readonly inForce: InForce; readonly hears: boolean }): Promise<readonly string[]> {
  const { trusted: { commit, tree }, hosts } = inForce;
  const told = { report: hostReportOf(run, { tree, since: 0, version: packageFile.version }), note: liveNote(run), whole: isWhole(run), endedAt: run.endedAt };
  const telling = { version: 1, id: `${run.startedAt}`, host: place.host, remote: run.remote, tip: tipOf(inForce), commit, hosts, told, startedAt: run.startedAt } as const;
  try {
    return await half.tell({ ...telling, what: hears ? 'converse' : (await isKicked(place)) ? 'remember' : 'tell' });
  } catch (error) {
    if (error instanceof Lost) return [`cannot tell the others how this run went: ${error.message}`];
    if (error instanceof GitError) return [error.message];
    throw error;
  }
}

/** Has a git server said, since this run began, that there is news? The file is croft-kick's, and croft.path starts the next run for it. */
async function isKicked({ machine }: Place): Promise<boolean> {
  const [answer] = await machine.observe([{ ask: 'path', path: `${kicks}/now`, want: 'stat' }]);
  return answer?.ask === 'path' && answer.node !== null;
}

/** Tell how a run went, in the host's report, too, where that can be written. Comes back with whether it could. */
export async function tell(finished: Run, { format, world, place, mark }: Telling): Promise<boolean> {
  const lost: string[] = [];
  await orSay(lost, () => writeReport(place.machine, finished));
  await orSay(lost, mark.end);
  const facts = { ...finished, notices: [...finished.notices, ...lost] };
  world.logger.info({ ...runFacts(facts), mirror: join(place.stateDirectory, 'repository.git') }, 'run ended');
  world.print(format === 'json' ? JSON.stringify(runFacts(facts), null, 2) : formatRun(facts, world.paint));
  return lost.length === 0;
}

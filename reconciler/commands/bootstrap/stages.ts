import { shellWord } from '../../git/ssh/shell-word.ts';
import { UsageError } from '../command.ts';
import { firstRun, outcome } from './first-run.ts';
import type { Job } from './job.ts';
import { keys } from './keys.ts';
import { look } from './look.ts';
import { copy, install } from './package.ts';
import { settings } from './settings.ts';
import { bareHost, type Stage, type Step } from './step.ts';

/** Everything that makes a bare Debian a host of the co-op, in order. */
export const stages: readonly Stage[] = [look, copy, install, keys, settings, firstRun, outcome];

/** The words that are run for a step: as root, or as somebody whom sudo lets be root without a password. */
export function argvFor({ argv }: Step, { peer }: Job): readonly string[] {
  return peer.user === 'root' ? argv : ['sudo', '-n', '--', ...argv];
}

/** Head a stage. Shape: `3/7 install it`. */
export function headingOf(stage: Stage, job: Job): string {
  return `${stages.indexOf(stage) + 1}/${stages.length} ${stage.title(job)}`;
}

/** Say everything that would be done on a host on which there is nothing yet. Pure. */
export function rehearsal(job: Job): readonly string[] {
  return stages.flatMap((stage) => [headingOf(stage, job), ...stage.steps(job, bareHost).flatMap((step) => rehearsed(step, job))]);
}

function rehearsed(step: Step, job: Job): readonly string[] {
  const command = argvFor(step, job).map((word) => (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : shellWord(word))).join(' ');
  return [`    $ ${command}`, ...(step.stdin === undefined ? [] : [`        < ${step.stdin.what}`])];
}

/** Say that the host said no. Errors: never anything else. */
export function refusalOf(stage: Stage, { job, why }: { readonly job: Job; readonly why: string }): UsageError {
  return new UsageError(`cannot go on with ${job.host.name} in step ${headingOf(stage, job)}: ${why}`);
}

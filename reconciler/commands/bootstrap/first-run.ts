/**
 * The first run is systemd's, as all later ones are: it goes on when this connection breaks, and a run that the timer began meanwhile is
 * joined instead of disturbed. `systemctl start` of a oneshot unit returns when it is over. What it said is in the journal, under the id
 * of this very invocation. Source: systemctl(1), systemd.exec(5) ($INVOCATION_ID), systemd.journal-fields(7).
 */
import { UsageError } from '../command.ts';
import type { Job } from './job.ts';
import { lastLines, wordOf } from './said.ts';
import { step, type FirstRun, type Seen, type Settled, type Stage } from './step.ts';

const unit = 'croft.service';
const tipFile = '/var/lib/croft/repository.git/refs/croft/tip';

// A start that the timer made just before the configuration was there ended with its condition, and joining it is no run.
const start = [
  'for n in 1 2 3 4 5', 'do systemctl start -- "$1" || true', 'r=$(systemctl show --property=Result --value -- "$1")',
  'test "$r" = exec-condition || break', 'sleep 1', 'done', 'systemctl show --property=Result,ExecMainStatus,InvocationID -- "$1"',
].join('; ').replace(/; do; /, '; do ');

/** Start the first run and wait for its end. */
export const firstRun: Stage = {
  title: () => 'begin the first run; it may take some minutes',
  steps: () => [{ argv: ['sh', '-euc', start, 'sh', unit], seconds: 40 * 60 }],
  settle: ([answer], { host }) => {
    const run = runOf(answer?.out ?? '');
    if (run !== null) return { result: 'it is over', seen: { run } };
    const cannot = `cannot tell how the first run on ${host.name} went: systemctl start ${unit} there says`;
    throw new UsageError([cannot, ...lastLines(answer?.all ?? '')].join('\n  '));
  },
};

function runOf(text: string): FirstRun | null {
  const says = (field: string): string => new RegExp(`^${field}=([0-9a-z-]*)$`, 'm').exec(text)?.[1] ?? '';
  const [result, status, invocation] = [says('Result'), says('ExecMainStatus'), says('InvocationID')];
  const ended = ['success', 'exit-code'].includes(result) && /^\d{1,3}$/.test(status) && /^[0-9a-f]{32}$/.test(invocation);
  return ended ? { status: Number(status), invocation } : null;
}

/** Say how the first run went. */
export const outcome: Stage = {
  title: () => 'see how it went',
  steps: (_, { run }) => [
    // What a program said last may still be on its way to the journal when systemd has seen it end.
    { ...step('journalctl', '--sync'), mayFail: true },
    { ...step('journalctl', '--no-pager', '--quiet', '--output=cat', '--lines=400', `_SYSTEMD_INVOCATION_ID=${run?.invocation ?? '…'}`), mayFail: true },
    { ...step('cat', '--', tipFile), mayFail: true },
  ],
  settle: ([, journal, tip], job, seen) => {
    // What croft logs for programs is told by the lines for people as well.
    const told = (journal?.out ?? '').split('\n').filter((line) => !line.startsWith('{')).join('\n');
    return ending(told, { tip: /^[0-9a-f]{40}$/.exec(wordOf(tip) ?? '')?.[0] ?? null, job, seen });
  },
};

interface End {
  readonly tip: string | null;
  readonly job: Job;
  readonly seen: Seen;
}

function ending(told: string, { tip, job, seen }: End): Settled {
  const { name, source } = job.host;
  const lines = lastLines(told, 60);
  const [status, at] = [seen.run?.status ?? null, tip === null ? '' : ` @ ${tip.slice(0, 10)}`];
  if (status === 0 && tip !== null) return { result: `${name} is as desired${at}`, lines, exit: 0 };
  if (status === 3) return { result: `${name} is converged in part${at}; the timer goes on every minute`, lines, exit: 3 };
  const isLocked = /lets none of these keys in/.test(told);
  const locked = `${name} is installed, and cannot fetch yet: the git server does not know its key`;
  if (status === 1 && isLocked) return { result: locked, lines: [...lines, ...letIn(source.file)], exit: 3 };
  const cannot = `cannot say that ${name} is as desired: its first run ended with status ${status ?? 'none'}`;
  throw new UsageError([`${cannot}; the timer tries again every minute, and so does this command`, ...lines].join('\n  '));
}

function letIn(file: string): readonly string[] {
  return [
    `declare the key of step 4 as key: in ${file}, and see that it comes into main; where the server`,
    'is one as in docs/git-server.md, run git-keys on it. Then the timer does the rest within a minute, and',
    'this command, run again, says how it went.',
  ];
}

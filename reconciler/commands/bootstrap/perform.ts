import { shellCommand } from '../../git/ssh/shell-word.ts';
import { fingerprint, keyType } from '../../git/ssh/known-hosts.ts';
import { nameOf } from '../../git/ssh/remote.ts';
import { oneLine } from '../../report/printable.ts';
import { UsageError, type ExitStatus, type World } from '../command.ts';
import type { Answer } from '../host-errand.ts';
import type { HostSession } from '../host-ssh.ts';
import type { Job } from './job.ts';
import { lastLines } from './said.ts';
import { argvFor, headingOf, refusalOf, stages } from './stages.ts';
import { bareHost, type Seen, type Stage, type Step } from './step.ts';

/** Whom to talk to, what about, and how often to say that it goes on. Units: milliseconds. */
export interface Performance {
  readonly job: Job;
  readonly session: HostSession;
  readonly tellEvery: number;
}

const mostBytes = 128 * 1024;

/** Go through all stages, telling each as it begins and what came of it. Errors: UsageError when the host is not what it must be, or refuses. */
export async function perform({ job, session, tellEvery }: Performance, world: World): Promise<ExitStatus> {
  let seen: Seen = bareHost;
  for (const stage of stages) {
    world.print(world.paint('bold', headingOf(stage, job)));
    const answers: Answer[] = [];
    for (const step of stage.steps(job, seen)) answers.push(await run(step, { job, session, tellEvery, stage, world }));
    const { result, lines = [], seen: news, exit } = await stage.settle(answers, job, seen);
    world.print([result, ...lines].map((line) => `    ${line}`).join('\n'));
    if (exit !== undefined) return exit;
    seen = { ...seen, ...news };
  }
  return 0;
}

interface Turn extends Performance {
  readonly stage: Stage;
  readonly world: World;
}

async function run(step: Step, { job, session, tellEvery, stage, world }: Turn): Promise<Answer> {
  const progress = progressOf(step, world, tellEvery);
  try {
    const argv = argvFor(step, job);
    const { seconds, stdin } = step;
    const answer = await session.run({ command: shellCommand(argv), seconds, mostBytes, sent: progress.sent, stdin: stdin?.bytes ?? new Uint8Array() });
    if (!answer.ok && answer.stranger !== null) throw unknown(answer.stranger, job);
    if (!answer.ok) throw refusalOf(stage, { job, why: `${oneLine(answer.why)} – run the same command again: what is done stays done` });
    if (answer.status === 0 || step.mayFail) return answer;
    throw refusalOf(stage, { job, why: failed(step, answer) });
  } finally {
    progress.end();
  }
}

function failed({ argv }: Step, { status, all }: Answer): string {
  const program = argv.find((word) => word !== 'env' && !word.includes('='));
  return [`${program} there ended with ${status ?? 'a signal'}`, ...lastLines(all)].join('\n  ');
}

interface Progress {
  sent(bytes: number): void;
  end(): void;
}

/** On a terminal, say now and then how far a long step is. */
function progressOf({ stdin }: Step, { interactive, note, now }: World, tellEvery: number): Progress {
  const [begun, total] = [now(), stdin?.bytes.length ?? 0];
  let sent = 0;
  const tell = (): void => note(sent < total ? `    … ${Math.floor((sent / total) * 100)} % sent` : `    … ${Math.round((now() - begun) / 1000)} s`);
  const timer = interactive ? setInterval(tell, tellEvery) : null;
  return { sent: (bytes) => (sent = bytes), end: () => (timer === null ? undefined : clearInterval(timer)) };
}

/** Say whom one would have to trust, and how. */
function unknown(shown: Buffer, { host, peer }: Job): UsageError {
  const [type, blob] = [keyType(shown), shown.toString('base64')];
  const document = type === 'ssh-ed25519' ? [`to ${host.source.file}, and commit it to main:`, `  ssh-host-key: ${type} ${blob} root@${host.name}`, 'or'] : [];
  return new UsageError([
    `cannot tell whether ${peer.address} is ${host.name}: nobody has said which key its sshd has. Whoever answers there shows`,
    `  ${fingerprint(shown)} (${oneLine(type)})`,
    'When that is what ssh-keygen -lf prints of /etc/ssh/ssh_host_*_key.pub at its own console, add',
    ...document,
    'to your ~/.ssh/known_hosts:',
    `  ${nameOf({ host: peer.address, port: peer.port })} ${oneLine(type)} ${blob}`,
  ].join('\n'));
}

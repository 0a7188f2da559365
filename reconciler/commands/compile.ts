import type { SshIdentity } from '../git/ssh/identity.ts';
import { parseRequest } from '../handover/request.ts';
import { UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { aheadOf } from './halves/ahead.ts';
import { answerTo, expectNews } from './halves/answer.ts';
import { comes, markTaken, type Became, type Found } from './halves/early.ts';
import { errandOptions, pathsIn, sentOn } from './halves/verb.ts';
import { keyDigest } from './host-key.ts';
import { identityOf } from './place.ts';
import { kicks } from './rooms.ts';

/** Read the repository for a run: the half of croft that is not root. */
export const compile: Command = {
  name: 'compile',
  summary: 'read the repository for a run: what croft-compile.service does, without root',
  help: `croft compile: the half of a run that reads what members wrote: fetches the repository, verifies who
signed, validates the documents, and works out what this host must be. What comes of it is handed over
as flat data to croft reconcile, which does nothing that it does not know. On an installed host
croft-compile.service runs this as the user croft, in a sandbox, and waits there for what the next croft
reconcile asks.

Usage: croft compile [--request FILE] [--answer FILE] [--wait]

  --request FILE   what is asked; /run/croft/compile.json
  --answer FILE    where to put the answer; /var/lib/croft/spool/compile.json
  --wait           what was answered before is not asked again: wait for the next request, up to
                   5 minutes. So it is awake by the time that a run knows what to ask.

Example:
  $ systemctl status croft-compile.service

Exit status: 0 answered, also when the answer is that it cannot be, or nothing was asked in that time;
1 cannot answer.`,
  options: { ...errandOptions, wait: { type: 'boolean' } },
  run,
};

/** Longer than from one run to the next. Units: milliseconds. */
const patience = 300_000;

async function run(call: Call, world: World): Promise<ExitStatus> {
  if (world.isRoot) throw new UsageError('cannot compile as root: what reads members\' documents has no rights on the host – croft reconcile asks the right user');
  const paths = pathsIn(call, 'compile');
  const desk = { stateDirectory: '/var/lib/croft', build: world.build };
  // Which servers are known may change while it waits.
  const identity = (): SshIdentity => identityOf('/', world);
  const ahead = call.values['wait'] === true ? aheadOf({ ...desk, request: paths.request, identity }) : null;
  const kicked = (became: Became): void => {
    ahead?.heard(became);
    expectNews();
  };
  const found: Found = ahead === null ? 'there' : await comes(paths, { patience, kicks, kicked });
  if (found === 'none') return 0;
  const { request, name, answer } = sentOn(call, 'compile');
  const read = parseRequest(request);
  // Whoever waited may be of another croft than root is now, or have another key: then the one that root has begun instead answers.
  if (found === 'later' && !(read.ok && read.value.croft === world.build && read.value.key === keyDigest({ root: '/', credentials: world.credentials }))) return 0;
  if (!read.ok) throw new UsageError(`cannot understand what is asked: ${read.why}`);
  const said = await answerTo(read.value, { ...desk, identity: identity() }, ahead);
  if (ahead !== null) markTaken(paths, name);
  await answer(said);
  return 0;
}

import { reach, type Reached } from '../git/reached.ts';
import type { SshIdentity } from '../git/ssh/identity.ts';
import { parseRequest } from '../handover/request.ts';
import { UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { answerTo } from './halves/answer.ts';
import { comes } from './halves/early.ts';
import { readSpooled } from './halves/spool.ts';
import { errandOptions, pathsIn, sentOn } from './halves/verb.ts';
import { identityOf } from './place.ts';

/** Read the repository for a run: the half of croft that is not root. */
export const compile: Command = {
  name: 'compile',
  summary: 'read the repository for a run: what croft-compile.service does, without root',
  help: `croft compile: the half of a run that reads what members wrote: fetches the repository, verifies who
signed, validates the documents, and works out what this host must be. What comes of it is handed over
as flat data to croft reconcile, which does nothing that it does not know. On an installed host
croft-compile.service runs this as the user croft, in a sandbox, whenever croft reconcile asks.

Usage: croft compile [--request FILE] [--answer FILE] [--wait]

  --request FILE   what is asked; /run/croft/compile.json
  --answer FILE    where to put the answer; /var/lib/croft/spool/compile.json
  --wait           what was answered before is not asked again: wait for the next request, up to
                   5 seconds. So croft.service has this begun before it knows what to ask.

Example:
  $ systemctl status croft-compile.service

Exit status: 0 answered, also when the answer is that it cannot be, or nothing was asked in that time;
1 cannot answer.`,
  options: { ...errandOptions, wait: { type: 'boolean' } },
  run,
};

/** Longer than a run takes until it knows what to ask. Units: milliseconds. */
const patience = 5_000;

async function run(call: Call, world: World): Promise<ExitStatus> {
  if (world.isRoot) throw new UsageError('cannot compile as root: what reads members\' documents has no rights on the host – croft reconcile asks the right user');
  const identity = identityOf('/', world);
  const [paths, waits] = [pathsIn(call, 'compile'), call.values['wait'] === true];
  const reached = waits ? reachAgain(paths.request, identity) : null;
  try {
    if (waits && !(await comes(paths, patience))) return 0;
    const { request, answer } = sentOn(call, 'compile');
    const read = parseRequest(request);
    if (!read.ok) throw new UsageError(`cannot understand what is asked: ${read.why}`);
    await answer(await answerTo(read.value, { identity, stateDirectory: '/var/lib/croft', build: world.build }, reached));
  } finally {
    reached?.close();
  }
  return 0;
}

/** Connect to where the last run went: this one will most likely want the same. What is there is asked only once root asks. */
function reachAgain(path: string, identity: SshIdentity): Reached | null {
  const before = readSpooled(path);
  const read = before === null ? null : parseRequest(before);
  const [remote] = read?.ok === true && read.value.what === 'follow' ? read.value.remotes : [];
  return remote === undefined ? null : reach(remote, identity);
}

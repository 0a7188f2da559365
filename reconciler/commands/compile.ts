import { parseRequest } from '../handover/request.ts';
import { UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { answerTo } from './halves/answer.ts';
import { errandOptions, sentOn } from './halves/verb.ts';
import { identityOf } from './place.ts';

/** Read the repository for a run: the half of croft that is not root. */
export const compile: Command = {
  name: 'compile',
  summary: 'read the repository for a run: what croft-compile.service does, without root',
  help: `croft compile: the half of a run that reads what members wrote: fetches the repository, verifies who
signed, validates the documents, and works out what this host must be. What comes of it is handed over
as flat data to croft reconcile, which does nothing that it does not know. On an installed host
croft-compile.service runs this as the user croft, in a sandbox, whenever croft reconcile asks.

Usage: croft compile [--request FILE] [--answer FILE]

  --request FILE   what is asked; /run/croft/compile.json
  --answer FILE    where to put the answer; /var/lib/croft/spool/compile.json

Example:
  $ systemctl status croft-compile.service

Exit status: 0 answered, also when the answer is that it cannot be, 1 cannot answer.`,
  options: errandOptions,
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  if (world.isRoot) throw new UsageError('cannot compile as root: what reads members\' documents has no rights on the host – croft reconcile asks the right user');
  const { request, answer } = sentOn(call, 'compile');
  const read = parseRequest(request);
  if (!read.ok) throw new UsageError(`cannot understand what is asked: ${read.why}`);
  await answer(await answerTo(read.value, { identity: identityOf('/', world), stateDirectory: '/var/lib/croft', build: world.build }));
  return 0;
}

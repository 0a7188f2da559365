import { formatHeard, parseTelling } from '../handover/telling.ts';
import { UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { tellOthers } from './halves/tell-others.ts';
import { errandOptions, sentOn } from './halves/verb.ts';
import { identityOf } from './place.ts';

/** Tell the others how a run went: the half of croft that is not root. */
export const publishing: Command = {
  name: 'publish',
  summary: 'tell the others how a run went: what croft-publish.service does, without root',
  help: `croft publish: tells the co-op how a run went: keeps in the mirror what this host believes, pushes this
host's report and its note on the commit, and every few minutes hears what the other hosts say of
themselves. On an installed host croft-publish.service runs this as the user croft, in a sandbox,
whenever croft reconcile has ended.

Usage: croft publish [--request FILE] [--answer FILE]

  --request FILE   how the run went; /run/croft/publish.json
  --answer FILE    where to put what is to be noted; /var/lib/croft/spool/publish.json

Example:
  $ systemctl status croft-publish.service

Exit status: 0 told, or there was nothing to tell, 1 cannot.`,
  options: errandOptions,
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  if (world.isRoot) throw new UsageError('cannot publish as root: what talks to remotes has no rights on the host – croft reconcile asks the right user');
  const { request, answer } = sentOn(call, 'publish');
  const read = parseTelling(request);
  if (!read.ok) throw new UsageError(`cannot understand what is to be told: ${read.why}`);
  const desk = { identity: identityOf('/', world), stateDirectory: '/var/lib/croft', root: '/', credentials: world.credentials };
  await answer(formatHeard({ version: 1, id: read.value.id, notices: await tellOthers(read.value, desk) }));
  return 0;
}

import { spawnSync } from 'node:child_process';
import { UsageError, type ExitStatus, type World } from '../command.ts';
import type { Place } from '../place.ts';
import { lend } from './child.ts';
import { drop } from './errand.ts';
import { isInstalled } from './half.ts';

/**
 * Have the same asked by the user who reads repositories, where root on an installed host asks something that only takes reading: what
 * parses what members wrote has no rights on the host. A process cannot leave root by itself: node forbids it where io_uring may be in
 * use. Shape: its exit status; null where there is nobody to leave. Errors: UsageError when it cannot be run, MachineError.
 */
export async function askedByOther({ root, machine }: Place, world: World): Promise<ExitStatus | null> {
  if (!world.isRoot || root !== '/' || !isInstalled()) return null;
  const lent = ['env', '-u', 'SSH_AUTH_SOCK', 'HOME=/nonexistent', `CREDENTIALS_DIRECTORY=${await lend(machine)}`];
  const [program = '', ...words] = [...drop, ...lent, ...world.self, ...world.words];
  const { status, error } = spawnSync(program, words, { stdio: 'inherit' });
  if (error !== undefined || status === null) throw new UsageError(`cannot ask as another user than root: ${error?.message ?? 'it was ended'}`);
  return status as ExitStatus;
}

/**
 * The running sessions of a user who may have none: suspended or retired. Keys and passwords close the door for the next login; who is
 * already inside stays, since Debian's logind does not kill what a session leaves running (KillUserProcesses=no, logind.conf(5)). So the
 * desired state is always that nothing runs. When the wish is dropped because the member is active again, it is only forgotten.
 */
import type { Kind } from '../model/kind.ts';
import type { Provenance, Resource } from '../model/resource.ts';
import { linesOf, outputOf } from './answer.ts';
import { resource } from './resource.ts';

/** Want a user to have no session. Shape: null; read where there is one: { running: true }. */
export function sessions(user: string, provenance: Provenance): Resource {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(user)) throw new Error(`cannot end the sessions of ${JSON.stringify(user)}: that is no user name`);
  return resource({ kind: 'sessions', name: user }, { desired: null }, provenance);
}

/** Look at who is logged in and end sessions. */
export const sessionsKind: Kind = {
  name: 'sessions',
  whenDropped: 'keep',
  probe: () => [{ ask: 'run', argv: ['loginctl', 'list-users', '--no-legend'] }],
  read: (answers, resources) => {
    const users = usersOf(outputOf(answers[0]).stdout);
    return new Map(resources.map(({ id, name }) => [id, users.has(name) ? { running: true } : null]));
  },
  steps: ({ name }, { actual }) => (actual === null ? [] : [{ do: 'run', argv: ['loginctl', 'terminate-user', name] }]),
};

/** The columns are uid and user, since systemd 254 also linger and state. */
function usersOf(stdout: string): ReadonlySet<string> {
  return new Set(linesOf(stdout).map((line) => line.trim().split(/\s+/)[1] ?? ''));
}

/**
 * The running sessions of a user who may have none: suspended or retired; by account name those of logind, by mail address those of
 * Dovecot, whose connections outlive the password that opened them. Keys and passwords close the door for the next login; who is
 * already inside stays, since Debian's logind does not kill what a session leaves running (KillUserProcesses=no, logind.conf(5)). The slice
 * of the user is stopped, which holds all of it, and that waits until it is gone; logind, told to end a user, only begins with it. So the
 * desired state is always that nothing runs. When the wish is dropped because the member is active again, it is only forgotten.
 */
import type { Step } from '../model/machine.ts';
import type { Kind } from '../model/kind.ts';
import type { Provenance, Resource, State } from '../model/resource.ts';
import { linesOf, outputOf } from './answer.ts';
import { resource } from './resource.ts';

const account = /^[a-z][a-z0-9-]{0,31}$/;
const address = /^[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9.-]{1,253}$/;

/** Want a user, by account name or mail address, to have no session. Shape: null; read where there is one: { running: true }, with the uid of an account. */
export function sessions(user: string, provenance: Provenance): Resource {
  if (!account.test(user) && !address.test(user)) throw new Error(`cannot end the sessions of ${JSON.stringify(user)}: that is no user name`);
  return resource({ kind: 'sessions', name: user }, { desired: null }, provenance);
}

/** Look at who is logged in and end sessions. */
export const sessionsKind: Kind = {
  name: 'sessions',
  whenDropped: 'keep',
  probe: (resources) => doors(resources).map(({ who }) => ({ ask: 'run', argv: who })),
  read: (answers, resources) => {
    const users = new Map(doors(resources).flatMap(({ column }, index) => usersIn(outputOf(answers[index]).stdout, column)));
    return new Map(resources.map(({ id, name }) => [id, users.get(name) ?? null]));
  },
  steps: ({ name }, { actual }) => (actual === null ? [] : [isMail(name) ? cuttingOff(name) : stopping(actual)]),
};

/** Whoever has gone by then (68, `not found` in Dovecot's words) need not be cut off. Source: doveadm-kick(1). */
function cuttingOff(name: string): Step {
  return { do: 'run', argv: ['doveadm', 'kick', name], idle: 68 };
}

/** A process that does not end by itself is killed by systemd after 90 seconds. Source: user@.service(5). */
function stopping({ uid }: State): Step {
  return { do: 'run', argv: ['systemctl', 'stop', `user-${uid}.slice`], timeoutSeconds: 180 };
}

interface Door {
  readonly who: readonly string[];
  /** Which word of each line is the user. */
  readonly column: number;
}

/** The columns are uid and user, since systemd 254 also linger and state. */
const login: Door = { who: ['loginctl', 'list-users', '--no-legend'], column: 1 };
/** Source: doveadm-who(1). */
const mail: Door = { who: ['doveadm', '-f', 'tab', 'who'], column: 0 };

function doors(resources: readonly { readonly name: string }[]): readonly Door[] {
  const asked = [{ door: login, wanted: resources.some(({ name }) => !isMail(name)) }, { door: mail, wanted: resources.some(({ name }) => isMail(name)) }];
  return asked.filter(({ wanted }) => wanted).map(({ door }) => door);
}

function isMail(name: string): boolean {
  return name.includes('@');
}

/** In front of an account stands its uid. */
function usersIn(stdout: string, column: number): readonly (readonly [string, State])[] {
  return linesOf(stdout).map((line) => line.trim().split(/\s+/)).map((words) => {
    const uid = column === 1 && /^[0-9]+$/.test(words[0] ?? '') ? { uid: Number(words[0]) } : {};
    return [words[column] ?? '', { running: true, ...uid }];
  });
}

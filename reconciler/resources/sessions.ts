/**
 * The running sessions of a user who may have none: suspended or retired; by account name those of logind, by mail address those of
 * Dovecot, whose connections outlive the password that opened them. Keys and passwords close the door for the next login; who is
 * already inside stays, since Debian's logind does not kill what a session leaves running (KillUserProcesses=no, logind.conf(5)). So the
 * desired state is always that nothing runs. When the wish is dropped because the member is active again, it is only forgotten.
 */
import type { Step } from '../model/machine.ts';
import type { Kind } from '../model/kind.ts';
import type { Provenance, Resource } from '../model/resource.ts';
import { linesOf, outputOf } from './answer.ts';
import { resource } from './resource.ts';

const account = /^[a-z][a-z0-9-]{0,31}$/;
const address = /^[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9.-]{1,253}$/;

/** Want a user, by account name or mail address, to have no session. Shape: null; read where there is one: { running: true }. */
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
    const users = new Set(doors(resources).flatMap(({ column }, index) => columnOf(outputOf(answers[index]).stdout, column)));
    return new Map(resources.map(({ id, name }) => [id, users.has(name) ? { running: true } : null]));
  },
  steps: ({ name }, { actual }) => (actual === null ? [] : [ending(name, isMail(name) ? mail : login)]),
};

function ending(name: string, { end, idle }: Door): Step {
  return { do: 'run', argv: [...end, name], ...(idle === undefined ? {} : { idle }) };
}

interface Door {
  readonly who: readonly string[];
  /** Which word of each line is the user. */
  readonly column: number;
  readonly end: readonly string[];
  /** What it ends with when whoever was there has gone by then. */
  readonly idle?: number;
}

/** The columns are uid and user, since systemd 254 also linger and state. */
const login: Door = { who: ['loginctl', 'list-users', '--no-legend'], column: 1, end: ['loginctl', 'terminate-user'] };
/** Source: doveadm-who(1), doveadm-kick(1); its status 68 is EX_NOHOST of sysexits.h, which Dovecot takes for `not found`. */
const mail: Door = { who: ['doveadm', '-f', 'tab', 'who'], column: 0, end: ['doveadm', 'kick'], idle: 68 };

function doors(resources: readonly { readonly name: string }[]): readonly Door[] {
  const asked = [{ door: login, wanted: resources.some(({ name }) => !isMail(name)) }, { door: mail, wanted: resources.some(({ name }) => isMail(name)) }];
  return asked.filter(({ wanted }) => wanted).map(({ door }) => door);
}

function isMail(name: string): boolean {
  return name.includes('@');
}

function columnOf(stdout: string, column: number): readonly string[] {
  return linesOf(stdout).map((line) => line.trim().split(/\s+/)[column] ?? '');
}

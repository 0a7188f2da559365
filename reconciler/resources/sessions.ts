/**
 * The running sessions of a user who may have none: suspended or retired; by account name those of logind, by mail address those of
 * Dovecot, whose connections outlive the password that opened them. Keys and passwords close the door for the next login; who is
 * already inside stays, since Debian's logind does not kill what a session leaves running (KillUserProcesses=no, logind.conf(5)). The slice
 * of the user is stopped, which holds all of it, and that waits until it is gone; logind, told to end a user, only begins with it, and
 * lists one for a while after the last logout: who is listed and has an active slice is inside (UserStopDelaySec, logind.conf(5)). So the
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
  probe: (resources) => questions(resources).map((argv) => ({ ask: 'run', argv })),
  read: (answers, resources) => {
    const said = new Map(questions(resources).map((argv, index) => [argv, linesOf(outputOf(answers[index]).stdout).map((line) => line.trim().split(/\s+/))]));
    const active = new Set((said.get(slices) ?? []).map(([slice]) => slice));
    const inside = (said.get(accounts) ?? []).filter(([uid = '']) => /^[0-9]{1,10}$/.test(uid) && active.has(`user-${uid}.slice`));
    const users = new Map<string, State>([
      ...inside.map(([uid, name = '']) => [name, { running: true, uid: Number(uid) }] as const),
      ...(said.get(readers) ?? []).map(([address = '']) => [address, { running: true }] as const),
    ]);
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

/** The columns are uid and user, then linger, and since systemd 254 also the state. */
const accounts = ['loginctl', 'list-users', '--no-legend'] as const;
const slices = ['systemctl', 'list-units', '--type=slice', '--state=active', '--plain', '--no-legend', 'user-*.slice'] as const;
/** Source: doveadm-who(1). */
const readers = ['doveadm', '-f', 'tab', 'who'] as const;

function questions(resources: readonly { readonly name: string }[]): readonly (readonly string[])[] {
  const [mail, login] = [resources.some(({ name }) => isMail(name)), resources.some(({ name }) => !isMail(name))];
  return [...(login ? [accounts, slices] : []), ...(mail ? [readers] : [])];
}

function isMail(name: string): boolean {
  return name.includes('@');
}

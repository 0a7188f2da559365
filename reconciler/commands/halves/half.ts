/**
 * The other half of croft, seen from the one that may change the host: it is asked in writing and answers in writing, and what it answers
 * is read as flat data by readers that know what it must be (handover/). On an installed host it is a unit of its own, with a user of its
 * own, in a sandbox; where systemd does not run it is a child with that user's rights; for a directory that plays a host it is this very
 * process, through the same texts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { handsOver, isWhole, nothingKnown, parseAnswer, type Answer, type Cannot, type Handover, type KnownLines, type Same } from '../../handover/handover.ts';
import { formatRequest, parseRequest, type Request } from '../../handover/request.ts';
import { formatHeard, formatTelling, parseHeard, parseTelling, type Telling } from '../../handover/telling.ts';
import { parseWayBack, type WayBack } from '../../handover/way-back.ts';
import type { Reading } from '../../handover/read.ts';
import { MachineError, type Machine, type Step } from '../../model/machine.ts';
import { UsageError, type World } from '../command.ts';
import { hostKeyPath } from '../host-key.ts';
import type { Place } from '../place.ts';
import { readSpooled } from './spool.ts';

/** Looks up what root has read before, for a whole catalog or for a part of one. */
export type Knowledge = (isWhole: boolean) => Promise<KnownLines>;

/** Whoever reads documents, and talks to remotes. */
export interface Half {
  /** `known`: what root knows already, asked for when something is handed over, all of it or a part. Errors: UsageError when it cannot, or answers what is no answer; Lost when it came to no end. */
  compile(request: Request, known?: Knowledge): Promise<Handover | Same>;
  /** Errors: as of compile. */
  wayBack(request: Request): Promise<WayBack>;
  /** Shape: notices. Errors: Lost. */
  tell(telling: Telling): Promise<readonly string[]>;
}

/** The other half was ended before it had an answer: by a limit of its unit, or by a bug. */
export class Lost extends UsageError {}

/** As whom the other half runs. The package makes it. */
export const user = 'croft';
/** Runs what follows with that user's rights, and no way back. Source: setpriv(1). */
export const drop: readonly string[] = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--no-new-privs', '--inh-caps=-all'];
const asking = '/run/croft';
const credentials = `${asking}/credentials`;

/** Did croft's package make its user here? */
export function isInstalled(): boolean {
  return readFileSync('/etc/passwd', 'utf8').split('\n').some((line) => line.startsWith(`${user}:`));
}

interface Errand {
  readonly name: 'compile' | 'publish';
  readonly text: string;
}

/** Find the other half for a place. */
export function halfOf(place: Place, world: World): Half {
  if (place.root !== '/' || !world.isRoot) return within(place);
  if (!isInstalled()) throw new UsageError(`cannot read the repository as root: this host has no user ${user}, whom croft's package makes – or say --root DIR for a directory that plays a host`);
  const send = existsSync('/run/systemd/system') ? throughUnit(place.machine) : throughChild(place.machine, world);
  return {
    compile: async (request, known) => answerIn(await inTurn(request.id, async () => read(await send({ name: 'compile', text: formatRequest(request) }), known), ({ request: id }) => id)),
    wayBack: async (request) => answerIn(await inTurn(request.id, async () => parseWayBack(await send({ name: 'compile', text: formatRequest(request) })), ({ request: id }) => id)),
    tell: async (telling) => {
      const heard = await inTurn(telling.id, async () => parseHeard(await send({ name: 'publish', text: formatTelling(telling) })), ({ id }) => id);
      if (!heard.ok) throw new Lost(`its answer is none: ${heard.why}`);
      return heard.value.notices;
    },
  };
}

const mostTurns = 8;

/** Somebody may look at a plan while a run goes on, and both ask the same unit: whose answer it is not asks again. */
async function inTurn<Value>(id: string, once: () => Promise<Reading<Value>>, idOf: (value: Value) => string): Promise<Reading<Value>> {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const read = await once();
    if (!read.ok || idOf(read.value) === id) return read;
  }
  throw new Lost('it is asked by others all the time');
}

/** The same ways, without leaving this process: only here is what reads documents loaded beside what changes a host. */
function within(place: Place): Half {
  const answerTo = async (text: string): Promise<string> => (await import('./answer.ts')).answerTo(sure(parseRequest(text)), place);
  return {
    compile: async (request, known) => answerIn(await read(await answerTo(formatRequest(request)), known)),
    wayBack: async (request) => answerIn(parseWayBack(await answerTo(formatRequest(request)))),
    tell: async (telling) => {
      const told = sure(parseTelling(formatTelling(telling)));
      const notices = await (await import('./tell-others.ts')).tellOthers(told, place);
      return sure(parseHeard(formatHeard({ version: 1, id: telling.id, notices }))).notices;
    },
  };
}

async function read(text: string, known: Knowledge | undefined): Promise<Reading<Answer>> {
  return parseAnswer(text, known === undefined || !handsOver(text) ? nothingKnown : await known(isWhole(text)));
}

function answerIn<Value extends object>(read: Reading<Value | Cannot>): Value {
  if (!read.ok) throw new UsageError(`cannot use what croft-compile handed over: ${read.why}; nothing was done`);
  if ('cannot' in read.value) throw new UsageError(read.value.cannot);
  return read.value;
}

/** What this half wrote itself. Errors: a bug. */
function sure<Value>(read: Reading<Value>): Value {
  if (!read.ok) throw new Error(`cannot read what was written here: ${read.why}`);
  return read.value;
}

/** Where an errand is written down and where its answer will be. */
export function errandPaths(name: Errand['name']): { readonly request: string; readonly answer: string } {
  return { request: `${asking}/${name}.json`, answer: `/var/lib/croft/spool/${name}.json` };
}

type Send = (errand: Errand) => Promise<string>;

/** `systemctl start` of a oneshot unit returns when it is over, and fails with it. */
function throughUnit(machine: Machine): Send {
  return async ({ name, text }) => {
    const unit = `croft-${name}.service`;
    await write(machine, name, text);
    // The unit has its own bounds in time and memory; this one is for a manager that does not answer.
    const ended = await attempt(machine, { do: 'run', argv: ['systemctl', 'start', unit], timeoutSeconds: 3600 });
    if (ended !== null) throw new Lost(await reasonOf(machine, unit, ended));
    return answered(name);
  };
}

async function reasonOf(machine: Machine, unit: string, error: MachineError): Promise<string> {
  const [shown] = await machine.observe([{ ask: 'run', argv: ['systemctl', 'show', '--property=Result', '--value', unit] }]);
  const result = shown?.ask === 'run' ? shown.stdout.trim() : '';
  const words: { readonly [result: string]: string } = { timeout: 'it took too long', 'oom-kill': 'it needed more memory than it may have', signal: 'it was killed', 'core-dump': 'it crashed' };
  return `${words[result] ?? (result === '' || result === 'success' ? error.message : `it ended with ${result}`)}: journalctl -u ${unit}`;
}

/** Without systemd: a child with that user's rights and nothing else of ours. */
function throughChild(machine: Machine, world: World): Send {
  return async ({ name, text }) => {
    const { request, answer } = errandPaths(name);
    for (const path of ['/var/lib/croft', asking]) await machine.perform({ do: 'directory', path, mode: '0755', owner: 'root', group: 'root' });
    for (const path of ['/var/lib/croft/spool', '/var/lib/croft/repository.git']) await machine.perform({ do: 'directory', path, mode: '0700', owner: user, group: user });
    await lend(machine);
    await write(machine, name, text);
    const argv = [...drop, ...world.self, name, '--request', request, '--answer', answer];
    const ended = await attempt(machine, { do: 'run', argv, env: { CREDENTIALS_DIRECTORY: credentials, HOME: '/nonexistent' }, timeoutSeconds: name === 'compile' ? 600 : 180 });
    if (ended !== null) throw new Lost(ended.stderr.trim().split('\n').at(-1) || ended.message);
    return answered(name);
  };
}

/** Let the other user read the host's key, as LoadCredential= does for a unit. */
export async function lend(machine: Machine): Promise<string> {
  const [answer] = await machine.observe([{ ask: 'path', path: hostKeyPath, want: 'text' }]);
  const text = (answer?.ask === 'path' ? answer.node?.text : undefined) ?? 'none\n';
  await machine.perform({ do: 'directory', path: asking, mode: '0755', owner: 'root', group: 'root' });
  await machine.perform({ do: 'directory', path: credentials, mode: '0750', owner: 'root', group: user });
  await machine.perform({ do: 'write', path: join(credentials, 'host.key'), text, mode: '0440', owner: 'root', group: user, secret: true });
  return credentials;
}

/** What is asked may name a remote with a password in it. */
async function write(machine: Machine, name: Errand['name'], text: string): Promise<void> {
  // The lock may have made it with whatever umask there was.
  await machine.perform({ do: 'access', path: asking, mode: '0755', owner: 'root', group: 'root' });
  await machine.perform({ do: 'write', path: errandPaths(name).request, text, mode: '0640', owner: 'root', group: user, secret: true });
}

async function attempt(machine: Machine, step: Step): Promise<MachineError | null> {
  try {
    await machine.perform(step);
    return null;
  } catch (error) {
    if (error instanceof MachineError) return error;
    throw error;
  }
}

function answered(name: Errand['name']): string {
  const text = readSpooled(errandPaths(name).answer);
  if (text === null) throw new Lost('it left no answer');
  return text;
}

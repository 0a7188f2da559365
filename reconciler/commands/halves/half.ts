/**
 * The other half of croft, seen from the one that may change the host: it is asked in writing and answers in writing, and what it answers
 * is read as flat data by readers that know what it must be (handover/). On an installed host it is a unit of its own, with a user of its
 * own, in a sandbox; where systemd does not run it is a child with that user's rights; for a directory that plays a host it is this very
 * process, through the same texts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { handsOver, isWhole, nothingKnown, parseAnswer, type Answer, type Cannot, type Handover, type KnownLines, type Same } from '../../handover/handover.ts';
import { formatRequest, parseRequest, type Request } from '../../handover/request.ts';
import { formatHeard, formatTelling, parseHeard, parseTelling, type Telling } from '../../handover/telling.ts';
import { parseWayBack, type WayBack } from '../../handover/way-back.ts';
import type { Reading } from '../../handover/read.ts';
import { UsageError, type World } from '../command.ts';
import type { Place } from '../place.ts';
import { Lost, user, type Send } from './errand.ts';
import { throughUnit } from './unit.ts';

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

/** Did croft's package make its user here? */
export function isInstalled(): boolean {
  return readFileSync('/etc/passwd', 'utf8').split('\n').some((line) => line.startsWith(`${user}:`));
}

/** Find the other half for a place. */
export function halfOf(place: Place, world: World): Half {
  if (place.root !== '/' || !world.isRoot) return within(place);
  if (!isInstalled()) throw new UsageError(`cannot read the repository as root: this host has no user ${user}, whom croft's package makes – or say --root DIR for a directory that plays a host`);
  const byChild: Send = async (errand) => (await import('./child.ts')).throughChild(place.machine, world)(errand);
  const send = existsSync('/run/systemd/system') ? throughUnit(place.machine) : byChild;
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


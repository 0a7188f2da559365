/** The half that is root on a host that is a directory, and other halves that answer it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lost } from '../../../reconciler/commands/halves/errand.ts';
import type { Half } from '../../../reconciler/commands/halves/half.ts';
import type { Place } from '../../../reconciler/commands/place.ts';
import { formatAnswer, nothingKnown, parseAnswer, type Handover, type Same } from '../../../reconciler/handover/handover.ts';
import type { Request } from '../../../reconciler/handover/request.ts';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import { declaredOf } from '../../../reconciler/model/declared.ts';
import { afterEveryFile } from '../../tidy.ts';
import { catalogs } from './catalogs.ts';

const rooms: string[] = [];
afterEveryFile(() => rooms.splice(0).forEach((room) => rmSync(room, { recursive: true })));

/** Make a directory that is gone after the file's last test. */
export function room(): string {
  const made = mkdtempSync(join(tmpdir(), 'croft-halves-'));
  rooms.push(made);
  return made;
}

export const [one, two] = ['1'.repeat(40), '2'.repeat(40)] as const;
const [example] = (await catalogs()).filter(({ name }) => name === 'test/scenarios/base on one');
if (example === undefined) throw new Error('the stories have no host one');
export const { state, catalog } = example;

export function handover(more: Partial<Handover> = {}, commit: string = one): Handover {
  return {
    version: 1, request: '0', catalog, declared: declaredOf(state), holds: [], notices: [], remote: 'git.example', trusted: { commit, tree: one, pending: [], overrides: new Map() },
    confirmedAt: 1000, kept: true, admins: null, hosts: [], rollbacks: [], key: null, ...more,
  };
}

export const noWay: Half['wayBack'] = async () => Promise.reject(new Lost('nobody asked for one'));

/** A half that answers so. */
export function answering(answer: (request: Request) => Handover | Omit<Same, 'request'>): Half {
  return { compile: async (request) => ({ ...answer(request), request: request.id }), wayBack: noWay, tell: async () => [] };
}

/** A half that says so in writing, through whatever somebody makes of it. */
export function speaking(answer: (request: Request) => Handover, turned: (text: string) => string = (text) => text): Half {
  const compile: Half['compile'] = async (request, known) => {
    const read = parseAnswer(turned(formatAnswer({ ...answer(request), request: request.id })), known === undefined ? nothingKnown : await known(true));
    if (!read.ok || !('catalog' in read.value)) throw new Error(read.ok ? 'hands over nothing' : read.why);
    return read.value;
  };
  return { compile, wayBack: noWay, tell: async () => [] };
}

export const dying: Half = { compile: async () => Promise.reject(new Lost('it needed more memory than it may have: journalctl -u croft-compile.service')), wayBack: noWay, tell: async () => [] };

export async function place(build: string | null = null): Promise<Place> {
  const root = room();
  const machine = rooted(root);
  await machine.perform({ do: 'directory', path: '/var/lib/croft', mode: '0755', owner: 'root', group: 'root' });
  const identity = { keyFiles: [], agent: null, knownHosts: [] };
  return { remotes: [], branch: 'main', revision: null, pin: null, rollbacks: [], identity, stateDirectory: join(root, 'var/lib/croft'), build, host: 'one', machine, root };
}

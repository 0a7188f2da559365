/**
 * A systemd unit (systemctl(1)): does it start at boot, does it run, and what has it loaded. That last one makes a reload a state instead
 * of an event: `loaded` is the fingerprint of the configuration that the daemon has read, kept in a stamp that is written only after a good
 * start or reload, and taken away before anything that the daemon reads is touched. So a reload that failed, or a crash in between, is
 * seen by the next run as what it is. The unit called `systemd` stands for the manager itself, whose reload is daemon-reload.
 */
import { inputsIn } from '../model/inputs.ts';
import { fingerprint } from '../model/state.ts';
import type { Step } from '../model/machine.ts';
import type { Kind, OnHost } from '../model/kind.ts';
import type { Load, Provenance, Resource, State } from '../model/resource.ts';
import { nodeOf, outputOf } from './answer.ts';
import { resource } from './resource.ts';
import { shownUnits } from './systemctl.ts';

/** What a unit is to be; what is left out is not managed. `load` says what it reads and how it is told to read again. */
export interface UnitContent {
  readonly enabled?: boolean;
  readonly active?: boolean;
  readonly load?: Load;
}

/** Does this step make a unit's daemon read its configuration? */
export function isTelling({ name, load }: Resource, step: Step): boolean {
  return load !== undefined && step.do === 'run' && (step.argv.join(' ') === load.reload.join(' ') || step.argv.join(' ') === systemctlArgv('start', name).join(' '));
}

/** Let a unit that died be started again however often it was tried: systemd counts starts (StartLimitBurst=), and this begins the count anew. */
export function recounting({ name }: Resource): readonly Step[] {
  return name === manager ? [] : [systemctl('reset-failed', name)];
}

/** Want a unit like this, by full name (`apache2.service`). Shape: { enabled, active, loaded: fingerprint }, the last filled in by compile/. */
export function unit(name: string, content: UnitContent, provenance: Provenance): Resource {
  const { enabled, active, load } = content;
  if (!/^(?:systemd|[A-Za-z0-9][A-Za-z0-9@:_.-]*\.(?:service|socket|timer|path|target|slice|mount))$/.test(name)) {
    throw new Error(`cannot manage unit ${JSON.stringify(name)}: a unit has a full name such as apache2.service`);
  }
  if (active === false && load !== undefined) throw new Error(`cannot load anything into ${name}: it is not to run`);
  const desired = { ...(enabled === undefined ? {} : { enabled }), ...(active === undefined ? {} : { active }) };
  return resource({ kind: 'unit', name }, { desired, ...(load === undefined ? {} : { load }) }, provenance);
}

/** Look at units; enable, start and reload them. */
export const unitKind: Kind = {
  name: 'unit',
  whenDropped: 'remove',
  probe: (resources) => [
    { ask: 'run', argv: ['systemctl', 'show', '--property=Id,ActiveState,UnitFileState,LoadState', ...realUnits(resources)] },
    ...resources.map(({ name }) => ({ ask: 'path', path: stampPath(name), want: 'text' }) as const),
  ],
  read: (answers, resources) => {
    const states = shownUnits(realUnits(resources), outputOf(answers[0]).stdout);
    return new Map(resources.map((resource, index) => {
      const loaded = nodeOf(answers[index + 1])?.text?.trim();
      const state = states.get(resource.name) ?? null;
      return [resource.id, resource.desired === null ? remains(resource.name, state, loaded) : seen(resource, state, loaded)];
    }));
  },
  settle: (unit, state, run) => {
    if (unit.load === undefined || state === null || state['loaded'] === 'unknown') return state;
    const inputs = inputsIn(run.resources, unit);
    return state['loaded'] === fingerprint(inputs, run.observed) ? state : { ...state, loaded: 'stale' };
  },
  announce: ({ name, load }) => (load === undefined ? [] : [{ do: 'remove', path: stampPath(name) }]),
  steps: (resource, onHost) => (resource.desired === null
    ? removal(resource.name, onHost.actual)
    : [...switching(resource.name, resource.desired, onHost.actual), ...running(resource, resource.desired, onHost)]),
};

const manager = 'systemd';
/** Without ssh nobody could mend what went wrong; it is forgotten, never stopped. */
const lifelines: readonly string[] = [manager, 'ssh.service', 'ssh.socket'];

function stampPath(unit: string): string {
  return `/var/lib/croft/loaded/${unit}`;
}

function realUnits(resources: readonly Resource[]): readonly string[] {
  return resources.map(({ name }) => name).filter((name) => name !== manager);
}

/** A unit that is not there is one that neither starts nor runs, where no more than that is desired. */
function seen({ name, desired, load }: Resource, state: State | null, loaded: string | undefined): State | null {
  const off = desired?.['enabled'] !== true && desired?.['active'] !== true && load === undefined ? { enabled: false, active: false } : null;
  const known = name === manager ? {} : (state ?? off);
  return known === null || load === undefined ? known : { ...known, loaded: loaded || 'unknown' };
}

/** Of a dropped unit, what there is still to take away; what the package brought is not ours to remove. */
function remains(name: string, state: State | null, loaded: string | undefined): State | null {
  const on = lifelines.includes(name) ? [] : Object.entries(state ?? {}).filter(([, value]) => value === true);
  const ours = { ...Object.fromEntries(on), ...(loaded === undefined ? {} : { loaded }) };
  return Object.keys(ours).length === 0 ? null : ours;
}

function removal(name: string, actual: State | null): readonly Step[] {
  if (actual === null) return [];
  const stop = actual['active'] === true ? [systemctl('stop', name)] : [];
  const disable = actual['enabled'] === true ? [systemctl('disable', name)] : [];
  return [...stop, ...disable, { do: 'remove', path: stampPath(name) }];
}

function switching(name: string, desired: State, actual: State | null): readonly Step[] {
  const masked = actual?.['enabled'] === 'masked' && (desired['enabled'] !== undefined || desired['active'] === true);
  const unmask = masked ? [systemctl('unmask', name)] : [];
  const enable = desired['enabled'] === true && actual?.['enabled'] !== true ? [systemctl('enable', name)] : [];
  const disable = desired['enabled'] === false && (masked || actual?.['enabled'] === true) ? [systemctl('disable', name)] : [];
  const stop = desired['active'] === false && actual?.['active'] === true ? [systemctl('stop', name)] : [];
  return [...unmask, ...enable, ...disable, ...stop];
}

/** Start, or load again, or only say again what is loaded: the stamp holds what was on the host when the daemon read it. The check of the whole came before (converge/transaction.ts). */
function running(resource: Resource, desired: State, onHost: OnHost): readonly Step[] {
  const { name, load } = resource;
  const starting = desired['active'] === true && onHost.actual?.['active'] !== true;
  if (load === undefined) return starting ? [systemctl('start', name)] : [];
  const now = fingerprint(onHost.inputs, onHost.observed);
  if (starting) return [systemctl('start', name), stamp(name, now)];
  const unchanged = onHost.actual?.['loaded'] === now && !onHost.inputs.some(({ id }) => onHost.touched.has(id));
  if (unchanged) return desired['loaded'] === now ? [] : [stamp(name, now)];
  return [{ do: 'run', argv: load.reload }, stamp(name, now)];
}

function stamp(name: string, text: string): Step {
  return { do: 'write', path: stampPath(name), text: `${text}\n`, mode: '0644', owner: 'root', group: 'root' };
}

function systemctl(verb: 'enable' | 'disable' | 'reset-failed' | 'start' | 'stop' | 'unmask', name: string): Step {
  return { do: 'run', argv: systemctlArgv(verb, name) };
}

function systemctlArgv(verb: string, name: string): readonly string[] {
  return ['systemctl', verb, name];
}

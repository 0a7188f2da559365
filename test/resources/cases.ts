import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { digest } from '../../reconciler/model/digest.ts';
import type { OnHost } from '../../reconciler/model/kind.ts';
import type { Answer, Node, Probe, Step } from '../../reconciler/model/machine.ts';
import type { Id, KindName, Provenance, Resource, State } from '../../reconciler/model/resource.ts';
import { fingerprint } from '../../reconciler/model/state.ts';
import { directory } from '../../reconciler/resources/directory.ts';
import { file } from '../../reconciler/resources/file.ts';
import { home } from '../../reconciler/resources/home.ts';
import { key } from '../../reconciler/resources/key.ts';
import { link } from '../../reconciler/resources/link.ts';
import { packages } from '../../reconciler/resources/packages.ts';
import { quota } from '../../reconciler/resources/quota.ts';
import { secret } from '../../reconciler/resources/secret.ts';
import { sessions } from '../../reconciler/resources/sessions.ts';
import { table } from '../../reconciler/resources/table.ts';
import { unit } from '../../reconciler/resources/unit.ts';
import { zone } from '../../reconciler/resources/zone.ts';

/** Whose the things of these tests are. */
export const provenance: Provenance = { owner: 'member:ada', source: { file: 'desired-state/members/ada/member.yaml', line: 3, column: 1 } };

/** A name and what the kind's constructor takes besides (a case that gets it wrong fails there), or the name of what was dropped. */
interface Wanted {
  readonly desired?: { readonly name: string };
  readonly dropped?: string;
  /** Files that the resource loads, by path. */
  readonly inputs?: { readonly [path: string]: string };
}

export interface StepCase extends Wanted {
  readonly name: string;
  readonly actual: State | null;
  readonly observed?: { readonly [id: Id]: State | null };
  readonly touched?: readonly Id[];
  readonly time?: number;
  readonly now?: number;
  readonly steps: readonly Step[];
}

export interface ReadCase {
  readonly name: string;
  readonly resources: readonly Wanted[];
  readonly probes?: readonly Probe[];
  readonly answers: (probes: readonly Probe[], fixture: (name: string) => string) => readonly Answer[];
  readonly states: { readonly [id: Id]: State | null };
}

/** Read <kind>/steps.yaml. `digest(…)` stands for the digest of a text, `<loaded>` for the fingerprint of the inputs as observed. */
export function stepCases(folder: string): readonly StepCase[] {
  return cases(folder, 'steps').map((one) => frozen(resolved(one, fingerprint(inputsOf(one), observedOf(one)))));
}

/** Read <kind>/read.yaml. An answer is a node, null, or { stdout } / { fixture } of a command, with its status if that is not 0. */
export function probeCases(folder: string): readonly ReadCase[] {
  return cases(folder, 'read').map((raw) => {
    const one = frozen(resolved(raw, ''));
    return { ...one, answers: (probes, fixture) => probes.map((probe, index) => answerOf(probe, one.answers[index] ?? null, fixture)) };
  });
}

/** Make the resource of a case: by its constructor and, for what it loads, as compile/ does it; or as its tombstone. */
export function resourceOf(kind: KindName, wanted: Wanted): Resource {
  const { desired, dropped: name } = wanted;
  if (name !== undefined) return frozen({ id: `${kind}:${name}`, kind, name, owner: provenance.owner, source: provenance.source, desired: null, needs: [], after: [] });
  if (desired === undefined) throw new Error('a case has desired or dropped');
  const { name: wish, ...content } = desired;
  const made = constructed(kind, wish, content);
  if (made.load === undefined) return made;
  const inputs = inputsOf(wanted);
  return frozen({ ...made, desired: { ...made.desired, loaded: fingerprint(inputs, new Map(inputs.map((input) => [input.id, input.desired]))) } });
}

function constructed(kind: KindName, name: string, content: object): Resource {
  const given = content as never;
  switch (kind) {
    case 'file': return file(name, given, provenance);
    case 'table': return table(name, withProvenance(given), provenance);
    case 'zone': return zone(name, given, provenance);
    case 'key': return key(name, given, provenance);
    case 'secret': return secret(name, given, provenance);
    case 'directory': return directory(name, given, provenance);
    case 'link': return link(name, (given as { target: string | null }).target, provenance);
    case 'home': return home(name, given, provenance);
    case 'quota': return quota(name, given, provenance);
    case 'packages': return packages(name, (given as { debs: readonly string[] }).debs, provenance);
    case 'unit': return unit(name, given, provenance);
    case 'sessions': return sessions(name, provenance);
  }
}

function withProvenance(content: { readonly rows: readonly object[] }): never {
  return { ...content, rows: content.rows.map((row) => ({ ...row, owner: provenance.owner, source: provenance.source })) } as never;
}

/** What a case says that is known of the host. */
export function onHost(resource: Resource, one: StepCase): OnHost {
  const observed = new Map<Id, State | null>([...observedOf(one), [resource.id, one.actual]]);
  return frozen({ actual: one.actual, observed, inputs: inputsOf(one), touched: new Set(one.touched), time: one.time ?? 0, now: one.now ?? 0 });
}

/** The same host when everything is as desired and nothing was touched. */
export function settled(resource: Resource, host: OnHost): OnHost {
  const observed = new Map<Id, State | null>([...host.observed, ...host.inputs.map(({ id, desired }) => [id, desired] as const)]);
  return { ...host, actual: resource.desired, observed: observed.set(resource.id, resource.desired), touched: new Set() };
}

interface RawRead extends Omit<ReadCase, 'answers'> {
  readonly answers: readonly (Partial<Node> & { readonly stdout?: string; readonly fixture?: string; readonly status?: number; readonly matches?: boolean; readonly opened?: string | null } | null)[];
}
type Raw = StepCase & RawRead;

function cases(folder: string, name: 'steps' | 'read'): readonly Raw[] {
  return parse(readFileSync(join(folder, `${name}.yaml`), 'utf8'), { merge: true }) as readonly Raw[];
}

function inputsOf(one: Wanted): readonly Resource[] {
  return Object.entries(one.inputs ?? {}).map(([path, text]) => file(path, { text }, provenance));
}

/** Inputs are on the host as desired, unless the case says otherwise. */
function observedOf(one: StepCase): ReadonlyMap<Id, State | null> {
  const given = resolved(one.observed ?? {}, '');
  return new Map([...inputsOf(one).map(({ id, desired }) => [id, desired] as const), ...(Object.entries(given) as [Id, State | null][])]);
}

function answerOf(probe: Probe, raw: RawRead['answers'][number], fixture: (name: string) => string): Answer {
  if (probe.ask === 'run') return { ask: 'run', status: raw?.status ?? 0, stdout: raw?.fixture === undefined ? (raw?.stdout ?? '') : fixture(raw.fixture), stderr: '' };
  const { matches = false, opened = null, ...rest } = raw ?? {};

  const node = raw === null ? null : { type: 'file' as const, mode: '0644', owner: 'root', group: 'root', sizeBytes: 0, changedAt: 0, ...rest };
  if (probe.ask === 'sealed') return { ask: 'sealed', node, opened };
  return probe.ask === 'derived' ? { ask: 'derived', node, matches } : { ask: 'path', node };
}

function resolved<T>(value: T, loaded: string): T {
  if (typeof value === 'string') return (/^digest\(.*\)$/s.test(value) ? digest(value.slice(7, -1)) : value.replace('<loaded>', loaded)) as T;
  if (Array.isArray(value)) return value.map((inner) => resolved(inner, loaded)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, resolved(inner, loaded)])) as T;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

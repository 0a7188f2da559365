import { ownerName, type Owner } from '../model/owner.ts';
import type { Resource } from '../model/resource.ts';
import type { Revision } from '../model/snapshot.ts';
import { formatSource, type Source } from '../model/source.ts';
import type { Paint } from './paint.ts';
import { shortRevision } from './plan.ts';
import { oneLine } from './printable.ts';
import { count } from './words.ts';

/** A declaration behind a thing, and the commit that last changed its line. */
export interface Told {
  readonly what: string;
  readonly name: string;
  readonly owner: Owner;
  readonly source: Source;
  /** null in a directory without git. */
  readonly revision: Revision | null;
}

/** What declarations led to, and whose of them are older than the newest commit. */
export interface Traced {
  readonly resources: readonly Resource[];
  readonly held: readonly Owner[];
}

/** Print what stands behind a thing, for people. */
export function formatTrace(told: readonly Told[], { host, resources, held, paint }: Traced & { readonly host: string; readonly paint: Paint }): string {
  const reasons = told.flatMap(({ what, name, owner, source, revision }) => [
    `${paint('bold', `${what} ${oneLine(name)}`)}  ${ownerName(owner)}`,
    `  ${formatSource(source)}`,
    ...(revision === null ? [] : [`  ${paint('dim', `${shortRevision(revision.oid)} ${day(revision.time)} ${oneLine(revision.author)}: ${oneLine(revision.subject)}`)}`]),
  ]);
  const kept = held.map((owner) => `${paint('red', `held: ${ownerName(owner)}`)}; what came since is not used: croft plan says why`);
  const led = resources.map(({ id, owner }) => `  ${oneLine(id)}  ${paint('dim', ownerName(owner))}`);
  return [...reasons, ...kept, '', led.length === 0 ? `nothing of it on ${host}` : `${count(led.length, 'resource')} on ${host}:`, ...led].join('\n');
}

/** The facts behind a thing, for programs. Shape: schemas/output/why.schema.json. */
export function traceFacts(thing: string, told: readonly Told[], { resources, held }: Traced): object {
  return { thing, reasons: told, held, resources: resources.map(({ id, owner, source, desired }) => ({ id, owner, source, desired })) };
}

/** Units: unix seconds in; a UTC date out. */
function day(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}

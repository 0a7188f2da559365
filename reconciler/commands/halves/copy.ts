/**
 * What was handed over last and made true: root's own copy, which stays in force when the other half cannot be asked. It may hold what is
 * secret. What stands in it to the byte is what the croft that wrote it has read and admitted, so that one need not do it again.
 */
import { formatAnswer, headingOf, nothingKnown, parseAnswer, type Handover, type KnownLines } from '../../handover/handover.ts';
import { lineOf, lineOfDeclared } from '../../handover/lines.ts';
import { digest } from '../../model/digest.ts';
import { loading } from '../../model/inputs.ts';
import type { Machine } from '../../model/machine.ts';
import type { Owner } from '../../model/owner.ts';
import { censusOf, type Census } from '../../plan/sight.ts';
import type { Place } from '../place.ts';
import { copyOn, keepBeside, keepWhole, type Copy, type Found, type Heading } from './copy-file.ts';
import { withoutLoaded } from './former-copy.ts';

/** What of a place its copy needs. */
type Home = Pick<Place, 'machine' | 'host' | 'build'>;

/** Take what a copy says as known: nothing, where another croft has admitted it, or it is damaged. */
export function knownIn({ heading: found, lines }: Copy, { host, build }: Pick<Home, 'host' | 'build'>): KnownLines {
  if (build === null || found?.build !== build || found.census.host !== host) return nothingKnown;
  const [, declared = '', ...resources] = lines.split('\n').slice(0, -1);
  return { declared, resources, isOfParts: found.isOfParts === true };
}

/** Read what was made last; null when there is nothing that can be used. */
export async function recall(home: Home): Promise<Handover | null> {
  return recallFrom(await copyOn(home.machine), home);
}

/** Read it out of the copy. */
export function recallFrom(copy: Copy, home: Omit<Home, 'machine'>): Handover | null {
  const isOwn = home.build !== null && copy.heading?.build === home.build;
  const read = parseAnswer(isOwn ? copy.lines : withoutLoaded(copy.lines), knownIn(copy, home));
  if (!read.ok || !('catalog' in read.value) || read.value.catalog.host !== home.host) return null;
  const { value } = read;
  return isOwn ? value : { ...value, catalog: { ...value.catalog, resources: loading(value.catalog.resources) } };
}

/**
 * Say how many of everything there were when this host was last made true, without asking anybody. The copy is written after the
 * inventory, so after a crash it may be of an older commit: what was lost since then is counted once more, under the same names.
 */
export function censusIn({ heading: found }: Found, { host: own }: Pick<Home, 'host'>): Census | null {
  if (found === null) return null;
  const { host, ...counts } = found.census;
  return host === own ? counts : null;
}

/** Say at which commits those are who are held on this host. */
export async function heldOn(home: Home): Promise<ReadonlyMap<Owner, string>> {
  const holds = (await recall(home))?.holds ?? [];
  return new Map(holds.flatMap(({ owner, lastGood }) => (lastGood === null || lastGood === 'directory' ? [] : [[owner, lastGood] as const])));
}

/** Keep what was made true, without what is new in every run; only when it is something else. `build`: the croft that has admitted all of it. Shape: the digest of what is kept. Errors: MachineError. */
export async function remember(machine: Machine, handover: Handover, { build, before }: { readonly build: string | null; readonly before: Found | null } = { build: null, before: null }): Promise<string> {
  const lines = formatAnswer(asKept(handover));
  const written: Heading = { census: countedIn(handover), build, digest: digest(lines) };
  if (!isKept(before ?? (await copyOn(machine)), written)) await keepWhole(machine, written, lines);
  return written.digest;
}

/** Keep what differs from the copy, beside it. `last`: the digest of the copy as it is now. Shape: the digest of what is kept. Errors: MachineError. */
export async function amend(machine: Machine, handover: Handover, { build, last, census }: { readonly build: string | null; readonly last: string; readonly census: Census }): Promise<string> {
  const { catalog: { host, resources, beside = 0 } } = handover;
  const { amends: _, facts: __, ...made } = asKept(handover);
  const { beside: ___, ...catalog } = made.catalog;
  const head = headingOf({ ...made, catalog }, resources.length + beside);
  const fresh = [head, lineOfDeclared(handover.declared), ...resources.map(lineOf), ''].join('\n');
  return keepBeside(machine, { census: { host, ...census }, build }, { fresh, last });
}

/** Without what is new in every run. */
function asKept({ stays: _, ...handover }: Handover): Handover {
  return { ...handover, request: '0', notices: [], remote: null, confirmedAt: null, admins: null, kept: true };
}

function countedIn({ catalog: { host }, declared }: Handover): Heading['census'] {
  return { host, ...censusOf(declared) };
}

function isKept({ heading: found, isWhole }: Found, written: Heading): boolean {
  return isWhole && JSON.stringify(found) === JSON.stringify(written);
}

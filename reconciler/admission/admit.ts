/**
 * What root will do for a catalog, whoever wrote it. The half of croft that reads what members wrote may be taken over by what it reads;
 * then its handover says what an attacker likes, in the right form. So nothing of a catalog is done that this room does not know: places
 * by name, owners and modes, the words in files that root's programs read, argv, units, packages, numbers of users. It is a list of what
 * may be, never of what may not; adding a service means adding its lines here, and a test names each one that is missing.
 */
import type { Problem } from '../model/problem.ts';
import type { Catalog, Load, Resource } from '../model/resource.ts';
import { dns } from './dns.ts';
import { ground } from './ground.ts';
import { mail } from './mail.ts';
import { packages, units } from './orders.ts';
import type { Lines, Permit } from './permit.ts';
import { secrets } from './secrets.ts';
import { web } from './web.ts';

const permits: readonly Permit[] = [...ground, ...web, ...dns, ...mail, ...secrets];
const byKind = new Map(permits.flatMap(({ kinds }) => kinds).map((kind) => [kind, permits.filter(({ kinds }) => kinds.includes(kind))]));

const none: ReadonlySet<Resource> = new Set();

/** Name everything in a catalog that root will not do. One is enough: nothing of such a catalog is done. `admitted`: what was found right before, each for itself. */
export function refusals({ resources }: Catalog, admitted = none): readonly Problem[] {
  return resources.flatMap((resource) => {
    const why = admitted.has(resource) ? null : refusalOf(resource);
    const { id, owner, source } = resource;
    return why === null ? [] : [{ code: 'handover/not-admitted', message: `cannot make ${id}: ${why}`, owner, source }];
  });
}

/** Say why root will not make a resource; null when it will. */
export function refusalOf(resource: Resource): string | null {
  if (resource.kind === 'unit') return unitRefusal(resource);
  if (resource.kind === 'packages') return packagesRefusal(resource);
  const reasons = (byKind.get(resource.kind) ?? []).flatMap((permit) => {
    const named = permit.name.exec(resource.name);
    return named === null ? [] : [placeRefusal(resource, permit, named)];
  });
  if (reasons.length === 0) return `croft makes no ${resource.kind} of that name`;
  return reasons.includes(null) ? null : (reasons[0] ?? null);
}

function placeRefusal(resource: Resource, permit: Permit, named: RegExpExecArray): string | null {
  const { desired, payload } = resource;
  if (desired === null) return permit.absent === true || resource.kind === 'link' ? null : 'croft never wants that to be away';
  if (permit.absent === true) return 'croft only ever wants that to be away';
  const access = `${String(desired['owner'])}:${String(desired['group'])} ${String(desired['mode'])}`;
  if (permit.access !== undefined && !permit.access.some((one) => filled(one, named) === access)) return `it would be ${access}`;
  if (permit.target !== undefined && !permit.target.test(String(desired['target']))) return `it would lead to ${String(desired['target'])}`;
  if (payload?.check !== undefined && !isSame(payload.check, permit.check?.map((one) => filled(one, named)))) return `it would be checked by ${payload.check.join(' ')}`;
  if (permit.lines !== undefined && payload !== undefined) {
    const line = strange(payload.text, permit.lines);
    if (line !== null) return `its line ${line} says what no such file says`;
  }
  return permit.further?.(resource) ?? null;
}

function unitRefusal({ name, load }: Resource): string | null {
  const orders = Object.hasOwn(units, name) ? units[name] : undefined;
  if (orders === undefined) return 'croft manages no unit of that name';
  return load === undefined ? null : loadRefusal(load, orders);
}

function loadRefusal({ reads, check, reload }: Load, orders: NonNullable<(typeof units)[string]>): string | null {
  const stranger = reads.find((path) => !orders.reads.includes(path));
  if (stranger !== undefined) return `it would be told of ${stranger}`;
  if (!orders.reload.some((one) => isSame(one, reload))) return `it would be told by ${reload.join(' ')}`;
  return check === undefined || orders.check?.some((one) => isSame(one, check)) === true ? null : `it would be checked by ${check.join(' ')}`;
}

function packagesRefusal({ desired }: Resource): string | null {
  const strangers = Object.keys(desired ?? {}).filter((name) => !packages.has(name));
  return strangers.length === 0 ? null : `croft installs no ${strangers.slice(0, 5).join(', ')}`;
}

/** Find the first line that does not fit; a line that goes on in the next one never does. Counted from 1. */
function strange(text: string, { comment, fit }: Lines): number | null {
  const at = text.split('\n').findIndex((line) => {
    const bare = line.trim();
    if (/[^\P{Cc}\t]/u.test(line) || line.endsWith('\\')) return true;
    return bare !== '' && !bare.startsWith(comment) && !fit.some((pattern) => pattern.test(line));
  });
  return at < 0 ? null : at + 1;
}

function filled(template: string, named: RegExpExecArray): string {
  return template.replaceAll('$1', () => named[1] ?? '$1');
}

function isSame(one: readonly string[], other: readonly string[] | undefined): boolean {
  return other !== undefined && one.length === other.length && one.every((word, index) => word === other[index]);
}

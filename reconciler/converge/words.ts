import type { Owner } from '../model/owner.ts';
import type { Resource } from '../model/resource.ts';

/** Who is told, and what there is on the host that belongs to somebody. */
export interface Reader {
  readonly owner: Owner;
  readonly resources: readonly Resource[];
}

/** What a line may hold of paths although no resource of the reader's is there: the daemons' own. */
const COMMON = /^\/(?:usr|run|proc|dev)\//;
const MAX_LINES = 4;

/**
 * Keep of a daemon's words what their reader may see: lines about their own files, and what follows one of those, as long as nothing in it
 * is somebody else's – no name of another member, no path that is not the reader's, no name that another's file is called after. The
 * co-op's admins may read everything.
 */
export function scrub(words: string, { owner, resources }: Reader): string {
  const lines = words.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  if (owner === 'coop') return lines.slice(-MAX_LINES).join(' · ');
  const own = resources.filter((resource) => resource.owner === owner);
  const foreign = foreignNames(owner, resources, new Set(own.flatMap(namesOf)));
  const mine = (line: string): boolean => own.some((resource) => namesOf(resource).some((name) => mentions(line, name)));
  const harmless = (line: string): boolean => ![...wordsOf(line)].some((word) => foreign.has(word)) && pathsOf(line).every((path) => COMMON.test(path) || own.some(({ name }) => path === name));
  const kept = lines.filter((line, index) => harmless(line) && (mine(line) || mine(lines[index - 1] ?? '')));
  return kept.length === 0 ? 'what it said is not repeated, because it speaks of others' : kept.slice(0, MAX_LINES).join(' · ');
}

/** A resource by its path, and by the name that its file has without its ending. */
function namesOf({ name }: Resource): readonly string[] {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return [name, base, base.replace(/\.(?:conf|zone)$/, '')].filter((each) => each.length > 2).map((each) => each.toLowerCase());
}

function foreignNames(owner: Owner, resources: readonly Resource[], own: ReadonlySet<string>): ReadonlySet<string> {
  const names = resources.flatMap((resource) => {
    const rows = (resource.parts ?? []).flatMap((part) => (part.owner === owner ? [] : [...keysOf(part.attribute), memberOf(part.owner)]));
    return resource.owner === owner || resource.owner === 'coop' ? rows : [...namesOf(resource), memberOf(resource.owner), ...rows];
  });
  return new Set(names.map((name) => name.toLowerCase()).filter((name) => name !== 'coop' && !own.has(name)));
}

function memberOf(owner: Owner): string {
  return owner.replace(/^member:/, '');
}

/** A row by its key, an address also by its domain. */
function keysOf(attribute: string): readonly string[] {
  const domain = attribute.split('@')[1];
  return domain === undefined ? [attribute] : [attribute, domain];
}

/** Names as daemons print them, whole and in parts: `bob.example` also for `www.bob.example.`. */
function* wordsOf(line: string): Iterable<string> {
  for (const [word] of line.toLowerCase().matchAll(/[\p{L}\p{N}_@.-]+/gu)) {
    const trimmed = word.replace(/^[.-]+|[.-]+$/g, '');
    const labels = trimmed.split(/[.@]/);
    for (let from = 0; from < labels.length; from += 1) for (let to = from + 1; to <= labels.length; to += 1) yield labels.slice(from, to).join('.');
  }
}

function pathsOf(line: string): readonly string[] {
  return [...line.matchAll(/\/[^\s:'"`,;()<>]+/g)].map(([path]) => path.replace(/\.$/, ''));
}

function mentions(line: string, name: string): boolean {
  return line.toLowerCase().includes(name);
}

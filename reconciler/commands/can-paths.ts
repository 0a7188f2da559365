import { join, relative, resolve } from 'node:path';
import { meaningOf } from '../desired/layout.ts';
import { holdingOf } from '../desired/ownership.ts';
import { read } from '../desired/read.ts';
import { resolveWorld } from '../desired/world.ts';
import { entryAt } from '../git/changes.ts';
import { readTree } from '../git/store.ts';
import { hostname } from '../model/grammar/names.ts';
import { ownerName } from '../model/owner.ts';
import { inForce } from '../trust/snapshots.ts';
import { UsageError, type World } from './command.ts';
import type { InForce } from './in-force.ts';

/** Nobody reads more answers than this. */
const MOST = 100;

/**
 * Find the paths that somebody means: one that is there, seen from the caller or from the top; what a directory holds; a member; what
 * is declared of a domain; else where such a document would be. Shape: octets, a character each, as git has them.
 * Errors: UsageError when it is outside the repository, or too much at once.
 */
export async function pathsMeant(thing: string, where: InForce, world: Pick<World, 'directory'>): Promise<readonly string[]> {
  const { charter: { root, rules }, repository, trusted } = where;
  if (rules.people.has(thing)) return [octets(`${root}members/${thing}/member.yaml`)];
  const candidates = candidatesOf(thing, where, world);
  for (const path of candidates) if ((await entryAt(repository, trusted.tree, path)) !== null) return filesAt(path, where);
  const isDomain = hostname(thing) !== null && !/\.(?:yaml|md|txt)$/.test(thing);
  if (isDomain) return (await ofDomain(thing, where)).map(octets);
  const path = candidates.find((each) => isPlace(each, where)) ?? candidates[0];
  if (path === undefined) throw new UsageError(`cannot say who may change ${thing}: it is outside the repository${where.top === null ? '' : ` ${where.top}`}`);
  return [path];
}

/** What a path may mean, the likeliest first. */
function candidatesOf(thing: string, { top, charter }: InForce, { directory }: Pick<World, 'directory'>): readonly string[] {
  const here = top === null ? null : relative(top, resolve(directory, thing));
  const isFromTop = !thing.startsWith('/') && !join('.', thing).startsWith('..');
  const fromTop = isFromTop ? join('.', thing) : null;
  const short = isFromTop ? join(charter.root, thing) : null;
  const all = [here, fromTop, short].filter((path) => path !== null).map((path) => path.replace(/\/+$/, ''));
  return [...new Set(all.filter((path) => path !== '' && path !== '.' && path !== '..' && !path.startsWith('../')).map(octets))];
}

/** Could a document be there, or what somebody meant to be one? */
function isPlace(path: string, { charter: { root } }: InForce): boolean {
  const inside = path.slice(root.length);
  return path.startsWith(root) && (meaningOf(inside).is === 'document' || /^(?:members|coop|hosts|limits)\//.test(inside));
}

/** What is declared of a domain; where its site would be when nothing is. */
async function ofDomain(name: string, where: InForce): Promise<readonly string[]> {
  const { value: documents } = read(await inForce(where.repository, where.trusted));
  const files = [...documents.vhost, ...documents.zone, ...documents.mailboxes].filter((each) => each.name === name).map(({ file }) => file);
  if (files.length > 0) return files;
  const holding = holdingOf(resolveWorld(documents).value?.ownership ?? new Map(), name);
  if (holding === null) throw new UsageError(`cannot say who may change ${name}: there is no such file, and nobody has a domain of that name`);
  const home = holding.owner === 'coop' ? 'coop' : `members/${ownerName(holding.owner)}`;
  return [`${where.charter.root}${home}/vhosts/${name}.yaml`];
}

/** A directory stands for what is in it. */
async function filesAt(path: string, where: InForce): Promise<readonly string[]> {
  const entry = await entryAt(where.repository, where.trusted.tree, path);
  if (entry?.mode !== '40000') return [path];
  const found: string[] = [];
  const open = [{ path, oid: entry.oid }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const { name, mode, oid } of (await readTree(where.repository, next.oid)) ?? []) {
      if (mode === '40000') open.push({ path: `${next.path}/${name}`, oid });
      else found.push(`${next.path}/${name}`);
    }
    const tooMany = found.length + open.length > MOST;
    if (tooMany) throw new UsageError(`cannot say who may change all of ${path} at once: it holds more than ${MOST} files – name one of them`);
  }
  return found.length === 0 ? [path] : found;
}

function octets(path: string): string {
  return Buffer.from(path).toString('latin1');
}

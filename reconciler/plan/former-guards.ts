/**
 * Who was on a host before. A file knows its owner by a number alone, and what was put aside goes back to a name: whoever is given either
 * is given another one's data. What croft left of the accounts says whose they were; once those are gone, what was put aside still does.
 */
import type { Machine } from '../model/machine.ts';
import type { Inventory } from '../model/plan.ts';
import { dataRoots, retiredAmong, retiredIn, type Former } from '../model/retired.ts';
import type { Catalog, State } from '../model/resource.ts';
import { accounts, memberNamed } from './before.ts';
import type { Danger, Guard } from './guards.ts';

/** Find members whose number becomes another, and who would have a number that was somebody else's. */
export const uids: Guard = ({ catalog, inventory, formers = [] }) => {
  const [before, after] = [numbersBefore(inventory), numbersIn(catalog)];
  return [...after].flatMap(([name, uid]): readonly Danger[] => {
    const was = before.get(name);
    if (was === uid) return [];
    const holder = [...before].find(([other, number]) => other !== name && number === uid)?.[0] ?? formers.find((former) => former.name !== name && former.uid === uid)?.name;
    if (was === undefined && holder === undefined) return [];
    const change = was === undefined ? `give ${name} the uid ${uid}` : `change ${name}'s uid from ${was} to ${uid}: her files stay those of ${was}`;
    const whose = holder === undefined ? '' : `${was === undefined ? ':' : ', and'} ${uid} was ${holder}'s, whose files would be ${name}'s`;
    return [{ guard: 'uid', object: `member:${name}`, owner: `member:${name}`, going: [`${name}:${uid}`], says: `${change}${whose}` }];
  });
};

/** Find members who are new on this host and have the name of somebody whose data is put aside there: it would go to them. */
export const namesakes: Guard = ({ catalog, inventory, state, formers = [] }) => {
  const before = numbersBefore(inventory);
  // Of a host whose inventory is lost nobody knows who is new; what those left who are retired is where it is to be.
  const isKnown = (name: string): boolean => before.has(name) || (inventory.revision === null && memberNamed(state, name)?.state === 'retired');
  return [...numbersIn(catalog).keys()].flatMap((name): readonly Danger[] => {
    const [first, ...others] = isKnown(name) ? [] : formers.filter((former) => former.name === name);
    if (first === undefined) return [];
    const paths = `${first.path}${others.length === 0 ? '' : ` and ${others.length} more`}`;
    return [{
      guard: 'former-member', object: `member:${name}`, owner: `member:${name}`, going: [first.path],
      says: `give ${name} what was put aside as ${name}'s, who left (${paths}): only an admin knows whether it is the same person`,
    }];
  });
};

/** Look up whose data was put aside, as far as anybody has a number that she had not. */
export async function formersOn(machine: Machine, { catalog, inventory }: { readonly catalog: Catalog; readonly inventory: Inventory }): Promise<readonly Former[]> {
  const numbers = [...numbersIn(catalog)];
  const known = numbers.length === 0 ? new Map<string, number>() : numbersBefore(inventory);
  if (numbers.every(([name, uid]) => known.get(name) === uid)) return [];
  const roots = dataRoots.filter(({ sort }) => sort !== 'zone-keys');
  const directories = await machine.observe(roots.map(({ root }) => ({ ask: 'path', path: retiredIn(root), want: 'entries' })));
  const found = directories.flatMap((answer, index) => retiredAmong(roots[index]?.root ?? '', answer.ask === 'path' ? (answer.node?.entries ?? []) : []));
  const nodes = await machine.observe(found.map(({ path }) => ({ ask: 'path', path, want: 'stat' })));
  return found.map(({ sort, name, path }, index): Former => {
    const answer = nodes[index];
    const owner = answer?.ask === 'path' ? answer.node?.owner : undefined;
    return { sort, path, name: name.slice(name.lastIndexOf('@') + 1), uid: sort === 'mail' || owner === undefined ? null : numberOf(owner, known) };
  });
}

/** By number where the host has no name for it any more. */
function numberOf(owner: string, known: ReadonlyMap<string, number>): number | null {
  return /^[0-9]+$/.test(owner) ? Number(owner) : (known.get(owner) ?? null);
}

/** Every member has an account on every host, whether she may enter or not. */
function numbersIn({ resources }: Catalog): ReadonlyMap<string, number> {
  const table = resources.find(({ id }) => id === accounts);
  const members = (table?.parts ?? []).flatMap(({ attribute, owner }) => (owner === `member:${attribute}` ? [attribute] : []));
  return numbersOf(members, table?.desired);
}

function numbersBefore({ entries }: Inventory): ReadonlyMap<string, number> {
  const table = entries.get(accounts);
  return numbersOf(Object.keys(table?.rows ?? {}).filter((name) => table?.rows?.[name] === `member:${name}`), table?.left);
}

function numbersOf(members: readonly string[], state: State | null | undefined): ReadonlyMap<string, number> {
  return new Map(members.flatMap((name) => {
    const uid = state?.[`${name}.uid`];
    return uid === undefined ? [] : [[name, Number(uid)] as const];
  }));
}

import type { DesiredState, Member } from '../model/desired.ts';
import { ownerName, ownerOf, type Owner } from '../model/owner.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** One end of a way back: what was declared, and the documents themselves. */
export interface End {
  readonly state: DesiredState;
  readonly snapshot: Snapshot;
}

/**
 * Say what holds data and was made, retired or given another identity between two commits: a way back across it would lose data, or give
 * it to somebody else. Shape: a clause each. `owner`: only that one's; null: of everybody who was there at the older commit.
 */
export function migrations(older: End, newer: End, owner: Owner | null): readonly string[] {
  const there = new Set(older.snapshot.files.map(({ path }) => ownerOf(path)));
  const isMeant = (each: Owner): boolean => (owner === null ? there.has(each) : each === owner);
  return [...homes(older, newer, isMeant), ...mail(older, newer, isMeant), ...(isMeant('coop') ? names(older, newer) : [])];
}

type Meant = (owner: Owner) => boolean;

/** A uid is who somebody is to every file on a host; a home is made with the member and moved away with her. */
function homes(older: End, newer: End, isMeant: Meant): readonly string[] {
  const before = new Map(older.state.members.map((member) => [member.name, member]));
  const after = new Map(newer.state.members.map((member) => [member.name, member]));
  const all = [...new Set([...before.keys(), ...after.keys()])].filter((name) => isMeant(`member:${name}`)).toSorted();
  return all.flatMap((name) => change(name, before.get(name), after.get(name)));
}

function change(name: string, before: Member | undefined, after: Member | undefined): readonly string[] {
  if (before === undefined || after === undefined) return before === after ? [] : [`${name} ${after === undefined ? 'went' : 'came'}, with a home`];
  const uid = before.uid === after.uid ? [] : [`the uid of ${name} became ${after.uid}, after ${before.uid}`];
  const retired = (before.state === 'retired') === (after.state === 'retired') ? [] : [`${name} ${after.state === 'retired' ? 'retired' : 'came back from retirement'}`];
  return [...uid, ...retired];
}

function mail(older: End, newer: End, isMeant: Meant): readonly string[] {
  const [before, after] = [boxesOf(older), boxesOf(newer)];
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === is || ![was, is].some((owner) => owner !== undefined && isMeant(owner))) return [];
    if (was !== undefined && is !== undefined) return [`${name} went from ${ownerName(was)} to ${ownerName(is)}`];
    return [`${name} was ${is === undefined ? 'taken away' : 'made'}`];
  });
}

/** Each mail domain and mailbox, and whose it is. */
function boxesOf({ state: { mailDomains } }: End): ReadonlyMap<string, Owner> {
  return new Map(mailDomains.flatMap(({ name, owner, mailboxes }) => [
    [`the mail domain ${name}`, owner] as const, ...mailboxes.filter(({ sendOnly }) => !sendOnly).map(({ address }) => [`the mailbox ${address}`, owner] as const),
  ]));
}

/** Names and uids are never used twice: a list that forgets one would let somebody use it. */
function names(older: End, newer: End): readonly string[] {
  const [before, after] = [older, newer].map(({ snapshot }) => snapshot.files.find(({ path }) => /^(?:desired-state\/)?coop\/retired\.yaml$/.test(path))?.oid);
  return before === after ? [] : ['coop/retired.yaml says of other names and uids that they are used up'];
}

/**
 * What a change would make the co-op forget. The number of an account is all that a file knows of its owner, and what is put aside on a
 * host is known by a name: both stand for one person, for ever. No tree alone shows that somebody was there before; two of them do.
 */
import { timeOf, worded, type GuardName } from '../model/guard.ts';
import { compareProblems, type Problem } from '../model/problem.ts';
import { day } from '../model/day.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Source } from '../model/source.ts';
import { startOf, type Documents } from './documents.ts';
import { finding, type Finding } from './finding.ts';
import { read, type ReadCache } from './read.ts';
import { allowancesOf } from './resolve/allowances.ts';

/** Whoever has a name and a number, or had them. */
interface Person {
  readonly name: string;
  readonly uid: number;
  /** Where it says so. */
  readonly source: Source;
}

/** A change: what was known of people before, and after it. */
interface Turn {
  readonly before: Known;
  readonly after: Known;
  /** When the later of the two was made. Units: milliseconds since the epoch. */
  readonly time: number;
  readonly allows: (guard: GuardName, name: string) => boolean;
}

interface Known {
  readonly members: ReadonlyMap<string, Person>;
  readonly left: readonly Person[];
  readonly documents: Documents;
}

/**
 * Find names and uids that a change would forget or give a new meaning: a member who goes without a line in coop/retired.yaml, a uid that
 * becomes another, a line that is struck out there. What cannot be read is a problem elsewhere, and none here.
 */
export function forgotten(before: Snapshot, after: Snapshot, cache?: ReadCache): readonly Problem[] {
  const [old, young] = [knownIn(before, cache), knownIn(after, cache)];
  const time = after.revision.time * 1000;
  const inForce = young.documents.allowances.flatMap(allowancesOf).filter((each) => timeOf(each, time) === 'in time');
  const allows: Turn['allows'] = (guard, name) => inForce.some((each) => each.guard === guard && each.object === `member:${name}`);
  const turn = { before: old, after: young, time, allows };
  const found = [...gone(turn), ...renumbered(turn), ...struck(turn)];
  return found.map(({ against: _, ...problem }) => problem).toSorted(compareProblems);
}

function knownIn(snapshot: Snapshot, cache?: ReadCache): Known {
  const { value: documents } = read(snapshot, cache);
  const members = new Map(documents.member.map(({ name, value, at }) => [name, { name, uid: value.uid, source: at('uid') }]));
  const left = documents.retired.flatMap(({ value, at }) => value.members.map(({ name, uid }, index) => ({ name, uid, source: at('members', index) })));
  return { members, left, documents };
}

function* gone({ before, after, time }: Turn): Iterable<Finding> {
  if (isListUnreadable(after)) return;
  for (const person of before.members.values()) {
    const { name, uid, source } = person;
    if (after.members.has(name) || after.documents.unreadable.has(`member ${name}`) || isAmong(after.left, person)) continue;
    yield finding(listIn(after, source), {
      code: 'member/not-listed', message: `cannot take ${name}'s directory away without a line for ${name} and the uid ${uid} here: who comes next would be given her number, and with it her files`,
      hint: `add - { name: ${name}, uid: ${uid}, left: ${day(time)} }`, against: `member:${name}`,
    });
  }
}

function* renumbered({ before, after, time, allows }: Turn): Iterable<Finding> {
  for (const { name, uid, source } of after.members.values()) {
    const was = before.members.get(name)?.uid ?? uid;
    if (was === uid || allows('uid', name)) continue;
    yield finding(source, {
      code: 'member/uid-changed', message: `cannot change ${name}'s uid from ${was} to ${uid}: it never changes, and her files on every host stay those of ${was}`,
      hint: `uid: ${was}${orAllow('uid', name, time)}`,
    });
  }
}

/** A line goes only with somebody who was there beside it; who comes back by it is told from a stranger by an admin alone. */
function* struck({ before, after, time, allows }: Turn): Iterable<Finding> {
  if (isListUnreadable(after)) return;
  for (const person of before.left.filter((each) => !isAmong(after.left, each))) {
    const { name, uid, source } = person;
    const isBack = after.members.get(name)?.uid === uid;
    if (isBack && (before.members.get(name)?.uid === uid || allows('former-member', name))) continue;
    const hint = `put - { name: ${name}, uid: ${uid}, left: … } back`;
    yield finding(isBack ? (after.members.get(name)?.source ?? source) : listIn(after, source), isBack
      ? { code: 'member/returns', message: `cannot tell whether ${name} is who left: what was put aside on the hosts as ${name}'s would be hers again`, hint: `${hint}, and choose another name${orAllow('former-member', name, time)}` }
      : { code: 'retired/taken-away', message: `cannot strike ${name} out here: names and uids are never used twice, and nothing else says that they were`, hint });
  }
}

function orAllow(guard: GuardName, name: string, time: number): string {
  return `; if it must be, into coop/allowances.yaml: ${worded({ guard, object: `member:${name}`, count: 1 }, time)}`;
}

function isAmong(people: readonly Person[], { name, uid }: Person): boolean {
  return people.some((each) => each.name === name && each.uid === uid);
}

function isListUnreadable({ documents: { unreadable } }: Known): boolean {
  return [...unreadable].some((each) => each.startsWith('retired '));
}

/** Point at the list of those who left, or at where it is to be. `near`: a place in the same co-op. */
function listIn({ documents: { retired: [list] } }: Known, near: Source): Source {
  const below = near.file.startsWith('desired-state/') ? 'desired-state/' : '';
  return list?.at('members') ?? startOf(`${below}coop/retired.yaml`);
}

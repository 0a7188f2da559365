import { ownerName, type Owner } from '../../model/owner.ts';
import { isDay } from '../day.ts';
import { finding, type Finding } from '../finding.ts';
import { didYouMean } from '../nearest.ts';
import { duplicates } from '../ranks.ts';
import { nextUid } from '../uids.ts';
import type { World } from '../world.ts';

/** Admins are members who are there and active. */
export function* adminsExist({ documents }: World): Iterable<Finding> {
  const states = statesOf(documents);
  for (const cluster of documents.cluster) {
    for (const [index, name] of cluster.value.admins.entries()) {
      const [source, state, against] = [cluster.at('admins', index), states.get(name), `member:${name}` as const];
      if (state === undefined) yield finding(source, {
        code: 'cluster/unknown-admin', message: `cannot make \`${name}\` an admin: there is no such member`, hint: didYouMean(name, states.keys()), against,
      });
      else if (state !== 'active') yield finding(source, {
        code: 'cluster/inactive-admin', message: `cannot make \`${name}\` an admin: the member is ${state}`, against,
      });
    }
  }
}

/** A uid is one member's, for ever. */
export function* uidsAreUnique({ documents, ranks }: World): Iterable<Finding> {
  const claims = documents.member.map(({ value, owner, at }) => ({ key: String(value.uid), owner, source: at('uid') }));
  yield* duplicates(claims, ranks, ({ key, source }, { owner }) =>
    finding(source, {
      code: 'member/duplicate-uid', message: `cannot use the uid ${key}: it is ${ownerName(owner)}'s`, hint: `${nextUid(documents)} is free`, against: owner,
    }));
}

/** Names and uids of those who left are never used again: files of theirs may still be somewhere. */
export function* retiredStayRetired({ documents }: World): Iterable<Finding> {
  const left = documents.retired.flatMap(({ value }) => value.members);
  const [names, uids] = [new Map(left.map((each) => [each.name, each])), new Map(left.map((each) => [each.uid, each]))];
  for (const { name, value, at } of documents.member) {
    const [byName, byUid] = [names.get(name), uids.get(value.uid)];
    if (value.state === 'retired' && byName?.uid === value.uid) continue;
    if (byName !== undefined) yield finding(at(), {
      code: 'member/retired-name', message: `cannot use the account name \`${name}\`: it was somebody's who left on ${byName.left}`,
      hint: 'choose another name', against: 'coop',
    });
    if (byUid !== undefined) yield finding(at('uid'), {
      code: 'member/retired-uid', message: `cannot use the uid ${value.uid}: it was ${byUid.name}'s, who left on ${byUid.left}`,
      hint: `${nextUid(documents)} is free`, against: 'coop',
    });
  }
}

/** The list of those who left names each once, on a day that there was. */
export function* retiredListIsSound({ documents, ranks }: World): Iterable<Finding> {
  for (const { value, owner, at } of documents.retired) {
    const entries = value.members.map((each, index) => ({ ...each, owner, index }));
    yield* duplicates(entries.map((each) => ({ key: each.name, owner, source: at('members', each.index, 'name') })), ranks, ({ key, source }) =>
      finding(source, { code: 'retired/duplicate-name', message: `cannot list \`${key}\` twice` }));
    yield* duplicates(entries.map((each) => ({ key: String(each.uid), owner, source: at('members', each.index, 'uid') })), ranks, ({ key, source }) =>
      finding(source, { code: 'retired/duplicate-uid', message: `cannot list the uid ${key} twice` }));
    for (const { left, index } of entries) {
      if (!isDay(left)) yield finding(at('members', index, 'left'), {
        code: 'retired/unknown-day', message: `cannot use \`${left}\` as a day: the month does not have it`,
      });
    }
  }
}

/** A port is one member's. */
export function* portsAreUnique({ documents, ranks }: World): Iterable<Finding> {
  const claims = documents.member.flatMap(({ value, owner, at }) => (value.ports ?? []).map((port, index) => ({
    key: String(port), owner, source: at('ports', index),
  })));
  yield* duplicates(claims, ranks, ({ key, source }, { owner }) =>
    finding(source, { code: 'member/duplicate-port', message: `cannot give port ${key}: it is ${ownerName(owner)}'s`, against: owner }));
}

/** Delegates are other members who are there. */
export function* delegatesExist({ documents }: World): Iterable<Finding> {
  const states = statesOf(documents);
  for (const { value, at, name } of documents.member) {
    for (const [index, { to }] of (value.delegates ?? []).entries()) {
      const [source, against] = [at('delegates', index, 'to'), `member:${to}` as const];
      if (to === name) yield finding(source, {
        code: 'member/self-delegation', message: `cannot delegate to \`${to}\`: that is you`, hint: 'what is yours needs no delegation',
      });
      else if (!states.has(to)) yield finding(source, {
        code: 'member/unknown-delegate', message: `cannot delegate to \`${to}\`: there is no such member`, hint: didYouMean(to, states.keys()), against,
      });
      else if (states.get(to) === 'retired') yield finding(source, {
        code: 'member/retired-delegate', message: `cannot delegate to \`${to}\`: the member has left`, against,
      });
    }
  }
}

/** Whoever has left declares nothing any more. */
export function* retiredDeclareNothing({ documents }: World): Iterable<Finding> {
  const declared = new Map<Owner, string>();
  for (const { owner, file } of [...documents.vhost, ...documents.zone, ...documents.mailboxes, ...documents.secret]) declared.set(owner, file);
  for (const { value, owner, at } of documents.member) {
    const file = declared.get(owner);
    if (value.state !== 'retired' || file === undefined) continue;
    yield finding(at('state'), {
      code: 'member/retired-with-documents', message: `cannot retire a member who still declares ${file.split('/').slice(-2).join('/')}`,
      hint: 'delete everything in the directory but member.yaml',
    });
  }
}

/** Who is there. A member whose document cannot be read is there all the same. */
function statesOf({ member, unreadable }: World['documents']): ReadonlyMap<string, 'active' | 'suspended' | 'retired'> {
  const unread = [...unreadable].filter((each) => each.startsWith('member ')).map((each) => [each.slice('member '.length), 'active'] as const);
  return new Map([...unread, ...member.map(({ name, value }) => [name, value.state ?? 'active'] as const)]);
}

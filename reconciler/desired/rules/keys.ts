import { isDay } from '../day.ts';
import { loginKeys, machineKeys, signingKeys, type DeclaredKey, type DeclaredSigningKey } from '../declared-keys.ts';
import { finding, type Finding } from '../finding.ts';
import { duplicates } from '../ranks.ts';
import { publicKey } from '../ssh-key.ts';
import type { World } from '../world.ts';

const ownKeys = 'ssh-keygen -t ed25519 makes another';

/** One key opens one account: else nobody can tell who logged in. */
export function* sshKeysAreUnique({ documents, ranks }: World): Iterable<Finding> {
  yield* duplicates(documents.member.flatMap(loginKeys), ranks, ({ source, owner }, first) => finding(source, {
    code: 'member/duplicate-ssh-key', message: `cannot use this ssh key: it is ${owner === first.owner ? 'listed above' : first.whose}`,
    hint: 'each account has keys of its own: ssh-keygen -t ed25519 makes one', against: first.owner,
  }));
}

/** One key signs for one member: what is signed with a key of two could be either's. */
export function* signingKeysAreUnique({ documents, ranks }: World): Iterable<Finding> {
  yield* duplicates(documents.member.flatMap(signingKeys), ranks, ({ source, owner }, first) => finding(source, {
    code: 'member/duplicate-signing-key', message: `cannot use this signing key: it is ${owner === first.owner ? 'listed above' : first.whose}`,
    hint: ownKeys, against: first.owner,
  }));
}

/** What signs is a whole key, strong enough for as long as the history is read. */
export function* signingKeysAreSound({ documents }: World): Iterable<Finding> {
  for (const { line, source } of documents.member.flatMap(signingKeys)) {
    const key = publicKey(line, 'signing');
    if ('why' in key) yield finding(source, {
      code: key.weak ? 'member/weak-signing-key' : 'member/signing-key', message: `cannot use this signing key: ${key.why}`, hint: ownKeys,
    });
  }
  for (const { value, at } of documents.cluster) {
    for (const [index, line] of (value.trust?.['merge-keys'] ?? []).entries()) {
      const key = publicKey(line, 'signing');
      if ('why' in key) yield finding(at('trust', 'merge-keys', index), { code: 'cluster/merge-key', message: `cannot use this merge key: ${key.why}` });
    }
  }
}

/** The days of a signing key are days that there are, the first before the last. */
export function* signingDaysAreSound({ documents }: World): Iterable<Finding> {
  for (const { days, dayAt } of documents.member.flatMap(signingKeys)) {
    const { 'valid-after': after, 'valid-before': before, revoked } = days;
    for (const [field, day] of Object.entries({ 'valid-after': after, 'valid-before': before, revoked } as const)) {
      if (day !== undefined && !isDay(day)) yield finding(dayAt(field as keyof typeof days), {
        code: 'member/unknown-day', message: `cannot use \`${day}\` as a day: the month does not have it`,
      });
    }
    if (after !== undefined && before !== undefined && after >= before) yield finding(dayAt('valid-before'), {
      code: 'member/signing-key-never-valid', message: `cannot sign with this key on any day: it is good from ${after} and no longer on ${before}`,
    });
  }
}

/**
 * The keys of hosts, of the git server and of a forge are nobody's own. The problem is the member's, whose line can be changed without
 * them: else whoever copied such a public key among hers would have the co-op's documents held.
 */
export function* machineKeysAreNoMembers({ documents }: World): Iterable<Finding> {
  const machines = new Map(machineKeys(documents).map((each) => [each.key, each]));
  for (const [noun, code, listed] of [['ssh', 'member/foreign-ssh-key', loginKeys], ['signing', 'member/foreign-signing-key', signingKeys]] as const) {
    for (const { key, source } of documents.member.flatMap<DeclaredKey>(listed)) {
      const machine = machines.get(key);
      if (machine === undefined) continue;
      yield finding(source, { code, message: `cannot use this ${noun} key: it is ${machine.whose}`, hint: ownKeys, against: 'coop' });
    }
  }
}

/** Each host, and each other program, has a key of its own: with one of two hosts' either could speak for the other. */
export function* machineKeysAreUnique({ documents, ranks }: World): Iterable<Finding> {
  const topics = new Set(documents.host.map(({ file }) => file));
  yield* duplicates(machineKeys(documents), ranks, ({ source }, { whose }) => finding(source, {
    code: `${topics.has(source.file) ? 'host' : 'cluster'}/duplicate-key`, message: `cannot use this key: it is ${whose}`, hint: 'each has a key of its own',
  }));
}

/**
 * Where trust is on every admin can sign, or nobody could put right what is wrong. A key that is no longer valid still counts here: the
 * co-op's documents must not become wrong on a day on which nobody changed them.
 */
export function* adminsCanSign({ documents }: World): Iterable<Finding> {
  const keys = new Map(documents.member.map((document) => [document.name, signingKeys(document).filter(isGood)]));
  for (const { value, keyAt } of documents.cluster) {
    const without = value.trust === undefined ? [] : value.admins.filter((name) => keys.get(name)?.length === 0);
    for (const name of without) yield finding(keyAt('trust'), {
      code: 'cluster/admin-without-signing-key', message: `cannot switch trust on: the admin \`${name}\` has no signing key that is good`,
      hint: `list one in members/${name}/member.yaml, signing-keys`, against: `member:${name}`,
    });
  }
}

function isGood({ line, days }: DeclaredSigningKey): boolean {
  return days.revoked === undefined && !('why' in publicKey(line, 'signing'));
}

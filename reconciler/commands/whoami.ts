import { ableAdmins, approversOf, isAdmin } from '../authority/approve.ts';
import { isGood } from '../authority/keyring.ts';
import { restrictions } from '../desired/restrictions.ts';
import { GitError } from '../git/error.ts';
import { isAncestor } from '../git/history.ts';
import type { Commit } from '../git/objects.ts';
import { resolveRevision } from '../git/repository.ts';
import { signedPartsOf } from '../git/signed.ts';
import { readCommit } from '../git/store.ts';
import { formatWhoami, whoamiFacts, type Head, type Known, type Whoami } from '../report/whoami.ts';
import type { Holder } from '../trust/charter.ts';
import { signatureOf } from '../trust/signature.ts';
import { choice, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { inForceOf, offNotice, type InForce } from './in-force.ts';
import { ownKey, type OwnKey } from './own-key.ts';
import { keptOf } from './permission.ts';
import { strangerTo } from './stranger.ts';

/** Say whom the co-op takes somebody for by her key. */
export const whoami: Command = {
  name: 'whoami',
  summary: 'say whom the co-op takes you for, what you may change, and whether your last commit counts',
  help: `croft whoami: whom the co-op takes you for by the key that git signs your commits with, until when that key is
good, which directory is yours, what you may change alone and what takes whom. When the key is nobody's: the
lines to ask an admin for. And whether the signature of your last commit counts, and what to do when not.

Usage: croft whoami [--key FILE] [--repo PATH] [--rev REV] [--format text|json]

  --key FILE        a public key; default: git's user.signingkey, of the repository or your own
  --repo PATH       the repository; default: the one that you are in, from anywhere below
  --rev REV         by the documents of another commit or branch than main
  --format FORMAT   text for people; json: schemas/output/whoami.schema.json

Example:
  $ croft whoami
  you are ada: a member, active
  …
  your last commit 4be21c9d03 is signed by you
  $ croft whoami --key ~/.ssh/id_ed25519.pub

Exit status: 0 you are known and may sign, 1 cannot, 3 the key is nobody's, or cannot be used.`,
  options: { key: { type: 'string' }, repo: { type: 'string' }, rev: { type: 'string' }, format: { type: 'string' } },
  run,
};

type Standing = Pick<Whoami, 'key' | 'member' | 'usable' | 'why' | 'fix' | 'entry'>;

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  const where = await inForceOf(call, world);
  const key = ownKey(call, where.repository.gitdir, world);
  const standing = 'why' in key ? { key: null, member: null, usable: false, why: key.why, fix: key.fix, entry: null } : await standingOf(key, where, world);
  const found: Whoami = { trust: where.isTrustOn, commit: where.trusted.commit, ...standing, head: await headOf(where, standing) };
  world.print(format === 'json' ? JSON.stringify(whoamiFacts(found), null, 2) : formatWhoami(found, { off: offNotice, paint: world.paint }));
  return found.usable ? 0 : 3;
}

async function standingOf(own: OwnKey, where: InForce, world: World): Promise<Standing> {
  const key = { type: own.type, fingerprint: own.fingerprint, from: own.from };
  const holder = where.charter.holders.get(own.blob);
  const none = { key, member: null, usable: false, fix: [], entry: null };
  if (holder === undefined) return { ...none, ...(await strangerTo(where, own, world)) };
  if (holder.person === null) return { ...none, why: `${own.fingerprint} is ${MERGE_KEY}`, fix: ['use a key of your own: ssh-keygen -t ed25519'] };
  const why = whyUnusable(holder, world.now() / 1000);
  const whom = approversOf(where.rules, 'coop', 'red').needed > 1 ? 'the admins' : 'an admin';
  const fix = why === null || !holder.person.active ? [] : [`ssh-keygen -t ed25519, and ask ${whom} for another signing key (red)`];
  return { ...none, member: knownBy(holder, holder.person.name, where), usable: why === null, why, fix };
}

const MERGE_KEY = "a forge's merge key, which may merge and change nothing itself";

function whyUnusable({ person, key }: Holder, now: number): string | null {
  const goodness = isGood(key, key.revokedAt === null ? now : Math.max(now, key.revokedAt));
  if (!goodness.good) return `nothing counts that is signed with this key: ${goodness.why}`;
  return person?.active === false ? `nothing that ${person.name} signs counts: she is suspended or has left – the admins can say more` : null;
}

function knownBy({ person, key }: Holder, name: string, { rules, charter }: InForce): Known {
  const admin = charter.rules.admins.has(name);
  return {
    name, admin, active: person?.active === true,
    directory: `${charter.root}members/${name}/`,
    goodFrom: key.validAfter === null ? null : day(key.validAfter),
    goodUntil: key.validBefore === null ? null : day(key.validBefore),
    kept: keptOf('member', 'green', { who: isAdmin(rules, name) ? name : null, context: { rules, restrictions } }),
    admins: ableAdmins(rules),
    approvals: approversOf(rules, 'coop', 'red').needed,
  };
}

/** Look at the last commit: is it signed, and does that count by the rules in force? */
async function headOf(where: InForce, { usable }: Standing): Promise<Head | null> {
  const { repository, charter, trusted } = where;
  const commit = await headCommit(where);
  if (commit === null) return null;
  const [parent] = commit.parents;
  const { signature, oddity } = await signedPartsOf(repository, commit.oid);
  const signed = signature !== null || oddity !== null;
  const { by, doubt } = await signatureOf(repository, { commit, since: parent === undefined ? null : await readCommit(repository, parent) }, charter);
  const always = signed ? '' : ', and from now on always: git config commit.gpgsign true';
  const amend = `${usable ? '' : 'once your key is known: '}git commit --amend -S --no-edit${always}`;
  const fix = (await isAncestor(repository, commit.oid, trusted.commit)) ? approval(commit) : amend;
  return { commit: commit.oid, signed, by, why: doubt, fix: by === null ? fix : null };
}

/** What is on main stays as it is; the first commit is believed, since hosts are told of it. */
function approval({ oid, parents }: Commit): string | null {
  return parents.length === 0 ? null : `it is on main already: git commit --allow-empty -S -m "approve" --trailer "Approves: ${oid}"`;
}

async function headCommit({ repository }: InForce): Promise<Commit | null> {
  try {
    return await readCommit(repository, await resolveRevision(repository, 'HEAD'));
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

/** Units: unix seconds in; a UTC day out. A Date ends in the year 275760, and a schema's day in 9999. */
function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

import { approversOf, ableAdmins } from '../authority/approve.ts';
import { loginKeys } from '../desired/declared-keys.ts';
import type { Document } from '../desired/documents.ts';
import { read } from '../desired/read.ts';
import type { Whoami } from '../report/whoami.ts';
import { list } from '../report/words.ts';
import { inForce } from '../trust/snapshots.ts';
import type { World } from './command.ts';
import { gitConfig } from './git-config.ts';
import type { InForce } from './in-force.ts';
import type { OwnKey } from './own-key.ts';

/** Say why a key is nobody's, and what to ask an admin for. Whose it probably is tell the keys to log in with, and git's user.email. */
export async function strangerTo(where: InForce, key: OwnKey, world: World): Promise<Pick<Whoami, 'why' | 'fix' | 'entry'>> {
  const { charter: { root, rules: { people } }, rules } = where;
  const shared = [...people.values()].filter(({ keys }) => keys.some(({ blob }) => blob === key.blob)).map(({ name }) => name);
  const another = `make another with ssh-keygen -t ed25519, and ask for that one`;
  const whose = shared.length > 1 ? `${list(shared)} list it` : `${shared.join('')} lists it, and it is a merge key`;
  if (shared.length > 0) return { why: `${key.fingerprint} is nobody's: ${whose}`, fix: [another], entry: null };
  const { needed } = approversOf(rules, 'coop', 'red');
  const whom = `${needed > 1 ? `${needed} admins` : 'an admin'} (${ableAdmins(rules).join(', ') || 'none has a signing key'})`;
  const name = await probably(where, key, world);
  return {
    why: `nobody in the co-op signs with the key ${key.fingerprint} (${key.from})`,
    fix: [`to be known by it takes ${whom}: red. Show them that the key is yours, and ask for these lines:`],
    entry: { file: `${root}members/${name ?? '<your name>'}/member.yaml`, lines: ['signing-keys:', `  - ${key.line}`] },
  };
}

async function probably(where: InForce, key: OwnKey, { ssh: { home } }: World): Promise<string | null> {
  const email = gitConfig(where.repository.gitdir, home).get('user.email')?.toLowerCase();
  const { value: { member: members } } = read(await inForce(where.repository, where.trusted));
  const byKey = members.find((member) => hasKey(member, key.blob));
  return (byKey ?? members.find(({ value }) => value.email === email))?.name ?? null;
}

function hasKey(member: Document<'member'>, blob: string): boolean {
  return [...loginKeys(member)].some(({ key }) => key === blob);
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { signingKeys } from '../../desired/declared-keys.ts';
import type { Documents } from '../../desired/documents.ts';
import { shown } from '../../desired/finding.ts';
import { meaningOf } from '../../desired/layout.ts';
import { didYouMean } from '../../desired/nearest.ts';
import { read } from '../../desired/read.ts';
import { publicKey } from '../../desired/ssh-key.ts';
import { GitError } from '../../git/error.ts';
import type { Owner } from '../../model/owner.ts';
import { text, UsageError, type Call, type World } from '../command.ts';
import { coopAround, type Coop } from '../coop.ts';
import { ownKey } from '../own-key.ts';
import { publicKeyIn } from '../public-key.ts';
import { repositoryAround } from '../repository.ts';

/** The co-op that somebody works in, and what could be read of it. */
export interface Place {
  readonly coop: Coop;
  readonly documents: Documents;
  /** `desired-state/`, or empty where the desired state lies at the top. */
  readonly root: string;
}

/** Read the co-op around the caller. What is wrong in it elsewhere hinders nobody's secrets. */
export function placeAround(world: World): Place {
  const coop = coopAround(world.directory, world);
  const root = coop.snapshot.files.some(({ path }) => path.startsWith('desired-state/')) ? 'desired-state/' : '';
  return { coop, documents: read(coop.snapshot).value, root };
}

/** Name the document of a secret. Errors: UsageError when the name is none. */
export function documentPath(owner: Owner, name: string, { root }: Place): string {
  const meaning = meaningOf(`coop/secrets/${name}.yaml`);
  if (meaning.is !== 'document') throw new UsageError(`cannot use ${shown(name)} as a name: a document is named after it`);
  if (meaning.wrongName !== null) throw new UsageError(meaning.wrongName.message);
  return `${root}${owner === 'coop' ? 'coop' : `members/${owner.slice('member:'.length)}`}/secrets/${name}.yaml`;
}

/** Read `--member` and `--coop`; null when neither is given. Errors: UsageError when both are, or there is no such member. */
export function ownerAsked(call: Call, { documents }: Place): Owner | null {
  const member = text(call, 'member');
  if (member !== null && call.values['coop'] === true) throw new UsageError('cannot use --member and --coop at once: give one of them');
  if (call.values['coop'] === true) return 'coop';
  if (member === null) return null;
  const names = documents.member.map(({ name }) => name);
  if (!names.includes(member)) throw new UsageError(`cannot use --member ${shown(member)}: there is no such member${hint(didYouMean(member, names))}`);
  return `member:${member}`;
}

/** Say whose secret it is to be: whoever is asked for, else the caller, known by the key that git signs with or ~/.ssh/id_ed25519.pub. */
export async function ownerMeant(call: Call, place: Place, world: World): Promise<Owner> {
  const asked = ownerAsked(call, place);
  if (asked !== null) return asked;
  const blobs = new Set([await signingBlob(call, place, world), usualBlob(world)].filter((blob) => blob !== null));
  const found = place.documents.member.find((member) => signingKeys(member).some(({ key }) => blobs.has(key)));
  if (found !== undefined) return found.owner;
  throw new UsageError('cannot tell whose secret it is: no key of yours is anybody\'s signing key here – croft whoami says more; or give --member MEMBER');
}

async function signingBlob(call: Call, { coop }: Place, world: World): Promise<string | null> {
  try {
    const { repository } = await repositoryAround(null, { directory: coop.directory });
    const key = ownKey(call, repository.gitdir, world);
    return 'why' in key ? null : key.blob;
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

function usualBlob({ directory, ssh: { home } }: World): string | null {
  const path = home === null ? null : join(home, '.ssh/id_ed25519.pub');
  if (path === null || !existsSync(path)) return null;
  const key = publicKey(publicKeyIn(directory, path).replace(/\s+/g, ' '));
  return 'why' in key ? null : key.blob;
}

function hint(meant: string | undefined): string {
  return meant === undefined ? '' : ` – ${meant}`;
}

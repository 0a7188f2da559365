import { verifySignature } from '../../authority/sshsig.ts';
import { publicKey } from '../../desired/ssh-key.ts';
import { entryAt } from '../../git/changes.ts';
import { signedPartsOf } from '../../git/signed.ts';
import { readCommit, type Repository } from '../../git/store.ts';
import { label } from '../../model/grammar/names.ts';
import type { Trusted } from '../../model/trusted.ts';
import { rootOf } from '../../trust/charter.ts';
import { writtenAt } from '../../trust/meaning.ts';
import { standingAt } from '../../trust/standing.ts';
import type { Refusal, Update } from './updates.ts';

/** Accept what a host says of itself only when it is signed with the key that the co-op's documents give that host. */
export async function judgeHostRef(repository: Repository, { ref, old, new: oid }: Update, main: string | null): Promise<Refusal | null> {
  const no = (why: string): Refusal => ({ ref, problems: [], why });
  const name = ref.split('/').at(-1) ?? '';
  if (oid === null) return no('what a host said of itself is not deleted by hand');
  if (main === null) return no('there is no main branch that would say which hosts there are');
  const key = label(name) === null ? undefined : await keyOf(repository, await standingAt(repository, main), name);
  if (key === undefined) return no(`the co-op has no host ${name}`);
  if (key === null) return no(`hosts/${name}.yaml declares no key`);
  const { signature, payload } = await signedPartsOf(repository, oid);
  if (signature === null) return no('it is not signed');
  const checked = verifySignature({ armored: signature, payload, namespace: 'git' });
  if (!checked.ok) return no(`its signature does not count: ${checked.why}`);
  if (checked.blob !== key) return no(`it is not signed with the key of ${name}`);
  return (await timeOf(repository, oid)) < (await timeOf(repository, old)) ? no(`it is older than what ${name} has said since`) : null;
}

/** The host's key as base64; undefined: there is no such host. Only its document is read: hosts speak often. */
async function keyOf(repository: Repository, { tree }: Trusted, name: string): Promise<string | null | undefined> {
  const path = `${await rootOf(repository, tree)}hosts/${name}.yaml`;
  const written = await writtenAt(repository, path, await entryAt(repository, tree, path));
  const line = written?.value?.['key'];
  const key = typeof line === 'string' ? publicKey(line) : null;
  return written === null ? undefined : key === null || 'why' in key ? null : key.blob;
}

/** Whoever may push could bring an old word of the host again. */
async function timeOf(repository: Repository, oid: string | null): Promise<number> {
  return oid === null ? 0 : (await readCommit(repository, oid)).revision.time;
}

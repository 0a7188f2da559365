import { sealedTags, tagOf } from '../model/grammar/sealed.ts';
import type { Owner } from '../model/owner.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Sealed } from '../model/values.ts';
import { signingKeys } from './declared-keys.ts';
import type { Document, Documents } from './documents.ts';
import { finding, type Finding } from './finding.ts';
import { read, type ReadCache } from './read.ts';
import { publicKey } from './ssh-key.ts';
import { is } from './take.ts';

/** A key that a secret is to be sealed to. */
export interface Recipient {
  /** A host, or the account name of a person. */
  readonly name: string;
  readonly is: 'host' | 'person';
  /** base64, as in a .pub file. */
  readonly blob: string;
}

/** How a secret is sealed, beside how it should be. */
export interface Sealing {
  readonly document: Document<'secret'>;
  readonly sealed: Sealed;
  readonly recipients: readonly Recipient[];
  readonly missing: readonly Recipient[];
  /** Of how many keys nobody says any more whose they are, or who is no recipient today. */
  readonly others: number;
}

/** The one type of key that age seals to, and hosts have. */
const ed25519 = 'ssh-ed25519';

/** List the keys that a secret of an owner is sealed to: those of the hosts' sshd, and those that the owner signs with – of the co-op, its admins. */
export function recipientsOf(owner: Owner, hosts: readonly string[], documents: Documents): readonly Recipient[] {
  return [...hosts.flatMap((name) => hostKey(name, documents)), ...peopleOf(owner, documents).flatMap((name) => ownKeys(name, documents))];
}

/** Say how every secret is sealed. Those that cannot be read are left out. */
export function sealings(documents: Documents): readonly Sealing[] {
  return documents.secret.flatMap((document) => {
    const sealed = is.sealed.parse(document.value.sealed);
    if (sealed === null) return [];
    const tags = new Set(sealedTags(sealed));
    const recipients = recipientsOf(document.owner, document.value.hosts, documents);
    const known = new Set(recipients.map(({ blob }) => tagOf(blob)));
    const missing = recipients.filter(({ blob }) => !tags.has(tagOf(blob)));
    return [{ document, sealed, recipients, missing, others: [...tags].filter((tag) => !known.has(tag)).length }];
  });
}

/**
 * Find secrets that a host which needs them cannot open. No rule of the co-op: a host that is rebuilt has a new key, and nobody is held
 * because of that. The value that a host has stays on it until its owner has sealed it again.
 */
export function unsealed(snapshot: Snapshot, cache?: ReadCache): readonly Finding[] {
  return sealings(read(snapshot, cache).value).flatMap(({ document, missing }) => missing.filter((each) => each.is === 'host').map(({ name }) => (
    finding(document.at('hosts', document.value.hosts.indexOf(name)), {
      code: 'secret/not-sealed-to-host', message: `cannot open this secret on \`${name}\`: it is not sealed to the key of its sshd, as hosts/${name}.yaml declares it`,
      hint: `croft secret rotate ${document.name}`, against: 'coop',
    }))));
}

function hostKey(name: string, { host }: Documents): readonly Recipient[] {
  const line = host.find((each) => each.name === name)?.value['ssh-host-key'];
  return line === undefined ? [] : keyIn(line).map((blob) => ({ name, is: 'host', blob }));
}

function peopleOf(owner: Owner, { cluster }: Documents): readonly string[] {
  return owner === 'coop' ? cluster.flatMap(({ value }) => value.admins) : [owner.slice('member:'.length)];
}

/** What is revoked may be in a thief's hands. */
function ownKeys(name: string, { member }: Documents): readonly Recipient[] {
  const good = member.filter((each) => each.name === name).flatMap(signingKeys).filter(({ days }) => days.revoked === undefined);
  return good.flatMap(({ line }) => keyIn(line).map((blob) => ({ name, is: 'person', blob })));
}

function keyIn(line: string): readonly string[] {
  const key = publicKey(line);
  return 'why' in key || key.type !== ed25519 ? [] : [key.blob];
}

/**
 * Who may change what, read from a tree and kept up to date from one to the next. Of all documents only three sorts matter: the cluster's
 * (is trust on, who is an admin, which keys may merge), the members' own (who has which signing keys, who is suspended), and the names
 * of mail domains. What cannot be read says nothing new: the last good word stays.
 */
import type { Declarations } from '../desired/schemas.ts';
import { publicKey } from '../desired/ssh-key.ts';
import { entryAt } from '../git/changes.ts';
import { readTree, type Repository } from '../git/store.ts';
import type { PathChange, Person, Rules, SigningKey, Written } from '../model/authority.ts';
import { writtenAt } from './meaning.ts';

/** The rules of one tree, and whose each signing key is. */
export interface Charter {
  /** `desired-state/`, or empty where the desired state lies at the top of the repository. */
  readonly root: string;
  readonly rules: Rules;
  /** By the key's base64. A key that two people have is nobody's. */
  readonly holders: ReadonlyMap<string, Holder>;
}

/** Who signs with a key. null: a forge, which may merge. */
export interface Holder {
  readonly person: Person | null;
  readonly key: SigningKey;
}

const nobodys: Pick<Rules, 'trust' | 'admins'> = { trust: null, admins: new Set<string>() };

/** Read the charter of a whole tree. */
export async function charterOf(repository: Repository, tree: string): Promise<Charter> {
  const root = await rootOf(repository, tree);
  const cluster = await documentAt(repository, tree, `${root}cluster.yaml`);
  const people = new Map<string, Person>();
  const mailDomains = new Set<string>();
  for (const name of await namesIn(repository, tree, `${root}members`)) {
    const person = personOf(name, await documentAt(repository, tree, `${root}members/${name}/member.yaml`));
    if (person !== null) people.set(name, person);
  }
  for (const owner of ['coop', ...[...people.keys()].map((name) => `members/${name}`)]) {
    for (const file of await namesIn(repository, tree, `${root}${owner}/mailboxes`)) mailDomains.add(file.replace(/\.yaml$/, ''));
  }
  return charter(root, { ...clusterRules(cluster, nobodys), people, mailDomains });
}

/** Say where the desired state lies in a tree. Shape: as in a charter. */
export async function rootOf(repository: Repository, tree: string): Promise<string> {
  return (await entryAt(repository, tree, 'desired-state')) === null ? '' : 'desired-state/';
}

/** Name those of whose keys one is gone, or revoked, that was good before. */
export function peopleWhoLostKeys(before: Charter, after: Charter): ReadonlySet<string> {
  if (before.rules.people === after.rules.people) return new Set();
  const good = ({ rules }: Charter, name: string): readonly string[] => (rules.people.get(name)?.keys ?? []).filter(({ revokedAt }) => revokedAt === null).map(({ blob }) => blob);
  return new Set([...before.rules.people.keys()].filter((name) => {
    const left = good(after, name);
    return good(before, name).some((blob) => !left.includes(blob));
  }));
}

/** Is trust on in a tree? Reads one document, and each version of it once: a line of ten thousand commits has few. */
export async function isTrustOn(repository: Repository, tree: string): Promise<boolean> {
  const path = `${await rootOf(repository, tree)}cluster.yaml`;
  const entry = await entryAt(repository, tree, path);
  const read = answers.get(repository) ?? new Map<string, boolean>();
  answers.set(repository, read);
  const known = read.get(entry?.oid ?? '');
  if (known !== undefined) return known;
  const answer = clusterRules(await writtenAt(repository, path, entry), nobodys).trust !== null;
  read.set(entry?.oid ?? '', answer);
  return answer;
}

const answers = new WeakMap<Repository, Map<string, boolean>>();

/** Bring a charter up to date with what was accepted. */
export function amended(before: Charter, accepted: readonly { readonly change: PathChange; readonly after: Written | null }[]): Charter {
  const { root, rules } = before;
  let { people, mailDomains } = rules;
  let cluster: Pick<Rules, 'trust' | 'admins'> = rules;
  for (const { change, after } of accepted) {
    const path = change.path.slice(root.length);
    const [, member = ''] = /^members\/([^/]+)\/member\.yaml$/.exec(path) ?? [];
    const [, domain = ''] = /^(?:coop|members\/[^/]+)\/mailboxes\/([^/]+)\.yaml$/.exec(path) ?? [];
    if (path === 'cluster.yaml') cluster = after === null ? nobodys : clusterRules(after, rules);
    if (member !== '') people = replaced(people, member, after === null ? null : (personOf(member, after) ?? people.get(member) ?? null));
    if (domain !== '') mailDomains = after === null ? new Set([...mailDomains].filter((each) => each !== domain)) : new Set([...mailDomains, domain]);
  }
  const same = cluster === rules && people === rules.people && mailDomains === rules.mailDomains;
  return same ? before : charter(root, { trust: cluster.trust, admins: cluster.admins, people, mailDomains });
}

function charter(root: string, rules: Rules): Charter {
  const holders = new Map<string, Holder>();
  const shared = new Set<string>();
  const forge = (rules.trust?.mergeKeys ?? []).map((key): Holder => ({ person: null, key }));
  for (const holder of [...[...rules.people.values()].flatMap((person) => person.keys.map((key): Holder => ({ person, key }))), ...forge]) {
    const other = holders.get(holder.key.blob);
    if (other !== undefined && other.person !== holder.person) shared.add(holder.key.blob);
    holders.set(holder.key.blob, holder);
  }
  for (const blob of shared) holders.delete(blob);
  return { root, rules, holders };
}

async function documentAt(repository: Repository, tree: string, path: string): Promise<Written | null> {
  return writtenAt(repository, path, await entryAt(repository, tree, path));
}

async function namesIn(repository: Repository, tree: string, path: string): Promise<readonly string[]> {
  const entry = await entryAt(repository, tree, path);
  return entry?.mode === '40000' ? ((await readTree(repository, entry.oid)) ?? []).map(({ name }) => name) : [];
}

function clusterRules(written: Written | null, before: Pick<Rules, 'trust' | 'admins'>): Pick<Rules, 'trust' | 'admins'> {
  const value = written?.value as Declarations['cluster'] | null | undefined;
  if (value === null || value === undefined) return before;
  const { trust, admins } = value;
  const mergeKeys = (trust?.['merge-keys'] ?? []).flatMap((line) => signingKey({ key: line }));
  return { trust: trust === undefined ? null : { approvals: trust.approvals ?? 2, mergeKeys }, admins: new Set(admins) };
}

function personOf(name: string, written: Written | null): Person | null {
  const value = written?.value as Declarations['member'] | null | undefined;
  if (value === null || value === undefined) return null;
  const keys = (value['signing-keys'] ?? []).flatMap((each) => signingKey(typeof each === 'string' ? { key: each } : each));
  return { name, active: (value.state ?? 'active') === 'active', keys };
}

interface DeclaredKey {
  readonly key: string;
  readonly 'valid-after'?: string;
  readonly 'valid-before'?: string;
  readonly revoked?: string;
}

function signingKey({ key: line, revoked, ...valid }: DeclaredKey): readonly SigningKey[] {
  const key = publicKey(line);
  if ('why' in key) return [];
  const [after, before] = [seconds(valid['valid-after']), seconds(valid['valid-before'])];
  return [{ type: key.type, blob: key.blob, validAfter: after, validBefore: before === null ? null : before - 1, revokedAt: seconds(revoked) }];
}

function seconds(day: string | undefined): number | null {
  return day === undefined ? null : Date.parse(`${day}T00:00:00Z`) / 1000;
}

function replaced<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value | null): ReadonlyMap<string, Value> {
  const copy = new Map(map);
  if (value === null) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

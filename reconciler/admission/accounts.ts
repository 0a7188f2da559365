import type { Owner } from '../model/owner.ts';
import type { Problem } from '../model/problem.ts';
import type { Catalog, Resource } from '../model/resource.ts';

const keys = '/etc/ssh/authorized_keys.d/';
const [users, groups] = ['/var/lib/extrausers/passwd', '/var/lib/extrausers/group'] as const;
/** The package's own, whose keys are in the catalog and run one program. */
const kicker = 'croft-kick';

/** An account of the host's own that a catalog would let somebody into, and by what. */
export interface OwnAccount {
  readonly name: string;
  readonly uid: string;
  readonly resource: Resource;
}

/**
 * Find the host's own accounts that a catalog would let somebody into: by keys, or by a group that sshd asks for. Whoever administers the
 * host may have one there, from which one becomes root; and who is in `files` is found before who is in `extrausers` (nsswitch.conf(5)).
 * One that is the same number is the same person. `passwd`: the text of the host's /etc/passwd.
 */
export function ownAccounts({ resources }: Catalog, passwd: string): readonly OwnAccount[] {
  const own = new Map(rowsOf(passwd).map(([name = '', , uid = '']) => [name, uid]));
  const table = (path: string): readonly (readonly string[])[] => rowsOf(resources.find(({ id }) => id === `table:${path}`)?.payload?.text ?? '');
  const declared = new Map(table(users).map(([name = '', , uid = '']) => [name, uid]));
  const inGroups = new Set(table(groups).flatMap(([, , , members = '']) => members.split(',')));
  return resources.flatMap((resource) => {
    const { id, name: path, kind } = resource;
    const named = kind === 'file' && path.startsWith(keys) ? [path.slice(keys.length)] : id === `table:${users}` ? [...declared.keys()] : id === `table:${groups}` ? [...inGroups] : [];
    return named.filter((name) => own.has(name) && name !== kicker && own.get(name) !== declared.get(name)).map((name) => ({ name, uid: own.get(name) ?? '', resource }));
  });
}

/** Say why nothing of a catalog is done that would let somebody into one. */
export function refusalOfAccount({ name, uid, resource: { id, owner, source } }: OwnAccount): Problem {
  return { code: 'handover/own-account', message: `cannot make ${id}: ${name} is an account of the host's own, of uid ${uid}`, owner, source };
}

/** Say it to the member who is called like one: she is left out on that host. */
export function clashOf({ name, uid, resource }: OwnAccount, host: string): Problem {
  const owner: Owner = `member:${name}`;
  const { source } = resource.parts?.find((part) => part.attribute === name && part.owner === owner) ?? resource;
  return {
    code: 'handover/own-account', message: `cannot give ${name} an account on ${host}: that host has one of its own of this name, of uid ${uid}`, owner, source,
    hint: `rename the account of ${host}'s own, or give the member another name; it is not touched, and whatever of ${name}'s needs no account goes on`,
  };
}

function rowsOf(text: string): readonly (readonly string[])[] {
  return text.split('\n').filter((line) => line !== '').map((line) => line.split(':'));
}

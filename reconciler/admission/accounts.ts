import type { Problem } from '../model/problem.ts';
import type { Catalog } from '../model/resource.ts';

const keys = '/etc/ssh/authorized_keys.d/';
const [users, groups] = ['/var/lib/extrausers/passwd', '/var/lib/extrausers/group'] as const;
/** The package's own, whose keys are in the catalog and run one program. */
const kicker = 'croft-kick';

/**
 * Name the host's own accounts that a catalog would let somebody into: by keys, or by a group that sshd asks for. Whoever administers the
 * host may have one there, from which one becomes root; and who is in `files` is found before who is in `extrausers` (nsswitch.conf(5)).
 * One that is the same number is the same person. `passwd`: the text of the host's /etc/passwd.
 */
export function ownAccounts({ resources }: Catalog, passwd: string): readonly Problem[] {
  const own = new Map(rowsOf(passwd).map(([name = '', , uid = '']) => [name, uid]));
  const table = (path: string): readonly (readonly string[])[] => rowsOf(resources.find(({ id }) => id === `table:${path}`)?.payload?.text ?? '');
  const declared = new Map(table(users).map(([name = '', , uid = '']) => [name, uid]));
  const inGroups = new Set(table(groups).flatMap(([, , , members = '']) => members.split(',')));
  return resources.flatMap(({ id, name: path, kind, owner, source }) => {
    const named = kind === 'file' && path.startsWith(keys) ? [path.slice(keys.length)] : id === `table:${users}` ? [...declared.keys()] : id === `table:${groups}` ? [...inGroups] : [];
    return named.filter((name) => own.has(name) && name !== kicker && own.get(name) !== declared.get(name)).map((name): Problem => (
      { code: 'handover/own-account', message: `cannot make ${id}: ${name} is an account of the host's own, of uid ${own.get(name)}`, owner, source }));
  });
}

function rowsOf(text: string): readonly (readonly string[])[] {
  return text.split('\n').filter((line) => line !== '').map((line) => line.split(':'));
}

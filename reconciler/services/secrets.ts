/**
 * Secrets: what programs need and nobody else may see. In the repository each is sealed with age to the ssh keys of the hosts that need it
 * and of its owner; here it is only handed on, and root's half of croft opens it on the host. A member finds hers below
 * /etc/croft-secrets/<member>, a directory that only she and root can enter; nobody can list whose there are. Those of a suspended member
 * stay, as her data does: nobody can come in to read them. Source: C2SP age.md.
 */
import type { Secret } from '../model/desired.ts';
import { ownerName } from '../model/owner.ts';
import type { Id, Resource } from '../model/resource.ts';
import type { Scope, Service } from '../model/service.ts';
import { directory } from '../resources/directory.ts';
import { secret, secretPath, secretsRoot } from '../resources/secret.ts';

/** The secrets that a host needs. */
export const secrets: Service = {
  name: 'secrets',
  *compile(scope): Iterable<Resource> {
    const here = needed(scope);
    if (here.length === 0) return;
    const whose = { owner: 'coop', source: scope.host.source } as const;
    yield directory(secretsRoot, { mode: '0711' }, whose);
    for (const owner of new Set(here.map((each) => each.owner))) yield* ofOne(here.filter((each) => each.owner === owner));
  },
};

/** Those of members who are there. */
function needed({ state, host }: Scope): readonly Secret[] {
  const there = new Set(['coop', ...state.members.filter(({ state: standing }) => standing !== 'retired').map(({ name }) => `member:${name}`)]);
  return state.secrets.filter(({ owner, hosts }) => there.has(owner) && hosts.some(({ name }) => name === host.name));
}

function* ofOne(theirs: readonly Secret[]): Iterable<Resource> {
  const [first] = theirs;
  if (first === undefined) return;
  const { owner, source } = first;
  const folder = secretPath(owner, '').slice(0, -1);
  const group = owner === 'coop' ? 'root' : ownerName(owner);
  const accounts: readonly Id[] = owner === 'coop' ? [] : ['table:/var/lib/extrausers/group', 'table:/var/lib/extrausers/passwd'];
  const inside: readonly Id[] = [`directory:${folder}`, 'directory:/var/lib/croft'];
  yield directory(folder, { mode: '0750', group, exclusive: true }, { owner, source, needs: [`directory:${secretsRoot}`, ...accounts] });
  for (const each of theirs) yield secret(secretPath(owner, each.name), { sealed: each.sealed }, { owner, source: each.source, needs: inside });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Secret } from '../../../../reconciler/model/desired.ts';
import { label } from '../../../../reconciler/model/grammar/names.ts';
import { sealed } from '../../../../reconciler/model/grammar/sealed.ts';
import type { Owner } from '../../../../reconciler/model/owner.ts';
import { aHost, aMember, aState, at, sure } from '../../state.ts';

const [dynamic, quiet, shell] = [aHost('dynamic'), aHost('quiet'), aHost('shell')];
const text = sure(sealed(readFileSync(join(import.meta.dirname, '../../../fixtures/secrets/ada-db-password.age'), 'utf8')));

function aSecret(owner: Owner, name: string, hosts: Secret['hosts']): Secret {
  const folder = owner === 'coop' ? 'coop' : `members/${owner.slice('member:'.length)}`;
  return { name: sure(label(name)), owner, hosts, sealed: text, source: at(`${folder}/secrets/${name}.yaml`) };
}

export const state = aState({
  hosts: [dynamic, quiet, shell],
  members: [aMember('ada', 10001), aMember('bob', 10002, { state: 'suspended' }), aMember('carol', 10003, { state: 'retired' })],
  secrets: [
    aSecret('member:ada', 'db-password', [dynamic, shell]), aSecret('member:ada', 'api-token', [dynamic]),
    aSecret('member:bob', 'kept-while-suspended', [dynamic]), aSecret('member:carol', 'gone-with-her', [dynamic]), aSecret('coop', 'backup-key', [shell]),
  ],
});

/**
 * A file with the value of a secret that stands sealed in the repository, for programs to read: /etc/croft-secrets/<member>/<name>,
 * root's own, readable for its member's group and nobody else (0440); what is the co-op's is root's alone (0400). Only the machine opens
 * it: here, in plans and in the inventory a secret is the digest of its *sealed* text. Whose it is follows from the path, in root's half
 * of croft: a text that was sealed as ada's is never opened into bob's directory, whatever a catalog says.
 */
import { digest } from '../model/digest.ts';
import type { Kind } from '../model/kind.ts';
import type { Step } from '../model/machine.ts';
import type { Owner } from '../model/owner.ts';
import type { Provenance, Resource, State } from '../model/resource.ts';
import type { Sealed } from '../model/values.ts';
import type { Access } from './access.ts';
import { nodeOf } from './answer.ts';
import { absolute, placeSteps, standing } from './place.ts';
import { resource } from './resource.ts';

/** Where values are, a directory for each owner. */
export const secretsRoot = '/etc/croft-secrets';
/** Where the machine notes what it opened. */
const openedRoot = '/var/lib/croft/opened';

const path = /^\/etc\/croft-secrets\/([a-z][a-z0-9-]{0,31})\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/;

interface Standing {
  readonly owner: Owner;
  /** As the text must have been sealed. */
  readonly label: string;
  readonly access: Access;
  readonly record: string;
}

/** Name the file of a secret. */
export function secretPath(owner: Owner, name: string): string {
  return `${secretsRoot}/${owner === 'coop' ? 'coop' : owner.slice('member:'.length)}/${name}`;
}

/** Want the value of a sealed text in its file. Shape: { type, mode, owner, group, sealed: digest of the sealed text }. */
export function secret(name: string, content: { readonly sealed: Sealed }, provenance: Provenance): Resource {
  const { owner, access } = standsAt(absolute(name));
  if (owner !== provenance.owner) throw new Error(`cannot give ${name} to ${provenance.owner}: it is ${owner}'s`);
  const desired = { type: 'file', ...access, sealed: digest(content.sealed) };
  return resource({ kind: 'secret', name }, { desired, payload: { text: content.sealed, secret: true } }, provenance);
}

/** Look at opened secrets and open them. */
export const secretKind: Kind = {
  name: 'secret',
  whenDropped: 'remove',
  probe: (resources) => resources.map(({ name, desired, payload }) => {
    if (desired === null || payload === undefined) return { ask: 'path', path: name, want: 'stat' };
    const { label, record } = standsAt(name);
    return { ask: 'sealed', path: name, label, sealed: payload.text, record };
  }),
  read: (answers, resources) => new Map(resources.map(({ id }, index) => {
    const answer = answers[index];
    const state = standing(nodeOf(answer));
    if (state?.['type'] !== 'file') return [id, state];
    return [id, { ...state, sealed: (answer?.ask === 'sealed' ? answer.opened : null) ?? 'something else' }];
  })),
  steps: (resource, { actual }) => (resource.desired === null ? forgetting(resource.name, actual) : placeSteps(resource, actual, () => opening(resource)).flatMap(withGround)),
};

function opening({ name, payload }: Resource): Step {
  const { label, record, access } = standsAt(name);
  return { do: 'unseal', path: name, label, sealed: payload?.text ?? '', record, ...access };
}

/** The machine's notes are no resource: the last one may go in the same run as the last secret. */
function withGround(step: Step): readonly Step[] {
  return step.do === 'unseal' ? [{ do: 'directory', path: openedRoot, mode: '0700', owner: 'root', group: 'root' }, step] : [step];
}

function forgetting(name: string, actual: State | null): readonly Step[] {
  return actual === null ? [] : [{ do: 'remove', path: name }, { do: 'remove', path: standsAt(name).record }];
}

/** Errors: throws for a path that is no secret's. */
function standsAt(name: string): Standing {
  const [, folder, called] = path.exec(name) ?? [];
  if (folder === undefined || called === undefined) throw new Error(`cannot keep a secret at ${JSON.stringify(name)}: it must be ${secretsRoot}/<member>/<name>`);
  const isShared = folder === 'coop';
  const owner: Owner = isShared ? 'coop' : `member:${folder}`;
  const access = isShared ? { mode: '0400', owner: 'root', group: 'root' } : { mode: '0440', owner: 'root', group: folder };
  return { owner, label: `${owner} ${called}`, access, record: `${openedRoot}/${folder}.${called}` };
}

/**
 * A file with a secret that no repository holds: it is derived on the host itself, as HMAC-SHA256 (RFC 2104) of a label under the co-op's
 * key, /etc/croft/cluster.key. Hosts with the same key get the same secret for the same label, which is how a primary and a secondary
 * share a TSIG key (RFC 8945) that was never sent. The machine derives and compares; here only the label is known. Another label is
 * another secret: that is how one is replaced.
 */
import type { Kind } from '../model/kind.ts';
import type { Provenance, Resource } from '../model/resource.ts';
import { access, desiredAccess, type AccessWish } from './access.ts';
import { nodeOf } from './answer.ts';
import { absolute, placeSteps, standing } from './place.ts';
import { resource } from './resource.ts';

/** What is derived from, and the file around it. */
export interface KeyContent extends AccessWish {
  readonly label: string;
  /** The file's text; `{}` stands for the secret in base64. */
  readonly template: string;
}

/** Want a derived secret in a file, 0600 unless said otherwise. Shape: { type, mode, owner, group, derived: label }. */
export function key(path: string, content: KeyContent, provenance: Provenance): Resource {
  if (!/^[!-~]+$/.test(content.label)) throw new Error(`cannot derive a key for ${JSON.stringify(content.label)}: a label is visible ASCII`);
  if (content.template.split('{}').length !== 2) throw new Error(`cannot derive ${path}: its template must have {} once`);
  const desired = { type: 'file', ...access(content, '0600'), derived: content.label };
  return resource({ kind: 'key', name: absolute(path) }, { desired, payload: { text: content.template, secret: true } }, provenance);
}

/** Look at derived secrets and derive them; a file with any other content reads as derived from something else, which is no label. */
export const keyKind: Kind = {
  name: 'key',
  whenDropped: 'remove',
  probe: (resources) => resources.map(({ name: path, desired, payload }) =>
    desired === null || payload === undefined
      ? { ask: 'path', path, want: 'stat' }
      : { ask: 'derived', path, label: String(desired['derived']), template: payload.text }),
  read: (answers, resources) => new Map(resources.map(({ id, desired }, index) => {
    const answer = answers[index];
    const state = standing(nodeOf(answer));
    if (state?.['type'] !== 'file') return [id, state];
    const matches = answer?.ask === 'derived' && answer.matches;
    return [id, { ...state, derived: matches ? String(desired?.['derived']) : 'something else' }];
  })),
  steps: (resource, { actual }) => placeSteps(resource, actual, (desired) => ({
    do: 'derive', path: resource.name, label: String(desired['derived']), template: resource.payload?.text ?? '', ...desiredAccess(desired),
  })),
};

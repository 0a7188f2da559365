/**
 * A whole file that croft owns, compared by digest. It is never edited in place: what differs is written anew beside it, checked by the
 * daemon's own checker where there is one, and renamed over it, so that a reader sees the old file or the new one (rename(2)).
 * A link in its place is replaced, not followed. A directory in its place is left alone: the host refuses, and a person must look.
 */
import { digest } from '../model/digest.ts';
import type { Kind } from '../model/kind.ts';
import type { Question } from '../model/machine.ts';
import type { Part, Provenance, Resource } from '../model/resource.ts';
import { access, type AccessWish } from './access.ts';
import { nodeOf } from './answer.ts';
import { absolute, payload, placeSteps, standing, writeStep } from './place.ts';
import { resource } from './resource.ts';

/** What a file holds and who may read it; root's own and 0644 unless said otherwise. */
export interface FileContent extends AccessWish {
  readonly text: string;
  /** The daemon's checker; `{}` stands for the staged file. */
  readonly check?: readonly string[];
  /** Never print the text. */
  readonly secret?: boolean;
  /** What the daemon that reads it must answer then. */
  readonly probe?: Question;
  /** Whose lines or blocks are in it. */
  readonly parts?: readonly Part[];
}

/** Want a file with this text. Shape: { type, mode, owner, group, content: digest }. Errors: throws for a path that is not absolute and normalised. */
export function file(path: string, content: FileContent, provenance: Provenance): Resource {
  const desired = { type: 'file', ...access(content, '0644'), content: digest(content.text) };
  return resource({ kind: 'file', name: absolute(path) }, { desired, payload: payload(content), ...extras(content) }, provenance);
}

function extras({ probe, parts = [] }: FileContent): Pick<Resource, 'probe' | 'parts'> {
  return { ...(probe === undefined ? {} : { probe }), ...(parts.length === 0 ? {} : { parts }) };
}

/** Look at files and write them. */
export const fileKind: Kind = {
  name: 'file',
  whenDropped: 'remove',
  probe: (resources) => resources.map(({ name }) => ({ ask: 'path', path: name, want: 'digest' })),
  read: (answers, resources) => new Map(resources.map(({ id }, index) => {
    const node = nodeOf(answers[index]);
    const state = standing(node);
    return [id, node?.type === 'file' ? { ...state, content: node.digest ?? '' } : state];
  })),
  steps: (resource, { actual }) => placeSteps(resource, actual, (desired) => writeStep(resource, desired)),
};

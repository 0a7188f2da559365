/**
 * A DNS zone file. Its serial number (RFC 1035 §3.3.13) tells the secondaries that there is something new, so it must grow whenever the
 * content moves and must not when it does not. The desired text therefore has serial 0, both sides are compared with the serial taken
 * out, and the number is chosen only when the file is written: the revision's time, or one more than what is there, by the circular
 * arithmetic of RFC 1982. Rule followed: the SOA is the file's first record, with its serial on a line of its own, `<number> ; serial`.
 */
import { digest } from '../model/digest.ts';
import type { Kind } from '../model/kind.ts';
import type { Question } from '../model/machine.ts';
import type { Part, Provenance, Resource, State } from '../model/resource.ts';
import { access, type AccessWish } from './access.ts';
import { nodeOf } from './answer.ts';
import { absolute, payload, placeSteps, standing, writeStep } from './place.ts';
import { resource } from './resource.ts';

/** A zone's text with serial 0, and who may read it. */
export interface ZoneContent extends AccessWish {
  readonly text: string;
  readonly check?: readonly string[];
  /** What the daemon that reads it must answer then. */
  readonly probe?: Question;
  /** Whose names are in it, but for its owner's. */
  readonly parts?: readonly Part[];
}

const serialLine = /^([ \t]*)([0-9]{1,10})(?=[ \t]*;[ \t]*serial[ \t]*$)/m;
const circle = 2 ** 32;

/** Want a zone file. Shape: { type, mode, owner, group, content: digest of the text with serial 0 }. Errors: throws when the text's serial is not 0. */
export function zone(path: string, content: ZoneContent, provenance: Provenance): Resource {
  if (serialOf(content.text) !== 0) throw new Error(`cannot manage zone ${path}: its text must have a line "0 ; serial"`);
  const desired = { type: 'file', ...access(content, '0644'), content: digest(content.text) };
  return resource({ kind: 'zone', name: absolute(path) }, { desired, payload: payload(content), ...extras(content) }, provenance);
}

function extras({ probe, parts = [] }: ZoneContent): Pick<Resource, 'probe' | 'parts'> {
  return { ...(probe === undefined ? {} : { probe }), ...(parts.length === 0 ? {} : { parts }) };
}

/** Read the serial of a zone's SOA; null when there is none in the form that croft writes. */
export function serialOf(text: string): number | null {
  const found = serialLine.exec(text)?.[2];
  return found === undefined || Number(found) >= circle ? null : Number(found);
}

/** Put a serial in the place of the one that is there. */
export function withSerial(text: string, serial: number): string {
  return text.replace(serialLine, (_, indent: string) => `${indent}${serial}`);
}

/** Choose the next serial: the time if that is later on the circle, else one more; never 0. Source: RFC 1982 §3. */
export function nextSerial(actual: number | null, time: number): number {
  const wish = time % circle || 1;
  if (actual === null) return wish;
  const ahead = (wish - actual + circle) % circle;
  return ahead > 0 && ahead < circle / 2 ? wish : (actual + 1) % circle || 1;
}

/** Look at zone files and write them with a serial that grows. */
export const zoneKind: Kind = {
  name: 'zone',
  whenDropped: 'remove',
  probe: (resources) => resources.map(({ name }) => ({ ask: 'path', path: name, want: 'text' })),
  read: (answers, resources) => new Map(resources.map(({ id }, index) => {
    const node = nodeOf(answers[index]);
    const state = standing(node);
    return [id, node?.type === 'file' ? { ...state, ...contentOf(node.text ?? '') } : state];
  })),
  steps: (resource, { actual, time }) => placeSteps(resource, actual, (desired) => {
    const before = actual?.['serial'];
    const serial = nextSerial(typeof before === 'number' ? before : null, time);
    return writeStep(resource, desired, withSerial(resource.payload?.text ?? '', serial));
  }),
};

/** The serial is told, but not managed: `steps` needs it. */
function contentOf(text: string): State {
  const serial = serialOf(text);
  return serial === null ? { content: digest(text) } : { content: digest(withSerial(text, 0)), serial };
}

import type { Node, Step } from '../model/machine.ts';
import type { Payload, Resource, State } from '../model/resource.ts';
import { accessOf, desiredAccess, isAccess } from './access.ts';
import { differing } from './resource.ts';

const places = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@:+%-]+)+$/;

/** Check a path that a service has chosen. Errors: throws unless it is absolute, normalised and of plain characters. */
export function absolute(path: string): string {
  if (!places.test(path)) throw new Error(`cannot manage ${JSON.stringify(path)}: a path is absolute, without . and .. and empty parts, of plain characters`);
  return path;
}

/** Name the directory that a path is in. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** Say what stands at a path, so far as every kind sees it; null when nothing does. Shape: type, then access, or a link's target. */
export function standing(node: Node | null): State | null {
  if (node === null) return null;
  if (node.type === 'link') return { type: 'link', target: node.target ?? '' };
  return { type: node.type, ...accessOf(node) };
}

/** Name the steps for a file: none, its removal, its access alone, or making it anew. */
export function placeSteps(resource: Resource, actual: State | null, make: (desired: State) => Step): readonly Step[] {
  const { name: path, desired } = resource;
  if (desired === null) return actual === null ? [] : [{ do: 'remove', path }];
  if (actual === null) return [make(desired)];
  const attributes = differing(resource, actual);
  if (attributes.length === 0) return [];
  return attributes.every(isAccess) ? [{ do: 'access', path, ...desiredAccess(desired) }] : [make(desired)];
}

/** Name the step that puts a payload in its place. Errors: throws for a resource without one. */
export function writeStep(resource: Resource, desired: State, text = payloadOf(resource).text): Step {
  const { check, secret } = payloadOf(resource);
  const extra = { ...(check === undefined ? {} : { check }), ...(secret === undefined ? {} : { secret }) };
  return { do: 'write', path: resource.name, text, ...desiredAccess(desired), ...extra };
}

/** Make a payload of what a constructor was given. */
export function payload(content: { readonly text: string; readonly check?: readonly string[]; readonly secret?: boolean }): Payload {
  const check = content.check === undefined ? {} : { check: [...content.check] };
  return { text: content.text, ...check, ...(content.secret === true ? { secret: true as const } : {}) };
}

function payloadOf(resource: Resource): Payload {
  if (resource.payload === undefined) throw new Error(`cannot write ${resource.id}: it has no payload`);
  return resource.payload;
}

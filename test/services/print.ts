import type { Claim } from '../../reconciler/model/claim.ts';
import type { Resource } from '../../reconciler/model/resource.ts';
import { formatSource } from '../../reconciler/model/source.ts';

/** Print what a service wants, for people to review: each resource with its state, its place in the graph and what it writes. */
export function printCatalog(resources: readonly Resource[], claims: readonly Claim[]): string {
  const printed = [...resources].sort((a, b) => (a.id < b.id ? -1 : 1)).map(printResource);
  return [...claims.map((claim) => `claim ${JSON.stringify([claim.name, claim.data, claim.why, claim.owner])}\n`), ...printed].join('\n');
}

function printResource({ id, owner, source, desired, needs, after, load, payload }: Resource): string {
  const attributes = Object.entries(desired ?? {}).filter(([, value]) => !isDigest(value)).map(([attribute, value]) => `${attribute}=${value}`);
  const state = desired === null ? 'absent' : attributes.join(' ');
  const lines = [
    `== ${id}`, `   ${owner}, ${formatSource(source)}`, `   ${state}`,
    ...list('needs', needs), ...list('after', after), ...list('reads', load?.reads), ...list('loads with', load?.reload),
    ...list('checked by', load?.check ?? payload?.check),
    ...(payload === undefined ? [] : payload.text.replace(/\n$/, '').split('\n').map((line) => `   | ${line}`.trimEnd())),
  ];
  return `${lines.join('\n')}\n`;
}

/** Digests say nothing to people; the text stands below. */
function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^(?:sha256|sum):/.test(value);
}

function list(word: string, values: readonly string[] | undefined): readonly string[] {
  return values === undefined || values.length === 0 ? [] : [`   ${word}: ${values.join(' ')}`];
}

import { ownerName, type Owner } from '../model/owner.ts';
import type { Paint } from './paint.ts';
import { oneLine } from './printable.ts';
import { count, list } from './words.ts';

/** A secret, for people who may see that there is one. */
export interface ListedSecret {
  readonly name: string;
  readonly owner: Owner;
  readonly file: string;
  readonly hosts: readonly string[];
  /** Hosts and people of today who can open it. */
  readonly sealedTo: readonly string[];
  /** Those who should, and cannot. */
  readonly missing: readonly string[];
  /** How many keys besides it is sealed to. */
  readonly otherKeys: number;
  readonly stale: boolean;
}

/** Print secrets, one a line, for people. */
export function formatSecrets(secrets: readonly ListedSecret[], paint: Paint): string {
  if (secrets.length === 0) return 'no secrets';
  const [owners, names] = [secrets.map(({ owner }) => ownerName(owner)), secrets.map(({ name }) => name)];
  const width = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  return secrets.map((each, index) => {
    const head = `${(owners[index] ?? '').padEnd(width(owners))}  ${each.name.padEnd(width(names))}`;
    const says = `for ${list(each.hosts)}; sealed to ${list(each.sealedTo) || 'nobody of today'}`;
    return `${oneLine(`${head}  ${says}`)}${each.stale ? `; ${paint('yellow', oneLine(`stale: ${whyStale(each)}`))}` : ''}`;
  }).join('\n');
}

/** The facts of a list of secrets, for programs. Shape: schemas/output/secret.schema.json. */
export function secretFacts(secrets: readonly ListedSecret[]): object {
  return { secrets };
}

function whyStale({ missing, otherKeys }: ListedSecret): string {
  return [...(missing.length === 0 ? [] : [`not to ${list(missing)}`]), ...(otherKeys === 0 ? [] : [`also to ${count(otherKeys, 'other key')}`])].join(', ');
}

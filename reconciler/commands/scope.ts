import { nearest } from '../desired/nearest.ts';
import { userName } from '../model/grammar/names.ts';
import type { Inventory } from '../model/plan.ts';
import type { Id } from '../model/resource.ts';
import { UsageError } from './command.ts';

/** What a word of the command line means on this host. */
export interface Scope {
  readonly scope: string;
  /** The units that a service or a unit of that name means. */
  readonly units: readonly string[];
}

/** What people call a service whose units are called otherwise. */
const services: { readonly [name: string]: readonly string[] } = {
  apache: ['apache2.service'], web: ['apache2.service'], bind: ['named.service'], dns: ['named.service'],
  mail: ['postfix.service', 'postfix@-.service', 'dovecot.service'], ssh: ['ssh.service'],
};

/**
 * Understand what is to be paused: the host, a service or unit, an owner, or one thing by id or path. Errors: UsageError for what is not
 * on this host, since a pause of a misspelt name would keep nothing back.
 */
export function scopeOf(word: string, { entries }: Pick<Inventory, 'entries'>): Scope {
  const ids = [...entries.keys()];
  if (word === 'host' || word === 'coop') return { scope: word, units: [] };
  if (entries.has(word as Id)) return { scope: word, units: unitIn(word) };
  if (word.startsWith('/')) return onPath(word.replace(/(?<=.)\/+$/, ''), ids);
  const member = word.startsWith('member:') ? word.slice('member:'.length) : word;
  const owners = new Set([...entries.values()].flatMap(({ owner, rows = {} }) => [owner, ...Object.values(rows)]));
  if (owners.has(`member:${member}`) || (word.startsWith('member:') && userName(member) !== null)) return { scope: `member:${member}`, units: [] };
  const there = ids.flatMap(unitIn);
  const unit = there.find((name) => name === word || name === `${word}.service`);
  if (unit !== undefined) return { scope: `unit:${unit}`, units: [unit] };
  const units = (Object.hasOwn(services, word) ? (services[word] ?? []) : []).filter((name) => there.includes(name));
  if (units.length > 0) return { scope: `service:${word}`, units };
  const words = ['host', 'coop', ...owners, ...[...owners].map((owner) => owner.replace(/^member:/, '')), ...there.map((name) => name.replace(/\.service$/, '')), ...Object.keys(services)];
  const near = nearest(word, words);
  throw new UsageError(`cannot find ${word} on this host: it is no member, service, unit or id of what croft has made here${near === null ? '' : ` – did you mean ${near}?`}`);
}

function unitIn(id: string): readonly string[] {
  return id.startsWith('unit:') ? [id.slice('unit:'.length)] : [];
}

function onPath(path: string, ids: readonly string[]): Scope {
  const found = ids.find((id) => id.slice(id.indexOf(':') + 1) === path);
  if (found !== undefined) return { scope: found, units: [] };
  const around = ids.filter((id) => id.startsWith('directory:') && path.startsWith(`${id.slice('directory:'.length)}/`)).toSorted((a, b) => b.length - a.length)[0];
  const instead = around === undefined ? '' : ` – it lies in ${around.slice('directory:'.length)}, which croft keeps: pause that, and what you put there stays`;
  throw new UsageError(`cannot find ${path} among what croft has made on this host${instead}`);
}

/**
 * What is left of a catalog on a host that has accounts of its own by the names of members. Whatever would be done to such an account, or
 * let anybody into it, is left out: rows, names in groups, keys, homes, limits, secrets, sessions, and the member's sites, which are in a
 * home. Her mail and her zones are nobody's account's, and go on.
 */
import type { Catalog, Resource } from '../model/resource.ts';
import { withoutSections } from '../resources/sections.ts';
import { dropRows } from '../resources/table.ts';
import { withResources } from './made.ts';

const accountTables = '/var/lib/extrausers/';
const limits = '/etc/security/limits.d/croft.conf';
/** Where what members have is nobody's account's. */
const apart = /^\/(?:var\/vmail|etc\/bind|var\/lib\/bind)\//;

/** Leave out of a catalog whatever members of these names have by their accounts. */
export function withoutAccounts(catalog: Catalog, names: ReadonlySet<string>): Catalog {
  if (names.size === 0) return catalog;
  const left = catalog.resources.filter((resource) => !isOnAccount(resource, names));
  return withResources(catalog, left.map((resource) => withoutNames(resource, names)));
}

function withoutNames(resource: Resource, names: ReadonlySet<string>): Resource {
  if (resource.kind === 'table' && resource.name.startsWith(accountTables)) return dropRows(resource, names);
  return resource.kind === 'file' && resource.name === limits ? withoutSections(resource, names) : resource;
}

function isOnAccount({ kind, name, owner }: Resource, names: ReadonlySet<string>): boolean {
  const [, at] = /^\/(?:home|etc\/croft-secrets|etc\/ssh\/authorized_keys\.d)\/([^/]+)(?:\/|$)/.exec(name) ?? [];
  if (at !== undefined || kind === 'sessions') return names.has(at ?? name);
  return owner !== 'coop' && names.has(owner.slice('member:'.length)) && !apart.test(name);
}

import type { Host } from '../../model/desired.ts';

/** Modules that the server and every kind of site use, and those among them that have settings of their own. */
const common = ['mpm_event', 'authz_core', 'alias', 'autoindex', 'dir', 'headers', 'mime', 'reqtimeout', 'rewrite'] as const;
const dynamic = ['proxy', 'proxy_http'] as const;
const withSettings: readonly string[] = ['mpm_event', 'alias', 'autoindex', 'dir', 'mime', 'reqtimeout', 'proxy'];

/** mod_status would show every member, who may ask from the host itself, what the visitors of all others look at; mod_userdir a home without a vhost. */
export const banned: readonly string[] = ['status', 'userdir'].flatMap((name) => [`${name}.load`, `${name}.conf`]);

/** Name the modules that a host's sites need. A host without dynamic sites cannot be made a proxy at all. */
export function moduleNames(host: Host): readonly ((typeof common)[number] | (typeof dynamic)[number])[] {
  return host.roles.includes('web-dynamic') ? [...common, ...dynamic] : common;
}

/** Name their links in mods-enabled. */
export function modulesOf(host: Host): readonly string[] {
  return moduleNames(host).flatMap((name) => (withSettings.includes(name) ? [`${name}.conf`, `${name}.load`] : [`${name}.load`]));
}

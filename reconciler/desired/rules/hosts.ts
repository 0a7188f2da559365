import type { Role } from '../../model/desired.ts';
import { finding, type Finding } from '../finding.ts';
import { duplicates } from '../ranks.ts';
import type { World } from '../world.ts';

/** What only one host can do: zones have one primary, and mail one home. */
const SINGLE: readonly Role[] = ['dns-primary', 'mail'];

/** There is a host to begin with. */
export function* hostsExist({ documents }: World): Iterable<Finding> {
  const [cluster] = documents.cluster;
  if (cluster === undefined || documents.host.length > 0 || [...documents.unreadable].some((each) => each.startsWith('host '))) return;
  yield finding(cluster.at(), { code: 'cluster/no-hosts', message: 'cannot run a co-op without a host', hint: 'describe one in hosts/<name>.yaml' });
}

/** No two hosts have the same address. */
export function* addressesAreUnique({ documents, ranks }: World): Iterable<Finding> {
  const claims = documents.host.flatMap(({ value, owner, at, name }) => (['ipv4', 'ipv6'] as const).map((family) => ({
    key: value.addresses[family], owner, name, source: at('addresses', family),
  })));
  yield* duplicates(claims, ranks, ({ key, source }, first) => finding(source, {
    code: 'host/duplicate-address', message: `cannot use the address \`${key}\`: it is ${first.name}'s`,
  }));
}

/** What can be on one host only is on one host only. */
export function* rolesAreSingle({ documents, ranks }: World): Iterable<Finding> {
  const claims = documents.host.flatMap(({ value, owner, at, name }) => value.services.map((role, index) => ({
    key: role, owner, name, source: at('services', index),
  })));
  yield* duplicates(claims.filter(({ key }) => SINGLE.includes(key)), ranks, ({ key, source }, first) =>
    finding(source, { code: 'host/duplicate-service', message: `cannot run ${key} on a second host: ${first.name} has it` }));
}

/** A secondary copies from another host than itself. */
export function* primaryIsNoSecondary({ documents }: World): Iterable<Finding> {
  for (const { value, at } of documents.host) {
    if (!value.services.includes('dns-primary') || !value.services.includes('dns-secondary')) continue;
    yield finding(at('services', value.services.indexOf('dns-secondary')), {
      code: 'host/primary-and-secondary', message: 'cannot copy zones onto the host that holds them: it has dns-primary', hint: 'keep one of the two',
    });
  }
}

/** Zones and mail need a host that serves them. */
export function* rolesAreFilled({ documents, hosts }: World): Iterable<Finding> {
  const filled = new Set(hosts.flatMap(({ roles }) => roles));
  const needs = [
    ...documents.zone.map((document) => ({ document, role: 'dns-primary' as const, code: 'zone/no-host' })),
    ...documents.mailboxes.map((document) => ({ document, role: 'mail' as const, code: 'mail/no-host' })),
  ];
  if ([...documents.unreadable].some((each) => each.startsWith('host '))) return;
  for (const { document, role, code } of needs) {
    const message = `cannot serve ${document.name}: no host of the co-op has the service ${role}`;
    if (!filled.has(role)) yield finding(document.at(), { code, message, hint: 'an admin can add it to a host', against: 'coop' });
  }
}

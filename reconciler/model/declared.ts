import type { Allowance } from './guard.ts';
import type { Source } from './source.ts';

/** So much of a list as guards ask: how many are in it. */
interface Counted {
  readonly length: number;
}

interface Named {
  readonly name: string;
  readonly source: Source;
}

/**
 * What guards must know of a desired state, and no more: names, counts, states. Every `DesiredState` is one. It is what the half of croft
 * that reads documents tells the half that is root (handover/), so whatever is added here is added to `handover/declared.ts` too.
 */
export interface Declared {
  readonly cluster: { readonly approvals: number | null; readonly graceDays: number; readonly source: Source };
  readonly hosts: readonly (Named & { readonly fqdn: string })[];
  readonly limits: readonly Named[];
  readonly members: readonly (Named & { readonly state: 'active' | 'suspended' | 'retired'; readonly admin: boolean; readonly sshKeys: Counted })[];
  readonly vhosts: readonly Named[];
  readonly zones: readonly (Named & { readonly dnssec: boolean; readonly records: Counted })[];
  readonly mailDomains: readonly (Named & { readonly mailboxes: readonly { readonly address: string }[] })[];
  readonly allowances: readonly Allowance[];
}

/** Take of a desired state what guards must know. */
export function declaredOf(state: Declared): Declared {
  const { cluster, members, zones, mailDomains, allowances } = state;
  return {
    cluster: { approvals: cluster.approvals, graceDays: cluster.graceDays, source: cluster.source },
    hosts: state.hosts.map((host) => ({ ...named(host), fqdn: host.fqdn })),
    limits: state.limits.map(named),
    members: members.map((member) => ({ ...named(member), state: member.state, admin: member.admin, sshKeys: { length: member.sshKeys.length } })),
    vhosts: state.vhosts.map(named),
    zones: zones.map((zone) => ({ ...named(zone), dnssec: zone.dnssec, records: { length: zone.records.length } })),
    mailDomains: mailDomains.map((domain) => ({ ...named(domain), mailboxes: domain.mailboxes.map(({ address }) => ({ address })) })),
    allowances,
  };
}

function named({ name, source }: Named): Named {
  return { name, source };
}

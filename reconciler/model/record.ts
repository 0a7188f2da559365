import type { DnsText, DomainName, Hostname, Ipv4, Ipv6 } from './values.ts';

/** What a DNS record says, by type. Names are absolute (no trailing dot here; the zone format writes it). */
export type RecordData =
  | { readonly type: 'A'; readonly address: Ipv4 }
  | { readonly type: 'AAAA'; readonly address: Ipv6 }
  | { readonly type: 'CNAME' | 'NS' | 'PTR'; readonly target: DomainName }
  | { readonly type: 'MX'; readonly preference: number; readonly exchange: Hostname }
  | { readonly type: 'TXT'; readonly text: DnsText }
  | { readonly type: 'SRV'; readonly priority: number; readonly weight: number; readonly port: number; readonly target: Hostname }
  | { readonly type: 'CAA'; readonly critical: boolean; readonly tag: 'issue' | 'issuewild' | 'iodef'; readonly value: DnsText }
  /** Digests as lower case hexadecimal. */
  | { readonly type: 'SSHFP'; readonly algorithm: number; readonly fingerprintType: number; readonly fingerprint: string }
  | { readonly type: 'TLSA'; readonly usage: number; readonly selector: number; readonly matching: number; readonly association: string }
  | { readonly type: 'DS'; readonly keyTag: number; readonly algorithm: number; readonly digestType: number; readonly digest: string };

export type RecordType = RecordData['type'];

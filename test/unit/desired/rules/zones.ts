/** Mistakes in what documents say of zones and records. */
import { bob, zone, records, coopRecords, ds, swap, type Case } from './case.ts';

/** Each with the nearest thing that is right. */
export const ofZones: readonly Case[] = [
  {
    code: 'zone/foreign-domain', at: 'members/bob/zones/x.ada.example.yaml:1:1',
    files: { 'members/bob/zones/x.ada.example.yaml': 'records: []\n' },
    twin: { 'members/bob/zones/x.bob.example.yaml': 'records: []\n' },
  },
  {
    code: 'zone/duplicate-name', at: 'coop/zones/ada.example.yaml:1:1',
    files: { 'coop/zones/ada.example.yaml': 'records: []\n' },
    twin: { 'coop/zones/bob.example.yaml': 'records: []\n' },
  },
  {
    code: 'zone/over-grant', at: `${zone}:1:1`, says: '`old.ada.example` inside it belongs to bob',
    files: swap(bob, 'bob.example', 'old.ada.example'),
    twin: { ...swap(bob, 'bob.example', 'old.ada.example'), [zone]: null },
  },
  {
    code: 'dns/repeated-domain', at: `${zone}:2:12`, says: 'did you mean `www`?',
    files: records('name: www.ada.example, type: A, address: 192.0.2.1'),
    twin: records('name: www, type: A, address: 192.0.2.1'),
  },
  {
    code: 'dns/ambiguous-target', at: `${zone}:2:52`, says: '`mail.other.example.`, or `mail.other.example.ada.example.`',
    files: records('name: "@", type: MX, preference: 1, exchange: mail.other.example'),
    twin: records('name: "@", type: MX, preference: 1, exchange: mail.other.example.'),
  },
  {
    code: 'dns/target-is-address', at: `${zone}:2:52`,
    files: records('name: "@", type: MX, preference: 1, exchange: 192.0.2.1.'),
    twin: records('name: "@", type: MX, preference: 1, exchange: nas', 'name: nas, type: A, address: 192.0.2.1'),
  },
  {
    code: 'dns/cname-at-apex', at: `${zone}:2:24`,
    files: records('name: "@",  type: CNAME, target: x.example.'),
    twin: records('name: a, type: CNAME, target: x.example.'),
  },
  {
    code: 'dns/cname-beside-others', at: `${zone}:3:21`,
    files: records('name: a, type: TXT, text: x', 'name: a, type: CNAME, target: x.example.'),
    twin: records('name: a, type: TXT, text: x', 'name: b, type: CNAME, target: x.example.'),
  },
  {
    code: 'dns/cname-beside-others', at: `${zone}:3:21`,
    files: records('name: a, type: CNAME, target: y.example.', 'name: a, type: CNAME, target: x.example.'),
    twin: {},
  },
  {
    code: 'dns/cname-loop', at: `${zone}:2:36`, says: '`a.ada.example` → `b.ada.example` → `a.ada.example`',
    files: records('name: a, type: CNAME, target: b', 'name: b, type: CNAME, target: a'),
    twin: records('name: a, type: CNAME, target: b', 'name: b, type: CNAME, target: c'),
  },
  {
    code: 'dns/cname-chain', at: `${zone}:2:37`,
    files: records(...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((each) => `name: a${each}, type: CNAME, target: a${each + 1}`)),
    twin: records(...[1, 2, 3, 4, 5, 6, 7, 8].map((each) => `name: a${each}, type: CNAME, target: a${each + 1}`)),
  },
  {
    code: 'dns/duplicate-record', at: `${zone}:3:12`,
    files: records(ds('ab'), ds('AB'), 'name: a, type: NS, target: ns.x.example.'),
    twin: records('name: a, type: A, address: 192.0.2.1', 'name: a, type: A, address: 192.0.2.2'),
  },
  {
    code: 'dns/ttl-mismatch', at: `${zone}:3:62`, says: 'another is kept for 3600',
    files: records('name: a, type: A, address: 192.0.2.1', 'name: a, type: A, address: 192.0.2.2,      ttl-seconds: 300'),
    twin: records('name: a, type: A, address: 192.0.2.1, ttl-seconds: 300', 'name: a, type: A, address: 192.0.2.2, ttl-seconds: 300'),
  },
  {
    code: 'dns/target-is-cname', at: `${zone}:2:52`,
    files: records('name: "@", type: MX, preference: 1, exchange: a', 'name: a, type: CNAME, target: x.example.'),
    twin: records('name: "@", type: MX, preference: 1, exchange: a', 'name: a, type: A, address: 192.0.2.1'),
  },
  {
    code: 'dns/missing-glue', at: `${zone}:2:33`,
    files: records('name: a, type: NS, target: ns'),
    twin: records('name: a, type: NS, target: ns.a.ada.example.', 'name: ns.a, type: A, address: 192.0.2.1'),
  },
  {
    code: 'dns/below-delegation', at: `${zone}:3:12`,
    files: records('name: a, type: NS, target: ns.x.example.', 'name: b.a, type: TXT, text: x'),
    twin: records('name: a, type: NS, target: ns.x.example.', 'name: a.b, type: TXT, text: x'),
  },
  {
    code: 'dns/ds-without-ns', at: `${zone}:2:12`,
    files: records(`name: a, type: DS, key-tag: 1, algorithm: 13, digest-type: 2, digest: ${'ab'.repeat(32)}`),
    twin: records(`name: a, type: DS, key-tag: 1, algorithm: 13, digest-type: 2, digest: ${'ab'.repeat(32)}`, 'name: a, type: NS, target: ns.x.example.'),
  },
  {
    code: 'dns/below-child-zone', at: `${zone}:2:12`, says: 'the zone `sub.ada.example` of ada',
    files: { ...records('name: x.sub, type: A, address: 192.0.2.1'), 'members/ada/zones/sub.ada.example.yaml': 'records: []\n' },
    twin: records('name: x.sub, type: A, address: 192.0.2.1'),
  },
  {
    code: 'dns/foreign-name', at: 'members/carol/zones/carol.example.yaml:2:12', says: '`shop.carol.example` belongs to erin',
    files: { 'members/carol/zones/carol.example.yaml': 'records:\n  - {name: a.shop, type: A, address: 192.0.2.1}\n' },
    twin: { 'members/carol/zones/carol.example.yaml': 'records:\n  - {name: a, type: A, address: 192.0.2.1}\n' },
  },
  {
    code: 'dns/digest-length', at: `${zone}:2:78`, says: 'has 40',
    files: records(`name: nas, type: SSHFP, algorithm: 4, fingerprint-type: 1, fingerprint: ${'ab'.repeat(32)}`),
    twin: records(`name: nas, type: SSHFP, algorithm: 4, fingerprint-type: 2, fingerprint: ${'ab'.repeat(32)}`),
  },
  {
    code: 'dns/digest-length', at: `${zone}:2:86`, says: 'has 128',
    files: records(`name: _443._tcp,   type: TLSA, usage: 3, selector: 1, matching: 2, association: ${'ab'.repeat(32)}`),
    twin: records(`name: _443._tcp, type: TLSA, usage: 3, selector: 1, matching: 1, association: ${'ab'.repeat(32)}`),
  },
  {
    code: 'dns/srv-name', at: `${zone}:2:12`,
    files: records('name: sip, type: SRV, priority: 1, weight: 1, port: 1, target: nas', 'name: nas, type: A, address: 192.0.2.1'),
    twin: records('name: _sip._tcp, type: SRV, priority: 1, weight: 1, port: 1, target: nas'),
  },
  {
    code: 'dns/tlsa-name', at: `${zone}:2:12`,
    files: records(`name: _https._tcp, type: TLSA, usage: 3, selector: 1, matching: 1, association: ${'ab'.repeat(32)}`),
    twin: records(`name: _443._tcp, type: TLSA, usage: 3, selector: 1, matching: 1, association: ${'ab'.repeat(32)}`),
  },
  {
    code: 'dns/caa-value', at: `${zone}:2:48`,
    files: records('name: "@",  type: CAA, tag: iodef, value: "javascript:x"'),
    twin: records(
      'name: "@", type: CAA, tag: iodef, value: "mailto:a@x.example"', 'name: "@", type: CAA, tag: issue, value: ";"',
      'name: "@", type: CAA, tag: issuewild, value: "letsencrypt.org; validationmethods=dns-01"',
    ),
  },
  {
    code: 'dns/private-address', at: 'coop/zones/fairmeadow.example.yaml:2:34', says: 'a link-local address',
    files: coopRecords('name: a,  type: A, address: 169.254.169.254'),
    twin: coopRecords('name: a, type: A, address: 203.0.113.1', 'name: a, type: AAAA, address: "2001:db8::1"'),
  },
  {
    code: 'dns/private-address', at: 'coop/zones/fairmeadow.example.yaml:2:36', says: 'a private address',
    files: coopRecords('name: a, type: AAAA, address: "fd00::1"'),
    twin: records('name: a, type: A, address: 192.168.1.1'),
  },
  {
    code: 'dns/spf-twice', at: `${zone}:3:36`,
    files: records('name: "@", type: TXT, text: "v=spf1 -all"', 'name: "@", type: TXT, text:   "v=spf1 mx -all"'),
    twin: records('name: "@", type: TXT, text: "v=spf1 -all"', 'name: a, type: TXT, text: "v=spf1 mx -all"'),
  },
  {
    code: 'dns/spf-all', at: `${zone}:2:34`,
    files: records('name: "@", type: TXT, text: v=spf1 +all'),
    twin: records('name: "@", type: TXT, text: v=spf1 ~all'),
  },
  {
    code: 'dns/spf-ptr', at: `${zone}:2:34`,
    files: records('name: "@", type: TXT, text: v=spf1 ptr -all'),
    twin: records('name: "@", type: TXT, text: v=spf1 a:ptr.example -all'),
  },
  {
    code: 'dns/spf-lookups', at: `${zone}:2:34`, says: 'cannot use 11 terms',
    files: records(`name: "@", type: TXT, text: v=spf1 ${'include:a.example '.repeat(11)}-all`),
    twin: records(`name: "@", type: TXT, text: v=spf1 ${'include:a.example '.repeat(10)}-all`),
  },
  {
    code: 'dns/spf-term', at: `${zone}:2:34`, says: '`inclde:a.example`',
    files: records('name: "@", type: TXT, text: v=spf1 inclde:a.example -all'),
    twin: records('name: "@", type: TXT, text: v=spf1 include:a.example ip4:192.0.2.0/24 -all'),
  },
];

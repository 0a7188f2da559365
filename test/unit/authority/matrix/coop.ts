/** What is the co-op's. */
import type { Fields } from '../proposals.ts';
import { admins, byAdmin, cluster, ofCluster, redByBoth, site, type Case } from './case.ts';

const zone = 'coop/zones/fairmeadow.example.yaml';
const coopZone: Fields = { records: [{ name: 'gateway', type: 'A', address: '192.0.2.1' }, { name: 'lab', type: 'NS', target: 'ns.elsewhere.example.' }] };

export const coop: readonly Case[] = [
  { name: 'ada makes herself an admin', proposed: [ofCluster({ admins: ['ada', 'dana', 'judy'] }, ['ada'])], expected: [{ ...redByBoth, says: 'admins: +ada', line: 3 }] },
  { name: 'an admin alone makes somebody an admin', proposed: [ofCluster({ admins: ['ada', 'dana', 'judy'] }, ['dana'])], expected: [{ ...redByBoth, says: 'admins: +ada' }] },
  { name: 'an admin alone lowers how many must approve', proposed: [ofCluster({ trust: { approvals: 1 } }, ['dana'])], expected: [{ ...redByBoth, says: 'trust: approvals: 2 becomes 1' }] },
  { name: 'an admin alone switches trust off', proposed: [{ path: 'cluster.yaml', before: cluster, after: { ...cluster, trust: undefined }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'trust: SWITCHED OFF: from then on whoever can push is believed' }] },
  { name: 'an admin alone adds a merge key', proposed: [ofCluster({ trust: { approvals: 2, 'merge-keys': ['ssh-ed25519 forge'] } }, ['dana'])], expected: [{ ...redByBoth, says: 'trust: merge-keys: +ssh-ed25519 forge' }] },
  { name: 'both admins change the co-op', proposed: [ofCluster({ name: 'Fairhill' }, admins)], expected: [{ risk: 'red', reason: 'name: Fairmeadow becomes Fairhill' }] },
  { name: 'an admin writes a comment into cluster.yaml', proposed: [ofCluster({}, ['dana'])], expected: [{ risk: 'amber', reason: 'cluster: says the same in other words' }] },
  { name: 'an admin lists the admins in another order', proposed: [ofCluster({ admins: ['judy', 'dana'] }, ['dana'])], expected: [{ risk: 'amber' }] },
  { name: 'ada writes a comment into cluster.yaml', proposed: [ofCluster({}, ['ada'])], expected: [{ risk: 'amber', code: 'authority/needs-admin', says: 'in other words', ...byAdmin }] },
  { name: 'an admin alone removes cluster.yaml', proposed: [{ path: 'cluster.yaml', before: cluster, by: ['dana'] }], expected: [{ ...redByBoth, says: 'removed' }] },
  { name: 'ada makes a limits class', proposed: [{ path: 'limits/ada.yaml', after: { tasks: 4096 }, by: ['ada'] }], expected: [{ ...redByBoth, says: 'limits ada: new' }] },
  { name: 'an admin alone adds a host', proposed: [{ path: 'hosts/extra.yaml', after: { debian: 13 }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'host extra: new' }] },
  { name: 'an admin alone forgets who left', proposed: [{ path: 'coop/retired.yaml', before: { members: [{ name: 'leo' }] }, after: { members: [] }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'members: -(name leo)' }] },
  { name: 'an admin edits a site of the co-op', proposed: [{ path: 'coop/vhosts/www.fairmeadow.example.yaml', before: site, after: {}, by: ['dana'] }], expected: [{ risk: 'amber', reason: 'vhost of the co-op' }] },
  { name: 'ada edits a site of the co-op', proposed: [{ path: 'coop/vhosts/www.fairmeadow.example.yaml', before: site, after: {}, by: ['ada'] }], expected: [{ risk: 'amber', code: 'authority/needs-admin', says: 'vhost of the co-op', ...byAdmin }] },
  { name: 'an admin changes an address in the co-op\'s zone', proposed: [{ path: zone, before: coopZone, after: { records: [...coopZone['records'] as readonly object[], { name: 'new', type: 'A', address: '192.0.2.9' }] }, by: ['dana'] }], expected: [{ risk: 'amber', reason: 'zone of the co-op' }] },
  { name: 'an admin alone hands a part of the co-op\'s zone to other name servers', proposed: [{ path: zone, before: coopZone, after: { records: [...coopZone['records'] as readonly object[], { name: 'member1', type: 'NS', target: 'ns.evil.example.' }] }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'shared zone: NS of member1', line: 1 }] },
  { name: 'an admin alone takes a delegation away', proposed: [{ path: zone, before: coopZone, after: { records: [] }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'shared zone: NS of lab' }] },
  { name: 'an admin alone changes a DS record', proposed: [{ path: zone, before: { records: [{ name: 'lab', type: 'DS', digest: 'aa' }] }, after: { records: [{ name: 'lab', type: 'DS', digest: 'bb' }] }, by: ['dana'] }], expected: [{ ...redByBoth, reason: 'shared zone: DS of lab', says: 'DS' }] },
  { name: 'an admin alone adds a DNAME', proposed: [{ path: zone, before: {}, after: { records: [{ name: 'lab', type: 'dname', target: 'evil.example.' }] }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'DNAME of lab' }] },
  { name: 'an admin sorts the records of the co-op\'s zone', proposed: [{ path: zone, before: coopZone, after: { records: (coopZone['records'] as readonly object[]).toReversed() }, by: ['dana'] }], expected: [{ risk: 'amber' }] },
  { name: 'an admin alone removes the co-op\'s zone', proposed: [{ path: zone, before: coopZone, by: ['dana'] }], expected: [{ ...redByBoth, says: 'goes away' }] },
  { name: 'an admin edits the README', proposed: [{ path: 'README.md', before: {}, after: {}, by: ['dana'], is: 'note' }], expected: [{ risk: 'amber', reason: 'a note of the co-op' }] },
  ...['schemas/member.schema.json', '.github/workflows/check.yml', 'CODEOWNERS', 'package.json', 'hooks/pre-receive', 'croft.config.ts'].flatMap((path): readonly Case[] => [
    { name: `an admin alone changes ${path}`, proposed: [{ path, before: {}, after: {}, by: ['dana'], is: 'other' }], expected: [{ ...redByBoth, says: '(code)' }] },
    { name: `ada changes ${path}`, proposed: [{ path, before: {}, after: {}, by: ['ada'], is: 'other' }], expected: [{ ...redByBoth, says: '(code)' }] },
  ]),
  { name: 'both admins make a hook executable', proposed: [{ path: 'hooks/pre-receive', before: {}, after: {}, by: admins, is: 'other', mode: '100755' }], expected: [{ risk: 'red', reason: 'code' }] },
  { name: 'ada puts a script beside her sites', proposed: [{ path: 'members/ada/run.sh', after: {}, by: ['ada'], is: 'other' }], expected: [{ ...redByBoth, says: '(code)' }] },
  { name: 'a document of a kind that no schema describes', proposed: [{ path: 'coop/lists.yaml', after: { a: 1 }, by: ['dana'] }], expected: [{ ...redByBoth, says: 'no schema describes it' }] },
];

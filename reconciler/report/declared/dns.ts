import type { Zone, ZoneRecord } from '../../model/desired.ts';
import type { RecordData } from '../../model/record.ts';
import { count } from '../words.ts';
import { numbers, value, type Telling } from './telling.ts';

/** How zones are told: the count of records that come and go, and each of them. */
export const zones: Telling<Zone> = {
  what: 'zone',
  name: ({ name }) => name,
  owner: ({ owner }) => owner,
  source: ({ source }) => source,
  whole: ({ records }) => `${count(records.length, 'record')} of its own`,
  fields: [
    value('ttl', ({ ttlSeconds }) => ttlSeconds, ' s'),
    (before, after) => (before.dnssec === after.dnssec ? null : after.dnssec ? 'signed from now on (DNSSEC)' : 'no longer signed (DNSSEC)'),
    (before, after) => numbers('record', missing(after, before).length, missing(before, after).length),
  ],
  details: (before, after) => (after === null ? [] : [
    ...missing(after, before).map((record) => `+ ${recordWords(record)}`),
    ...(before === null ? [] : missing(before, after).map((record) => `- ${recordWords(record)}`)),
  ]),
};

/** Records of one zone that the other does not have. */
function missing({ records }: Zone, other: Zone | null): readonly ZoneRecord[] {
  const known = new Set((other?.records ?? []).map(recordWords));
  return records.filter((record) => !known.has(recordWords(record)));
}

function recordWords({ name, ttlSeconds, data }: ZoneRecord): string {
  return [name, ...(ttlSeconds === null ? [] : [ttlSeconds]), data.type, ...content(data)].join(' ');
}

function content(data: RecordData): readonly (string | number)[] {
  switch (data.type) {
    case 'A': case 'AAAA': return [data.address];
    case 'CNAME': case 'NS': case 'PTR': return [data.target];
    case 'MX': return [data.preference, data.exchange];
    case 'TXT': return [JSON.stringify(data.text)];
    case 'SRV': return [data.priority, data.weight, data.port, data.target];
    case 'CAA': return [data.critical ? 128 : 0, data.tag, JSON.stringify(data.value)];
    case 'SSHFP': return [data.algorithm, data.fingerprintType, data.fingerprint];
    case 'TLSA': return [data.usage, data.selector, data.matching, data.association];
    case 'DS': return [data.keyTag, data.algorithm, data.digestType, data.digest];
  }
}

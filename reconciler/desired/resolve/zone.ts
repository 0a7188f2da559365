import type { Zone, ZoneRecord } from '../../model/desired.ts';
import type { Checked } from '../../model/problem.ts';
import { compareText } from '../../model/source.ts';
import type { Document } from '../documents.ts';
import { is, taker, type Taker } from '../take.ts';
import { recordData, recordName } from './record.ts';

/** A zone and its records as they stand in the document, whose places the rules point at. */
export interface ResolvedZone {
  readonly document: Document<'zone'>;
  readonly ttlSeconds: number;
  /** In the order of the document; null where a record could not be read. */
  readonly records: readonly (ZoneRecord | null)[];
  readonly zone: Zone | null;
}

/** Parse a zone's values; names become absolute. */
export function resolveZone(document: Document<'zone'>, defaults: { readonly ttlSeconds: number }): Checked<ResolvedZone> {
  const { value, owner, at } = document;
  const taking = taker(document);
  const name = taking.take(is.domainName, document.name, []);
  const ttlSeconds = value['ttl-seconds'] ?? defaults.ttlSeconds;
  const records = (value.records ?? []).map((_, index) => recordAt(document, index, taking));
  const good = records.filter((record) => record !== null);
  const isWhole = name !== null && good.length === records.length;
  const zone = isWhole ? { name, owner, ttlSeconds, records: good.toSorted(compareRecords), dnssec: value.dnssec ?? false, source: at() } : null;
  return { value: { document, ttlSeconds, records, zone }, problems: taking.problems };
}

function recordAt(zone: Document<'zone'>, index: number, taking: Taker): ZoneRecord | null {
  const record = zone.value.records?.[index];
  if (record === undefined) return null;
  const place = { zone, index, taker: taking };
  const [name, data] = [recordName(record.name, place), recordData(record, place)];
  return name && data && { name, ttlSeconds: record['ttl-seconds'] ?? null, data, source: zone.at('records', index) };
}

function compareRecords(a: ZoneRecord, b: ZoneRecord): number {
  return compareText(a.name, b.name) || compareText(a.data.type, b.data.type) || compareText(JSON.stringify(a.data), JSON.stringify(b.data));
}

import type { ZoneRecord } from '../../model/desired.ts';
import type { RecordData, RecordType } from '../../model/record.ts';
import type { Source } from '../../model/source.ts';
import type { ResolvedZone } from '../resolve/zone.ts';

/** A record with its place in the document, so that a rule can point at one field of it. */
export interface Entry {
  readonly record: ZoneRecord;
  readonly data: RecordData;
  readonly type: RecordType;
  readonly name: string;
  readonly ttlSeconds: number;
  readonly at: (field: string) => Source;
}

/** A dozen rules look at each zone. */
const known = new WeakMap<ResolvedZone, readonly Entry[]>();

/** List the records of a zone that could be read. */
export function entriesOf(zone: ResolvedZone): readonly Entry[] {
  const entries = known.get(zone) ?? listEntries(zone);
  known.set(zone, entries);
  return entries;
}

function listEntries({ document, records, ttlSeconds }: ResolvedZone): readonly Entry[] {
  return records.flatMap((record, index) => (record === null ? [] : [{
    record, data: record.data, type: record.data.type, name: record.name, ttlSeconds: record.ttlSeconds ?? ttlSeconds,
    at: (field: string) => document.at('records', index, field),
  }]));
}

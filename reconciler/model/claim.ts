import type { Owner } from './owner.ts';
import type { Source } from './source.ts';
import type { RecordData } from './record.ts';
import type { DomainName, Hostname } from './values.ts';

/** A DNS record that one service wishes for, and bind publishes where a zone for the name is declared. */
export interface RecordClaim {
  readonly kind: 'record';
  readonly name: DomainName | Hostname;
  readonly data: RecordData;
  /** One line for the zone file: why this record is there. */
  readonly why: string;
  readonly owner: Owner;
  readonly source: Source;
}

/** What services want of each other, said without importing each other. */
export type Claim = RecordClaim;

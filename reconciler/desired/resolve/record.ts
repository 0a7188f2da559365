import type { RecordDeclaration } from '../../model/declarations.ts';
import type { RecordData } from '../../model/record.ts';
import type { DomainName } from '../../model/values.ts';
import type { Document } from '../documents.ts';
import { finding, shown, type Finding } from '../finding.ts';
import type { Path } from '../places.ts';
import { complete, is, type Grammar, type Taker } from '../take.ts';

/** A record's place in its document, and what is needed to read it. */
export interface Place {
  readonly zone: Document<'zone'>;
  readonly index: number;
  readonly taker: Taker;
}

/** Parse what a record says. Names become absolute; digests lower case. */
export function recordData(record: RecordDeclaration, place: Place): RecordData | null {
  const { take } = place.taker;
  const here = (field: string): Path => ['records', place.index, field];
  switch (record.type) {
    case 'A': return complete({ type: record.type, address: take(is.ipv4, record.address, here('address')) });
    case 'AAAA': return complete({ type: record.type, address: take(is.ipv6, record.address, here('address')) });
    case 'CNAME': case 'NS': case 'PTR':
      return complete({ type: record.type, target: target(is.domainName, { ...place, field: 'target', written: record.target }) });
    case 'MX': {
      const exchange = target(is.hostname, { ...place, field: 'exchange', written: record.exchange });
      return complete({ type: record.type, preference: record.preference, exchange });
    }
    case 'TXT': return complete({ type: record.type, text: take(is.dnsText, record.text, here('text')) });
    case 'SRV': {
      const { priority, weight, port } = record;
      return complete({ type: record.type, priority, weight, port, target: target(is.hostname, { ...place, field: 'target', written: record.target }) });
    }
    case 'CAA': {
      const { critical = false, tag } = record;
      return complete({ type: record.type, critical, tag, value: take(is.dnsText, record.value, here('value')) });
    }
    case 'SSHFP': {
      const { algorithm, fingerprint, 'fingerprint-type': fingerprintType } = record;
      return { type: record.type, algorithm, fingerprintType, fingerprint: fingerprint.toLowerCase() };
    }
    case 'TLSA': {
      const { usage, selector, matching, association } = record;
      return { type: record.type, usage, selector, matching, association: association.toLowerCase() };
    }
    case 'DS': {
      const { algorithm, digest, 'key-tag': keyTag, 'digest-type': digestType } = record;
      return { type: record.type, keyTag, algorithm, digestType, digest: digest.toLowerCase() };
    }
  }
}

/** Make the name of a record absolute. */
export function recordName(written: string, { zone, index, taker }: Place): DomainName | null {
  const path = ['records', index, 'name'];
  if (written === zone.name || written.endsWith(`.${zone.name}`)) return taker.note(repeatedDomain(written, zone, path));
  return taker.take(is.domainName, written === '@' ? zone.name : `${written}.${zone.name}`, path);
}

function repeatedDomain(written: string, zone: Document<'zone'>, path: Path): Finding {
  const short = written === zone.name ? '@' : written.slice(0, -zone.name.length - 1);
  return finding(zone.at(...path), {
    code: 'dns/repeated-domain', message: `cannot use the name ${shown(written)}: inside this zone it would be ${shown(`${written}.${zone.name}`)}`,
    hint: `did you mean \`${short}\`?`,
  });
}

interface Target extends Place {
  readonly field: string;
  readonly written: string;
}

/** Make a target absolute: a single label is inside the zone, a dot at the end makes a full name, and anything else could be meant either way. */
function target<Brand extends string>(grammar: Grammar<string, Brand>, { zone, index, taker, field, written }: Target): Brand | null {
  const path = ['records', index, field];
  if (/^[0-9]+(?:\.[0-9]+){3}\.?$/.test(written)) {
    return taker.note(finding(zone.at(...path), {
      code: 'dns/target-is-address', message: `cannot point to the address ${shown(written)}: ${field} is a name`,
      hint: 'give the address a name with an A record, and point to that',
    }));
  }
  if (written.endsWith('.')) return taker.take(grammar, written.slice(0, -1), path);
  return written.includes('.') ? taker.note(ambiguous(written, zone, path)) : taker.take(grammar, `${written}.${zone.name}`, path);
}

function ambiguous(written: string, zone: Document<'zone'>, path: Path): Finding {
  const inside = written === zone.name || written.endsWith(`.${zone.name}`) ? written : `${written}.${zone.name}`;
  return finding(zone.at(...path), {
    code: 'dns/ambiguous-target', message: `cannot tell which name ${shown(written)} is: ${shown(`${written}.`)}, or ${shown(`${written}.${zone.name}.`)}`,
    hint: inside === written ? `write \`${written}.\`` : `write \`${written}.\` for a name elsewhere, \`${inside}.\` for one in this zone`,
  });
}

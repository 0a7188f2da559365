import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseZone } from '../../../reconciler/formats/master-file.ts';
import { characterStrings, renderZone, type ZoneFile, type ZoneLine } from '../../../reconciler/formats/zone.ts';
import type { RecordData } from '../../../reconciler/model/record.ts';
import { attacks, dnsTexts, domainNames, forged, hostnames, ipv4s, ipv6s, mailAddresses } from './arbitraries.ts';

const source = { file: 'desired-state/members/ada/zones/ada.example.yaml', line: 1, column: 1 };
const word = fc.nat(65_535);
const octet = fc.nat(255);
const hex = fc.uint8Array({ minLength: 1, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('hex'));

const records: fc.Arbitrary<RecordData> = fc.oneof(
  fc.record({ type: fc.constant('A' as const), address: ipv4s }),
  fc.record({ type: fc.constant('AAAA' as const), address: ipv6s }),
  fc.record({ type: fc.constantFrom('CNAME' as const, 'NS' as const, 'PTR' as const), target: domainNames }),
  fc.record({ type: fc.constant('MX' as const), exchange: hostnames, preference: word }),
  fc.record({ type: fc.constant('TXT' as const), text: dnsTexts }),
  fc.record({ type: fc.constant('SRV' as const), port: word, priority: word, weight: word, target: hostnames }),
  fc.record({ type: fc.constant('CAA' as const), critical: fc.boolean(), tag: fc.constantFrom('issue' as const, 'issuewild' as const, 'iodef' as const), value: dnsTexts }),
  fc.record({ type: fc.constant('SSHFP' as const), algorithm: octet, fingerprintType: octet, fingerprint: hex }),
  fc.record({ type: fc.constant('TLSA' as const), usage: octet, selector: octet, matching: octet, association: hex }),
  fc.record({ type: fc.constant('DS' as const), keyTag: word, algorithm: octet, digestType: octet, digest: hex }),
);
const ttl = fc.integer({ min: 0, max: 604_800 });
const lines: fc.Arbitrary<ZoneLine> = fc.record({ name: domainNames, ttlSeconds: fc.option(ttl), data: records, why: fc.string({ unit: 'binary' }) });
const zones: fc.Arbitrary<ZoneFile> = fc.record({
  origin: domainNames, ttlSeconds: ttl, primary: hostnames, contact: mailAddresses, records: fc.array(lines, { maxLength: 8 }),
});

const plain: ZoneFile = {
  origin: forged('ada.example'), ttlSeconds: 3600, primary: forged('main.fairmeadow.example'), contact: forged('ada.b@ada.example'), records: [],
};

function record(data: RecordData, more: Partial<ZoneLine> = {}): ZoneFile {
  return { ...plain, records: [{ name: forged('www.ada.example'), ttlSeconds: null, data, why: '', ...more }] };
}

describe('a zone file', () => {
  it('says what it was made of, whatever that was', () => {
    fc.assert(fc.property(zones, (zone) => {
      const shape = parseZone(renderZone(source, zone));
      expect(shape).toHaveLength(zone.records.length + 1);
      expect(new Set(shape.map(({ type }) => type))).toEqual(new Set(['SOA', ...zone.records.map(({ data }) => data.type)]));
      const texts = (types: readonly { readonly data: RecordData }[]): readonly string[] => types.flatMap(({ data }) => (data.type === 'TXT' ? [data.text] : []));
      expect(shape.filter(({ type }) => type === 'TXT').flatMap(({ fields }) => fields).sort()).toEqual([...texts(zone.records)].sort());
    }), { numRuns: 300 });
  });

  it('is the same for any order of its records', () => {
    fc.assert(fc.property(zones, (zone) => {
      expect(renderZone(source, { ...zone, records: [...zone.records].reverse().map((line) => ({ ...line, why: '' })) }))
        .toBe(renderZone(source, { ...zone, records: zone.records.map((line) => ({ ...line, why: '' })) }));
    }), { numRuns: 50 });
  });

  it('begins with the SOA, serial 0 on a line of its own, the contact\'s dots escaped', () => {
    expect(renderZone(source, plain).split('\n').slice(0, 4)).toEqual([
      `; Managed by croft. Do not edit: change ${source.file} instead.`, '$TTL 3600',
      'ada.example. IN SOA main.fairmeadow.example. ada\\.b.ada.example. (', '  0 ; serial',
    ]);
  });

  it('cuts text at 255 octets before it escapes, so that readers join it again', () => {
    const text = `${'x'.repeat(254)}";${'y'.repeat(155)}`;
    expect(characterStrings(text)).toBe(`"${'x'.repeat(254)}\\"" ";${'y'.repeat(155)}"`);
    expect(parseZone(renderZone(source, record({ type: 'TXT', text: forged(text) })))[1]?.fields).toEqual([text]);
  });

  it('keeps a line feed of a comment inside the comment', () => {
    const text = renderZone(source, record({ type: 'A', address: forged('192.0.2.1') }, { why: 'site x\nevil.example. IN NS ns.evil.example.' }));
    expect(text).toContain(' ; site x%0Aevil.example. IN NS ns.evil.example.\n');
    expect(parseZone(text)).toHaveLength(2);
  });

  it.each(attacks)('cannot take %j for a value', (attack) => {
    expect(() => renderZone(source, record({ type: 'A', address: forged(attack) }))).toThrow('cannot');
    expect(() => renderZone(source, record({ type: 'CNAME', target: forged(attack) }))).toThrow('cannot');
    expect(() => renderZone(source, record({ type: 'DS', keyTag: 1, algorithm: 8, digestType: 2, digest: attack }))).toThrow('cannot');
    expect(() => renderZone(source, record({ type: 'A', address: forged('192.0.2.1') }, { name: forged(attack) }))).toThrow('cannot');
    expect(() => renderZone(source, { ...plain, contact: forged(`${attack}@ada.example`) })).toThrow('cannot');
    expect(() => renderZone(source, { ...plain, origin: forged(attack) })).toThrow('cannot');
  });

  it.each(attacks.filter((attack) => /[^ -~]/.test(attack)))('cannot take %j for text', (attack) => {
    expect(() => renderZone(source, record({ type: 'TXT', text: forged(attack) }))).toThrow('not printable ASCII');
  });

  it.each([-1, 0.5, 65_536, Number.NaN, 1e21])('cannot take %j for a number of 16 bits', (number) => {
    expect(() => renderZone(source, record({ type: 'MX', preference: number, exchange: forged('mx.ada.example') }))).toThrow('16 bits');
  });
});

describe('reading a zone file', () => {
  it.each([
    { name: 'an include', text: '$INCLUDE /etc/passwd\n' },
    { name: 'a generator', text: '$GENERATE 1-65535 a$.ada.example. IN A 192.0.2.1\n' },
    { name: 'another origin', text: '$ORIGIN evil.example.\n' },
    { name: 'a relative name', text: 'www IN A 192.0.2.1\n' },
    { name: 'a relative target', text: 'www.ada.example. IN CNAME ada\n' },
    { name: 'a name taken from the line before', text: 'a.example. IN A 192.0.2.1\n IN A 192.0.2.2\n' },
    { name: 'an open quote', text: 'a.example. IN TXT "x\n' },
  ])('refuses $name', ({ text }) => {
    expect(() => parseZone(text)).toThrow('cannot read a zone file');
  });
});

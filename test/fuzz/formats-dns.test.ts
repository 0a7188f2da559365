import { expect } from 'vitest';
import { renderNamed, type NamedWord, type Statement } from '../../reconciler/formats/named.ts';
import { renderZone, type ZoneFile, type ZoneLine } from '../../reconciler/formats/zone.ts';
import type { RecordData, RecordType } from '../../reconciler/model/record.ts';
import type { DesiredState, Host } from '../../reconciler/model/desired.ts';
import { options, primaryZones, secondaryZones } from '../../reconciler/services/bind/named.ts';
import type { Dice } from './dice.ts';
import { fuzz } from './fuzz.ts';
import { readMaster, readNamed, type Word } from './readers/bind.ts';
import { headed, same, source, written } from './same.ts';
import { snippets } from './strings.ts';
import { values, type Values } from './values.ts';

const types: readonly RecordType[] = ['A', 'AAAA', 'CNAME', 'NS', 'PTR', 'MX', 'TXT', 'SRV', 'CAA', 'SSHFP', 'TLSA', 'DS'];
const counts = { written: 0, refused: 0 };

fuzz('zone: records of values that their grammars accept are read by the name server as what was meant', {
  cases: 100_000,
  try: (dice) => {
    const zone = zoneOf(dice, values(dice));
    const file = renderZone(source, zone);
    headed(';', file);
    const [soa, ...records] = readMaster(file);
    same(soa, { owner: `${zone.origin}.`, rest: words('IN', 'SOA', `${zone.primary}.`, contactOf(zone.contact), '0', '7200', '900', '1209600', '300') });
    same(sorted(records.map(({ owner, rest }) => [owner, ...joined(rest)])), sorted(zone.records.map(fieldsOf)));
  },
});

fuzz('named: zones and hosts of values that their grammars accept are read by the name server as what was meant', {
  cases: 100_000,
  try: (dice) => {
    const statements = statementsOf(dice, values(dice));
    const file = renderNamed(source, statements);
    headed('//', file);
    same(readNamed(file), statements.map(shapeOf));
  },
});

fuzz('named: words that no grammar has looked at are refused, or read as they were', {
  cases: 20_000,
  try: (dice) => {
    const { anyText } = values(dice);
    const word = (): NamedWord => (dice.chance(60) ? { quoted: anyText() } : anyText());
    const statements: readonly Statement[] = [{ words: [word(), word()], block: [{ words: [word()] }] }, { words: [word()] }];
    const file = written(counts, () => renderNamed(source, statements));
    if (file !== null) same(readNamed(file), statements.map(shapeOf));
  },
  after: () => expect(Math.min(counts.written, counts.refused)).toBeGreaterThan(500),
});

function shapeOf({ words, block }: Statement): readonly unknown[] {
  return [...words.map((word) => (typeof word === 'object' ? `"${word.quoted}` : String(word))), ...(block === undefined ? [] : [block.map(shapeOf)])];
}

function statementsOf(dice: Dice, any: Values): readonly Statement[] {
  const hosts = [1, 2].map((): Host => ({ ipv4: any.ipv4(), ipv6: any.ipv6() }) as Host);
  // No zone is called `*`: the file would have to be, and no path of a repository may.
  const zones = dice.several(2, any.domainName).filter((name) => !name.startsWith('*')).map((name) => ({ name }));
  const state = { hosts, zones } as unknown as DesiredState;
  const parts = { role: 'primary', peers: hosts, transfers: true } as const;
  switch (dice.below(10)) {
    case 0: return options(state, parts);
    case 1: case 2: case 3: case 4: return secondaryZones(state, parts);
    default: return primaryZones(state);
  }
}

function zoneOf(dice: Dice, any: Values): ZoneFile {
  const line = (): ZoneLine => ({
    name: any.domainName(), ttlSeconds: dice.chance(30) ? dice.below(2 ** 31) : null, data: dataOf(dice, any, dice.one(types)), why: dice.several(3, () => dice.one(snippets)).join(' '),
  });
  return { origin: any.domainName(), ttlSeconds: dice.below(2 ** 31), primary: any.hostname(), contact: any.mailAddress(), records: dice.several(3, line) };
}

function dataOf(dice: Dice, any: Values, type: RecordType): RecordData {
  const digest = Array.from({ length: 2 * (1 + dice.below(32)) }, () => dice.one(['0', '9', 'a', 'f'])).join('');
  const [word, octet] = [dice.below(65_536), dice.below(256)];
  switch (type) {
    case 'A': return { type, address: any.ipv4() };
    case 'AAAA': return { type, address: any.ipv6() };
    case 'CNAME': case 'NS': case 'PTR': return { type, target: any.domainName() };
    case 'MX': return { type, preference: word, exchange: any.hostname() };
    case 'TXT': return { type, text: any.dnsText() };
    case 'SRV': return { type, priority: word, weight: octet, port: word, target: any.hostname() };
    case 'CAA': return { type, critical: dice.chance(50), tag: dice.one(['issue', 'issuewild', 'iodef']), value: any.dnsText() };
    case 'SSHFP': return { type, algorithm: octet, fingerprintType: octet, fingerprint: digest };
    case 'TLSA': return { type, usage: octet, selector: octet, matching: octet, association: digest };
    case 'DS': return { type, keyTag: word, algorithm: octet, digestType: octet, digest };
  }
}

/** What a resolver is to be told, said by hand; a text in one piece, whatever its length. */
function fieldsOf({ name, ttlSeconds, data }: ZoneLine): readonly string[] {
  const start = [`${name}.`, ...(ttlSeconds === null ? [] : [String(ttlSeconds)]), 'IN', data.type];
  switch (data.type) {
    case 'A': case 'AAAA': return [...start, data.address];
    case 'CNAME': case 'NS': case 'PTR': return [...start, `${data.target}.`];
    case 'MX': return [...start, String(data.preference), `${data.exchange}.`];
    case 'TXT': return [...start, `"${data.text}`];
    case 'SRV': return [...start, String(data.priority), String(data.weight), String(data.port), `${data.target}.`];
    case 'CAA': return [...start, data.critical ? '128' : '0', data.tag, `"${data.value}`];
    case 'SSHFP': return [...start, String(data.algorithm), String(data.fingerprintType), data.fingerprint];
    case 'TLSA': return [...start, String(data.usage), String(data.selector), String(data.matching), data.association];
    case 'DS': return [...start, String(data.keyTag), String(data.algorithm), String(data.digestType), data.digest];
  }
}

/** Strings that follow one another are one text, and none of them has more than 255 octets. */
function joined(rest: readonly Word[]): readonly string[] {
  if (rest.some(({ text, quoted }) => quoted && Buffer.byteLength(text) > 255 && !rest.some((word) => word.text === 'CAA'))) throw new Error('a character string is too long');
  const texts = rest.filter(({ quoted }) => quoted).map(({ text }) => text);
  return [...rest.filter(({ quoted }) => !quoted).map(({ text }) => text), ...(texts.length === 0 ? [] : [`"${texts.join('')}`])];
}

function words(...texts: readonly string[]): readonly Word[] {
  return texts.map((text) => ({ text, quoted: false }));
}

function sorted(records: readonly (readonly string[])[]): readonly string[] {
  return records.map((fields) => JSON.stringify(fields)).sort();
}

/** After escapes, dots of the part before the `@` look like any other. */
function contactOf(address: string): string {
  return `${address.replace('@', '.')}.`;
}

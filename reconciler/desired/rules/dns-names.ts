import { isWithin } from '../../model/grammar/names.ts';
import { groupBy } from '../../model/group.ts';
import { ownerName } from '../../model/owner.ts';
import { finding, shown, type Finding, type Said } from '../finding.ts';
import { holdingOf, mayUse, parentOf } from '../ownership.ts';
import type { World } from '../world.ts';
import { entriesOf } from './dns-entries.ts';

/** A CNAME and the eight that it may lead over. */
const LONGEST_CHAIN = 9;

/** A name that is another name has nothing else, and the top of a zone has always something else. RFC 1034, 3.6.2; RFC 2181, 10.1. */
export function* cnamesStandAlone({ zones }: World): Iterable<Finding> {
  for (const zone of zones) {
    for (const [name, entries] of groupBy(entriesOf(zone), (entry) => entry.name)) {
      for (const [index, { at }] of entries.filter(({ type }) => type === 'CNAME').entries()) {
        if (name === zone.document.name) yield finding(at('type'), {
          code: 'dns/cname-at-apex', message: `cannot make ${shown(name)} a CNAME: the top of a zone has other records`, hint: 'use A and AAAA records',
        });
        else if (index > 0 || entries.some(({ type }) => type !== 'CNAME')) {
          yield finding(at('type'), {
            code: 'dns/cname-beside-others', message: `cannot make ${shown(name)} a CNAME: it has other records`, hint: 'keep the CNAME or the others',
          });
        }
      }
    }
  }
}

/** The same record stands once, and all records of one name and type live equally long. RFC 2181, 5.2 and 5. */
export function* recordsAgree({ zones }: World): Iterable<Finding> {
  for (const zone of zones) {
    for (const entries of groupBy(entriesOf(zone), ({ name, type }) => `${name} ${type}`).values()) {
      const [first] = entries;
      const seen = new Set<string>();
      for (const { data, name, type, ttlSeconds, at } of entries) {
        const key = JSON.stringify(data);
        if (seen.has(key)) yield finding(at('name'), {
          code: 'dns/duplicate-record', message: `cannot have this ${type} record of ${shown(name)} twice`, hint: 'keep one of them',
        });
        if (ttlSeconds !== first.ttlSeconds) yield finding(at('ttl-seconds'), {
          code: 'dns/ttl-mismatch',
          message: `cannot keep this ${type} record of ${shown(name)} for ${ttlSeconds} seconds: another is kept for ${first.ttlSeconds}`,
          hint: `write ttl-seconds: ${first.ttlSeconds}, or change all of them`,
        });
        seen.add(key);
      }
    }
  }
}

/** Inside a zone no CNAME leads back to itself, or over more than 8 others. */
export function* cnamesEnd({ zones }: World): Iterable<Finding> {
  for (const zone of zones) {
    const aliases = new Map(entriesOf(zone).flatMap((entry) => (entry.data.type === 'CNAME' ? [[entry.name, { entry, to: entry.data.target }]] : [])));
    for (const [name, { entry }] of aliases) {
      const chain = [name];
      let last = name;
      for (let next = aliases.get(name); next !== undefined && chain.length <= LONGEST_CHAIN && !chain.includes(next.to); next = aliases.get(last)) {
        last = next.to;
        chain.push(last);
      }
      const said = chain.length > LONGEST_CHAIN ? tooLong(name) : aliases.get(last)?.to === name && chain.every((each) => name <= each) ? endless(chain) : null;
      if (said !== null) yield finding(entry.at('target'), said);
    }
  }
}

function endless(chain: readonly string[]): Said {
  return { code: 'dns/cname-loop', message: `cannot follow the CNAME ${[...chain, chain[0]].map(shown).join(' → ')}: it never ends` };
}

function tooLong(name: string): Said {
  return { code: 'dns/cname-chain', message: `cannot follow the CNAME ${shown(name)} over more than 8 others`, hint: 'point to the name at the end' };
}

/** What must be a host is no CNAME. RFC 2181, 10.3. */
export function* targetsAreHosts({ zones }: World): Iterable<Finding> {
  for (const zone of zones) {
    const entries = entriesOf(zone);
    const aliases = new Set(entries.filter(({ type }) => type === 'CNAME').map(({ name }) => name));
    for (const { data, at } of entries) {
      const [field, target] = data.type === 'MX' ? ['exchange', data.exchange] : data.type === 'NS' || data.type === 'SRV' ? ['target', data.target] : ['', ''];
      if (aliases.has(target)) yield finding(at(field), {
        code: 'dns/target-is-cname', message: `cannot point ${data.type} to ${shown(target)}: it is a CNAME`,
        hint: 'point to the name that the CNAME stands for',
      });
    }
  }
}

/** A name server inside its own zone has an address in it, or nobody could ever ask it. RFC 1912, 2.3. */
export function* nameServersHaveGlue({ zones, documents, hosts }: World): Iterable<Finding> {
  const addressed = new Set<string>([...hosts.map(({ fqdn }) => fqdn), ...documents.vhost.flatMap(({ name, value }) => [name, ...(value.aliases ?? [])])]);
  for (const zone of zones) {
    const entries = entriesOf(zone);
    const own = new Set(entries.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ name }) => name));
    for (const { data, at } of entries) {
      if (data.type !== 'NS' || !isWithin(data.target, zone.document.name) || own.has(data.target) || addressed.has(data.target)) continue;
      yield finding(at('target'), {
        code: 'dns/missing-glue', message: `cannot find the name server ${shown(data.target)}: this zone has no address for it`,
        hint: 'add an A or AAAA record for it',
      });
    }
  }
}

/** Below a name that other name servers answer for, only what leads to them counts. RFC 1034, 4.2.1. */
export function* delegationsHideNothing({ zones }: World): Iterable<Finding> {
  for (const zone of zones) {
    const entries = entriesOf(zone);
    const apex = zone.document.name;
    const cuts = new Set(entries.filter(({ type, name }) => type === 'NS' && name !== apex).map(({ name }) => name));
    const servers = new Set<string>(entries.flatMap(({ data }) => (data.type === 'NS' ? [data.target] : [])));
    for (const { name, type, at } of entries) {
      const cut = ancestors(name, apex).find((each) => cuts.has(each));
      const leads = (type === 'A' || type === 'AAAA') && servers.has(name);
      if (type === 'DS' && (name === apex || cut !== name)) yield finding(at('name'), {
        code: 'dns/ds-without-ns', message: `cannot sign ${shown(name)}: it has no NS records here`,
        hint: 'a DS record stands beside the NS records of a part of the zone',
      });
      else if (cut !== undefined && !leads && !(cut === name && (type === 'NS' || type === 'DS'))) {
        yield finding(at('name'), {
          code: 'dns/below-delegation', message: `cannot answer for ${shown(name)}: the name servers of ${shown(cut)} do`, hint: 'ask for the record there',
        });
      }
    }
  }
}

/** A record is of a name that its zone answers for. */
export function* zonesDoNotOverlap({ zones, ownership }: World): Iterable<Finding> {
  const rightful = zones.filter(({ document }) => mayUse(ownership, document.owner, document.name));
  const declared = new Map(rightful.map(({ document }) => [document.name, document]));
  for (const zone of zones) {
    for (const { name, at } of entriesOf(zone)) {
      const child = ancestors(name, zone.document.name).map((each) => declared.get(each)).find((each) => each !== undefined);
      if (child === undefined) continue;
      yield finding(at('name'), {
        code: 'dns/below-child-zone', message: `cannot answer for ${shown(name)} here: the zone ${shown(child.name)} of ${ownerName(child.owner)} does`,
        hint: 'put the record there', against: child.owner,
      });
    }
  }
}

/** A record of a member's zone is of a name that is that member's. */
export function* recordsAreOwn({ zones, ownership }: World): Iterable<Finding> {
  for (const zone of zones) {
    const { owner, name: apex } = zone.document;
    for (const { name, at } of owner === 'coop' ? [] : entriesOf(zone)) {
      const holding = holdingOf(ownership, name.replace(/^\*\./, ''));
      if (holding === null || holding.owner === owner || !isWithin(holding.domain, apex)) continue;
      yield finding(at('name'), {
        code: 'dns/foreign-name', message: `cannot answer for ${shown(name)}: ${shown(holding.domain)} belongs to ${ownerName(holding.owner)}`,
        against: holding.owner,
      });
    }
  }
}

/** The name and those above it, up to but without the top of the zone. */
function ancestors(name: string, apex: string): readonly string[] {
  const names: string[] = [];
  for (let each = name; each !== apex && each !== ''; each = parentOf(each)) names.push(each);
  return names;
}

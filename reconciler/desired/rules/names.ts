import { ownerName } from '../../model/owner.ts';
import { startOf, type Document } from '../documents.ts';
import { finding, shown, type Finding } from '../finding.ts';
import { foreign, mayUse } from '../ownership.ts';
import { duplicates, type Claimed } from '../ranks.ts';
import type { World } from '../world.ts';

/** Sites, zones and mail domains are of domains that their owner may use. */
export function* namesAreOwn({ documents, ownership, members }: World): Iterable<Finding> {
  const names = [
    ...documents.vhost.flatMap(siteNames).map(({ key, owner, source }) => ({ name: key, owner, source, code: 'vhost/foreign-domain' })),
    ...documents.zone.map(({ name, file, owner }) => ({ name, owner, source: startOf(file), code: 'zone/foreign-domain' })),
    ...documents.mailboxes.map(({ name, file, owner }) => ({ name, owner, source: startOf(file), code: 'mail/foreign-domain' })),
  ];
  for (const { name, owner, source, code } of names) {
    if (owner !== 'coop' && !members.has(owner.slice('member:'.length))) continue;
    if (!mayUse(ownership, owner, name)) yield foreign(source, { ownership, owner, name, code });
  }
}

/** A name leads to one site. Who may not use it takes it from nobody. */
export function* siteNamesAreUnique({ documents, ranks, ownership }: World): Iterable<Finding> {
  const claims = documents.vhost.flatMap(siteNames).filter(({ owner, key }) => mayUse(ownership, owner, key));
  yield* duplicates(claims, ranks, ({ key, source, owner }, first) => {
    const whose = owner === first.owner ? '' : ` of ${ownerName(first.owner)}`;
    return finding(source, {
      code: 'vhost/duplicate-name', message: `cannot serve ${shown(key)}: it leads to the site ${first.site}${whose}`, against: first.owner,
    });
  });
}

/** The name of a site and its aliases, each where it is written. */
function siteNames({ name: site, file, owner, value, at }: Document<'vhost'>): readonly (Claimed & { readonly site: string })[] {
  const aliases = (value.aliases ?? []).map((key, index) => ({ key, owner, site, source: at('aliases', index) }));
  return [{ key: site, owner, site, source: startOf(file) }, ...aliases];
}

/** A zone, and the mail of a domain, is declared once. */
export function* domainsAreUnique({ documents, ranks, ownership }: World): Iterable<Finding> {
  for (const [kind, code] of [['zone', 'zone/duplicate-name'], ['mailboxes', 'mail/duplicate-domain']] as const) {
    const rightful = documents[kind].filter(({ owner, name }) => mayUse(ownership, owner, name));
    const claims = rightful.map(({ name, file, owner }) => ({ key: name, owner, source: startOf(file) }));
    yield* duplicates(claims, ranks, ({ key, source }, { owner }) =>
      finding(source, { code, message: `cannot declare ${shown(key)} twice: ${ownerName(owner)} does`, against: owner }));
  }
}

/** A zone lies over no other member's domain: whoever holds the zone could send that domain anywhere. */
export function* zonesCoverNobody({ documents, ownership }: World): Iterable<Finding> {
  const zones = new Map(documents.zone.filter(({ owner }) => owner !== 'coop').map((zone) => [zone.name, zone]));
  for (const { domain, owner, by } of ownership.values()) {
    for (let dot = domain.indexOf('.'); by === 'grant' && dot >= 0; dot = domain.indexOf('.', dot + 1)) {
      const zone = zones.get(domain.slice(dot + 1));
      if (zone === undefined || zone.owner === owner) continue;
      yield finding(startOf(zone.file), {
        code: 'zone/over-grant', message: `cannot hold the zone ${shown(zone.name)}: ${shown(domain)} inside it belongs to ${ownerName(owner)}`,
        hint: 'such a zone is the co-op\'s', against: owner,
      });
    }
  }
}

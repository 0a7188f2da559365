import type { DesiredState, Site, Vhost, Zone } from '../../model/desired.ts';
import { isWithin } from '../../model/grammar/names.ts';
import { list } from '../words.ts';
import { names, number, unshown, value, type Telling } from './telling.ts';

/** How sites are told: what is served from where, by which host, and where its address is published. */
export function sites({ zones }: DesiredState): Telling<Vhost> {
  return {
    what: 'site',
    name: ({ name }) => name,
    owner: ({ owner }) => owner,
    source: ({ source }) => source,
    whole: (vhost) => [`${siteWords(vhost.site)} on ${vhost.host.name}`, ...also(vhost), ...suspension(vhost), addressWords(vhost, zones)].join('; '),
    fields: [
      (before, after) => (siteWords(before.site) === siteWords(after.site) ? null : `${siteWords(before.site)} → ${siteWords(after.site)}`),
      value('host', ({ host }) => host.name),
      names('aliases', ({ aliases }) => aliases),
      number('redirect', ({ redirects }) => redirects),
      names('headers', ({ headers }) => headers.map(({ name }) => name)),
      unshown('what headers say', ({ headers }) => headers.map(({ value: text }) => text)),
      number('error page', ({ errorPages }) => errorPages),
      value('https', ({ https }) => https),
      (before, after) => (before.suspended === after.suspended ? null : after.suspended ? 'answers 503: its owner is suspended' : 'answers again'),
      (before, after) => (details(before.site) === details(after.site) || before.site.kind !== after.site.kind ? null : details(after.site)),
    ],
  };
}

function siteWords(site: Site): string {
  switch (site.kind) {
    case 'static': return `static from ${site.root}`;
    case 'redirect': return `redirect to ${site.to} (${site.status})`;
    case 'proxy': return `proxy to port ${site.port}`;
  }
}

function details(site: Site): string {
  switch (site.kind) {
    case 'static': return `index ${site.index.join(' ')}, folders ${site.listing ? 'listed' : 'not listed'}`;
    case 'redirect': return site.keepPath ? 'keeps the path' : 'drops the path';
    case 'proxy': return '';
  }
}

function also({ aliases }: Vhost): readonly string[] {
  return aliases.length === 0 ? [] : [`also ${list(aliases)}`];
}

function suspension({ suspended }: Vhost): readonly string[] {
  return suspended ? ['answers 503: its owner is suspended'] : [];
}

/** Where its address is published: in the closest zone above its name, unless records declared there say otherwise. */
function addressWords({ name }: Vhost, zones: readonly Zone[]): string {
  const zone = zones.filter((each) => isWithin(name, each.name)).sort((a, b) => b.name.length - a.name.length)[0];
  if (zone === undefined) return 'no zone of the co-op has its name: its addresses are up to whoever has';
  const declared = zone.records.some((record) => String(record.name) === name && ['A', 'AAAA', 'CNAME'].includes(record.data.type));
  return declared ? `its addresses as declared in ${zone.name}` : `A and AAAA in ${zone.name}`;
}

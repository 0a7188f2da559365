import { expect } from 'vitest';
import { apacheConfig, directive, section } from '../../reconciler/formats/apache.ts';
import type { Directive } from '../../reconciler/formats/apache/syntax.ts';
import { readHeaderFormat, readSubstitution } from '../../reconciler/formats/apache/values.ts';
import { text } from '../../reconciler/formats/text.ts';
import type { Host, Member, RedirectStatus, Site, Vhost } from '../../reconciler/model/desired.ts';
import { siteConfig } from '../../reconciler/services/apache/site.ts';
import type { Dice } from './dice.ts';
import { fuzz } from './fuzz.ts';
import { readApache, type Read } from './readers/apache.ts';
import { headed, same, source, written } from './same.ts';
import { values, type Values } from './values.ts';

const variables = new Map([['CROFT_DOLLAR', '$'], ['HOME', 'LEAKED'], ['APACHE_LOG_DIR', 'LEAKED'], ['x', 'LEAKED'], ['FOO', 'LEAKED']]);
const statuses: readonly RedirectStatus[] = [301, 302, 307, 308];
const counts = { written: 0, refused: 0 };

fuzz('apache: a site of values that their grammars accept is read by the server as the site that was meant', {
  cases: 100_000,
  try: (dice) => {
    const vhost = siteOf(dice, values(dice));
    const meant = [siteConfig(vhost)];
    const file = apacheConfig(source, meant);
    headed('#', file);
    same(readApache(file, variables), meant.map(shapeOf));
    literal(vhost, meant);
  },
});

fuzz('apache: words that no grammar has looked at are refused, or read as they were', {
  cases: 20_000,
  try: (dice) => {
    const { anyText } = values(dice);
    const name = dice.one(['Header', 'ErrorDocument', 'Redirect', 'RewriteRule', 'ServerAlias']);
    const meant = [section('VirtualHost', text('*:80'), [directive(name, ...dice.several(4, anyText)), section('Directory', anyText(), [directive('Require', text('all'))])])];
    const file = written(counts, () => apacheConfig(source, meant));
    if (file !== null) same(readApache(file, variables), meant.map(shapeOf));
  },
  after: (cases) => expect(Math.min(counts.written, counts.refused)).toBeGreaterThan(cases / 20),
});

function shapeOf({ name, arguments: words, children }: Directive): Read {
  return { name, words, inner: children?.map(shapeOf) ?? null };
}

/** What mod_rewrite and mod_headers make of their words is what was declared. */
function literal({ redirects, headers, site }: Vhost, meant: readonly Directive[]): void {
  const all = meant.flatMap(({ children = [] }) => children);
  const targets = all.filter(({ name }) => name === 'RewriteRule').map(({ arguments: [, target = ''] }) => readSubstitution(target));
  const declared = new Set<string | null>([...redirects.map(({ to }) => to), ...(site.kind === 'redirect' ? [site.to] : [])]);
  same(targets.filter((target) => !declared.has(target)), []);
  const set = all.filter(({ name, arguments: [, verb] }) => name === 'Header' && verb === 'set').map(({ arguments: [, , , value = ''] }) => readHeaderFormat(value));
  same(set, headers.map(({ value }) => value));
}

function siteOf(dice: Dice, any: Values): Vhost {
  const status = (): RedirectStatus => dice.one(statuses);
  return {
    name: any.hostname(), aliases: dice.several(2, any.hostname), owner: 'member:ada', member: { name: any.userName() } as Member, host: {} as Host,
    site: kindOf(dice, any, status()),
    redirects: dice.several(2, () => ({ from: any.urlPath(), exact: dice.chance(50), to: any.httpUrl(), status: status() })),
    headers: dice.several(2, () => ({ name: any.headerName(), value: any.headerValue() })),
    errorPages: dice.several(1, () => ({ status: 404, path: any.urlPath() })),
    https: 'off', suspended: false, source,
  };
}

function kindOf(dice: Dice, any: Values, status: RedirectStatus): Site {
  if (dice.chance(60)) return { kind: 'static', root: any.relPath(), index: ['index.html'], listing: dice.chance(50) };
  return { kind: 'redirect', to: any.httpUrl(), status, keepPath: dice.chance(50) };
}

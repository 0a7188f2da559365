import type { Site, Vhost } from '../../model/desired.ts';
import type { UrlPath } from '../../model/values.ts';
import { directive, flag, section } from '../../formats/apache.ts';
import type { Directive } from '../../formats/apache/syntax.ts';
import { base, decoded, exactly, headerFormat, indexName, isWithinPath, substitution, withBelow } from '../../formats/apache/values.ts';
import { text, type Text } from '../../formats/text.ts';

/** Say one site as a virtual host on port 80. */
export function siteConfig(vhost: Vhost): Directive {
  return section('VirtualHost', text('*:80'), [
    directive('ServerName', text(vhost.name)),
    ...vhost.aliases.map((alias) => directive('ServerAlias', text(alias))),
    directive('ErrorLog', text('/var/log/apache2/croft/', vhost.name, '-error.log')),
    directive('CustomLog', text('/var/log/apache2/croft/', vhost.name, '-access.log'), text('combined')),
    ...answer(vhost),
  ]);
}

function answer(vhost: Vhost): readonly Directive[] {
  if (vhost.suspended) return suspended;
  if (vhost.https === 'redirect') return toHttps(vhost);
  return [
    ...vhost.headers.flatMap(({ name, value }) => header(text(name), headerFormat(value))),
    ...vhost.errorPages.map(({ status, path }) => directive('ErrorDocument', text(status), text(path))),
    ...redirects(vhost.redirects),
    ...content(vhost, vhost.site),
  ];
}

const suspended: readonly Directive[] = [
  directive('ErrorDocument', text(503), text('This site is suspended.')),
  directive('Header', text('always'), text('set'), text('Content-Type'), text('text/plain; charset=utf-8')),
  directive('Redirect', text(503), text('/')),
];

/** Everything but the proof of control over the name, which comes by plain http (RFC 8555, section 8.3). */
function toHttps({ name }: Vhost): readonly Directive[] {
  return [directive('RedirectMatch', text(301), text('^((?!/\\.well-known/acme-challenge/)/.*)$'), text('https://', name, '$1'))];
}

/** `always` holds for errors too, but knows nothing of a header that a program behind the proxy has set: that one must go, or both are sent. */
function header(name: Text, value: Text): readonly Directive[] {
  return [directive('Header', text('onsuccess'), text('unset'), name), directive('Header', text('always'), text('set'), name, value)];
}

/**
 * The first that fits counts. An exact one leads to exactly its address; mod_rewrite alone sends that as it is written (NE: not encoded
 * again, QSD: without the visitor's query). One with all below keeps the rest of the path: mod_alias encodes only the rest. mod_rewrite
 * goes first whatever the order in the file, so an exact one below an earlier other is left out.
 */
function redirects(all: Vhost['redirects']): readonly Directive[] {
  const isCovered = (from: UrlPath, index: number): boolean => all.slice(0, index).some((earlier) => !earlier.exact && isWithinPath(from, earlier.from));
  const exact = all.filter(({ exact, from }, index) => exact && !isCovered(from, index));
  const rules = exact.map(({ from, to, status }) => rule(exactly(from), substitution(to), status));
  const below = all.filter(({ exact }) => !exact);
  return [
    ...(rules.length === 0 ? [] : [flag('RewriteEngine', true), ...rules]),
    ...below.map(({ from, to, status }) => directive('Redirect', text(status), decoded(from), base(to, from))),
  ];
}

function rule(pattern: Text, target: Text, status: number): Directive {
  return directive('RewriteRule', pattern, target, text('[R=', status, ',NE,QSD,L]'));
}

function content(vhost: Vhost, site: Site): readonly Directive[] {
  switch (site.kind) {
    case 'static':
      return files(vhost, site);
    case 'proxy':
      return proxy(vhost, site.port);
    case 'redirect':
      return site.keepPath
        ? [directive('Redirect', text(site.status), text('/'), base(site.to, '/'))]
        : [flag('RewriteEngine', true), rule(text('^'), substitution(site.to), site.status)];
  }
}

/** Only what lies below the root, by its owner's links, without configuration in folders and without hidden files but /.well-known (RFC 8615). */
function files({ member }: Vhost, site: Extract<Site, { kind: 'static' }>): readonly Directive[] {
  const root = member === null ? text('/srv/www/', site.root) : text('/home/', member.name, '/', site.root);
  return [
    directive('DocumentRoot', root),
    section('Directory', root, [
      directive('Options', text('SymLinksIfOwnerMatch'), ...(site.listing ? [text('Indexes')] : [])),
      directive('AllowOverride', text('None')),
      directive('Require', text('all'), text('granted')),
      ...(site.index.length === 0 ? [] : [directive('DirectoryIndex', ...site.index.map(indexName))]),
    ]),
    section('LocationMatch', text('/\\.(?!well-known(?:/|$))'), [directive('Require', text('all'), text('denied'))]),
  ];
}

/**
 * The member's own program on her own port of this machine. mod_proxy would go before mod_alias, so what is redirected is taken out first;
 * a program that was away is asked again at once (retry=0), and not for longer than a minute.
 */
function proxy({ redirects }: Vhost, port: number): readonly Directive[] {
  const program = text('http://127.0.0.1:', port, '/');
  return [
    ...redirects.filter(({ exact }) => !exact).map(({ from }) => directive('ProxyPassMatch', withBelow(from), text('!'))),
    directive('ProxyPass', text('/.well-known/acme-challenge/'), text('!')),
    directive('ProxyPass', text('/'), program, text('connectiontimeout=5'), text('timeout=60'), text('retry=0'), text('upgrade=websocket')),
    directive('ProxyPassReverse', text('/'), program),
    flag('ProxyPreserveHost', true),
    directive('RequestHeader', text('set'), text('X-Forwarded-Proto'), text('http')),
  ];
}

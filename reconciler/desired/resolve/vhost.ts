import type { Host, Member, Role, Site, Vhost } from '../../model/desired.ts';
import type { Checked } from '../../model/problem.ts';
import type { Document } from '../documents.ts';
import { finding, shown } from '../finding.ts';
import { didYouMean } from '../nearest.ts';
import { all, complete, is, taker, type Taker } from '../take.ts';

/** What a vhost's document refers to. */
export interface Around {
  readonly member: Member | null;
  /** Sorted by name: the first that fits is the default. */
  readonly hosts: readonly Host[];
  readonly unreadable: ReadonlySet<string>;
}

/** Parse a vhost's values and choose its host. */
export function resolveVhost(document: Document<'vhost'>, around: Around): Checked<Vhost | null> {
  const { value, at, owner } = document;
  const taking = taker(document);
  const { take, problems } = taking;
  const fields = complete({
    name: take(is.hostname, document.name, []),
    aliases: all((value.aliases ?? []).map((alias, index) => take(is.hostname, alias, ['aliases', index]))),
    host: hostOf(document, around, taking),
    site: siteOf(document, taking),
    redirects: all((value.redirects ?? []).map(({ exact = true, status = 302, ...redirect }, index) => complete({
      exact, status,
      from: take(is.urlPath, redirect.from, ['redirects', index, 'from']),
      to: take(is.httpUrl, redirect.to, ['redirects', index, 'to']),
    }))),
    headers: all((value.headers ?? []).map((header, index) => complete({
      name: take(is.headerName, header.name, ['headers', index, 'name']),
      value: take(is.headerValue, header.value, ['headers', index, 'value']),
    }))),
    errorPages: all(Object.entries(value['error-pages'] ?? {}).map(([status, path]) => complete({
      status: Number(status), path: take(is.urlPath, path, ['error-pages', status]),
    }))),
  });
  const { member } = around;
  const rest = { owner, member, https: value.https ?? 'off', suspended: member !== null && member.state !== 'active', source: at() } as const;
  return { value: fields && { ...fields, ...rest, aliases: fields.aliases.toSorted() }, problems };
}

function siteOf({ value: { static: files, redirect, proxy } }: Document<'vhost'>, { take }: Taker): Site | null {
  if (files !== undefined) {
    const { root, index = ['index.html'], listing = false } = files;
    return complete({ kind: 'static' as const, root: take(is.relPath, root, ['static', 'root']), index, listing });
  }
  if (redirect !== undefined) {
    const { to, status = 301, 'keep-path': keepPath = true } = redirect;
    return complete({ kind: 'redirect' as const, to: take(is.httpUrl, to, ['redirect', 'to']), status, keepPath });
  }
  return proxy === undefined ? null : complete({ kind: 'proxy' as const, port: take(is.port, proxy.port, ['proxy', 'port']) });
}

function hostOf(document: Document<'vhost'>, { hosts, unreadable }: Around, { note }: Taker): Host | null {
  const { value, at } = document;
  const role: Role = value.proxy === undefined ? 'web-static' : 'web-dynamic';
  const fit = hosts.filter(({ roles }) => roles.includes(role));
  if (value.host === undefined) {
    const uncertain = [...unreadable].some((each) => each.startsWith('host '));
    return fit[0] ?? (uncertain ? null : note(finding(at(), {
      code: 'vhost/no-host', message: `cannot serve this site: no host of the co-op has the service ${role}`, hint: 'an admin can add it to a host',
      against: 'coop',
    })));
  }
  const named = hosts.find(({ name }) => name === value.host);
  if (named !== undefined && named.roles.includes(role)) return named;
  if (unreadable.has(`host ${value.host}`)) return null;
  const names = fit.map(({ name }) => name);
  const why = named === undefined ? 'there is no such host' : `it does not have the service ${role}`;
  const code = named === undefined ? 'vhost/unknown-host' : 'vhost/unfit-host';
  const hint = didYouMean(value.host, names) ?? (names.length === 0 ? undefined : `take ${names.map(shown).join(' or ')}, or leave it out`);
  return note(finding(at('host'), { code, message: `cannot serve this site on ${shown(value.host)}: ${why}`, hint, against: 'coop' }));
}

import { memberOf, type World } from '../world.ts';
import { finding, shown, type Finding } from '../finding.ts';

/** Headers that the server itself must write: a second one lets two programs disagree on where an answer ends. RFC 9110, 7.6.1; RFC 9112, 6.3. */
const SERVERS_OWN = new Set([
  'connection', 'content-length', 'content-encoding', 'date', 'host', 'keep-alive', 'proxy-connection',
  'server', 'te', 'trailer', 'transfer-encoding', 'upgrade',
]);

/** A proxied site leads to a port of its owner. */
export function* portsAreOwn({ documents, members }: World): Iterable<Finding> {
  for (const { value: { proxy }, owner, at } of documents.vhost) {
    if (proxy === undefined) continue;
    const source = at('proxy', 'port');
    const member = memberOf(members, owner);
    if (owner === 'coop') yield finding(source, {
      code: 'vhost/foreign-port', message: `cannot proxy to port ${proxy.port}: ports are given to members, and this site is the co-op's`,
      hint: 'let a member have the site',
    });
    else if (member !== null && !member.ports.some((port) => port === proxy.port)) {
      const hint = member.ports.length === 0 ? 'an admin can add one to `ports` in member.yaml' : `yours are ${member.ports.join(', ')}`;
      yield finding(source, { code: 'vhost/foreign-port', message: `cannot proxy to port ${proxy.port}: it is not one of yours`, hint });
    }
  }
}

/** Of two redirects of one path only the first would ever count. */
export function* redirectsAreReached({ documents }: World): Iterable<Finding> {
  for (const { value, at } of documents.vhost) {
    const seen = new Set<string>();
    for (const [index, { from, exact = true }] of (value.redirects ?? []).entries()) {
      const key = `${from} ${exact}`;
      if (seen.has(key)) yield finding(at('redirects', index, 'from'), {
        code: 'vhost/duplicate-redirect', message: `cannot redirect ${shown(from)} twice: the first one counts`, hint: 'keep one of them',
      });
      seen.add(key);
    }
  }
}

/**
 * Visitors are not sent where nobody answers. No host serves https yet: Apache listens on port 80 only, so a site that sends its own
 * visitors to https would be seen by nobody.
 */
export function* httpsIsServed({ documents }: World): Iterable<Finding> {
  for (const { value, at } of documents.vhost) {
    if (value.https === 'redirect') yield finding(at('https'), {
      code: 'vhost/no-https', message: 'cannot send visitors to https: nothing answers there, croft sets up no TLS yet', hint: 'take `https` out, or write `off`',
    });
  }
}

/** A site that only redirects does not lead to itself: over http it would lead round and round, over https to where nobody answers. */
export function* redirectsLeadElsewhere({ documents }: World): Iterable<Finding> {
  for (const { name, value, at } of documents.vhost) {
    if (value.redirect === undefined) continue;
    const [, scheme, host = ''] = /^(https?):\/\/([^/?#:]+)(?::(?:80|443))?(?:[/?#]|$)/.exec(value.redirect.to) ?? [];
    if (host === name || value.aliases?.includes(host)) {
      yield finding(at('redirect', 'to'), {
        code: 'vhost/redirect-to-itself',
        message: `cannot redirect to ${shown(value.redirect.to)}: that is this same site${scheme === 'https' ? ', and nothing answers https here yet' : ''}`,
        hint: 'give the site that should be seen',
      });
    }
  }
}

/** Headers are not the server's own, and each but Set-Cookie is given once. */
export function* headersAreFit({ documents }: World): Iterable<Finding> {
  for (const { value, at } of documents.vhost) {
    const seen = new Set<string>();
    for (const [index, { name }] of (value.headers ?? []).entries()) {
      const [source, folded] = [at('headers', index, 'name'), name.toLowerCase()];
      if (SERVERS_OWN.has(folded)) yield finding(source, {
        code: 'vhost/reserved-header', message: `cannot set the header ${shown(name)}: the server writes it itself`,
      });
      if (seen.has(folded) && folded !== 'set-cookie') yield finding(source, {
        code: 'vhost/duplicate-header', message: `cannot set the header ${shown(name)} twice`, hint: 'put both values into one, with a comma between them',
      });
      seen.add(folded);
    }
  }
}

import type { Claim } from '../../model/claim.ts';
import type { DesiredState, Host, MailDomain } from '../../model/desired.ts';
import { domainName } from '../../model/grammar/names.ts';
import { dnsText } from '../../model/grammar/text.ts';
import type { RecordData } from '../../model/record.ts';
import type { DnsText, DomainName } from '../../model/values.ts';

/**
 * Wish for what the rest of the world must know of each mail domain: where its mail goes (MX), that no other host sends for it (SPF, RFC
 * 7208), what to think of mail that claims otherwise (DMARC, RFC 7489), and where mail programs find its servers (RFC 6186, RFC 8314).
 */
export function* claimsOf({ mailDomains }: DesiredState, host: Host): Iterable<Claim> {
  for (const domain of mailDomains) yield* ofDomain(domain, host);
}

function* ofDomain({ name, owner, source }: MailDomain, host: Host): Iterable<Claim> {
  const wish = (at: string, data: RecordData, why: string): Claim => ({ kind: 'record', name: below(at, name), data, why, owner, source });
  yield wish('', { type: 'MX', preference: 10, exchange: host.fqdn }, `mail for ${name} on ${host.name}`);
  yield wish('', { type: 'TXT', text: words('v=spf1 mx -all') }, `mail from ${name} is sent on ${host.name}`);
  // Nothing is signed yet, so a stricter policy would have mail thrown away that a list or an alias elsewhere passes on.
  yield wish('_dmarc', { type: 'TXT', text: words('v=DMARC1; p=none') }, `mail from ${name} is not signed yet`);
  yield wish('_imaps._tcp', { type: 'SRV', priority: 0, weight: 1, port: 993, target: host.fqdn }, `IMAP for ${name} on ${host.name}`);
  yield wish('_submissions._tcp', { type: 'SRV', priority: 0, weight: 1, port: 465, target: host.fqdn }, `submission for ${name} on ${host.name}`);
  yield wish('_submission._tcp', { type: 'SRV', priority: 10, weight: 1, port: 587, target: host.fqdn }, `submission for ${name} on ${host.name}`);
}

function below(prefix: string, name: string): DomainName {
  const full = domainName(prefix === '' ? name : `${prefix}.${name}`);
  if (full === null) throw new Error(`cannot publish ${prefix} for mail domain ${name}: the name would be too long`);
  return full;
}

function words(text: string): DnsText {
  const parsed = dnsText(text);
  if (parsed === null) throw new Error(`cannot publish ${JSON.stringify(text)}`);
  return parsed;
}

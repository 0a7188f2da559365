import fc from 'fast-check';
import { ipv4, canonicalIpv6 } from '../../../reconciler/model/grammar/addresses.ts';
import { localPart, mailAddress } from '../../../reconciler/model/grammar/mail.ts';
import { domainName, hostname } from '../../../reconciler/model/grammar/names.ts';
import { dnsText } from '../../../reconciler/model/grammar/text.ts';
import type { DnsText, DomainName, Hostname, Ipv4, Ipv6, MailAddress } from '../../../reconciler/model/values.ts';

/** Values that their grammars accept, and nothing else is known of. */
export const hostnames: fc.Arbitrary<Hostname> = parsed(fc.array(labels(), { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.')), hostname);
export const domainNames: fc.Arbitrary<DomainName> = parsed(
  fc.tuple(fc.constantFrom('', '*.', '_x.', '_sip._tcp.', '_a-1.'), hostnames).map((parts) => parts.join('')), domainName,
);
export const ipv4s: fc.Arbitrary<Ipv4> = parsed(fc.ipV4(), ipv4);
export const ipv6s: fc.Arbitrary<Ipv6> = parsed(fc.ipV6(), canonicalIpv6);
export const mailAddresses: fc.Arbitrary<MailAddress> = parsed(
  fc.tuple(parsed(fc.stringMatching(/^[a-z0-9]{1,5}([._+-][a-z0-9]{1,5}){0,3}$/), localPart), hostnames).map((parts) => parts.join('@')), mailAddress,
);
export const dnsTexts: fc.Arbitrary<DnsText> = parsed(
  fc.oneof(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ minLength: 250, maxLength: 1000 }), fc.stringMatching(/^[";\\() $@]{1,600}$/)), dnsText,
);

/** Values from the corpus of attacks, as if a parser had let them through: branded, but wrong. */
export const attacks = [
  '192.0.2.1\nevil IN NS ns.evil.example.', '192.0.2.1$(touch /tmp/pwn)`id`', 'v=spf1 +all"\n$INCLUDE /etc/passwd\n', 'a.example. IN A 192.0.2.1 ;', 'x y', '', 'a"; };',
  '|/usr/bin/id > /tmp/x', 'bob@a.example\n  postmaster@victim.example', ':include:/etc/shadow', 'a.example }\nssl = no', '\u2028x', 'b\u0000c', '(', '$ORIGIN',
] as const;

/** Pretend that a parser made this. */
export function forged<T extends string>(text: string): T {
  return text as T;
}

function labels(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?$/);
}

function parsed<T>(texts: fc.Arbitrary<string>, parse: (text: string) => T | null): fc.Arbitrary<T> {
  return texts.map(parse).filter((value): value is NonNullable<Awaited<T>> & T => value !== null);
}

import { canonicalCidr, canonicalIpv6, ipv4 } from '../../reconciler/model/grammar/addresses.ts';
import { localPart, mailAddress, passwordHash } from '../../reconciler/model/grammar/mail.ts';
import { domainName, hostname, label, userName } from '../../reconciler/model/grammar/names.ts';
import { absPath, httpUrl, relPath, urlPath } from '../../reconciler/model/grammar/paths.ts';
import { dnsText, headerName, headerValue } from '../../reconciler/model/grammar/text.ts';
import type {
  AbsPath, Cidr, DnsText, DomainName, HeaderName, HeaderValue, Hostname, HttpUrl, Ipv4, Ipv6, Label, LocalPart, MailAddress, PasswordHash, RelPath, UrlPath, UserName,
} from '../../reconciler/model/values.ts';
import { encoded, type Text } from '../../reconciler/formats/text.ts';
import type { Dice } from './dice.ts';
import { accepted, anyCharacter, snippets } from './strings.ts';

/** Values of every brand, as far from the plain ones as their grammar lets them be. */
export interface Values {
  readonly label: () => Label;
  readonly hostname: () => Hostname;
  readonly domainName: () => DomainName;
  readonly userName: () => UserName;
  readonly localPart: () => LocalPart;
  readonly mailAddress: () => MailAddress;
  readonly ipv4: () => Ipv4;
  readonly ipv6: () => Ipv6;
  readonly cidr: () => Cidr;
  readonly relPath: () => RelPath;
  readonly absPath: () => AbsPath;
  readonly urlPath: () => UrlPath;
  readonly httpUrl: () => HttpUrl;
  readonly headerName: () => HeaderName;
  readonly headerValue: () => HeaderValue;
  readonly dnsText: () => DnsText;
  readonly passwordHash: () => PasswordHash;
  /** Whatever no control character is in: more than any grammar lets through, as if one had a hole. */
  readonly anyText: () => Text;
}

const nameParts = ['a', 'b', '0', '9', 'xn--', 'xn--bcherei-n2a', '-', '--', '.', 'root', 'in-addr', 'arpa', '0x7f', 'local'];
const hex = ['0', '1', 'a', 'f', '2001', 'db8', ':', '::', 'ffff', '0000'];
const crypted = './ABCxyz019'.split('');

/** Make values from chance. */
export function values(dice: Dice): Values {
  const digits = (length: number, of: readonly string[]): string => Array.from({ length }, () => dice.one(of)).join('');
  const v4 = (): Ipv4 => accepted(dice, { parse: ipv4, plain: '192.0.2.1', pieces: ['0', '1', '9', '25', '255', '.', '10.', '127.0.0.'], most: 7 });
  const v6 = (): Ipv6 => accepted(dice, { parse: canonicalIpv6, plain: '2001:db8::7', pieces: hex, most: 9 });
  const local = (): LocalPart => accepted(dice, { parse: localPart, plain: 'ada', pieces: ['a', 'z', '0', '.', '+', '-', '_', 'root', 'owner-', '-request'] });
  const host = (): Hostname => accepted(dice, { parse: hostname, plain: 'blog.ada.example', pieces: nameParts, most: 10 });
  return {
    label: () => accepted(dice, { parse: label, plain: 'one', pieces: nameParts }),
    hostname: host,
    domainName: () => accepted(dice, { parse: domainName, plain: '_sip._tcp.ada.example', pieces: [...nameParts, '*.', '_', '_tcp.'], most: 10 }),
    userName: () => accepted(dice, { parse: userName, plain: 'ada', pieces: ['a', 'z', '0', '-', 'root', 'x11', 'croft-'] }),
    localPart: local,
    mailAddress: () => accepted(dice, { parse: mailAddress, plain: `${local()}@${dice.chance(60) ? 'ada.example' : host()}`, pieces: ['a', '@', '.', '+', '-', 'a.example', 'root'] }),
    ipv4: v4,
    ipv6: v6,
    cidr: () => accepted(dice, { parse: canonicalCidr, plain: dice.chance(50) ? `${v4()}/${dice.below(33)}` : `${v6()}/${dice.below(129)}`, pieces: ['0.0.0.0/0', '::/0', '/8', '10.0.0.0', '1'] }),
    relPath: () => accepted(dice, { parse: relPath, plain: 'sites/blog', pieces: ['a', '/', '.', '-', '_', 'A', '..', 'www', '.git'] }),
    absPath: () => accepted(dice, { parse: absPath, plain: '/etc/croft/x', pieces: ['/', 'a', '.', '-', '_', '@', ':', '+', '...', '/a:b', '/@'] }),
    urlPath: () => accepted(dice, { parse: urlPath, plain: '/below/x', pieces: ['/', 'a', '%20', '%22', '%24%7B', '%7D', '%25', '%5C', '%23', '%3C', '%C3%A9', '~', '.', '-', '%5B', '%28', '%2B', '%3F'] }),
    httpUrl: () => accepted(dice, {
      parse: httpUrl, plain: 'https://x.example/a?b=c#d',
      pieces: ['https://x.example', 'http://192.0.2.1', 'https://[2001:db8::1]', ':8443', '/', '$1', '$', '%20', '%25', '%22', '?', '#', '&', '=', '\'', '(', ')', ';', ',', '*', '!', '+', '~', ':', '@', 'a'],
    }),
    headerName: () => accepted(dice, { parse: headerName, plain: 'X-Note', pieces: ['X', '-', '_', 'a', '0', 'Set-Cookie', 'env'] }),
    headerValue: () => accepted(dice, {
      parse: headerValue, plain: 'benign words',
      pieces: ['a', ' ', '"', '\'', '\\', '\\\\', '%', '%%', '%{x}e', '%n', '$', '${', '}', '${CROFT_DOLLAR}', '#', '<', '>', '</VirtualHost>', 'expr=', 'env=', ';', '=', '`', '!', '&', '|', '\\n', 'early'], most: 12,
    }),
    dnsText: () => accepted(dice, {
      parse: dnsText, plain: 'v=spf1 -all',
      pieces: ['a', ' ', '"', '\\', '\\\\', '\\010', '\\"', ';', '(', ')', '@', '$INCLUDE', '$', '"" ', 'x'.repeat(254), 'y'.repeat(255), ' ; ', '\''], most: 12,
    }),
    passwordHash: () => accepted(dice, {
      parse: passwordHash, plain: `$6$${digits(8 + dice.below(9), crypted)}$${digits(86, crypted)}`, pieces: ['$', '6', 'y', '.', '/'],
    }),
    anyText: () => {
      for (let times = 0; times < 8; times += 1) {
        const text = dice.several(6, () => (dice.chance(60) ? dice.one(snippets) : anyCharacter(dice))).join('');
        if (!/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) return encoded(text);
      }
      return encoded('a\\');
    },
  };
}

import { cidr, ipv4, ipv6 } from '../model/grammar/addresses.ts';
import { localPart, mailAddress, passwordHash } from '../model/grammar/mail.ts';
import { domainName, hostname, label, port, uid, userName } from '../model/grammar/names.ts';
import { httpUrl, relPath, urlPath } from '../model/grammar/paths.ts';
import { sealed } from '../model/grammar/sealed.ts';
import { displayName, dnsText, headerName, headerValue } from '../model/grammar/text.ts';
import type { Source } from '../model/source.ts';
import { finding, shown, type Finding } from './finding.ts';
import type { Path } from './places.ts';

/** How a value becomes one that formats accept, and what to say when it does not. */
export interface Grammar<Base extends string | number, Brand extends Base> {
  readonly parse: (value: Base) => Brand | null;
  /** Both the code of the problem and, with blanks, the noun. */
  readonly name: string;
  readonly right: string;
  readonly secret?: true;
}

const DNS = 'a full name in lower case, as DNS writes it, each label in one script';

/** The grammars by name. Schemas refuse most of what is wrong; these refuse the rest, and only they make branded values. */
export const is = {
  cidr: { parse: cidr, name: 'network', right: 'an address and a prefix length, with zeros after the prefix' },
  displayName: { parse: displayName, name: 'name', right: 'words on one line, without colons and without characters that cannot be seen' },
  dnsText: { parse: dnsText, name: 'dns-text', right: 'printable ASCII' },
  domainName: { parse: domainName, name: 'domain-name', right: `${DNS}, at most 253 characters, * only as its first label` },
  headerName: { parse: headerName, name: 'header-name', right: 'letters, digits, hyphens and underscores' },
  headerValue: { parse: headerValue, name: 'header-value', right: 'visible ASCII characters with single blanks' },
  hostname: { parse: hostname, name: 'host-name', right: DNS },
  httpUrl: { parse: httpUrl, name: 'web-address', right: 'http:// or https:// with a host, without user name, quotes, braces, encoded control characters or a ? at its end' },
  ipv4: { parse: ipv4, name: 'ipv4-address', right: 'four numbers from 0 to 255' },
  ipv6: { parse: ipv6, name: 'ipv6-address', right: 'written as RFC 5952 does' },
  label: { parse: label, name: 'label', right: 'lower case letters, digits and inner hyphens' },
  localPart: { parse: localPart, name: 'local-part', right: 'lower case letters and digits with single . _ - + between them' },
  mailAddress: { parse: mailAddress, name: 'mail-address', right: 'local@domain in lower case, the domain as DNS writes it' },
  passwordHash: { parse: passwordHash, name: 'password-hash', right: 'a hash of an allowed scheme', secret: true },
  port: { parse: port, name: 'port', right: '1024 to 65535' },
  relPath: { parse: relPath, name: 'path', right: 'parts of letters, digits, . _ - that begin with neither a dot nor a hyphen' },
  sealed: { parse: sealed, name: 'sealed-text', right: 'an age file, whole and sealed to ssh-ed25519 keys, as `croft secret set` writes it', secret: true },
  uid: { parse: uid, name: 'uid', right: '10000 to 59999' },
  urlPath: { parse: urlPath, name: 'url-path', right: 'a path in its shortest spelling: no . or .. parts, nothing encoded that need not be' },
  userName: { parse: userName, name: 'account-name', right: 'a letter, then lower case letters, digits and single hyphens' },
} as const;

/** Reads the values of one document, noting those that do not fit. */
export interface Taker {
  readonly take: <Base extends string | number, Brand extends Base>(grammar: Grammar<Base, Brand>, value: Base, path: Path) => Brand | null;
  readonly note: (problem: Finding) => null;
  readonly problems: readonly Finding[];
}

/** Begin to read the values of a document. */
export function taker({ at }: { readonly at: (...path: Path) => Source }): Taker {
  const problems: Finding[] = [];
  const note = (problem: Finding): null => {
    problems.push(problem);
    return null;
  };
  return {
    take: ({ parse, name, right, secret }, value, path) =>
      parse(value) ?? note(finding(at(...path), {
        code: `value/${name}`, message: `cannot use ${secret ? 'this value' : shown(value)} as ${name.replaceAll('-', ' ')}: it must be ${right}`,
      })),
    note,
    problems,
  };
}

/** Keep a record of fields only when none of them is null. */
export function complete<Fields extends object>(fields: Fields): { readonly [Key in keyof Fields]: NonNullable<Fields[Key]> } | null {
  return isComplete(fields) ? fields : null;
}

/** Keep a list only when none of its items is null. */
export function all<Item>(items: readonly (Item | null)[]): readonly Item[] | null {
  const present = items.filter((item) => item !== null);
  return present.length === items.length ? present : null;
}

function isComplete<Fields extends object>(fields: Fields): fields is Fields & { readonly [Key in keyof Fields]: NonNullable<Fields[Key]> } {
  return Object.values(fields).every((value) => value !== null);
}

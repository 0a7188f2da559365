import type { DomainName, Hostname, Label, Port, Uid, UserName } from '../values.ts';
import { branded } from './brand.ts';
import { isReadableALabel } from './idn.ts';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const SERVICE_LABEL = /^_[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?$/;
const USER_NAME = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,30}$/;

/** Parse one DNS label. Source: RFC 1123, section 2.1; RFC 5891 for `xn--`. */
export function label(text: string): Label | null {
  return branded<string, Label>(text, isLabel(text));
}

/** Parse a host name. Source: RFC 1123, section 2.1. */
export function hostname(text: string): Hostname | null {
  return branded<string, Hostname>(text, isName(text) && text.split('.').every(isLabel));
}

/** Parse the owner name of a DNS record. Source: RFC 2782 for `_service`, RFC 4592 for `*`. */
export function domainName(text: string): DomainName | null {
  const name = text.startsWith('*.') ? text.slice(2) : text;
  return branded<string, DomainName>(text, text.length <= 253 && isName(name) && name.split('.').every((part) => isLabel(part) || SERVICE_LABEL.test(part)));
}

/** Parse a Unix account name. Source: useradd(8); CVE-2020-13776 for why it begins with a letter. */
export function userName(text: string): UserName | null {
  return branded<string, UserName>(text, USER_NAME.test(text));
}

/** Parse a member's numeric user id: 10000 to 59999, above what Debian hands out and below what systemd takes. Source: Debian policy, 9.2.2. */
export function uid(value: number): Uid | null {
  return branded<number, Uid>(value, Number.isInteger(value) && value >= 10_000 && value <= 59_999);
}

/** Parse a TCP port that needs no privilege. */
export function port(value: number): Port | null {
  return branded<number, Port>(value, Number.isInteger(value) && value >= 1024 && value <= 65_535);
}

/** Is a name the ancestor itself, or below it? By whole labels: `evil-ada.example` is not below `ada.example`. */
export function isWithin(name: string, ancestor: string): boolean {
  return name === ancestor || name.endsWith(`.${ancestor}`);
}

function isLabel(text: string): boolean {
  return LABEL.test(text) && (!text.startsWith('xn--') || isReadableALabel(text));
}

/** Two labels or more that are not an address in disguise. */
function isName(text: string): boolean {
  return text.length <= 253 && text.includes('.') && !/\.[0-9]+$/.test(text);
}

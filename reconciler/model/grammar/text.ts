import type { DisplayName, DnsText, HeaderName, HeaderValue } from '../values.ts';
import { branded } from './brand.ts';
import { hasUnseen } from './characters.ts';

const HEADER_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const HEADER_VALUE = /^[!-~]+(?: [!-~]+)*$/;
const DISPLAY_NAME = /^[^\s:\p{Z}\p{C}]+(?: [^\s:\p{Z}\p{C}]+)*$/u;
const DNS_TEXT = /^[ -~]{1,4000}$/;

/** Parse the name of a header: of the token of RFC 9110, 5.6.2, only what header names in use are made of. */
export function headerName(text: string): HeaderName | null {
  return branded<string, HeaderName>(text, HEADER_NAME.test(text));
}

/** Parse the value of a header. Source: RFC 9110, section 5.5, without obs-text. */
export function headerValue(text: string): HeaderValue | null {
  return branded<string, HeaderValue>(text, text.length <= 1024 && HEADER_VALUE.test(text));
}

/** Parse the text of a TXT record, as one string: the zone format cuts it into pieces of 255 octets. */
export function dnsText(text: string): DnsText | null {
  return branded<string, DnsText>(text, DNS_TEXT.test(text));
}

/** Parse what a person or a co-op is called, in any script: one line, single blanks, no colon (it parts the fields of passwd(5)). */
export function displayName(text: string): DisplayName | null {
  const right = text.length <= 100 && DISPLAY_NAME.test(text) && !hasUnseen(text);
  return branded<string, DisplayName>(text, right);
}

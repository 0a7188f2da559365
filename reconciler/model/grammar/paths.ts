import type { AbsPath, HttpUrl, RelPath, UrlPath } from '../values.ts';
import { ipv4, ipv6 } from './addresses.ts';
import { branded } from './brand.ts';
import { hasUnseen } from './characters.ts';
import { hostname } from './names.ts';

const REL_PATH = /^(?![.-])[A-Za-z0-9._-]+(?:\/(?![.-])[A-Za-z0-9._-]+)*$/;
const ABS_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@:+-]+)+$/;
const URL_PATH = /^\/(?:(?!\.{1,2}(?:\/|$))(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+(?:\/|$))*$/;
const TRIPLET_OF_PLAIN = /%(?:2[DEF]|3[0-9]|4[1-9A-F]|5[0-9ACF]|6[1-9A-F]|7[0-9AE])/;
const TRIPLET_OF_CONTROL = /%(?:[01][0-9A-Fa-f]|7[Ff])/;
const URL_CHARACTER = String.raw`(?:[A-Za-z0-9._~!$&()*+,;=:@-]|%[0-9A-Fa-f]{2})`;
const AUTHORITY = String.raw`([a-z0-9.-]+|\[[0-9a-f:]+\])(?::([1-9][0-9]{0,4}))?`;
const REST = String.raw`(?:\/(?:${URL_CHARACTER}|\/)*)?(?:\?(?:${URL_CHARACTER}|[\/?])*)?(?:#(?:${URL_CHARACTER}|[\/?])*)?`;
const HTTP_URL = new RegExp(`^https?:\\/\\/${AUTHORITY}${REST}$`);

/** Parse a path inside a home. No segment begins with a dot (hidden files hold secrets) or a hyphen (it would read as an option). */
export function relPath(text: string): RelPath | null {
  return branded<string, RelPath>(text, text.length <= 200 && REL_PATH.test(text));
}

/** Parse an absolute path of a host, without `.` and `..`, doubled or trailing slashes. */
export function absPath(text: string): AbsPath | null {
  return branded<string, AbsPath>(text, text.length <= 1024 && ABS_PATH.test(text));
}

/** Parse the path of a URL in its normal form: nothing is encoded that need not be, and no dot segments. Source: RFC 3986, section 6.2.2. */
export function urlPath(text: string): UrlPath | null {
  const right = text.length <= 1024 && URL_PATH.test(text) && !TRIPLET_OF_PLAIN.test(text) && decodesToPlainText(text);
  return branded<string, UrlPath>(text, right);
}

/**
 * Parse an http or https address. Never decoded, so what is accepted is what a browser is sent; `{` `}` `%{` cannot stand in it,
 * and formats encode `$`. No user information, no encoded control characters (CVE-2026-100717), and no `?` at the end, which asks for
 * nothing and which mod_rewrite takes for a word of its own. Source: RFC 3986, RFC 9110 4.2.
 */
export function httpUrl(text: string): HttpUrl | null {
  const [, host = '', port = '80'] = (text.length <= 2000 && HTTP_URL.exec(text)) || [];
  return branded<string, HttpUrl>(text, isHost(host) && Number(port) <= 65_535 && !TRIPLET_OF_CONTROL.test(text) && !text.endsWith('?'));
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return ipv6(host.slice(1, -1)) !== null;
  return hostname(host) !== null || ipv4(host) !== null;
}

/** Triplets must spell UTF-8 that can be seen. */
function decodesToPlainText(text: string): boolean {
  try {
    const decoded = decodeURIComponent(text);
    return !hasUnseen(decoded) && !/[\t\n\\]/.test(decoded);
  } catch {
    return false;
  }
}

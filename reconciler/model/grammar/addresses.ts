import type { Cidr, Ipv4, Ipv6 } from '../values.ts';
import { branded } from './brand.ts';

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6_CHARACTERS = /^[0-9A-Fa-f:]{2,39}$/;
const CIDR = /^([0-9a-f.:]{2,39})\/(0|[1-9][0-9]{0,2})$/;

/** Parse a dotted IPv4 address, without leading zeros. */
export function ipv4(text: string): Ipv4 | null {
  return branded<string, Ipv4>(text, IPV4.test(text));
}

/** Parse an IPv6 address in the one spelling of RFC 5952; no zone, no embedded IPv4. */
export function ipv6(text: string): Ipv6 | null {
  return branded<string, Ipv6>(text, canonicalIpv6(text) === text);
}

/** Spell an IPv6 address as RFC 5952 does, from any spelling in hexadecimal. For hints. */
export function canonicalIpv6(text: string): Ipv6 | null {
  const words = ipv6Words(text);
  if (words === null || isMapped(words)) return null;
  const spelling = compress(words);
  return branded<string, Ipv6>(spelling, true);
}

/** Parse a network: an address and a prefix length, all host bits zero. */
export function cidr(text: string): Cidr | null {
  return branded<string, Cidr>(text, canonicalCidr(text) === text);
}

/** Clear the host bits of a network. For hints. */
export function canonicalCidr(text: string): Cidr | null {
  const [, address = '', prefix = ''] = CIDR.exec(text) ?? [];
  const network = maskIpv4(address, Number(prefix)) ?? maskIpv6(address, Number(prefix));
  return network === null ? null : branded<string, Cidr>(`${network}/${prefix}`, true);
}

/** Split an address into its 16-bit words: two for IPv4, eight for IPv6. null when it is no address. */
export function addressWords(text: string): readonly number[] | null {
  if (!IPV4.test(text)) return ipv6Words(text);
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}

function ipv6Words(text: string): readonly number[] | null {
  const halves = text.split('::');
  if (!IPV6_CHARACTERS.test(text) || halves.length > 2) return null;
  const [front, back] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const words = [...(front ?? []), ...(back ?? [])];
  const missing = 8 - words.length;
  if (!words.every((word) => /^[0-9A-Fa-f]{1,4}$/.test(word)) || (back === undefined ? missing !== 0 : missing < 1)) return null;
  return [...(front ?? []), ...Array<string>(missing).fill('0'), ...(back ?? [])].map((word) => Number.parseInt(word, 16));
}

/** `::ffff:0:0/96`: an IPv4 address in disguise. */
function isMapped(words: readonly number[]): boolean {
  return words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
}

/** Replace the first longest run of two zeros or more by `::`. */
function compress(words: readonly number[]): string {
  let longest = { start: 0, end: 0 };
  for (let [start, end] = [0, 0]; end < words.length; start = end + 1) {
    for (end = start; words[end] === 0; end += 1);
    if (end - start > longest.end - longest.start) longest = { start, end };
  }
  const spelt = (some: readonly number[]): string => some.map((word) => word.toString(16)).join(':');
  return longest.end - longest.start < 2 ? spelt(words) : `${spelt(words.slice(0, longest.start))}::${spelt(words.slice(longest.end))}`;
}

function maskIpv4(address: string, prefix: number): string | null {
  const words = IPV4.test(address) && prefix <= 32 ? addressWords(address) : null;
  return words === null ? null : mask(words, prefix).flatMap((word) => [word >> 8, word & 255]).join('.');
}

function maskIpv6(address: string, prefix: number): string | null {
  const words = ipv6(address) === null || prefix > 128 ? null : ipv6Words(address);
  return words === null ? null : compress(mask(words, prefix));
}

function mask(words: readonly number[], prefix: number): readonly number[] {
  return words.map((word, index) => word & (0xffff << (16 - Math.min(Math.max(prefix - index * 16, 0), 16))) & 0xffff);
}

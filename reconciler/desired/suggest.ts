import { canonicalCidr, canonicalIpv6 } from '../model/grammar/addresses.ts';
import { toALabels } from '../model/grammar/idn.ts';

/** Small changes that people forget to make themselves. Whatever comes out is only offered when it is right. */
const REPAIRS: readonly ((text: string) => string | null)[] = [
  canonicalIpv6,
  canonicalCidr,
  (text) => text.toLowerCase(),
  (text) => text.trim(),
  (text) => text.replace(/\.$/, ''),
  (text) => text.replace(/^\/+|\/+$/g, ''),
  (text) => text.replace(/^\.\//, ''),
  (text) => text.replaceAll('_', '-'),
  (text) => `/${text}`,
  (text) => `https://${text}`,
  (text) => (text.includes('@') ? inDomain(text) : toALabels(text)),
  (text) => canonicalIpv6(text.replace(/^\[|\]$/g, '')),
  (text) => (text.includes(':') ? `${text}/128` : `${text}/32`),
];

/** Offer the value that was probably meant: the first small change that makes it fit the pattern. */
export function suggest(text: string, pattern: string): string | undefined {
  const right = new RegExp(pattern, 'u');
  const found = text.length > 300 ? undefined : REPAIRS.map((repair) => repair(text)).find((candidate) => candidate !== null && right.test(candidate));
  return found === undefined ? undefined : `did you mean \`${found}\`?`;
}

function inDomain(address: string): string | null {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  const encoded = toALabels(domain);
  return encoded === null ? null : `${local}@${encoded}`;
}

/**
 * Whether a domain is somebody's. Whoever can publish a record below a domain controls it, so a member publishes one there that is for
 * her and this co-op only: `_croft-challenge.<domain> TXT "croft=<token>"`. The token is worked out from what everybody knows, so anybody
 * can check it, nobody keeps a secret, and one that another member or another co-op asked for proves nothing here. It is the way of
 * ACME's dns-01 (RFC 8555, 8.4), whose underscore name keeps it out of the way of hosts (RFC 8552). It tells an admin what she decides
 * on, and decides nothing: an answer of DNS may be forged on its way.
 */
import { createHash } from 'node:crypto';

/** That a domain is a member's of a co-op. */
export interface Claim {
  /** The co-op's own domain. */
  readonly coop: string;
  readonly member: string;
  readonly domain: string;
}

/** What the records below a domain prove. */
export type Proof =
  | { readonly is: 'proven' }
  | { readonly is: 'not found' }
  /** There is a token, and it is for somebody else. Shape: the member; null when she is none of those asked about. */
  | { readonly is: "another's"; readonly member: string | null };

const prefix = 'croft domain proof, version 1';
const digits = 32;
/** Of all that may be published at one name. */
const mostTexts = 100;

/** Work out the token of a claim. Shape: 32 hexadecimal digits. */
export function proofToken({ coop, member, domain }: Claim): string {
  return createHash('sha256').update([prefix, coop, member, domain, ''].join('\n')).digest('hex').slice(0, digits);
}

/** Name the record that proves a claim. Shape: name without the dot at its end, and the text in it. */
export function proofRecord(claim: Claim): { readonly name: string; readonly text: string } {
  return { name: `_croft-challenge.${claim.domain}`, text: `croft=${proofToken(claim)}` };
}

/** Say what some texts prove, and whose token is there when it is not hers. `members`: who else is asked about. */
export function proofIn(texts: readonly string[], claim: Claim, members: Iterable<string>): Proof {
  const found = new Set(texts.slice(0, mostTexts).map((text) => text.trim()).filter((text) => /^croft=[0-9a-f]{32}$/.test(text)));
  if (found.has(proofRecord(claim).text)) return { is: 'proven' };
  if (found.size === 0) return { is: 'not found' };
  for (const member of members) if (found.has(proofRecord({ ...claim, member }).text)) return { is: "another's", member };
  return { is: "another's", member: null };
}

import { addressWords } from '../model/grammar/addresses.ts';

/** Addresses that mean something else to everybody who looks. The documentation ranges are not among them. Source: RFC 6890. */
const RANGES: readonly { readonly network: string; readonly noun: string }[] = [
  { network: '0.0.0.0/8', noun: 'an address of "this network"' },
  { network: '10.0.0.0/8', noun: 'a private address' },
  { network: '100.64.0.0/10', noun: 'an address behind a carrier\'s NAT' },
  { network: '127.0.0.0/8', noun: 'a loopback address' },
  { network: '169.254.0.0/16', noun: 'a link-local address' },
  { network: '172.16.0.0/12', noun: 'a private address' },
  { network: '192.0.0.0/24', noun: 'a reserved address' },
  { network: '192.168.0.0/16', noun: 'a private address' },
  { network: '198.18.0.0/15', noun: 'a benchmarking address' },
  { network: '224.0.0.0/4', noun: 'a multicast address' },
  { network: '240.0.0.0/4', noun: 'a reserved address' },
  { network: '::/96', noun: 'a loopback or unspecified address' },
  { network: '64:ff9b::/32', noun: 'a translated IPv4 address' },
  { network: '100::/64', noun: 'a discard address' },
  { network: '2002::/16', noun: 'a 6to4 address' },
  { network: 'fc00::/7', noun: 'a private address' },
  { network: 'fe80::/10', noun: 'a link-local address' },
  { network: 'ff00::/8', noun: 'a multicast address' },
];

/** Name the special range that an address is in; null when it is an address like others. */
export function rangeOf(address: string): string | null {
  return RANGES.find(({ network }) => isIn(address, network))?.noun ?? null;
}

function isIn(address: string, network: string): boolean {
  const [base = '', prefix = ''] = network.split('/');
  const [words, start] = [addressWords(address), addressWords(base)];
  if (words === null || start === null || words.length !== start.length) return false;
  return words.every((word, index) => {
    const bits = Math.min(Math.max(Number(prefix) - index * 16, 0), 16);
    return word >> (16 - bits) === (start[index] ?? 0) >> (16 - bits);
  });
}

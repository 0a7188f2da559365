/** A co-op of many hosts and few members: each host serves web pages, knows everybody, and has a key of its own for its reports. */
import { changed, coopOf, nameOf, type Documents } from './coop.ts';

/** Name the host of a number. */
export function hostNamed(number: number): string {
  return `h${String(number).padStart(4, '0')}`;
}

/** Make the documents. `keys` are the hosts' public keys, in order. `version` is on every host: the comment of an admin's key. */
export function manyHosts({ members, keys }: { readonly members: number; readonly keys: readonly string[] }): Documents {
  const kept = [...coopOf({ members })].filter(([path]) => !/\/(hosts|zones|mailboxes)\/|cluster\.yaml$/.test(path));
  const sites = Array.from({ length: members }, (_, index) => sitesOf(index + 1, keys.length)).flat();
  return new Map([...kept, ...sites, ['desired-state/cluster.yaml', 'name: Bench\ndomain: bench.example\ncontact: admin@bench.example\nadmins: [boss]\n'], ...keys.map(hostOf)].toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)) as [string, string][]);
}

/** What every host does otherwise after it: the key with which an admin logs in. */
export function everywhere(documents: Documents, version: string): Documents {
  const path = 'desired-state/members/boss/member.yaml';
  return new Map([[path, (documents.get(path) ?? '').replace(/ boss@\w+\n/, ` boss@${version}\n`)]]);
}

/** Each site is on one host, and the hosts take turns. */
function sitesOf(number: number, hosts: number): readonly (readonly [string, string])[] {
  const domain = `${nameOf(number)}.example`;
  return ['www', 'blog'].map((each, index) => {
    const path = `desired-state/members/${nameOf(number)}/vhosts/${each}.${domain}.yaml`;
    const text = index === 0 ? (changed(new Map(), number, 'first').get(path) ?? '') : 'redirect:\n  to: http://www.elsewhere.example\n  status: 307\n';
    return [path, `${text}host: ${hostNamed(((number + index) % hosts) + 1)}\n`] as const;
  });
}

function hostOf(key: string, index: number): readonly [string, string] {
  const address = `ipv4: 10.0.${Math.floor(index / 250)}.${(index % 250) + 1}, ipv6: "2001:db8::1:${(index + 1).toString(16)}"`;
  return [`desired-state/hosts/${hostNamed(index + 1)}.yaml`, `debian: 12\naddresses: { ${address} }\nservices: [web-static]\nlogin: { shell: everyone, files: everyone }\nkey: ${key}\n`];
}

/**
 * A co-op of any size from a seed: each member has a key, limits, two sites, a zone of twelve records and five mailboxes, all of it on one
 * host. The same size and seed give the same bytes, so that figures of different days are figures of the same work.
 */
import { createHash } from 'node:crypto';

/** Documents by their path in the repository, sorted. */
export type Documents = ReadonlyMap<string, string>;

/** The one host of such a co-op. */
export const host = 'main';

/** Make the documents of a co-op. */
export function coopOf({ members, seed = 1 }: { readonly members: number; readonly seed?: number }): Documents {
  const numbers = Array.from({ length: members }, (_, index) => index + 1);
  return new Map([...ground(seed), ...numbers.flatMap((number) => memberOf(number, seed))].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Name the member of a number. */
export function nameOf(number: number): string {
  return `m${String(number).padStart(5, '0')}`;
}

/** Change one value of one site of one member. */
export function changed(documents: Documents, number: number, value: string): Documents {
  const path = `desired-state/members/${nameOf(number)}/vhosts/www.${nameOf(number)}.example.yaml`;
  return new Map([...documents, [path, site(value)]]);
}

/** Everything that two co-ops differ in; null for what is gone. */
export function differences(before: Documents, after: Documents): ReadonlyMap<string, string | null> {
  const put = [...after].filter(([path, text]) => before.get(path) !== text);
  const gone = [...before.keys()].filter((path) => !after.has(path)).map((path) => [path, null] as const);
  return new Map<string, string | null>([...put, ...gone]);
}

function ground(seed: number): readonly (readonly [string, string])[] {
  return [
    ['desired-state/cluster.yaml', 'name: Bench\ndomain: bench.example\ncontact: admin@bench.example\nadmins: [boss]\ndns: { ttl-seconds: 3600 }\n'],
    [`desired-state/hosts/${host}.yaml`, 'debian: 12\naddresses: { ipv4: 192.0.2.11, ipv6: "2001:db8::11" }\nservices: [dns-primary, mail, web-static]\nlogin: { shell: everyone, files: everyone }\n'],
    ['desired-state/limits/regular.yaml', 'tasks: 256\nmemory-mib: 1024\ncpu-percent: 100\ndisk-mib: 4096\nopen-files: 1024\nvhosts: 10\nzones: 5\nmailboxes: 20\naliases: 100\n'],
    ['desired-state/members/boss/member.yaml', `name: Boss\nuid: 10001\nlimits: regular\nemail: boss@elsewhere.example\nssh-keys:\n  - ${keyOf(0, seed)} boss@bench\n`],
  ];
}

function memberOf(number: number, seed: number): readonly (readonly [string, string])[] {
  const name = nameOf(number);
  const domain = `${name}.example`;
  const below = `desired-state/members/${name}`;
  return [
    [`${below}/member.yaml`, `name: Member ${number}\nuid: ${uidOf(number)}\nlimits: regular\nemail: ${name}@elsewhere.example\ndomains:\n  - ${domain}\nssh-keys:\n  - ${keyOf(number, seed)} ${name}@bench\n`],
    [`${below}/vhosts/www.${domain}.yaml`, site('first')],
    [`${below}/vhosts/blog.${domain}.yaml`, 'redirect:\n  to: http://www.elsewhere.example\n  status: 307\n'],
    [`${below}/zones/${domain}.yaml`, zone(number)],
    [`${below}/mailboxes/${domain}.yaml`, `mailboxes:\n${[1, 2, 3, 4, 5].map((each) => `  box${each}:\n    password: ${passwordOf(number * 5 + each, seed)}\n    quota-mib: 256\n`).join('')}aliases:\n  info:\n    - box1\n`],
  ];
}

function site(value: string): string {
  return `static:\n  root: sites/www\nheaders:\n  - name: X-Version\n    value: ${value}\n`;
}

function zone(number: number): string {
  const records = [
    "name: '@'\n    type: TXT\n    text: v=spf1 mx -all",
    ...[1, 2, 3, 4].map((each) => `name: host${each}\n    type: A\n    address: 198.51.100.${(number + each) % 250 + 1}`),
    ...[1, 2, 3].map((each) => `name: host${each}\n    type: AAAA\n    address: 2001:db8:${(number % 9999) + 1}::${each}`),
    ...[1, 2, 3].map((each) => `name: also${each}\n    type: CNAME\n    target: host${each}`),
    'name: note\n    type: TXT\n    text: a line of text that somebody wrote',
  ];
  return `records:\n${records.map((record) => `  - ${record}\n`).join('')}`;
}

/** Uids of members begin at 10000, and boss has one of them. */
function uidOf(number: number): number {
  return 10_001 + number;
}

/** A line of ssh's own shape: what is in it is no key that anybody holds. */
function keyOf(number: number, seed: number): string {
  const point = createHash('sha256').update(`key ${seed} ${number}`).digest();
  return `ssh-ed25519 ${Buffer.concat([block(Buffer.from('ssh-ed25519')), block(point)]).toString('base64')}`;
}

function block(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A text of crypt(3)'s shape: nobody can say what its password is. */
function passwordOf(number: number, seed: number): string {
  const text = createHash('sha512').update(`password ${seed} ${number}`).digest('base64').replace(/[+=]/g, '.');
  return `$6$${text.slice(0, 16)}$${text.slice(0, 86)}`;
}

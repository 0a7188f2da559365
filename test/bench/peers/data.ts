/**
 * The same work for every peer, in the shape that each of them reads: per member a user, a group, a key, a directory and a file of limits,
 * two sites and a zone; and for all of them one list of zones and one table of mail.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOf } from '../workload/coop.ts';

/** Write the data of a co-op into a directory; `version` is what one site of one member says. */
export function writeData(directory: string, { members, member, version }: { readonly members: number; readonly member: number; readonly version: string }): void {
  const list = Array.from({ length: members }, (_, index) => memberOf(index + 1, index + 1 === member ? version : 'first'));
  const put = (name: string, data: unknown): void => writeFileSync(join(directory, name), JSON.stringify(data));
  put('puppet.json', { 'coop::members': Object.fromEntries(list.map(({ name, ...rest }) => [name, rest])) });
  put('ansible.json', { members: list });
  put('cfengine.json', {
    members: Object.fromEntries(list.map((each) => [each.name, { ...each, sites: undefined, mail: undefined }])),
    sites: Object.fromEntries(list.flatMap(({ sites }) => sites.map((site) => [site.id, site]))),
    zones: list.map(({ zone }) => ({ zone })),
    mail: list.flatMap(({ mail }) => mail),
  });
}

function memberOf(number: number, version: string) {
  const name = nameOf(number);
  const zone = `${name}.example`;
  return {
    name,
    uid: 20_000 + number,
    gecos: `Member ${number}`,
    key: `ssh-ed25519 ${Buffer.from(`the key of ${name}`.padEnd(51)).toString('base64')} ${name}@bench`,
    memory: '1G',
    tasks: 256,
    zone,
    ipv4: `198.51.100.${(number % 250) + 1}`,
    ipv6: `2001:db8::${number.toString(16)}`,
    sites: [{ id: `${name}-www`, name: `www.${zone}`, root: `/home/members/${name}/www`, version }, { id: `${name}-app`, name: `app.${zone}`, root: `/home/members/${name}/app`, version: 'first' }],
    mail: [1, 2, 3, 4, 5].map((each) => ({ address: `box${each}@${zone}`, to: `${name}/box${each}/` })),
  };
}

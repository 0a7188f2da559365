import { createHash } from 'node:crypto';
import { compareText, formatSource } from '../../../reconciler/model/source.ts';
import type { Problem } from '../../../reconciler/model/problem.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';

/** Texts by path below desired-state/; null takes a file away. */
export type Files = { readonly [path: string]: string | null };

export const keys = {
  ada: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDuP6/Ts4XrxLPp/ZeBI+SUBnTg54W24Jaj8ejCAe2Yo ada@laptop',
  other: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILinACfcph4NvAJTFE7LaWs24JsLa8NkS/BFTWr3nI8P ada@office',
};

export const hash = '$6$zWUZsQ0r6EvmR6he$aZSxOgnZTjwF2LHQ0zpRX2eC7x1kxfp5qfl/xX7tAuRJTErvAK3Ce3jaXQrT7LN8WUGTUBRNM6frW728/phH11';

const limits = 'tasks: 64\nmemory-mib: 256\ncpu-percent: 50\ndisk-mib: 512\nopen-files: 256\nvhosts: 2\nzones: 1\nmailboxes: 2\naliases: 3\n';

/** A small co-op without problems. Line 1 of a member is the name, 2 the uid, 3 the limits, 4 the address. */
export const base: Files = {
  'cluster.yaml': 'name: Fairmeadow\ndomain: fairmeadow.example\ncontact: hostmaster@fairmeadow.example\nadmins: [dana]\n',
  'hosts/main.yaml': [
    'debian: 12',
    'addresses: {ipv4: 192.0.2.11, ipv6: "2001:db8:77::11"}',
    'services: [dns-primary, mail, web-static]',
    'login: {shell: admins, files: everyone}',
  ].join('\n').concat('\n'),
  'hosts/dynamic.yaml': [
    'debian: 13',
    'addresses: {ipv4: 192.0.2.12, ipv6: "2001:db8:77::12"}',
    'services: [dns-secondary, web-dynamic]',
    'login: {shell: admins, files: everyone}',
  ].join('\n').concat('\n'),
  'limits/regular.yaml': limits.replace(/((?:vhosts|zones|mailboxes|aliases): \d)/g, (count) => `${count}0`).replace('aliases: 30', 'aliases: 200'),
  'limits/small.yaml': limits,
  'coop/retired.yaml': 'members:\n  - {name: leo, uid: 10009, left: 2024-11-30}\n',
  'coop/zones/fairmeadow.example.yaml': 'records:\n  - {name: gateway, type: A, address: 192.0.2.1}\n',
  'coop/vhosts/www.fairmeadow.example.yaml': 'static: {root: www}\n',
  'members/ada/member.yaml': [
    'name: Ada Lovelock',
    'uid: 10001',
    'limits: regular',
    'email: ada@elsewhere.example',
    'domains: [ada.example]',
    'ports: [20001]',
    'ssh-keys:',
    `  - ${keys.ada}`,
  ].join('\n').concat('\n'),
  'members/ada/vhosts/blog.ada.example.yaml': 'static: {root: sites/blog}\naliases: [www.ada.example]\n',
  'members/ada/zones/ada.example.yaml': 'records:\n  - {name: nas, type: A, address: 198.51.100.7}\n',
  'members/ada/mailboxes/ada.example.yaml': `mailboxes:\n  ada: {password: ${hash}}\n  robot: {password: ${hash}, send-only: true}\naliases:\n  info: [ada]\n`,
  'members/bob/member.yaml': 'name: Bob\nuid: 10002\nlimits: small\nemail: bob@elsewhere.example\ndomains: [bob.example]\n',
  'members/carol/member.yaml': [
    'name: Carol',
    'uid: 10004',
    'limits: regular',
    'email: carol@elsewhere.example',
    'domains: [carol.example]',
    'delegates: [{domain: shop.carol.example, to: erin}]',
  ].join('\n').concat('\n'),
  'members/dana/member.yaml': 'name: Dana\nuid: 10003\nlimits: regular\nemail: dana@elsewhere.example\n',
  'members/erin/member.yaml': 'name: Erin\nuid: 10005\nlimits: small\nemail: erin@elsewhere.example\n',
  'members/erin/vhosts/shop.carol.example.yaml': 'redirect: {to: "https://shop.elsewhere.example"}\n',
};

/** Make a snapshot of the base co-op with some files changed. */
export function snapshot(changes: Files = {}, oid = 'head'): Snapshot {
  return snapshotOf({ ...base, ...changes }, oid);
}

/** Make a snapshot of exactly these files. */
export function snapshotOf(files: Files, oid = 'head'): Snapshot {
  const present = Object.entries(files).flatMap(([path, text]) => (text === null ? [] : [
    { path: `desired-state/${path}`, oid: createHash('sha1').update(text).digest('hex'), bytes: new TextEncoder().encode(text) },
  ]));
  return {
    revision: { oid, time: 1_700_000_000, author: 'ada', subject: 'a change' }, files: present.toSorted((a, b) => compareText(a.path, b.path)), problems: [],
  };
}

/** Say a problem shortly. Shape: `members/ada/member.yaml:3:9 member/unknown-limits`. */
export function brief({ source, code }: Problem): string {
  return `${formatSource(source).replace('desired-state/', '')} ${code}`;
}

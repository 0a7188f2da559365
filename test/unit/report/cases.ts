import type { Verdict } from '../../../reconciler/model/authority.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { base, hash } from '../desired/coop.ts';
import type { Proposed } from './compare.ts';

const shop = 'members/ada/vhosts/shop.ada.example.yaml';
const mail = 'members/ada/mailboxes/ada.example.yaml';

/** What one signature was worth. */
export function verdict(path: string, parts: Partial<Verdict> = {}): Verdict {
  return {
    path, owner: 'member:ada', commit: '1'.repeat(40), risk: 'green', allowed: true, signers: ['ada'], approvers: { needed: 1, of: ['ada', 'dana'] }, problems: [], reasons: [], ...parts,
  };
}

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../../fixtures/secrets', name), 'utf8');
const hostKey = fixture('host-one.pub').split(' ').slice(0, 2).join(' ');
const sealed = fixture('ada-db-password.age').replaceAll(/^(?=.)/gm, '  ');

const member = 'desired-state/members/ada/member.yaml';

/** A public key of its own for each number. */
export function key(number: number): string {
  const type = 'ssh-ed25519';
  return `${type} ${Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(type), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, number)]).toString('base64')}`;
}

/** A co-op with trust, in which dana and erin can sign. */
const trusting = {
  'cluster.yaml': `${base['cluster.yaml']}trust: {approvals: 2}\n`,
  'members/dana/member.yaml': `${base['members/dana/member.yaml']}signing-keys: [${key(1)}]\n`,
  'members/erin/member.yaml': `${base['members/erin/member.yaml']}signing-keys: [${key(2)}]\n`,
};

/** Changes as a co-op sees them, each with what its author reads. */
export const cases: { readonly [name: string]: Proposed } = {
  'a new site is told with its addresses, its limits and what reloads': {
    change: { [shop]: 'static: {root: sites/shop}\n' }, message: 'my shop', authority: { trust: true, verdicts: [verdict(`desired-state/${shop}`)] },
  },
  'mail, records, keys and shells are told one by one': {
    change: {
      [mail]: `mailboxes:\n  ada: {password: ${hash.replace('zWUZ', 'aWUZ')}, quota-mib: 5120}\n  info: {password: ${hash}}\naliases:\n  sales: [ada, bob@elsewhere.example]\ncatch-all: ada\n`,
      'members/ada/zones/ada.example.yaml': 'records:\n  - {name: nas, type: A, address: 198.51.100.8}\n  - {name: old, type: CNAME, target: old-app.github.io.}\n  - {name: txt, type: TXT, text: "</details>@everyone `x`"}\n',
      'members/ada/member.yaml': String(base['members/ada/member.yaml']).replace('limits: regular', 'limits: small\nshell: zsh'),
      'members/ada/vhosts/blog.ada.example.yaml': null,
    },
    message: 'spring cleaning',
  },
  'a class of limits says how many it affects, and who comes and goes is told': {
    change: {
      'limits/small.yaml': String(base['limits/small.yaml']).replace('disk-mib: 512', 'disk-mib: 1024'),
      'members/frank/member.yaml': 'name: Frank\nuid: 10011\nlimits: small\nemail: frank@elsewhere.example\n',
      'members/bob/member.yaml': String(base['members/bob/member.yaml']).replace('limits: small', 'limits: small\nstate: suspended'),
    },
    author: 'Dana', message: 'news from the board',
    authority: {
      trust: true,
      verdicts: [
        verdict('desired-state/limits/small.yaml', { owner: 'coop', risk: 'red', signers: ['dana', 'erin'], reasons: ['disk-mib: more'] }),
        verdict('desired-state/members/bob/member.yaml', { owner: 'member:bob', risk: 'amber', signers: ['dana'], reasons: ['state: suspended'] }),
      ],
    },
  },
  'what nobody entitled signed is refused, with who could approve it': {
    change: { 'members/ada/member.yaml': String(base['members/ada/member.yaml']).replace('[ada.example]', '[ada.example, bank.example]') },
    authority: {
      trust: true,
      verdicts: [verdict(member, {
        risk: 'amber', allowed: false, approvers: { needed: 1, of: ['dana'] }, reasons: ['domains: +bank.example'],
        problems: [{ code: 'authority/admin-field', message: 'cannot change domains: only an admin may', hint: 'ask one of them to sign', owner: 'member:ada', source: { file: member, line: 5, column: 1 } }],
      })],
    },
  },
  'that trust is switched off is told in so many words': {
    before: trusting, change: { 'cluster.yaml': String(base['cluster.yaml']) },
    author: 'Dana', message: 'tidy up',
  },
  'what admins are asked to approve is told with its values': {
    before: trusting,
    change: {
      'cluster.yaml': `${String(base['cluster.yaml']).replace('[dana]', '[dana, erin]')}trust: {approvals: 1, merge-keys: [${key(3)} forge]}\nretired: {grace-days: 3}\n`,
      'members/bob/member.yaml': `${String(base['members/bob/member.yaml']).replace('[bob.example]', '[bob2.example]')}signing-keys: [{key: ${key(4)} bob@laptop, valid-before: 2028-01-01}]\n`,
      'members/carol/member.yaml': String(base['members/carol/member.yaml']).replace('domain: shop.carol.example, to: erin', 'domain: shop.carol.example, to: bob'),
      'members/erin/vhosts/shop.carol.example.yaml': null,
      'members/frank/member.yaml': 'name: Frank\nuid: 10011\nlimits: tiny\nemail: frank@elsewhere.example\ndomains: [frank.example, frank.elsewhere.example]\nports: [20011]\n',
      'limits/tiny.yaml': String(base['limits/small.yaml']),
      'hosts/main.yaml': `${base['hosts/main.yaml']}key: ${key(5)}\n`,
      'coop/allowances.yaml': 'allowances:\n  - {guard: zone, object: "zone:bob.example", count: 1, reason: bob moves, from: 2026-12-01, until: 2026-12-31}\n',
      'members/ada/zones/ada.example.yaml': `${base['members/ada/zones/ada.example.yaml']}dnssec: true\n`,
    },
    author: 'Dana', message: 'the board decided',
  },
  'a secret is told by its hosts, and never by its value': {
    change: {
      'hosts/main.yaml': `${base['hosts/main.yaml']}ssh-host-key: ${hostKey}\n`, 'members/ada/secrets/db-password.yaml': `hosts: [main]\nsealed: |\n${sealed}`,
    },
    message: 'a password for my shop',
  },
  'who retires is told what becomes of the data': {
    change: {
      [mail]: null, 'members/ada/zones/ada.example.yaml': null, 'members/ada/vhosts/blog.ada.example.yaml': null,
      'members/ada/member.yaml': String(base['members/ada/member.yaml']).replace('limits: regular', 'limits: regular\nstate: retired'),
    },
    author: 'Dana', message: 'ada moves away',
  },
  'a mistake is told with its line, and everybody else goes on': {
    change: { [shop]: 'statc: {root: sites/shop}\n', 'members/erin/vhosts/shop.carol.example.yaml': 'redirect: {to: "https://other.elsewhere.example"}\n' },
  },
  'a host is taken at what it reported, and its drift is told': {
    meanwhile: { 'members/bob/vhosts/www.bob.example.yaml': 'redirect: {to: "https://bob.elsewhere.example"}\n' },
    change: { [shop]: 'static: {root: sites/shop}\n' },
    reports: {
      main: {
        counts: { holds: 0, failed: 1, drift: 2 },
        failed: [{ id: 'file:/etc/apache2/croft/sites/blog.ada.example.conf', owner: 'member:ada', because: 'the disk is full' }],
        drift: [{ id: 'file:/etc/ssh/sshd_config.d/croft.conf', owner: 'coop', attribute: 'mode', actual: '0600', desired: '0644' }, { id: 'file:/etc/apache2/croft/sites/blog.ada.example.conf', owner: 'member:ada', attribute: 'mode', actual: '0600', desired: '0644' }],
      },
    },
  },
  'a host comes, another goes': {
    change: {
      'hosts/shell.yaml': 'debian: 13\naddresses: {ipv4: 192.0.2.13, ipv6: "2001:db8:77::13"}\nservices: []\nlogin: {shell: everyone, files: everyone}\n',
      'hosts/dynamic.yaml': null,
      'hosts/main.yaml': String(base['hosts/main.yaml']).replace('web-static]', 'web-static, web-dynamic]'),
    },
  },
  'a co-op that cannot be read is told as that': { before: { 'cluster.yaml': 'name: 1\n' }, change: { 'members/ada/README.md': 'hello\n' } },
  'a note for people changes nothing': { change: { 'members/ada/README.md': 'hello\n' } },
};

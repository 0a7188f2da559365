/** Edits of a small co-op, of every kind of document, right and wrong, alone and against each other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { base, hash, keys, type Files } from '../desired/coop.ts';

/** Some files made anew; null takes one away, a path that ends in `/` with all below it. */
export type Edit = Files;

const listed = (values: readonly (string | number)[]): string => `[${values.join(', ')}]`;
const uids: { readonly [name: string]: number } = { ada: 10_001, bob: 10_002, carol: 10_004, dana: 10_003, erin: 10_005, fred: 10_020, gwen: 10_021, hugo: 10_022 };
const people = Object.keys(uids);
const publicKey = (name: string): string => readFileSync(join(import.meta.dirname, '../../fixtures/secrets', `${name}.pub`), 'utf8').trim();
const hostKey = publicKey('host-one');
const sealed = readFileSync(join(import.meta.dirname, '../../fixtures/secrets/ada-db-password.age'), 'utf8').replaceAll(/^(?=.)/gm, '  ');
const secret = (value: string): string => `description: ${value}\nhosts: [main]\nsealed: |\n${sealed}`;

/** Who passed on a name inside a domain of theirs: what each of the two changes has to do with the other. */
const delegations: { readonly [name: string]: string } = { ada: '{domain: sub.ada.example, to: bob}', bob: '{domain: free.bob.example, to: hugo}', carol: '{domain: shop.carol.example, to: erin}' };
/** And fred was given a name inside erin's domain: as long as that is his, she can have no zone over it. */
const given: { readonly [name: string]: readonly string[] } = { fred: ['fred.example', 'in.erin.example'] };

/** Where the edits begin: the co-op that all tests of documents know, with a host that can be given secrets and more members, who lead mail to each other. */
export const start: Files = {
  ...base,
  'hosts/main.yaml': `${base['hosts/main.yaml'] ?? ''}ssh-host-key: ${hostKey}\n`,
  ...Object.fromEntries(['fred', 'gwen'].flatMap((name) => [
    [`members/${name}/member.yaml`, `name: ${name}\nuid: ${uids[name] ?? 0}\nlimits: regular\nemail: ${name}@elsewhere.example\ndomains: ${listed(given[name] ?? [`${name}.example`])}\n`],
    [`members/${name}/vhosts/www.${name}.example.yaml`, 'static: {root: www}\n'],
    [`members/${name}/zones/${name}.example.yaml`, 'records:\n  - {name: nas, type: A, address: 198.51.100.7}\n'],
    [`members/${name}/mailboxes/${name}.example.yaml`, `mailboxes:\n  box: {password: ${hash}}\naliases:\n  info: [box]\n  both: [box@${name === 'fred' ? 'gwen' : 'ada'}.example]\n`],
  ])),
  'members/ada/member.yaml': `${base['members/ada/member.yaml'] ?? ''}delegates: [${delegations['ada'] ?? ''}]\n`,
  'members/bob/member.yaml': `${base['members/bob/member.yaml'] ?? ''}delegates: [${delegations['bob'] ?? ''}]\n`,
  'members/hugo/member.yaml': `name: hugo\nuid: ${uids['hugo'] ?? 0}\nlimits: regular\nemail: hugo@elsewhere.example\ndomains: [hugo.example]\n`,
  'members/bob/vhosts/www.sub.ada.example.yaml': 'static: {root: www}\n',
  'members/erin/member.yaml': `${base['members/erin/member.yaml'] ?? ''}domains: [erin.example]\n`,
  'members/carol/zones/carol.example.yaml': 'records: []\n',
};

/** The same co-op with members who have nothing to do with each other, each with something of every kind; the co-op leads mail to each. */
export const apart: Files = {
  ...Object.fromEntries(Object.entries(start).filter(([path]) => !path.startsWith('members/'))),
  'coop/mailboxes/fairmeadow.example.yaml': `mailboxes: {}\naliases: {${people.map((name) => `to-${name}: [info@${name}.example]`).join(', ')}}\n`,
  ...Object.fromEntries(Object.entries(uids).flatMap(([name, uid]) => [
    [`members/${name}/member.yaml`, `name: ${name}\nuid: ${uid}\nlimits: regular\nemail: ${name}@elsewhere.example\ndomains: [${name}.example]\n${name === 'dana' ? `ssh-keys: [${keys.ada}]\n` : ''}`],
    [`members/${name}/vhosts/www.${name}.example.yaml`, 'static: {root: www}\n'],
    [`members/${name}/zones/${name}.example.yaml`, 'records:\n  - {name: nas, type: A, address: 198.51.100.7}\n'],
    [`members/${name}/mailboxes/${name}.example.yaml`, `mailboxes:\n  box: {password: ${hash}}\naliases:\n  info: [box]\n`],
  ])),
};

const person = fc.constantFrom(...people);
const domains = [...people.map((name) => `${name}.example`), 'fairmeadow.example', 'ada.fairmeadow.example', 'bob.fairmeadow.example', 'shop.carol.example', 'sub.ada.example', 'deep.sub.ada.example'];
const domain = fc.constantFrom(...domains);
/** Mostly of what is her own. */
const domainOf = (name: string): fc.Arbitrary<string> => fc.oneof({ weight: 12, arbitrary: fc.constant(`${name}.example`) }, { weight: 1, arbitrary: domain });
const nameOf = (name: string): fc.Arbitrary<string> => fc.tuple(fc.constantFrom('www', 'blog', 'x'), domainOf(name)).map(([label, below]) => `${label}.${below}`);
const few = <Value>(value: fc.Arbitrary<Value>, maxLength = 2): fc.Arbitrary<readonly Value[]> => fc.uniqueArray(value, { maxLength });
const rarely = <Value>(often: Value, ...others: readonly Value[]): fc.Arbitrary<Value> => fc.oneof({ weight: 8, arbitrary: fc.constant(often) }, { weight: 2, arbitrary: fc.constantFrom(...others) });

function memberOf(name: string): fc.Arbitrary<string> {
  const uid = uids[name] ?? 0;
  return fc.record({
    uid: rarely(uid, uid + 1, 10_050, 10_051), limits: rarely('regular', 'small', 'none'), shell: rarely('bash', 'zsh'), state: rarely('active', 'suspended', 'retired'),
    domains: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: few(domain, 1) }).map((more) => [...new Set([...(given[name] ?? [`${name}.example`]), ...more])]), delegates: fc.oneof({ weight: 4, arbitrary: fc.constant([delegations[name] ?? []].flat()) }, { weight: 1, arbitrary: few(fc.tuple(nameOf(name), person).map(([below, to]) => `{domain: ${below}, to: ${to}}`), 1) }),
    ports: few(fc.constantFrom(20_001, 20_003, 20_004), 1).map((more) => [...new Set([20_010 + people.indexOf(name), ...more])]), logins: few(fc.constantFrom(keys.ada, keys.other, publicKey('bob')), 1), signs: rarely('', ...Array<string>(4).fill(`signing-keys:\n  - ${publicKey('dana')}\n`), `signing-keys:\n  - ${hostKey}\n`),
    before: rarely('', '# a line more\n'),
  }).map(({ before, signs, logins, ...each }) => `${before}name: ${name}\nuid: ${each.uid}\nlimits: ${each.limits}\nemail: ${name}@elsewhere.example\nshell: ${each.shell}\nstate: ${each.state}\n`
    + `domains: ${listed(each.domains)}\nports: ${listed(each.ports)}\ndelegates: ${listed(each.delegates)}\n${logins.length === 0 ? '' : `ssh-keys:\n${logins.map((line) => `  - ${line}\n`).join('')}`}${signs}`);
}

function vhostOf(name: string): fc.Arbitrary<string> {
  const site = fc.constantFrom('static: {root: www}', 'redirect: {to: "https://shop.elsewhere.example"}', `proxy: {port: ${20_010 + people.indexOf(name)}}`, 'static: {root: sites/new}\nredirects:\n  - {from: /a, to: "http://www.elsewhere.example/"}');
  return fc.tuple(site, few(nameOf(name), 1), rarely('', 'host: main\n', 'host: dynamic\n')).map(([kind, aliases, host]) => `${kind}\naliases: ${listed(aliases)}\n${host}`);
}

const record = (below: string): fc.Arbitrary<string> => fc.constantFrom(
  '{name: nas, type: A, address: 198.51.100.8}', '{name: www, type: CNAME, target: nas}', '{name: "@", type: TXT, text: "v=spf1 mx -all"}', `{name: part, type: NS, target: ns.${below}.}`,
  '{name: sub, type: NS, target: ns.elsewhere.example.}', '{name: blog, type: A, address: 198.51.100.9}', '{name: x.deep, type: AAAA, address: "2001:db8::5"}', `{name: "*", type: MX, preference: 5, exchange: www.${below}.}`, '{name: sub.deep, type: TXT, text: some words}', '{name: x.sub, type: A, address: 198.51.100.10}',
);

const zoneOf = (below: string): fc.Arbitrary<string> => fc.tuple(fc.uniqueArray(record(below), { maxLength: 3 }), rarely('', 'dnssec: true\n', 'ttl-seconds: 600\n')).map(([records, more]) => `records: ${listed(records)}\n${more}`);

function mailOf(name: string, below: string): fc.Arbitrary<string> {
  const boxes = few(fc.constantFrom('ada', 'box', 'post', 'abuse'), 3);
  const target = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('box', 'ada') }, { weight: 2, arbitrary: person.map((other) => `box@${other}.example`) }, { weight: 2, arbitrary: person.map((other) => `info@${other}.example`) }, { weight: 1, arbitrary: fc.constant('far@elsewhere.example') });
  const catches = fc.oneof({ weight: 5, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom('box', `box@${below}`, `box@${name}.example`).map((to) => `catch-all: ${to}\n`) });
  const aliases = fc.oneof(fc.constant('aliases: {}\n'), fc.uniqueArray(target, { minLength: 1, maxLength: 2 }).map((targets) => `aliases:\n  info: ${listed(targets)}\n`));
  return fc.tuple(boxes, rarely('', ', send-only: true', ', quota-mib: 5'), aliases, catches, rarely(hash, hash.replace('$6$z', '$6$y'))).map(([locals, more, leads, all, password]) => (
    `mailboxes: {${locals.map((local) => `${local}: {password: ${password}${more}}`).join(', ')}}\n${leads}${all}`));
}

function ofMember(name: string): fc.Arbitrary<Edit> {
  const below = `members/${name}`;
  const gone = (path: string): fc.Arbitrary<Edit> => fc.constant({ [path]: null });
  return fc.oneof(
    { weight: 4, arbitrary: memberOf(name).map((text) => ({ [`${below}/member.yaml`]: text })) },
    { weight: 4, arbitrary: fc.tuple(nameOf(name), vhostOf(name)).map(([site, text]) => ({ [`${below}/vhosts/${site}.yaml`]: text })) },
    { weight: 3, arbitrary: domainOf(name).chain((each) => zoneOf(each).map((text) => ({ [`${below}/zones/${each}.yaml`]: text }))) },
    { weight: 4, arbitrary: domainOf(name).chain((each) => mailOf(name, each).map((text) => ({ [`${below}/mailboxes/${each}.yaml`]: text }))) },
    { weight: 1, arbitrary: fc.constantFrom('one', 'two').map((value) => ({ [`${below}/secrets/db-password.yaml`]: secret(value) })) },
    { weight: 1, arbitrary: gone(`${below}/`) },
    { weight: 1, arbitrary: gone(`${below}/vhosts/`) },
    { weight: 1, arbitrary: gone(`${below}/mailboxes/`) },
    { weight: 1, arbitrary: gone(`${below}/zones/`) },
    { weight: 1, arbitrary: gone(`${below}/secrets/`) },
    { weight: 1, arbitrary: fc.constantFrom('README.md', 'zones/README.md').map((path) => ({ [`${below}/${path}`]: 'a note\n' })) },
    { weight: 1, arbitrary: fc.constantFrom<Edit>({ [`${below}/vhosts/www.${name}.example.yaml`]: 'a: [1\n' }, { [`${below}/odd/x.yaml`]: 'a: 1\n' }, { [`${below}/zones/no`]: '' }) },
    { weight: 2, arbitrary: fc.constant(Object.fromEntries(Object.entries(start).filter(([path]) => path.startsWith(`${below}/`)))) },
  );
}

const ofCoop: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(rarely('dana', 'dana, ada', 'erin'), rarely('hostmaster', 'post'), rarely('', 'dns: {ttl-seconds: 60}\n')).map(([admins, contact, more]) => (
    { 'cluster.yaml': `name: Fairmeadow\ndomain: fairmeadow.example\ncontact: ${contact}@fairmeadow.example\nadmins: [${admins}]\n${more}` })),
  rarely('everyone', 'admins').map((files) => ({ 'hosts/main.yaml': (start['hosts/main.yaml'] ?? '').replace('files: everyone', `files: ${files}`) })),
  fc.constantFrom('10009', '10004', '10020').map((uid) => ({ 'coop/retired.yaml': `members:\n  - {name: leo, uid: ${uid}, left: 2024-11-30}\n` })),
  fc.tuple(fc.uniqueArray(record('fairmeadow.example'), { maxLength: 3 })).map(([records]) => ({ 'coop/zones/fairmeadow.example.yaml': `records: ${listed(records)}\n` })),
  mailOf('dana', 'fairmeadow.example').map((text) => ({ 'coop/mailboxes/fairmeadow.example.yaml': text })),
  vhostOf('ada').map((text) => ({ 'coop/vhosts/www.ada.example.yaml': text.replace(/proxy: .*/, 'static: {root: www}') })),
  fc.constantFrom<Edit>({ 'coop/vhosts/': null }, { 'coop/mailboxes/': null }, { 'coop/zones/': null, 'coop/retired.yaml': null }),
  fc.constantFrom<Edit>({ 'limits/small.yaml': start['limits/regular.yaml'] ?? '' }, { 'limits/small.yaml': start['limits/small.yaml'] ?? '' }, { 'limits/small.yaml': null }),
  fc.constant(Object.fromEntries(Object.entries(start).filter(([path]) => !path.startsWith('members/')))),
);

/** What is right, and nobody's but her own. */
export const harmless: fc.Arbitrary<Edit> = person.chain((name) => {
  const own = `members/${name}`;
  return fc.oneof(
    vhostOf(name).map((text) => ({ [`${own}/vhosts/blog.${name}.example.yaml`]: text.replace(/aliases: .*/, 'aliases: []').replace(/proxy: .*/, 'static: {root: x}') })),
    zoneOf(`${name}.example`).map((text) => ({ [`${own}/zones/${name}.example.yaml`]: text })),
    fc.constantFrom(1, 2, 3).map((quota) => ({ [`${own}/mailboxes/${name}.example.yaml`]: `mailboxes: {box: {password: ${hash}, quota-mib: ${quota}}}\naliases: {info: [box]}\n` })),
    fc.constantFrom('bash', 'zsh').map((shell) => ({ [`${own}/member.yaml`]: `${apart[`${own}/member.yaml`] ?? ''}shell: ${shell}\n` })),
    fc.constantFrom('one', 'two').map((text) => ({ [`${own}/README.md`]: text })),
  );
});

/** What nobody may write: no document at all, what is another's, what is not there, what leads round. */
export const wrong: fc.Arbitrary<Edit> = fc.tuple(person, person, domain).chain(([name, other, below]) => {
  const own = `members/${name}`;
  const site = `${own}/vhosts/www.${name}.example.yaml`;
  const member = (from: RegExp, to: string): Edit => ({ [`${own}/member.yaml`]: (start[`${own}/member.yaml`] ?? '').replace(from, to) });
  return fc.constantFrom<Edit>(
    { [site]: 'a: [1\n' }, { [site]: 'static: {rot: www}\n' }, { [site]: `static: {root: www}\naliases: [www.${other}.example]\n` }, { [site]: 'static: {root: www}\nhost: mian\n' },
    { [`${own}/vhosts/blog.${below}.yaml`]: 'static: {root: blog}\n' }, { [`${own}/zones/${below}.yaml`]: 'records: []\n' }, { [`${own}/zones/sub.${name}.example.yaml`]: 'records: [{name: a, type: CNAME, target: b}]\n' },
    { [`${own}/mailboxes/${name}.example.yaml`]: `mailboxes: {ada: {password: ${hash}}}\naliases: {info: [box@${other}.example], box: [info@${other}.example]}\n` }, { [`${own}/mailboxes/${below}.yaml`]: `mailboxes: {box: {password: ${hash}}}\n` },
    { [`${own}/mailboxes/${name}.example.yaml`]: `mailboxes: {}\ncatch-all: nobody@${other}.example\n` },
    { [`${own}/mailboxes/${name}.example.yaml`]: `mailboxes: {box: {password: ${hash}}}\naliases: {info: [to-${other}@fairmeadow.example]}\n` },
    member(/uid: .*/, `uid: ${uids[other] ?? 0}`), member(/limits: .*/, 'limits: reglar'), member(/\n$/, '\ndelegates: [{domain: x.ada.example, to: crol}]\n'), member(/domains: .*/, `domains: [${other}.example]`), member(/\n$/, '\nstate: suspended\nodd: 1\n'),
    { [`${own}/member.yaml`]: null }, { [`${own}/odd/x.yaml`]: 'a: 1\n' },
  );
});

/** One or two edits at once, mostly of members. */
export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(fc.oneof({ weight: 8, arbitrary: person.chain(ofMember) }, { weight: 1, arbitrary: ofCoop }), { minLength: 1, maxLength: 2 });

/** Make files of others. */
export function edited(files: Files, edit: Edit): Files {
  const next = { ...files };
  for (const [path, text] of Object.entries(edit)) {
    if (!path.endsWith('/')) next[path] = text;
    else for (const each of Object.keys(next)) if (each.startsWith(path)) next[each] = null;
  }
  return Object.fromEntries(Object.entries(next).filter(([, text]) => text !== null));
}

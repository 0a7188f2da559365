import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../reconciler/compile/compile.ts';
import { check } from '../../reconciler/desired/check.ts';
import { readDirectory } from '../../reconciler/desired/directory.ts';
import { parseDirectives, type Shape } from '../../reconciler/formats/apache/syntax.ts';
import type { DesiredState } from '../../reconciler/model/desired.ts';
import type { Resource } from '../../reconciler/model/resource.ts';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { services } from '../../reconciler/services/index.ts';
import { plain } from './plant.ts';

/** What each host of a co-op is to have. */
interface Coop {
  readonly state: DesiredState;
  readonly resources: readonly Resource[];
}

const coops = [['Fairmeadow', readDirectory(join(import.meta.dirname, '../..'), 0)], ['the small co-op', plain]] as const;

describe.each(coops)('on every host of %s', (_, snapshot) => {
  const { state, resources } = coopOf(snapshot);
  const members = new Set<string>(state.members.map(({ name }) => name));
  const texts = resources.flatMap(({ id, payload }) => (payload === undefined ? [] : [{ id, text: payload.text }]));
  const sites = texts.filter(({ id }) => id.includes('/apache2/') && id.endsWith('.conf')).flatMap(({ text }) => flat(parseDirectives(text)));

  test('everything outside homes is root\'s or its daemon\'s, and no member may write it', () => {
    const seen = resources.filter(({ desired, kind }) => kind !== 'home' && desired?.['mode'] !== undefined);
    expect(seen.length).toBeGreaterThan(20);
    for (const { id, name, owner: whose, desired } of seen) {
      const { owner = '', group = '', mode = '' } = { ...desired };
      // The group of a member reads her own secrets, and nothing else.
      const isHers = whose === `member:${group}` && `${name}/`.startsWith(`/etc/croft-secrets/${group}/`);
      expect([id, members.has(String(owner)), members.has(String(group))]).toEqual([id, false, isHers]);
      expect([id, owner === 'root' || owner === 'croft-vmail']).toEqual([id, true]);
      // Nobody else writes, and a group only where it is the owner's own or a daemon's in its own cache; nothing lends its owner's rights to who runs it.
      const isDaemons = id === 'directory:/var/cache/bind' && group === 'bind';
      expect(Number.parseInt(String(mode), 8) & (owner === group || isDaemons ? 0o7002 : 0o7022), id).toBe(0);
    }
  });

  test('nothing is written inside a home', () => {
    const inside = resources.filter(({ name, kind }) => /^\/(?:home|var\/vmail\/[^/]+|var\/lib\/bind\/croft)\/./.test(name) && kind !== 'home' && kind !== 'quota');
    expect(inside.map(({ id }) => id)).toEqual([]);
    expect(resources.filter(({ kind }) => kind === 'home').map(({ name }) => name).filter((name) => !/^(?:\/home\/[a-z0-9-]+|\/var\/vmail\/[a-z0-9.-]+\/[a-z0-9][a-z0-9._+-]*|\/var\/lib\/bind\/croft\/[a-z0-9._-]+)$/.test(name))).toEqual([]);
  });

  test('a member has her keys in a folder of root, and no file of hers opens an account', () => {
    for (const { id, text } of texts.filter((each) => each.id.includes('sshd_config'))) {
      expect(text, id).toContain('AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u');
    }
    const places = resources.filter(({ name }) => name.startsWith('/etc/ssh/authorized_keys.d'));
    for (const { desired } of places) expect(desired).toMatchObject({ owner: 'root', group: 'root' });
  });

  test('logs are in folders of root', () => {
    const places = sites.filter(({ name }) => name === 'ErrorLog' || name === 'CustomLog').map(({ arguments: [path = ''] }) => path);
    expect(places.filter((path) => !path.startsWith('/var/log/apache2/croft/') && path !== '/dev/null')).toEqual([]);
    for (const { desired } of resources.filter(({ id }) => id === 'directory:/var/log/apache2/croft')) expect(desired).toMatchObject({ owner: 'root', mode: '0750' });
    for (const { id, text } of texts.filter((each) => each.id.includes('logrotate'))) {
      expect(text.split('\n').filter((line) => /^\s*[/"].*\{/.test(line)).every((line) => line.startsWith('/var/log/')), id).toBe(true);
    }
  });

  test('no folder of a member configures the web server', () => {
    const folders = sites.filter(({ name }) => name === 'Directory');
    expect(folders.length > 0 || !resources.some(({ id }) => id === 'packages:apache')).toBe(true);
    for (const { children = [], arguments: [path = ''] } of folders) {
      const rules = children.filter(({ name }) => name === 'AllowOverride' || name === 'Require').map(({ name, arguments: words }) => [name, ...words].join(' '));
      expect(rules.includes('AllowOverride None') || rules.includes('Require all denied'), path).toBe(true);
      expect(rules.filter((rule) => rule.startsWith('AllowOverride ') && rule !== 'AllowOverride None'), path).toEqual([]);
      if (path.startsWith('/home/')) expect(children.find(({ name }) => name === 'Options')?.arguments, path).toContain('SymLinksIfOwnerMatch');
    }
    const own = texts.filter(({ id }) => id.includes('/croft/sites/')).flatMap(({ text }) => flat(parseDirectives(text)));
    expect(own.filter(({ name }) => /^(?:Include|LoadModule|LoadFile|SetHandler|AddHandler|User|Group|PassEnv|SetEnv|Action)/.test(name))).toEqual([]);
  });

  test('no path of a site leads to a folder of another name', () => {
    expect(sites.filter(({ name }) => /^(?:Script)?Alias(?:Match)?$/.test(name))).toEqual([]);
  });

  test('a proxied site leads to a port of its owner on this host, and to nothing else', () => {
    const targets = sites.filter(({ name }) => name.startsWith('ProxyPass')).flatMap(({ arguments: words }) => words.filter((word) => /:\/\/|unix/.test(word)));
    expect(targets.filter((target) => !/^http:\/\/127\.0\.0\.1:2[0-9]{4}\/$/.test(target))).toEqual([]);
  });

  test('nobody sends in a name that is not theirs', () => {
    const masters = texts.filter(({ id }) => id === 'file:/etc/postfix/master.cf');
    expect(masters.length).toBeGreaterThan(0);
    for (const { text } of masters) {
      for (const entry of text.split(/\n(?=\S)/).filter((each) => each.startsWith('submission'))) expect(entry).toContain('reject_sender_login_mismatch');
    }
    const own = new Set<string>(state.mailDomains.flatMap(({ mailboxes }) => mailboxes.map(({ address }) => address)));
    for (const { text } of texts.filter(({ id }) => id.endsWith('/sender-logins'))) {
      for (const login of text.split('\n').filter((line) => line !== '').flatMap((line) => line.replace(/^\S+\s+/, '').split(', '))) expect(own.has(login), login).toBe(true);
    }
  });

  test('no file tells where a member reads her private mail', () => {
    const reached = new Set<string>(state.mailDomains.flatMap(({ mailboxes, aliases }) => [
      ...mailboxes.map(({ address }) => address), ...aliases.flatMap(({ address, targets }) => [address, ...targets]),
    ]));
    const hidden = state.members.map(({ email }) => email).filter((email) => !reached.has(email) && email !== state.cluster.contact);
    expect(hidden.length).toBeGreaterThan(0);
    for (const { id, text } of texts) for (const email of hidden) expect([id, text.includes(email)]).toEqual([id, false]);
  });

  test('every active member has a slice that bounds everything she starts', () => {
    for (const { uid, state: standing } of state.members) {
      const slices = texts.filter(({ id }) => id === `file:/etc/systemd/system/user-${uid}.slice.d/50-croft.conf`);
      expect(slices.length).toBe(standing === 'active' ? state.hosts.length : 0);
      for (const { text } of slices) for (const bound of [/^TasksMax=\d+$/m, /^MemoryMax=\d+M$/m, /^MemorySwapMax=0$/m, /^CPUQuota=\d+%$/m]) expect(text).toMatch(bound);
    }
  });

  test('no command of a host is a shell\'s, and a member\'s words are at the most a name in it', () => {
    const commands = resources.flatMap(({ payload, load }) => [payload?.check, load?.check, load?.reload]).filter((argv) => argv !== undefined);
    expect(commands.length).toBeGreaterThan(10);
    const own = new Set<string>([...state.vhosts.map(({ name }) => name), ...state.zones.map(({ name }) => name)]);
    for (const [program = '', ...words] of commands) {
      expect(program).toMatch(/^(?:\/usr\/s?bin\/)?[a-z][a-z0-9-]*$/);
      expect(/(?:^|\/)(?:ba|da|z|k)?sh$|(?:^|\/)(?:env|xargs|find|sudo|su|eval|perl|python3?|node)$/.test(program), program).toBe(false);
      for (const word of words) expect(own.has(word) || /^(?:-[-A-Za-z]*|\{\}|Include \/etc\/[a-z0-9/.]+|[a-z0-9@./-]+)$/.test(word), word).toBe(true);
      for (const word of words) expect(own.has(word) && word.startsWith('-'), word).toBe(false);
    }
  });

  test('no secret stands in the words of a program or in a state', () => {
    const hashes = state.mailDomains.flatMap(({ mailboxes }) => mailboxes.map(({ password }) => password));
    const told = JSON.stringify(resources.map(({ desired, load, payload }) => [desired, load, payload?.check]));
    for (const hash of hashes) expect(told.includes(hash)).toBe(false);
    const holding = resources.filter(({ payload }) => hashes.some((hash) => payload?.text.includes(hash)));
    for (const { id, payload } of holding) expect([id, payload?.secret]).toEqual([id, true]);
  });
});

function coopOf(snapshot: Snapshot): Coop {
  const { value: state, problems } = check(snapshot);
  expect(problems).toEqual([]);
  if (state === null) throw new Error('no state');
  return { state, resources: state.hosts.flatMap((host) => compile(state, host, services).resources) };
}

function flat(shapes: readonly Shape[]): readonly Shape[] {
  return shapes.flatMap((shape) => [shape, ...flat(shape.children ?? [])]);
}

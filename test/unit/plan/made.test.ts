import { describe, expect, test } from 'vitest';
import { refusals } from '../../../reconciler/admission/admit.ts';
import { compile } from '../../../reconciler/compile/compile.ts';
import type { DesiredState } from '../../../reconciler/model/desired.ts';
import type { Owner } from '../../../reconciler/model/owner.ts';
import type { Catalog, Resource } from '../../../reconciler/model/resource.ts';
import { keepMade, spared } from '../../../reconciler/plan/made.ts';
import { services } from '../../../reconciler/services/index.ts';
import { catalogs } from '../handover/catalogs.ts';

const compiled = await catalogs();

/** The co-op as it is when nothing of an owner's can be used. */
function without(state: DesiredState, owner: Owner): DesiredState {
  const isOthers = (each: { readonly owner: Owner }): boolean => each.owner !== owner;
  return {
    ...state, members: state.members.filter(({ name }) => `member:${name}` !== owner), vhosts: state.vhosts.filter(isOthers), zones: state.zones.filter(isOthers),
    mailDomains: state.mailDomains.filter(isOthers), secrets: state.secrets.filter(isOthers),
  };
}

function recompiled(catalog: Catalog, state: DesiredState): Catalog {
  const host = state.hosts.find(({ name }) => name === catalog.host);
  if (host === undefined) throw new Error(`no host ${catalog.host}`);
  return compile(state, host, services);
}

/** What a resource says, in whatever order. Who may send as an alias of somebody else's is what that one says. */
function said({ id, owner, desired, payload, parts = [] }: Resource, whose: Owner): readonly unknown[] {
  const { content: _, loaded: __, ...state } = desired ?? {};
  if (id === 'table:/etc/postfix/croft/sender-logins') return [id, owner, parts.flatMap((part) => (part.owner === whose ? [[part.attribute, state[`${part.attribute}.value`]]] : []))];
  return [id, owner, state, payload?.text.split('\n').toSorted()];
}

function whole({ resources }: Catalog, owner: Owner): readonly (readonly unknown[])[] {
  return resources.filter(({ id, kind }) => kind !== 'sessions' && id !== 'packages:zsh').map((resource) => said(resource, owner));
}

const members = compiled.flatMap(({ name, state, catalog }) => state.members.map((member) => ({ name: `${member.name} of ${name}`, state, catalog, owner: `member:${member.name}` as Owner })));

describe('what was made last of a member of whom nothing can be used', () => {
  test.each(members)('is all there again: $name', ({ state, catalog, owner }) => {
    const kept = keepMade(recompiled(catalog, without(state, owner)), catalog, new Set([owner]));
    expect(whole(kept, owner)).toEqual(whole(catalog, owner));
    expect(keepMade(kept, kept, new Set([owner]))).toEqual(kept);
  });

  const one = compiled.find(({ name }) => name === 'test/scenarios/base on one');
  if (one === undefined) throw new Error('the stories have no host one');
  const { state, catalog } = one;
  const ada = 'member:ada';
  const text = (from: Catalog, id: string): string => from.resources.find((resource) => resource.id === id)?.payload?.text ?? '';
  const keys = 'file:/etc/ssh/authorized_keys.d/ada';
  const passwd = 'table:/var/lib/extrausers/passwd';

  test('stands beside what others have changed, and each unit is to have loaded the whole', () => {
    const others = without({ ...state, zones: state.zones.filter(({ owner }) => owner !== 'member:bob') }, ada);
    const kept = keepMade(recompiled(catalog, others), catalog, new Set([ada]));
    expect(text(kept, 'file:/etc/bind/named.conf.local')).toContain('zone "ada.example"');
    expect(text(kept, 'file:/etc/bind/named.conf.local')).not.toContain('bob');
    expect(text(kept, 'table:/etc/postfix/croft/virtual-mailbox-domains')).toBe(text(catalog, 'table:/etc/postfix/croft/virtual-mailbox-domains'));
    const loaded = (from: Catalog): unknown => from.resources.find(({ id }) => id === 'unit:apache2.service')?.desired?.['loaded'];
    expect(loaded(kept)).toBe(loaded(catalog));
    expect(loaded(recompiled(catalog, others))).not.toBe(loaded(catalog));
    expect(refusals(kept)).toEqual([]);
  });

  test('gives way to what somebody else declares by now', () => {
    const heir = { ...without(state, ada), zones: state.zones.map((zone) => (zone.owner === ada ? { ...zone, owner: 'coop' as const, source: { file: 'desired-state/coop/zones/ada.example.yaml', line: 1, column: 1 } } : zone)) };
    const kept = keepMade(recompiled(catalog, heir), catalog, new Set([ada]));
    expect(text(kept, 'file:/etc/bind/named.conf.local').match(/zone "ada\.example"/g)).toHaveLength(1);
    expect(kept.resources.filter(({ name }) => name === '/etc/bind/croft/zones/ada.example.zone').map(({ owner }) => owner)).toEqual(['coop']);
  });

  test('is left alone where what it needs is gone', () => {
    const bare = recompiled(catalog, without({ ...state, hosts: state.hosts.map((host) => (host.name === 'one' ? { ...host, roles: host.roles.filter((role) => role !== 'web-static' && role !== 'web-dynamic') } : host)) }, ada));
    const kept = keepMade(bare, catalog, new Set([ada]));
    expect(kept.resources.filter(({ name }) => name.startsWith('/etc/apache2/croft/sites/'))).toEqual([]);
    expect(kept.resources.map(({ id }) => id)).toContain('home:/home/ada');
  });

  test('opens no door that was closed since to a member who is still known, and only adds what she has no longer', () => {
    const closed = { ...state, members: state.members.map((member) => (member.name === 'ada' ? { ...member, state: 'suspended' as const, sshKeys: [] } : member)), zones: [] };
    const kept = keepMade(recompiled(catalog, closed), catalog, new Set([ada]));
    expect(kept.resources.map(({ id }) => id)).not.toContain(keys);
    expect(text(kept, passwd)).toMatch(/^ada:.*nologin$/m);
    expect(text(kept, 'table:/var/lib/extrausers/group')).toMatch(/^croft-shell:x:602:(?!.*ada)/m);
    expect(kept.resources.map(({ id }) => id)).toContain('zone:/etc/bind/croft/zones/ada.example.zone');
    expect(text(kept, 'file:/etc/bind/named.conf.local')).toContain('zone "ada.example"');
  });

  test('is what is spared, but of whoever was sent out', () => {
    const hold = { problems: [], lastGood: null };
    expect([...spared([{ ...hold, owner: ada }, { ...hold, owner: 'member:bob', sentOut: true }, { ...hold, owner: 'member:carol', lastGood: '1'.repeat(40) }, { ...hold, owner: 'coop' }])]).toEqual([ada]);
    expect(keepMade(catalog, catalog, new Set())).toBe(catalog);
  });
});

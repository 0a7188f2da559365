/** What root makes of a catalog for this very host: members of whom it keeps what it made, and members whom it leaves out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../reconciler/compile/compile.ts';
import { ask } from '../../../reconciler/commands/halves/ask.ts';
import { remember } from '../../../reconciler/commands/halves/copy.ts';
import { Lost } from '../../../reconciler/commands/halves/errand.ts';
import type { Half } from '../../../reconciler/commands/halves/half.ts';
import { emptyLedger } from '../../../reconciler/model/guard.ts';
import type { Handover } from '../../../reconciler/handover/handover.ts';
import { declaredOf } from '../../../reconciler/model/declared.ts';
import type { DesiredState } from '../../../reconciler/model/desired.ts';
import type { Guarded } from '../../../reconciler/model/guard.ts';
import type { Hold } from '../../../reconciler/model/plan.ts';
import type { Catalog, Resource } from '../../../reconciler/model/resource.ts';
import { services } from '../../../reconciler/services/index.ts';
import { answering, catalog, handover, noWay, one, place, state } from './halves.ts';

/** The co-op without ada, as the other half hands it over while nothing of hers can be used. */
function withoutAda(more: Partial<DesiredState> = {}): Handover {
  const isOthers = (each: { readonly owner: string }): boolean => each.owner !== 'member:ada';
  const left: DesiredState = { ...state, members: state.members.filter(({ name }) => name !== 'ada'), vhosts: state.vhosts.filter(isOthers), zones: state.zones.filter(isOthers), mailDomains: state.mailDomains.filter(isOthers), secrets: state.secrets.filter(isOthers), ...more };
  const host = left.hosts.find(({ name }) => name === 'one');
  if (host === undefined) throw new Error('the stories have no host one');
  return handover({ catalog: compile(left, host, services), declared: declaredOf(left) });
}

const rowsOf = (from: Catalog, id: string): readonly string[] => (from.resources.find((each) => each.id === id)?.payload?.text ?? '').split('\n').filter((line) => line.includes('ada'));
const shared = ['table:/var/lib/extrausers/passwd', 'table:/var/lib/extrausers/group', 'table:/var/lib/extrausers/shadow', 'table:/etc/postfix/croft/virtual-mailboxes', 'table:/etc/dovecot/croft/passwd', 'file:/etc/bind/named.conf.local', 'file:/etc/security/limits.d/croft.conf'];

describe('a member of whom nothing can be used', () => {
  const hold: Hold = { owner: 'member:ada', problems: [], lastGood: null };

  test('keeps all that root made of her last, in this run and in those after it', async () => {
    const on = await place();
    await remember(on.machine, handover());
    for (const now of [1, 2]) {
      const given = await ask({ place: on, half: answering(() => ({ ...withoutAda(), holds: [hold] })), now }, 'follow');
      for (const id of shared) expect(rowsOf(given.handover.catalog, id).toSorted(), `${id} in run ${now}`).toEqual(rowsOf(catalog, id).toSorted());
      expect(given.handover.catalog.resources.map(({ id }) => id)).toEqual(expect.arrayContaining(['home:/home/ada', 'file:/etc/apache2/croft/sites/blog.ada.example.conf']));
      await remember(on.machine, given.inForce());
    }
  });

  test('keeps nothing that lets her in where she was sent out, nor anything on a host that was never made', async () => {
    const on = await place();
    const asked = async (one: Hold): Promise<Catalog> => (await ask({ place: on, half: answering(() => ({ ...withoutAda(), holds: [one] })), now: 1 }, 'follow')).handover.catalog;
    const bare = await asked(hold);
    await remember(on.machine, handover());
    const out = await asked({ ...hold, sentOut: true });
    for (const each of [bare, out]) for (const id of shared.filter((one) => one.startsWith('table:'))) expect(rowsOf(each, id).filter((line) => line.startsWith('ada')), id).toEqual([]);
  });
});

describe('a member who is called like an account of the host\'s own', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000:Ada:/home/ada:/bin/bash\n';

  test('is left out on that host, which is told, and everybody else is not', async () => {
    const on = await place();
    mkdirSync(join(on.root, 'etc'), { recursive: true });
    writeFileSync(join(on.root, 'etc/passwd'), passwd);
    const { handover: given, inForce } = await ask({ place: on, half: answering(() => handover()), now: 1 }, 'follow');
    expect(given.holds).toMatchObject([{ owner: 'member:ada', lastGood: null, problems: [{ code: 'handover/own-account', message: 'cannot give ada an account on one: that host has one of its own of this name, of uid 1000', source: { file: 'members/ada/member.yaml' } }] }]);
    for (const id of shared.slice(0, 3)) expect(rowsOf(given.catalog, id), id).toEqual([]);
    expect(given.catalog.resources.map(({ id }) => id)).not.toContain('file:/etc/ssh/authorized_keys.d/ada');
    expect(given.catalog.resources.filter(({ owner }) => owner === 'member:bob')).toEqual(JSON.parse(JSON.stringify(catalog.resources.filter(({ owner }) => owner === 'member:bob'))));
    expect(inForce()).not.toBe(given);
    await remember(on.machine, inForce());
    writeFileSync(join(on.root, 'etc/passwd'), passwd.replace(/^ada.*\n/m, ''));
    const back = await ask({ place: on, half: answering(() => handover()), now: 2 }, 'follow');
    expect([back.handover.holds, back.inForce() === back.handover]).toEqual([[], true]);
    expect(rowsOf(back.handover.catalog, 'table:/var/lib/extrausers/passwd')).toHaveLength(1);
  });

  test('and who is no member in what is handed over makes root refuse all of it', async () => {
    const on = await place();
    mkdirSync(join(on.root, 'etc'), { recursive: true });
    writeFileSync(join(on.root, 'etc/passwd'), 'debian:x:1000:1000::/home/debian:/bin/bash\n');
    const keys = catalog.resources.find(({ id }) => id === 'file:/etc/ssh/authorized_keys.d/ada');
    if (keys === undefined) throw new Error('ada has no keys');
    const evil: Resource = { ...keys, id: 'file:/etc/ssh/authorized_keys.d/debian', name: '/etc/ssh/authorized_keys.d/debian', owner: 'coop' };
    await expect(ask({ place: on, half: answering(() => handover({ catalog: { ...catalog, resources: [...catalog.resources, evil] } })), now: 1 }, 'follow')).rejects.toThrow('debian is an account of the host\'s own, of uid 1000 [handover/own-account]');
  });
});

describe('a half that comes to no end when a guard asks', () => {
  const guarded: Guarded = { code: 'guard/member', host: 'one', owner: 'member:ada', object: 'member:ada', count: 1, message: 'cannot take ada\'s directory away', allow: '', where: 'desired-state/coop/allowances.yaml' };
  const asked = { guarded: [guarded], inventory: { revision: one, entries: new Map(), ledger: emptyLedger }, zones: new Map(), admins: null, now: 1 };
  const slow: Half = { compile: async (request) => (request.keepBack === null && request.admins === null ? { ...withoutAda(), request: request.id } : Promise.reject(new Lost('it took too long'))), wayBack: noWay, tell: async () => [] };

  test('keeps what was made last of whom the guard is about, and nobody else waits', async () => {
    const on = await place();
    await remember(on.machine, handover());
    const given = await ask({ place: on, half: slow, now: 1 }, 'follow');
    const held = await given.reader.keepBack(asked);
    expect(held?.holds).toMatchObject([{ owner: 'member:ada', lastGood: null, problems: [{ code: 'guard/member' }, { code: 'guard/no-version', message: 'cannot look for an older version of ada\'s documents that removes nothing: it took too long; what was made last stays' }] }]);
    for (const id of shared) expect(rowsOf(held?.catalog ?? catalog, id).toSorted(), id).toEqual(rowsOf(catalog, id).toSorted());
    expect(given.inForce()).toMatchObject({ key: null, holds: held?.holds });
    expect(await given.reader.admins(one)).toBeNull();
  });

  test('has no version where nothing was ever made', async () => {
    const on = await place();
    const given = await ask({ place: on, half: slow, now: 1 }, 'follow');
    expect(await given.reader.keepBack(asked)).toBeNull();
    expect(given.inForce()).toBe(given.handover);
  });
});

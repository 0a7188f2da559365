/** The half that is root, with another half that lies, dies or hands over what nobody may: on a host that is a directory. */
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask, askAfterAll, askUnless, orRecall } from '../../../reconciler/commands/halves/ask.ts';
import { recall, remember } from '../../../reconciler/commands/halves/copy.ts';
import { beginRun } from '../../../reconciler/commands/halves/marker.ts';
import { assertForward, record, recorded, share } from '../../../reconciler/commands/halves/record.ts';
import { readSpooled } from '../../../reconciler/commands/halves/spool.ts';
import { obeyCopy, recordedTip, recordTip } from '../../../reconciler/git/ratchet.ts';
import { emptyLedger, type Ledger } from '../../../reconciler/model/guard.ts';
import type { Same } from '../../../reconciler/handover/handover.ts';
import { parseRequest, formatRequest, type Request } from '../../../reconciler/handover/request.ts';
import type { Catalog, Resource } from '../../../reconciler/model/resource.ts';
import { answering, catalog, dying, handover, one, place, room, two } from './halves.ts';

const cron: Resource = {
  id: 'file:/etc/cron.d/x', kind: 'file', name: '/etc/cron.d/x', owner: 'coop', source: { file: 'desired-state/cluster.yaml', line: 1, column: 1 },
  desired: { type: 'file', mode: '4755', owner: 'root', group: 'root', content: `sha256:${'0'.repeat(64)}` }, needs: [], after: [], payload: { text: 'x' },
};

describe('what is handed over', () => {
  test('and is more than root does is refused as a whole, with the resource and why', async () => {
    const on = await place();
    const evil = answering(() => handover({ catalog: { ...catalog, resources: [...catalog.resources, cron] } }));
    await expect(ask({ place: on, half: evil, now: 1 }, 'follow')).rejects.toThrow(/nothing was done:\n.*cannot make file:\/etc\/cron\.d\/x: croft makes no file of that name \[handover\/not-admitted\]$/);
  });

  test('and goes in a circle by what stands where is refused as a whole', async () => {
    const on = await place();
    const [inside, around] = ['file:/etc/apache2/croft/croft.conf', 'directory:/etc/apache2/croft'];
    const turned = catalog.resources.map((each) => (each.id === inside ? { ...each, needs: [], after: [] } : each.id === around ? { ...each, needs: [], after: [inside] } : each));
    const evil = answering(() => handover({ catalog: { ...catalog, resources: turned as readonly Resource[] } }));
    await expect(ask({ place: on, half: evil, now: 1 }, 'follow')).rejects.toThrow(/nothing was done: \S+ would have to come after itself$/);
  });

  test('once more, when a guard asks, is looked at like the first', async () => {
    const on = await place();
    const half = answering(({ keepBack }) => (keepBack === null ? handover() : handover({ catalog: { ...catalog, resources: [cron] } })));
    const { reader } = await ask({ place: on, half, now: 1 }, 'follow');
    const inventory = { revision: one, entries: new Map(), ledger: emptyLedger };
    await expect(reader.keepBack({ guarded: [], inventory, zones: new Map(), admins: null, now: 1 })).rejects.toThrow('croft makes no file of that name');
  });

  test('last stays in force when the other half comes to no end, and that is said', async () => {
    const on = await place();
    const at = (now: number) => ({ place: on, half: dying, now });
    await expect(orRecall(at(1), () => ask(at(1), 'follow'))).rejects.toThrow(/more memory than it may have.*nothing was ever handed over on this host/);
    await remember(on.machine, handover());
    const given = await orRecall(at(2), () => ask(at(2), 'follow'));
    expect(given.handover.catalog).toEqual(JSON.parse(JSON.stringify(catalog)));
    expect(given.lost).toMatch(/^cannot read the repository now: it needed more memory.*; what was handed over last stays in force: /);
    expect(given.handover).toMatchObject({ remote: null, confirmedAt: null });
  });

  test('last says how large the co-op was, also where a crash came between it and the inventory', async () => {
    const on = await place();
    const asking = { place: on, half: answering(() => handover()), now: 1 };
    const { reader } = await ask(asking, 'follow');
    expect(await reader.census(one)).toBeNull();
    await remember(on.machine, handover());
    const { members, hosts, limits } = handover().declared;
    for (const revision of [one, two]) expect(await reader.census(revision)).toEqual({ members: members.length, hosts: hosts.length, limits: limits.length });
  });

  test('last is root\'s own, to read and to write, and nothing when it is damaged or another host\'s', async () => {
    const on = await place();
    await remember(on.machine, handover());
    const [answer] = await on.machine.observe([{ ask: 'path', path: '/var/lib/croft/handover.jsonl', want: 'stat' }]);
    expect(answer).toMatchObject({ node: { mode: '0600', owner: 'root' } });
    expect(await recall({ ...on, host: 'two' })).toBeNull();
    writeFileSync(join(on.root, 'var/lib/croft/handover.jsonl'), '{');
    expect(await recall(on)).toBeNull();
  });
});

describe('what root has already', () => {
  const [key, other] = ['ab'.repeat(32), 'cd'.repeat(32)] as const;
  const news = { version: 1, notices: ['git.example is slow'], remote: 'git.example', confirmedAt: 2000 } as const;

  test('is only named, and is what was kept to the last byte', async () => {
    const on = await place();
    const copy = await remember(on.machine, handover({ key }));
    const asking = { place: on, now: 1, half: answering(({ have }) => (have === key ? { ...news, same: key } : handover({ notices: ['compiled anew'] }))) };
    const same = await askUnless(asking, key, null);
    expect(same).toEqual({ ...news, same: key, request: '1' });
    const given = await askAfterAll(asking, same as Same, copy);
    expect(given.handover).toMatchObject({ notices: news.notices, remote: news.remote, confirmedAt: 2000, catalog: JSON.parse(JSON.stringify(catalog)) as Catalog });
    expect(given.lost).toBeNull();
    for (const wrong of [await askAfterAll(asking, { ...(same as Same), same: other }, copy), await askAfterAll(asking, same as Same, `sha256:${'0'.repeat(64)}`)]) expect(wrong.handover.notices).toEqual(['compiled anew']);
    writeFileSync(join(on.root, 'var/lib/croft/handover.jsonl'), '{');
    expect((await askAfterAll(asking, same as Same, copy)).handover.notices).toEqual(['compiled anew']);
  });

  test('is nothing that nobody asked about, and no answer to who has nothing', async () => {
    const on = await place();
    const lying = { place: on, now: 1, half: answering(() => ({ ...news, same: other })) };
    await expect(askUnless(lying, key, null)).rejects.toThrow('it names what nobody asked about');
    await expect(ask(lying, 'follow')).rejects.toThrow('it hands over nothing');
  });
});

describe('what is asked', () => {
  test('comes out as it went in, without a digest of anything', () => {
    const entries = new Map([['table:/etc/x', { owner: 'coop', source: cron.source, left: { 'ada.password': 'sha256:abc', 'ada.uid': '10002', 'ada.loaded': `sum:${'abc'.padEnd(128, '0')}`, 'ada.name': 'sum: of all' }, rows: { ada: 'member:ada' } }]] as const);
    const ledger: Ledger = {
      gone: [{ guard: 'data', id: 'home:/home/ada', owner: 'member:ada', file: cron.source.file, at: 1 }],
      spent: [{ guard: 'zone', object: 'zone:ada.example', reason: 'it is sold', until: '2026-12-31', count: 1, going: [] }, { guard: 'remote', object: 'name:git.example', reason: 'it moves', until: '2026-12-31', count: null, going: ['git.example'] }],
      since: 2,
    };
    const keepBack = { guarded: [], inventory: { revision: one, entries, ledger }, zones: new Map([['zone:/x', 'x']] as const), admins: new Set(['dana']), madeOf: new Map([['member:ada', two]] as const), formers: [{ name: 'bob', uid: 10_003, sort: 'home', path: '/home/.retired/bob@2026-06-15' }, { name: 'bob', uid: null, sort: 'mail', path: '/var/vmail/.retired/b@bob.example@bob@2026-06-15' }] } as const;
    const request: Request = { version: 1, id: '1', what: 'follow', host: 'one', remotes: ['git@x:y'], branch: 'main', revision: null, pin: one, rollbacks: [{ who: 'dana', why: 'it loops', since: 1, owner: null, to: one, bad: two, until: 2 }], now: 1, have: 'ab'.repeat(32), part: false, croft: null, key: null, told: false, at: handover().trusted, admins: one, keepBack, wayBack: { named: '4be21c9d03', owner: 'member:ada' } };
    const read = parseRequest(formatRequest(request));
    expect(formatRequest(request)).not.toContain('abc');
    expect(read).toEqual({ ok: true, value: { ...request, keepBack: { ...keepBack, inventory: { revision: one, ledger, entries: new Map([['table:/etc/x', { ...entries.get('table:/etc/x'), left: { 'ada.password': 'sha256:', 'ada.uid': '10002', 'ada.loaded': 'sum:', 'ada.name': 'sum: of all' } }]]) } } } });
  });
});

describe('what root believes', () => {
  test('goes on from commit to commit, and never back to one that it left behind', async () => {
    const { machine } = await place();
    expect(await recorded(machine)).toBeNull();
    await record(machine, null, handover());
    await record(machine, await recorded(machine), handover({ confirmedAt: 2000 }, two));
    const known = await recorded(machine);
    expect(known).toMatchObject({ tip: { oid: two, time: 2000 }, before: [one] });
    await machine.perform({ do: 'access', path: '/var/lib/croft/trusted.json', mode: '0600', owner: 'root', group: 'root' });
    await share(machine);
    expect(await machine.observe([{ ask: 'path', path: '/var/lib/croft/trusted.json', want: 'stat' }])).toMatchObject([{ node: { mode: '0644' } }]);
    expect(() => assertForward(known, handover({}, two))).not.toThrow();
    expect(() => assertForward(known, handover({}, one))).toThrow(`cannot go back to commit ${one}: this host left it behind, and is at ${two}`);
    expect(() => assertForward(known, handover({ confirmedAt: null }, '3'.repeat(40)))).toThrow('nothing new was confirmed');
  });

  test('is what the mirror\'s record has to say from then on, whatever was written there', async () => {
    const on = await place();
    const gitdir = join(on.stateDirectory, 'repository.git');
    const records = { gitdir, copy: join(on.stateDirectory, 'trusted.json') };
    mkdirSync(gitdir);
    await record(on.machine, null, handover());
    expect(await obeyCopy(records)).toBe(true);
    await recordTip({ gitdir }, { oid: two, time: 9e12, trusted: null });
    expect((await recordedTip(records)).value?.oid).toBe(two);
    expect(await obeyCopy(records)).toBe(false);
    expect((await recordedTip(records)).value?.oid).toBe(one);
    rmSync(records.copy);
    expect(await obeyCopy(records)).toBe(true);
    expect((await recordedTip(records)).value?.oid).toBe(one);
  });
});

describe('what the other half leaves in its own directory', () => {
  test('is read when it is a plain file, and nothing else is followed, waited for or read', () => {
    const directory = room();
    const at = (name: string): string => join(directory, name);
    writeFileSync(at('plain'), 'text');
    symlinkSync('/etc/shadow', at('link'));
    linkSync(at('plain'), at('second'));
    execFileSync('mkfifo', [at('pipe')]);
    mkdirSync(at('directory'));
    writeFileSync(at('alone'), 'text');
    expect(readSpooled(at('alone'))).toBe('text');
    expect(readSpooled(at('none'))).toBeNull();
    for (const [name, why] of [['link', 'a link is there'], ['plain', 'no plain file with one name'], ['second', 'no plain file'], ['pipe', 'no plain file'], ['directory', 'no plain file']]) {
      expect(() => readSpooled(at(name ?? '')), name).toThrow(why);
    }
    execFileSync('truncate', ['-s', '1G', at('large')]);
    expect(() => readSpooled(at('large'))).toThrow('larger than');
  });
});

describe('a run that does not end', () => {
  test('is told by the next one, with when it began and where it was', async () => {
    const on = await place();
    const first = await beginRun(on.machine, Date.UTC(2026, 10, 23, 14, 3, 22));
    expect(first.notices).toEqual([]);
    await first.at('changing the host', 'unit:apache2.service');
    const second = await beginRun(on.machine, 0);
    expect(second.notices).toEqual(['the run that began at 2026-11-23T14:03:22Z did not end: it was changing the host, after unit:apache2.service']);
    await second.end();
    expect((await beginRun(on.machine, 0)).notices).toEqual([]);
    writeFileSync(join(on.root, 'var/lib/croft/run.json'), '{"startedAt":"\\u001b"}');
    expect((await beginRun(on.machine, 0)).notices).toEqual(['the run before this one did not end: nobody can tell where it was']);
    expect(existsSync(join(on.root, 'var/lib/croft/run.json'))).toBe(true);
    expect(readFileSync(join(on.root, 'var/lib/croft/run.json'), 'utf8')).toContain('reading the repository');
  });
});

/** What a host tells the others after a run. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publish } from '../../reconciler/commands/publish.ts';
import type { Change, Difference, Hold, Outcome } from '../../reconciler/model/plan.ts';
import type { Resource } from '../../reconciler/model/resource.ts';
import { commitOf, git } from '../unit/git/fixture.ts';
import { minute, notesRef, reportRef, scene, source, start, toldOf } from './publishing.ts';

const held: Hold = { owner: 'member:bob', lastGood: null, problems: [{ code: 'vhost/foreign-domain', message: 'cannot use ada.example: it is not his', hint: 'ask ada', owner: 'member:bob', source }] };

function drifted(name: string, difference: Partial<Difference>, more: Partial<Resource> = {}): Change {
  const resource: Resource = { id: `file:${name}`, kind: 'file', name, owner: 'member:ada', source, desired: { mode: '0644' }, needs: [], after: [], ...more };
  return { verb: 'update', resource, actual: {}, cause: 'drift', differences: [{ attribute: 'mode', actual: '0777', desired: '0644', cause: 'drift', owner: 'member:ada', source, ...difference }] };
}

function failed(id: Outcome['id'], more: Partial<Outcome> = {}): Outcome {
  return { id, owner: 'coop', source, result: 'failed', because: 'cannot reload', ...more };
}

describe('what a host tells the others after a run', () => {
  test('is a report that is believed, and a note that git shows below the commit', async () => {
    const on = await scene();
    expect(await on.tell(on.run())).toEqual([]);
    expect(await on.report()).toMatchObject({ host: 'one', commit: on.commit, time: start / 1000, since: start / 1000, unchanged: 7, holds: [], failed: [], drift: [], counts: { holds: 0, failed: 0, drift: 0 } });
    expect(git(on.repository, ['log', '--notes=croft/*', '--format=%N', 'main']).trim()).toBe('live on one 14:03:22');
    expect(git(on.repository, ['log', '--format=%cn <%ce>', notesRef])).toBe('croft on one <croft@one.meadow.example>');
    expect(git(on.repository, ['fsck', '--strict', '--no-dangling'])).toBe('');
  });

  test('is told again only when something changed, or after ten minutes', async () => {
    const on = await scene();
    await on.tell(on.run());
    const first = on.ref(reportRef);
    await on.tell(on.run({}, { endedAt: start + 9 * minute }));
    expect(on.ref(reportRef)).toBe(first);
    await on.tell(on.run({}, { endedAt: start + 10 * minute }));
    expect(on.ref(reportRef)).not.toBe(first);
    expect(await on.report()).toMatchObject({ time: start / 1000 + 600, since: start / 1000 });
    await on.tell(on.run({ unchanged: 8 }, { endedAt: start + 11 * minute }));
    expect(await on.report()).toMatchObject({ time: start / 1000 + 660, unchanged: 8 });
  });

  test('comes back when it vanishes from the remote', async () => {
    const on = await scene();
    await on.tell(on.run());
    git(on.repository, ['update-ref', '-d', reportRef]);
    await on.tell(on.run({}, { endedAt: start + minute }));
    expect(await on.report()).toMatchObject({ time: start / 1000 + 60 });
  });

  test('leaves the note as it is until another commit is in force, and keeps the older notes', async () => {
    const on = await scene();
    await on.tell(on.run());
    const notes = on.ref(notesRef);
    await on.tell(on.run({ unchanged: 8 }, { endedAt: start + minute }));
    expect(on.ref(notesRef)).toBe(notes);
    const next = commitOf(on.repository, { 'desired-state/cluster.yaml': 'name: y\n' }, on.commit);
    await on.tell(on.run({ revision: next }, { endedAt: start + 2 * minute }));
    expect(git(on.repository, ['log', '--notes=croft/*', '--format=%N', 'main']).split('\n').filter((line) => line !== '')).toEqual(['live on one 14:05:22', 'live on one 14:03:22']);
    expect(await on.report()).toMatchObject({ commit: next, since: start / 1000 + 120 });
  });

  test('names in the note who and what was left out, until it is in force too', async () => {
    const on = await scene();
    await on.tell(on.run({ holds: [held] }, { outcomes: [failed('unit:apache2.service'), failed('file:/x', { owner: 'member:ada', result: 'blocked' })] }));
    const note = (): string => git(on.repository, ['notes', '--ref=croft/one', 'show', on.commit]);
    expect(note()).toBe('live on one 14:03:22, except: held bob; failed unit:apache2.service of the co-op and file:/x of ada');
    expect(await on.report()).toMatchObject({ failed: [{ id: 'unit:apache2.service', owner: 'coop', because: 'cannot reload' }, { id: 'file:/x', owner: 'member:ada', because: 'not tried: cannot reload' }], holds: [{ owner: 'member:bob', problems: [{ code: 'vhost/foreign-domain', source }] }] });
    await on.tell(on.run({ holds: [held] }, { endedAt: start + minute }));
    expect(note()).toContain('except: held bob; failed');
    await on.tell(on.run({}, { endedAt: start + 2 * minute }));
    expect(note()).toBe('live on one 14:05:22');
  });

  test('says what drifted, but nothing of what is secret', async () => {
    const on = await scene();
    const secret = { payload: { text: 'hunter2', secret: true } } as const;
    const changes = [
      drifted('/etc/open', {}), drifted('/etc/pending', { cause: 'pending' }), drifted('/etc/secret', { attribute: 'content', actual: 'sha256:dead', desired: 'sha256:beef' }, secret),
      drifted('/etc/gone', { attribute: 'content', actual: 'sha256:dead', desired: null }, { desired: null }), drifted('/etc/key', { attribute: 'matches', actual: 'sha256:dead' }, { kind: 'key', id: 'key:/etc/key' }),
    ];
    await on.tell(on.run({ changes }, { outcomes: [failed('file:/etc/secret', { because: 'line 3: hunter2' })] }));
    const report = await on.report();
    expect(report.drift.map(({ id, actual, desired }) => [id, actual, desired])).toEqual([['file:/etc/open', '0777', '0644'], ['file:/etc/secret', null, null], ['file:/etc/gone', null, null], ['key:/etc/key', null, null]]);
    expect(JSON.stringify(report)).not.toMatch(/hunter2|dead|beef/);
  });

  test('is cut where it is long, and its counts are not', async () => {
    const on = await scene();
    const changes = Array.from({ length: 900 }, (_, n) => drifted(`/etc/${n}`, { actual: 'x'.repeat(5000) }));
    const holds = Array.from({ length: 300 }, (_, n): Hold => ({ ...held, owner: `member:m${n}`, problems: Array.from({ length: 40 }, () => ({ ...(held.problems[0] as Hold['problems'][0]), message: `cannot ${'ü'.repeat(9000)}` })) }));
    await on.tell(on.run({ changes, holds }));
    const report = await on.report();
    expect(report.counts).toEqual({ holds: 300, failed: 0, drift: 900 });
    expect(report.drift.length).toBeGreaterThan(10);
    expect(report.holds.length).toBeGreaterThan(10);
    expect(Number(git(on.repository, ['cat-file', '-s', `${reportRef}:report.json`]))).toBeLessThan(1 << 20);
  });

  test('is told to nobody when no remote answered', async () => {
    const on = await scene();
    expect(await on.tell(on.run({}, { remote: null }))).toEqual([]);
    expect(on.ref('refs/croft')).toBeUndefined();
  });

  test('cannot be told to a remote that takes nothing: said once, and tried again after ten minutes', async () => {
    const on = await scene();
    const hook = join(on.repository, 'hooks/pre-receive');
    mkdirSync(join(on.repository, 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\nexit 1\n');
    chmodSync(hook, 0o755);
    expect(await on.tell(on.run())).toEqual([expect.stringMatching(/^cannot tell the others how this run went: .*; it is tried again in 10 minutes$/)]);
    expect(await on.tell(on.run({ unchanged: 9 }, { endedAt: start + minute }))).toEqual([]);
    expect(await on.tell(on.run({}, { endedAt: start + 10 * minute }))).toHaveLength(1);
    rmSync(hook);
    expect(await on.tell(on.run({}, { endedAt: start + 20 * minute }))).toEqual([]);
    expect(git(on.repository, ['notes', '--ref=croft/one', 'show', on.commit])).toBe('live on one 14:03:22');
  });
});

describe('a host that cannot sign', () => {
  test('says nothing when nobody declared a key for it', async () => {
    const on = await scene();
    rmSync(join(on.root, 'etc/croft/host.key'));
    const place = { root: on.root, stateDirectory: join(on.root, 'var/lib/croft'), identity: { keyFiles: [], agent: null, knownHosts: [] } };
    expect(await publish({ place, told: toldOf(on.run(), on.commit), remote: on.repository, host: { ...on.host, key: null }, refs: null })).toEqual([]);
  });

  test('says so when its key is declared, and is not there, or cannot be read, or is another', async () => {
    const on = await scene();
    const path = join(on.root, 'etc/croft/host.key');
    rmSync(path);
    expect(await on.tell(on.run())).toEqual([expect.stringMatching(/^cannot sign .*\/etc\/croft\/host\.key: there is none, and hosts\/one\.yaml declares a key/)]);
    writeFileSync(path, 'x');
    expect(await on.tell(on.run())).toEqual([expect.stringMatching(/: it is not a private key of OpenSSH$/)]);
    rmSync(path);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path], { input: 'y\n' });
    expect(await on.tell(on.run())).toEqual([expect.stringMatching(/it is not the key that hosts\/one\.yaml declares/)]);
    expect(on.ref('refs/croft')).toBeUndefined();
  });
});

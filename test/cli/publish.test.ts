import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publish } from '../../reconciler/commands/publish.ts';
import { tellOthers } from '../../reconciler/commands/halves/tell-others.ts';
import { fetchReports, hearReports, keysOf, readReports, type Asked, type Heard } from '../../reconciler/commands/reports.ts';
import { withheld } from '../../reconciler/commands/withheld.ts';
import { publicKey } from '../../reconciler/desired/ssh-key.ts';
import { openRepository } from '../../reconciler/git/repository.ts';
import { rooted } from '../../reconciler/machines/rooted.ts';
import type { Host } from '../../reconciler/model/desired.ts';
import type { Told } from '../../reconciler/handover/telling.ts';
import type { HostReport, Told as Judged } from '../../reconciler/model/host-report.ts';
import type { Change, Difference, Hold, Outcome, Plan } from '../../reconciler/model/plan.ts';
import type { Resource } from '../../reconciler/model/resource.ts';
import { hostReportOf, liveNote } from '../../reconciler/report/host-report.ts';
import { isWhole, type Run } from '../../reconciler/report/run.ts';
import { bare, commitOf, git, room } from '../unit/git/fixture.ts';
import { serve } from '../unit/git/server.ts';

const start = Date.UTC(2026, 10, 23, 14, 3, 22);
const minute = 60_000;
const source = { file: 'desired-state/cluster.yaml', line: 1, column: 1 };

interface Scene {
  readonly repository: string;
  readonly root: string;
  readonly host: Host;
  readonly commit: string;
  run(more?: Partial<Plan>, at?: Partial<Run>): Run;
  tell(run: Run): Promise<readonly string[]>;
  report(): Promise<HostReport>;
  ref(name: string): string | undefined;
}

/** A repository with a commit, a directory that plays a host with a key of its own, and the key declared. */
async function scene(): Promise<Scene> {
  const [repository, root] = [bare(), join(room(), 'one')];
  const commit = commitOf(repository, { 'desired-state/cluster.yaml': 'name: x\n' });
  const tree = git(repository, ['rev-parse', `${commit}^{tree}`]);
  const machine = rooted(root);
  for (const path of ['/var/lib/croft', '/etc/croft']) await machine.perform({ do: 'directory', path, mode: '0755', owner: 'root', group: 'root' });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'croft@one', '-f', join(root, 'etc/croft/host.key')]);
  const key = publicKey(readFileSync(join(root, 'etc/croft/host.key.pub'), 'utf8').trim());
  if ('why' in key) throw new Error(key.why);
  const host = { name: 'one', fqdn: 'one.meadow.example', key: { ...key, source } } as unknown as Host;
  const identity = { keyFiles: [], agent: null, knownHosts: [] };
  const place = { identity, stateDirectory: join(root, 'var/lib/croft'), root };
  const hear = async (): Promise<Heard> => fetchReports({ remote: repository, identity, stateDirectory: place.stateDirectory });
  return {
    repository,
    root,
    host,
    commit,
    run: (more = {}, at = {}) => ({ plan: { host: 'one', revision: commit, changes: [], holds: [], unchanged: 7, checksum: 'sha256:0', ...more }, outcomes: [], remote: repository, notices: [], startedAt: start - 1000, endedAt: start, ...at }),
    tell: async (run) => publish({ place, told: toldOf(run, tree), remote: run.remote, host, refs: (await hear()).refs }),
    report: async () => {
      const { refs, reports } = await hear();
      const [one] = await readReports(reports, refs, keysOf([host]));
      if (one?.believed !== true) throw new Error(one?.why ?? 'no report');
      return one.report;
    },
    ref: (name) => git(repository, ['for-each-ref', '--format=%(objectname)', name]) || undefined,
  };
}

/** What a run says of itself, as the half that is root hands it to the one that tells. */
function toldOf(run: Run, tree: string): Told {
  return { report: hostReportOf(run, { tree, since: 0, version: '0.0.0' }), note: liveNote(run), whole: isWhole(run), endedAt: run.endedAt };
}

/** What a server is asked by whoever hears of nothing new, and by whoever tells. */
const hearing = ['GET /coop.git/info/refs?service=git-upload-pack'];
const telling = ['GET /coop.git/info/refs?service=git-receive-pack', 'POST /coop.git/git-receive-pack'];
const [reportRef, notesRef] = ['refs/croft/hosts/one', 'refs/notes/croft/one'];
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

describe('what a host makes of the others’ reports', () => {
  const identity = { keyFiles: [], agent: null, knownHosts: [] };
  const hear = async (on: Scene, hosts: readonly Host[] = [on.host]): Promise<Asked> => hearReports({ remote: on.repository, identity, stateDirectory: join(on.root, 'var/lib/croft') }, hosts);
  const look = async (on: Scene, heard: Pick<Asked, 'refs' | 'reports'>, { hosts = [on.host], now = start + minute }: { readonly hosts?: readonly Host[]; readonly now?: number } = {}): Promise<readonly string[]> =>
    withheld({ place: { host: 'one', stateDirectory: join(on.root, 'var/lib/croft') }, repository: await openRepository(on.repository), commit: on.commit, ...heard, hosts, now });

  test('its own is as it left it, or it says what became of it', async () => {
    const on = await scene();
    await on.tell(on.run());
    const heard = await hear(on);
    expect(await look(on, heard)).toEqual([]);
    expect(await look(on, { refs: new Map(), reports: null })).toEqual([expect.stringContaining('has vanished')]);
    expect(await look(on, { refs: null, reports: null })).toEqual([]);
    await on.tell(on.run({ unchanged: 8 }, { endedAt: start + minute }));
    expect(await look(on, heard)).toEqual([expect.stringContaining('replaced on this remote by an older one, of 2026-11-23T14:03:22Z')]);
  });

  test('another host went on to a commit that is not given here', async () => {
    const [on, other] = [await scene(), await scene()];
    const two = { ...other.host, name: 'two' } as Host;
    const next = commitOf(other.repository, { 'desired-state/cluster.yaml': 'name: z\n' }, other.commit);
    const place = { identity, stateDirectory: join(other.root, 'var/lib/croft'), root: other.root };
    await publish({ place, told: toldOf(other.run({ host: 'two', revision: next }), next), remote: on.repository, host: two, refs: null });
    const hosts = [on.host, two];
    const heard = await hear(on, hosts);
    expect(await look(on, heard, { hosts, now: start + 2 * minute })).toEqual([]);
    expect(await look(on, heard, { hosts, now: start + 6 * minute })).toEqual([`two reports commit ${next} for 6 minutes now, and this remote does not give it to us: it may keep changes back`]);
    git(on.repository, ['fetch', '-q', other.repository, `${next}:refs/heads/elsewhere`]);
    expect(await look(on, heard, { hosts, now: start + 6 * minute })).toEqual([expect.stringContaining('although it comes after ours')]);
  });

  test('nobody is asked where no host has a key, and a remote that is away is a notice', async () => {
    const on = await scene();
    expect(await hear(on, [{ ...on.host, key: null }])).toEqual({ refs: null, reports: null, notices: [] });
    rmSync(on.repository, { recursive: true });
    expect(await hear(on)).toEqual({ refs: null, reports: null, notices: [expect.stringMatching(/^cannot tell how the other hosts stand: cannot find a git repository/)] });
  });

  test('over http they come into a store of their own: only what is new, until there are too many packs', async () => {
    const on = await scene();
    const { url, asked } = await serve(dirname(on.repository));
    const at = { remote: `${url}/coop.git`, identity, stateDirectory: join(on.root, 'var/lib/croft') };
    const store = join(at.stateDirectory, 'reports.git/objects/pack');
    const judged = async (): Promise<readonly Judged[]> => {
      const { refs, reports } = await fetchReports(at);
      return readReports(reports, refs, keysOf([on.host]));
    };
    for (const unchanged of [1, 2]) {
      await on.tell(on.run({ unchanged }));
      expect(await judged()).toMatchObject([{ host: 'one', believed: true, report: { unchanged } }]);
    }
    const before = asked.length;
    await hearReports(at, [on.host]);
    expect(asked.slice(before)).toEqual([expect.stringContaining('GET /coop.git/info/refs')]);
    for (let n = 10; n < 60; n += 1) writeFileSync(join(store, `pack-${'0'.repeat(38)}${n}.pack`), '');
    expect(await judged()).toMatchObject([{ believed: true }]);
    expect(readdirSync(store).filter((name) => name.endsWith('.pack'))).toHaveLength(1);
  });

  test('over http the others are heard, and told, by one question where the refs are and one for what is taken', async () => {
    const on = await scene();
    git(on.repository, ['config', 'http.receivepack', 'true']);
    const { url, asked } = await serve(dirname(on.repository));
    const told = toldOf(on.run(), git(on.repository, ['rev-parse', `${on.commit}^{tree}`]));
    const wish = { version: 1, id: '1', host: 'one', remote: `${url}/coop.git`, tip: null, commit: on.commit, hosts: [on.host], told, startedAt: start, what: 'converse' } as const;
    expect(await tellOthers(wish, { identity, stateDirectory: join(on.root, 'var/lib/croft'), root: on.root })).toEqual([]);
    expect(await on.report()).toMatchObject({ commit: on.commit });
    expect(asked).toEqual([...hearing, ...telling]);
  });

  test('between two turns they are told alone, and heard where what this host told is not as it left it', async () => {
    const on = await scene();
    git(on.repository, ['config', 'http.receivepack', 'true']);
    const { url, asked } = await serve(dirname(on.repository));
    const tell = async (run: Run): Promise<{ readonly notices: readonly string[]; readonly asked: readonly string[] }> => {
      const [told, before] = [toldOf(run, git(on.repository, ['rev-parse', `${on.commit}^{tree}`])), asked.length];
      const wish = { version: 1, id: '1', host: 'one', remote: `${url}/coop.git`, tip: null, commit: on.commit, hosts: [on.host], told, startedAt: run.endedAt, what: 'tell' } as const;
      return { notices: await tellOthers(wish, { identity, stateDirectory: join(on.root, 'var/lib/croft'), root: on.root }), asked: asked.slice(before) };
    };
    expect(await tell(on.run())).toEqual({ notices: [], asked: telling });
    expect(await tell(on.run({}, { endedAt: start + minute }))).toEqual({ notices: [], asked: [] });
    expect(await tell(on.run({ unchanged: 8 }, { endedAt: start + 2 * minute }))).toEqual({ notices: [], asked: telling });
    expect(await on.report()).toMatchObject({ unchanged: 8, since: start / 1000 });
    const next = commitOf(on.repository, { 'desired-state/cluster.yaml': 'name: y\n' }, on.commit);
    expect(await tell(on.run({ revision: next }, { endedAt: start + 3 * minute }))).toEqual({ notices: [], asked: telling });
    expect(git(on.repository, ['log', '--notes=croft/*', '--format=%N', 'main']).split('\n').filter((line) => line !== '')).toEqual(['live on one 14:06:22', 'live on one 14:03:22']);
    git(on.repository, ['update-ref', '-d', reportRef]);
    const lost = await tell(on.run({ revision: next, unchanged: 9 }, { endedAt: start + 4 * minute }));
    expect(lost).toEqual({ notices: ['the report that this host pushed has vanished from this remote'], asked: [telling[0], ...hearing, ...telling] });
    expect(await on.report()).toMatchObject({ unchanged: 9 });
    expect(await tell(on.run({ revision: next, unchanged: 10 }, { endedAt: start + 5 * minute }))).toEqual({ notices: [], asked: telling });
  });

  test('a remote that takes the report and not the notes is told so once, and nobody takes the report for somebody else\'s', async () => {
    const on = await scene();
    git(on.repository, ['config', 'http.receivepack', 'true']);
    mkdirSync(join(on.repository, 'hooks'), { recursive: true });
    writeFileSync(join(on.repository, 'hooks/update'), '#!/bin/sh\ncase $1 in refs/notes/*) exit 1 ;; esac\n');
    chmodSync(join(on.repository, 'hooks/update'), 0o755);
    const { url } = await serve(dirname(on.repository));
    const tell = async (what: 'converse' | 'tell', run: Run): Promise<readonly string[]> => {
      const told = toldOf(run, git(on.repository, ['rev-parse', `${on.commit}^{tree}`]));
      return tellOthers({ version: 1, id: '1', host: 'one', remote: `${url}/coop.git`, tip: null, commit: on.commit, hosts: [on.host], told, startedAt: run.endedAt, what }, { identity, stateDirectory: join(on.root, 'var/lib/croft'), root: on.root });
    };
    const refused = expect.stringMatching(/^cannot tell the others how this run went: .*refs\/notes\/croft\/one.*; it is tried again in 10 minutes$/);
    expect(await tell('tell', on.run())).toEqual([refused]);
    expect(await on.report()).toMatchObject({ unchanged: 7 });
    expect(await tell('converse', on.run({}, { endedAt: start + minute }))).toEqual([]);
    expect(await tell('tell', on.run({ unchanged: 8 }, { endedAt: start + 11 * minute }))).toEqual([refused]);
    expect(await on.report()).toMatchObject({ unchanged: 8 });
  });
});

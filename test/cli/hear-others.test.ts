/** What a host makes of what the others say, and when it asks for that. */
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publish } from '../../reconciler/commands/publish.ts';
import { tellOthers } from '../../reconciler/commands/halves/tell-others.ts';
import { fetchReports, hearReports, keysOf, readReports, type Asked } from '../../reconciler/commands/reports.ts';
import { withheld } from '../../reconciler/commands/withheld.ts';
import { openRepository } from '../../reconciler/git/repository.ts';
import type { Telling } from '../../reconciler/handover/telling.ts';
import type { Host } from '../../reconciler/model/desired.ts';
import type { Told as Judged } from '../../reconciler/model/host-report.ts';
import type { Run } from '../../reconciler/report/run.ts';
import { commitOf, git } from '../unit/git/fixture.ts';
import { serve } from '../unit/git/server.ts';
import { minute, reportRef, scene, start, toldOf, type Scene } from './publishing.ts';

/** What a server is asked by whoever hears of nothing new, and by whoever tells. */
const hearing = ['GET /coop.git/info/refs?service=git-upload-pack'];
const telling = ['GET /coop.git/info/refs?service=git-receive-pack', 'POST /coop.git/git-receive-pack'];
const identity = { keyFiles: [], agent: null, knownHosts: [] };

/** Tell the others how a run went, over http, as the half that is root asks for it. */
async function tellOver(url: string, on: Scene, { what, run }: { readonly what: Telling['what']; readonly run: Run }): Promise<readonly string[]> {
  const told = toldOf(run, git(on.repository, ['rev-parse', `${on.commit}^{tree}`]));
  const wish: Telling = { version: 1, id: '1', host: 'one', remote: `${url}/coop.git`, tip: null, commit: on.commit, hosts: [on.host], told, startedAt: run.endedAt, what };
  return tellOthers(wish, { identity, stateDirectory: join(on.root, 'var/lib/croft'), root: on.root });
}

describe('what a host makes of the others’ reports', () => {
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
    expect(await tellOver(url, on, { what: 'converse', run: on.run() })).toEqual([]);
    expect(await on.report()).toMatchObject({ commit: on.commit });
    expect(asked).toEqual([...hearing, ...telling]);
  });

  test('between two turns they are told alone, and heard where what this host told is not as it left it', async () => {
    const on = await scene();
    git(on.repository, ['config', 'http.receivepack', 'true']);
    const { url, asked } = await serve(dirname(on.repository));
    const tell = async (run: Run): Promise<{ readonly notices: readonly string[]; readonly asked: readonly string[] }> => {
      const before = asked.length;
      return { notices: await tellOver(url, on, { what: 'tell', run }), asked: asked.slice(before) };
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
    const { url } = await serve(dirname(on.repository));
    const tell = (what: 'converse' | 'tell', run: Run): Promise<readonly string[]> => tellOver(url, on, { what, run });
    const refused = expect.stringMatching(/^cannot tell the others how this run went: .*refs\/notes\/croft\/one.*; it is tried again in 10 minutes$/);
    expect(await tell('tell', on.run())).toEqual([]);
    mkdirSync(join(on.repository, 'hooks'), { recursive: true });
    writeFileSync(join(on.repository, 'hooks/update'), '#!/bin/sh\ncase $1 in refs/notes/*) exit 1 ;; esac\n');
    chmodSync(join(on.repository, 'hooks/update'), 0o755);
    const revision = commitOf(on.repository, { 'desired-state/cluster.yaml': 'name: y\n' }, on.commit);
    expect(await tell('tell', on.run({ revision }, { endedAt: start + minute }))).toEqual([refused]);
    expect(await on.report()).toMatchObject({ commit: revision });
    expect(await tell('converse', on.run({ revision }, { endedAt: start + 2 * minute }))).toEqual([]);
    expect(await tell('converse', on.run({ revision, unchanged: 8 }, { endedAt: start + 12 * minute }))).toEqual([refused]);
    expect(await on.report()).toMatchObject({ unchanged: 8 });
    expect(await tell('converse', on.run({ revision, unchanged: 8 }, { endedAt: start + 13 * minute }))).toEqual([]);
  });

  test('a remote that takes the report and never says so is not taken for somebody else with its key', async () => {
    const on = await scene();
    git(on.repository, ['config', 'http.receivepack', 'true']);
    const { url } = await serve(dirname(on.repository));
    const tell = (what: 'converse' | 'tell', run: Run): Promise<readonly string[]> => tellOver(url, on, { what, run });
    // git-receive-pack ends when a ref is moved, and before it has said so.
    const silence = (): void => {
      mkdirSync(join(on.repository, 'hooks'), { recursive: true });
      writeFileSync(join(on.repository, 'hooks/reference-transaction'), '#!/bin/sh\n[ "$1" != committed ] || kill -9 $PPID\n', { mode: 0o755 });
    };
    expect(await tell('tell', on.run())).toEqual([]);
    silence();
    expect(await tell('converse', on.run({ unchanged: 8 }, { endedAt: start + minute }))).toEqual([expect.stringMatching(/^cannot tell the others how this run went: /)]);
    expect(await on.report()).toMatchObject({ unchanged: 8 });
    expect(await tell('converse', on.run({ unchanged: 9 }, { endedAt: start + 2 * minute }))).toEqual([]);
    // What then never comes there does not make it forget that one.
    expect(await tellOver('http://127.0.0.1:9', on, { what: 'tell', run: on.run({ unchanged: 9 }, { endedAt: start + 11 * minute + 1000 }) })).toEqual(expect.arrayContaining([expect.stringMatching(/^cannot tell the others how this run went: /)]));
    rmSync(join(on.repository, 'hooks'), { recursive: true });
    expect(await tell('converse', on.run({ unchanged: 9 }, { endedAt: start + 22 * minute }))).toEqual([]);
    expect(await on.report()).toMatchObject({ unchanged: 9 });
    // So it is where nobody asks first.
    silence();
    expect(await tell('tell', on.run({ unchanged: 10 }, { endedAt: start + 23 * minute }))).toEqual([]);
    expect(await on.report()).toMatchObject({ unchanged: 10 });
  });
});

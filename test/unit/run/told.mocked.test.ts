/** How often a git server is asked that cannot answer just then: by a run that was told of news, and by one of the timer's. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { aheadOf } from '../../../reconciler/commands/halves/ahead.ts';
import { answerTo } from '../../../reconciler/commands/halves/answer.ts';
import type { Place } from '../../../reconciler/commands/place.ts';
import { kicks } from '../../../reconciler/commands/rooms.ts';
import { perform } from '../../../reconciler/commands/run/perform.ts';
import { commitFiles, createRepository } from '../../../reconciler/git/commit.ts';
import { formatRequest, type Request } from '../../../reconciler/handover/request.ts';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import { worldIn } from '../../cli/world.ts';
import { base } from '../../scenarios/story.ts';
import { serveInTrouble, troubles, type Trouble } from '../git/server.ts';
import { site, vhost } from './tick-host.ts';

// Nobody waits here; how long, and that only who was told does, is in patience.test.ts.
vi.mock('../../../reconciler/commands/halves/patience.ts', () => ({ waitsOf: ({ told }: { readonly told: boolean }) => (told ? [0, 0] : []) }));

const room = mkdtempSync(join(tmpdir(), 'croft-told-'));
afterAll(() => rmSync(room, { recursive: true }));

const [build, author] = ['0123456789abcdef', { name: 'Dana', mail: 'dana@elsewhere.example' }];
const identity = { keyFiles: [], agent: null, knownHosts: [] };
const remote = join(room, 'coop.git');
const coop = await createRepository(remote);
let [time, turns] = [1_700_000_000, 0];
await commitFiles(coop, { branch: 'main', files: base(), author, message: 'found the co-op', time });

async function push(): Promise<string> {
  const words = `v${(turns += 1)}`;
  const text = `${String(base().get(vhost)).replace(/^headers:(?:\n  .*)*\n/m, '')}headers:\n  - name: X-Turn\n    value: ${words}\n`;
  await commitFiles(coop, { branch: 'main', files: new Map([[vhost, text]]), author, message: words, time: (time += 60) });
  return words;
}

interface Ran {
  readonly status: number;
  readonly notices: readonly string[];
  /** How often the server was asked where its refs are. */
  readonly asks: number;
  readonly got: boolean;
}

interface TroubledHost {
  run(kicked: boolean, audit?: boolean): Promise<Ran>;
  /** Push something, and have the server meet a host's next requests so. */
  push(...met: readonly Trouble[]): Promise<void>;
  readonly url: string;
}

/** A host at rest, which follows a server that has no trouble yet. */
async function host(): Promise<TroubledHost> {
  const root = mkdtempSync(join(room, 'host-'));
  mkdirSync(join(root, 'etc/croft'), { recursive: true });
  writeFileSync(join(root, 'etc/croft/cluster.key'), `${'k'.repeat(64)}\n`, { mode: 0o600 });
  const met: Trouble[] = [];
  const { url, asked } = await serveInTrouble(remote, met);
  const place: Place = { host: 'one', remotes: [url], branch: 'main', revision: null, pin: null, rollbacks: [], root, machine: rooted(root), build, identity, stateDirectory: join(root, 'var/lib/croft') };
  let clock = Date.now() + 60_000;
  let pushed = '';
  const run = async (kicked: boolean, audit = false): Promise<Ran> => {
    const before = asked.length;
    if (kicked) kick(root);
    // Later than a remote that did not answer is left alone.
    const world = worldIn(room, { now: () => clock, build, scheduled: true, kicked });
    const status = await perform({ place, world, format: 'text', what: 'follow', audit });
    clock += 3_600_000;
    const { notices } = JSON.parse(readFileSync(join(root, 'var/lib/croft/report.json'), 'utf8')) as Pick<Ran, 'notices'>;
    const asks = asked.slice(before).filter((each) => each.includes('info/refs')).length;
    return { status, notices, asks, got: readFileSync(join(root, site), 'utf8').includes(pushed) };
  };
  for (let turn = 0; turn < 3; turn += 1) await run(false);
  return { url, run, push: async (...next) => {
    pushed = await push();
    met.splice(0, met.length, ...next);
  } };
}

/** What is left of a kick when croft.service has begun. */
function kick(root: string): void {
  const now = join(root, kicks, 'now');
  mkdirSync(dirname(now), { recursive: true });
  writeFileSync(now, '');
  rmSync(now);
}

const busy = troubles.answers(503);

describe('a host that was told of news', () => {
  test('gets it in the same run from a server that did not answer at first, and says so', async () => {
    const { run, push, url } = await host();
    for (const met of [[busy], [busy, troubles.breaksOff]]) {
      await push(...met);
      const { status, notices, asks, got } = await run(true);
      expect({ status, asks, got }).toEqual({ status: 0, asks: met.length + 1, got: true });
      expect(notices).toEqual([expect.stringMatching(`^${url} answered only when it was asked again; before: cannot fetch: the server `)]);
    }
    expect(await run(false)).toEqual({ status: 0, notices: [], asks: 1, got: true });
  });

  test('leaves it to the next run when it has asked three times, in the words and with the status of one', async () => {
    const { run, push, url } = await host();
    await push(busy, busy, busy, busy, busy);
    const { notices: [said, age = '', ...more], ...told } = await run(true);
    expect(told).toEqual({ status: 0, asks: 3, got: false });
    expect([said, more]).toEqual([`${url} did not answer: cannot fetch: the server answers 503`, []]);
    expect(age).toMatch(/^the last good commit is used; a remote last confirmed it /);
    const { notices, ...ticked } = await run(false);
    expect(ticked).toEqual({ status: 0, asks: 1, got: false });
    expect([notices[0], notices.length]).toEqual([said, 2]);
  });

  test('asks as often where nothing of its last run counts', async () => {
    const { run, push } = await host();
    await push(busy, busy);
    expect(await run(true, true)).toMatchObject({ status: 0, asks: 3, got: true });
  });

  test.each([401, 403, 404])('asks a server once that answers %d', async (status) => {
    const { run, push } = await host();
    await push(troubles.answers(status));
    expect(await run(true)).toMatchObject({ status: 0, asks: 1, got: false });
  });
});

test('a run of the timer’s asks once, and leaves it to the next', async () => {
  const { run, push } = await host();
  await push(busy);
  expect(await run(false)).toMatchObject({ status: 0, asks: 1, got: false });
  expect(await run(false)).toMatchObject({ status: 0, asks: 1, got: true });
});

describe('what was asked ahead of a request', () => {
  test.each([
    { name: 'is the first of three asks', told: true, asks: 3 },
    { name: 'is beside the one of a run that was not told', told: false, asks: 2 },
  ])('$name', async ({ told, asks }) => {
    const met: Trouble[] = [];
    const { url, asked } = await serveInTrouble(remote, met);
    const stateDirectory = mkdtempSync(join(room, 'half-'));
    const request: Request = {
      version: 1, id: '1', what: 'follow', host: 'one', remotes: [url], branch: 'main', revision: null, pin: null, rollbacks: [], now: 1_700_000_900_000,
      have: null, part: false, croft: build, key: null, told, at: null, admins: null, keepBack: null, wayBack: null,
    };
    const desk = { identity, stateDirectory, build };
    const path = join(stateDirectory, 'compile.json');
    writeFileSync(path, formatRequest(request));
    const ahead = aheadOf({ ...desk, request: path, identity: () => identity });
    met.push(busy, busy, busy, busy);
    ahead.heard('rename');
    expect(await answerTo(request, desk, ahead)).toContain('no earlier copy of it is here');
    expect(asked).toHaveLength(asks);
  });
});

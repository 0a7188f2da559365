/** When a run that has nothing to do hears what the other hosts say: at its turn, or at once when a person starts it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Place } from '../../../reconciler/commands/place.ts';
import { kicks } from '../../../reconciler/commands/rooms.ts';
import { perform } from '../../../reconciler/commands/run/perform.ts';
import { commitFiles, createRepository } from '../../../reconciler/git/commit.ts';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import { day } from '../../../reconciler/model/day.ts';
import { turnsSince } from '../../../reconciler/plan/turns.ts';
import { worldIn } from '../../cli/world.ts';
import { base } from '../../scenarios/story.ts';
import { git } from '../git/fixture.ts';
import { serve } from '../git/server.ts';

const room = mkdtempSync(join(tmpdir(), 'croft-heard-'));
afterAll(() => rmSync(room, { recursive: true }));

const [root, remote] = [join(room, 'one'), join(room, 'coop.git')];
let time = 1_700_000_000;
const ref = 'refs/croft/hosts/one';
const own = (name: string): string => join(root, 'var/lib/croft', name);
mkdirSync(join(root, 'etc/croft'), { recursive: true });
writeFileSync(join(root, 'etc/croft/cluster.key'), `${'k'.repeat(64)}\n`, { mode: 0o600 });
execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'croft@one', '-f', join(root, 'etc/croft/host.key')]);
const key = readFileSync(join(root, 'etc/croft/host.key.pub'), 'utf8').trim();
const files = new Map([...base()].map(([path, text]) => [path, path.endsWith('hosts/one.yaml') ? `${text}key: ${key}\n` : text]));
const coop = await createRepository(remote);
await commitFiles(coop, { branch: 'main', files, author: { name: 'Dana', mail: 'dana@elsewhere.example' }, message: 'found the co-op', time });

/** A moment whose next second is in no other turn, so that a run then is at its turn only when the test says so. */
function moment(after: number): number {
  const next = (at: number): number => (turnsSince('one', at, at + 1000).length === 0 ? at : next(at + 2000));
  return next(after);
}

async function run(clock: number, scheduled: boolean, { from = remote, kicked = false } = {}): Promise<readonly string[]> {
  const place: Place = {
    host: 'one', remotes: [from], branch: 'main', revision: null, pin: null, rollbacks: [], root, machine: rooted(root), build: '0123456789abcdef',
    identity: { keyFiles: [], agent: null, knownHosts: [] }, stateDirectory: join(root, 'var/lib/croft'),
  };
  await perform({ place, world: worldIn(room, { now: () => clock, build: '0123456789abcdef', scheduled, kicked }), format: 'text', what: 'follow', audit: false });
  return (JSON.parse(readFileSync(own('report.json'), 'utf8')) as { readonly notices: readonly string[] }).notices;
}

const [fetching, telling] = [['GET info/refs?service=git-upload-pack', 'POST git-upload-pack'], ['GET info/refs?service=git-receive-pack', 'POST git-receive-pack']];
// Its own report comes with the others'.
const hearing = fetching;

test('the timer’s run leaves it to its turn, a person’s run hears at once', async () => {
  // Clear of midnight, when everything is looked at, and never behind the inodes.
  const soon = Date.now() + 60_000;
  let clock = day(soon) === day(soon + 3_600_000) ? soon : soon + 7_200_000;
  for (let turn = 0; turn < 4 && !existsSync(own('still')); turn += 1) await run((clock += 60_000), true);
  expect(existsSync(own('still'))).toBe(true);
  clock = moment(clock + 600_000);
  await run(clock, true);
  expect(git(remote, ['for-each-ref', '--format=%(refname)', ref]).trim()).toBe(ref);
  git(remote, ['update-ref', '-d', ref]);
  expect(await run(clock + 500, true)).toEqual([]);
  expect(await run(clock + 1000, false)).toEqual(['the report that this host pushed has vanished from this remote']);
  expect(git(remote, ['for-each-ref', '--format=%(refname)', ref]).trim()).toBe(ref);
});

test('so it is where something changed: the others are told, and heard at the next turn', async () => {
  const { ran, first } = await changing();
  expect(await ran('second', first + 500, true)).toEqual([...fetching, ...telling]);
  expect(await ran('third', first + 1000, false)).toEqual([...fetching, ...hearing, ...telling]);
  expect(await ran('fourth', moment(first + 600_000), true)).toEqual([...fetching, ...hearing, ...telling]);
});

test('where there is news already, what was to be told is told by the run that it starts; but a turn to hear is not put off', async () => {
  const { ran, quiet, first } = await changing();
  const news = join(root, kicks, 'now');
  mkdirSync(dirname(news), { recursive: true });
  writeFileSync(news, '');
  expect(await ran('fifth', first + 500, true)).toEqual(fetching);
  const turn = moment(first + 600_000);
  expect(await ran('sixth', turn, true)).toEqual([...fetching, ...hearing, ...telling]);
  expect(await ran('seventh', turn + 250, true)).toEqual(fetching);
  rmSync(news);
  const told = git(remote, ['rev-parse', ref]);
  expect(await quiet(turn + 500, false)).toEqual(fetching.slice(0, 1));
  expect(git(remote, ['rev-parse', ref])).toBe(told);
  expect(await quiet(turn + 750, true)).toEqual([...fetching.slice(0, 1), ...telling]);
  expect(git(remote, ['rev-parse', ref])).not.toBe(told);
});

let hours = 2;

/** A host that follows over http, when a first change came to it. Shape: runs for another change, or for none, with what the server was asked; and when the first one was. */
async function changing(): Promise<{ readonly first: number; ran(words: string, at: number, scheduled: boolean): Promise<readonly string[]>; quiet(at: number, kicked: boolean): Promise<readonly string[]> }> {
  const { url, asked } = await serve(room);
  const from = `${url}/coop.git`;
  git(remote, ['config', 'http.receivepack', 'true']);
  const site = 'desired-state/members/ada/vhosts/blog.ada.example.yaml';
  const change = (words: string): Promise<unknown> => commitFiles(coop, { branch: 'main', files: new Map([[site, `${base().get(site) ?? ''}# ${words}\nheaders: { x-words: ${words} }\n`]]), author: { name: 'Dana', mail: 'dana@elsewhere.example' }, message: words, time: (time += 60) });
  const during = async (at: number, scheduled: boolean, kicked = false): Promise<readonly string[]> => {
    const before = asked.length;
    expect(await run(at, scheduled, { from, kicked })).toEqual([]);
    return asked.slice(before).map((each) => each.replace('/coop.git/', ''));
  };
  const ran = async (words: string, at: number, scheduled: boolean): Promise<readonly string[]> => {
    await change(words);
    return during(at, scheduled);
  };
  const first = moment(Date.now() + (hours += 2) * 3_600_000);
  await run(first - 600_000, true, { from });
  await ran('first', first, true);
  return { first, ran, quiet: (at, kicked) => during(at, true, kicked) };
}

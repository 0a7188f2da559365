/** Which hosts a push is told to: no sshd is at their addresses, so that each one that is to be told says that it cannot be. */
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keepConcern, recallConcern } from '../../reconciler/commands/hooks/concern.ts';
import { at, documents, found, type Coop } from '../unit/trust/coop.ts';
import { keyOf } from '../unit/trust/keys.ts';
import { blog, clone, commit, git, gitdir, ok, room, withHooks } from './hooked.ts';

withHooks();

beforeEach(() => {
  anew();
  copyFileSync(join(room, 'judy.key'), join(gitdir, 'kick.key'));
});

/** Found the co-op anew, on hosts that nothing can reach. */
function anew(alter: (files: Map<string, string>) => void = () => undefined): Coop {
  const made = found((files) => {
    for (const [host, address] of [['one', '127.0.0.11'], ['two', '127.0.0.12']]) files.set(at(`hosts/${host}.yaml`), (files.get(at(`hosts/${host}.yaml`)) ?? '').replace(/ipv4: [0-9.]+/, `ipv4: ${address}`));
    alter(files);
  }, gitdir);
  ok(gitdir, ['update-ref', 'refs/heads/main', made.first]);
  return made;
}

/** What a push of ada's says of hosts. */
function heard(change: (work: string) => void): { readonly told: readonly string[]; readonly others: string | undefined } {
  const work = clone('ada');
  change(work);
  const { status, text } = git(work, ['push', 'origin', 'main']);
  expect(status, text).toBe(0);
  return { told: [...text.matchAll(/^remote: (\w+): cannot be told: /gm)].map(([, host = '']) => host).toSorted(), others: /^remote: (nothing changes on .*?)\s*$/m.exec(text)?.[1] };
}

/** Change one document. */
function edit(path: string, change: (text: string) => string): (work: string) => void {
  return (work) => commit(work, { [path]: change(documents().get(at(path)) ?? '') });
}

describe('a push is told', () => {
  it('to the host on which it changes something, and says how many others there are', () => {
    expect(heard(edit(blog, () => 'static:\n  root: web/new\n'))).toEqual({ told: ['one'], others: 'nothing changes on 1 other host: each looks for news within a minute' });
  });

  it('to nobody, where it changes no host', () => {
    expect(heard(edit(blog, (text) => `# as it was\n${text}`))).toEqual({ told: [], others: 'nothing changes on 2 hosts: each looks for news within a minute' });
  });

  it.each([
    { what: 'of who somebody is', change: edit('members/ada/member.yaml', (text) => text.replace(/email: .*/, 'email: ada@new.example')) },
    { what: 'of a file that is nothing on a host', change: edit('members/ada/README.md', () => 'mine\n') },
    { what: 'of what a guard keeps back', change: (work: string) => void [ok(work, ['rm', '-q', at('members/ada/zones/ada.example.yaml')]), ok(work, ['commit', '-q', '-m', 'no zone'])] },
  ])('to all, where it is $what', ({ change }) => {
    expect(heard(change)).toEqual({ told: ['one', 'two'], others: undefined });
  });

  it('to a host that has not said yet that it is as before the mistake which the push takes back', () => {
    const { first, commit: made, blob } = anew((files) => files.set(at('hosts/one.yaml'), `${files.get(at('hosts/one.yaml')) ?? ''}key: ${keyOf('one').line}\n`));
    const said = { host: 'one', commit: first, tree: ok(gitdir, ['rev-parse', `${first}^{tree}`]), since: 1_700_000_000, time: 1_700_000_060, version: '0.1.0', holds: [], failed: [], drift: [], counts: { holds: 0, failed: 0, drift: 0 }, unchanged: 1 };
    ok(gitdir, ['update-ref', 'refs/croft/hosts/one', made([], { by: 'one', files: new Map([['report.json', { mode: '100644', oid: blob(JSON.stringify(said)) }]]) })]);
    const told = { told: ['one'], others: 'nothing changes on 1 other host: each looks for news within a minute' };
    expect(heard(edit(blog, () => 'static:\n  root: web/oops\n'))).toEqual(told);
    expect(heard((work) => ok(work, ['revert', '--no-edit', '-S', 'HEAD']))).toEqual(told);
  });

  it('to all, where it is of the co-op\'s own documents as well, and turns trust on', () => {
    const cluster = documents().get(at('cluster.yaml')) ?? '';
    anew((files) => files.set(at('cluster.yaml'), cluster.replace(/^trust:[^]*$/m, '')));
    expect(heard((work) => {
      commit(work, { 'cluster.yaml': cluster });
      commit(work, { [blog]: 'static:\n  root: web/new\n' });
    })).toEqual({ told: ['one', 'two'], others: undefined });
  });

  it('to all, where somebody who is held puts it right', () => {
    anew((files) => files.set(at(blog), 'static:\n  rot: web\n'));
    expect(heard(edit(blog, (text) => text))).toEqual({ told: ['one', 'two'], others: undefined });
  });

  it('to all, where the hook can keep nothing, and the pusher reads why', () => {
    const home = mkdtempSync(join(room, 'home-'));
    writeFileSync(join(home, '.cache'), 'no directory\n');
    const work = clone('ada');
    commit(work, { [blog]: 'static:\n  root: web/new\n' });
    const { status, text } = git(work, ['push', 'origin', 'main'], { XDG_CACHE_HOME: join(home, '.cache') });
    expect(status, text).toBe(0);
    expect(text.replaceAll(/\s*\nremote: /g, ' ')).toContain(`croft: nothing can be kept in ${home}/.cache/croft, so that each push takes as long as the first one`);
    expect([...text.matchAll(/^remote: (\w+): cannot be told: /gm)]).toHaveLength(2);
  });
});

describe('whom a push concerns', () => {
  const move = { old: '0'.repeat(40), head: 'a'.repeat(40) };
  const [concern, all] = [{ ...move, hosts: ['one'], others: 1 }, { ...move, hosts: null, others: 0 }];
  const keeper = { directory: mkdtempSync(join(room, 'kept-')), build: '0123456789abcdef' };

  it('is everybody where nothing is kept, or only another push', () => {
    expect([recallConcern(null, move), recallConcern(keeper, move)]).toEqual([all, all]);
    keepConcern(keeper, concern);
    expect(recallConcern(keeper, move)).toEqual(concern);
    for (const other of [{ ...move, head: 'b'.repeat(40) }, { ...move, old: 'b'.repeat(40) }, { ...move, old: null }]) expect(recallConcern(keeper, other)).toEqual({ ...all, ...other });
  });

  it('is everybody where what is kept is damaged, or another croft\'s', () => {
    keepConcern(keeper, concern);
    expect(recallConcern({ ...keeper, build: 'fedcba9876543210' }, move)).toEqual(all);
    const file = join(keeper.directory, 'concern');
    writeFileSync(file, readFileSync(file, 'utf8').replace('one', 'two'));
    expect(recallConcern(keeper, move)).toEqual(all);
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { namedPin, newestPin, type Pin } from '../../reconciler/commands/bootstrap/trusted.ts';
import { serversOf, type Server } from '../../reconciler/commands/bootstrap/servers.ts';
import { hostsOf } from '../../reconciler/commands/hosts.ts';
import { originOf } from '../../reconciler/git/origin.ts';
import { openRepository } from '../../reconciler/git/repository.ts';
import { snapshotOf } from '../../reconciler/git/snapshot.ts';
import { knownHosts } from '../unit/git/ssh-server.ts';
import { at, found, removeAll, type Coop } from '../unit/trust/coop.ts';
import { keyOf } from '../unit/trust/keys.ts';

afterAll(removeAll);

function point(coop: Coop, ref: string, oid: string): void {
  mkdirSync(dirname(join(coop.gitdir, ref)), { recursive: true });
  writeFileSync(join(coop.gitdir, ref), `${oid}\n`);
}

async function newest(coop: Coop, main: string): Promise<Pin> {
  return newestPin(await openRepository(coop.gitdir), main);
}

const note = (member: string, text: string): { readonly [path: string]: string } => ({ [at(`members/${member}/README.md`)]: text });

describe('the commit that a new host is told to trust', () => {
  it('is the newest one of main where everything is signed by whoever may change it', async () => {
    const coop = found();
    const next = coop.commit(coop.first, { by: 'ada', changes: note('ada', 'new\n') });
    expect(await newest(coop, next)).toEqual({ commit: next, why: `the newest commit of main: croft check finds no problem, and since ${coop.first.slice(0, 10)} all is signed by whoever may change it` });
  });

  it('is not one that a forge or a stranger slipped in, nor any that is built on it', async () => {
    const coop = found();
    const good = coop.commit(coop.first, { by: 'ada', changes: note('ada', 'new\n') });
    const foreign = coop.commit(good, { by: 'ada', changes: note('bob', 'not his\n') });
    const unsigned = coop.commit(foreign, { changes: { [at('cluster.yaml')]: 'name: Mallory\n' } });
    const after = coop.commit(unsigned, { by: 'carol', changes: note('carol', 'new\n') });
    const { commit, why } = await newest(coop, after);
    expect(commit).toBe(good);
    expect(why).toContain('the newest good commit of main, before 3 with changes that trust refuses');
  });

  it('is not one with problems, nor one that was not pushed yet', async () => {
    const coop = found();
    const site = at('members/ada/vhosts/not-hers.example.yaml');
    const wrong = coop.commit(coop.first, { by: 'ada', changes: { [site]: 'static:\n  root: web\n' } });
    const right = coop.commit(wrong, { by: 'ada', changes: { [site]: null } });
    expect((await newest(coop, wrong)).commit).toBe(coop.first);
    expect((await newest(coop, right)).commit).toBe(right);
    point(coop, 'refs/remotes/origin/main', wrong);
    const { commit, why } = await newest(coop, right);
    expect(commit).toBe(coop.first);
    expect(why).toContain('before 1 not pushed, 1 with problems: ');
  });

  it('is the one that was named, when hosts can come from it to main', async () => {
    const coop = found();
    const main = coop.commit(coop.first, { by: 'ada', changes: note('ada', 'new\n') });
    const aside = coop.commit(coop.first, { by: 'ada', changes: note('ada', 'other\n') });
    const repository = await openRepository(coop.gitdir);
    expect(await namedPin(repository, main, coop.first)).toEqual({ commit: coop.first, why: 'as --trusted says' });
    await expect(namedPin(repository, main, aside)).rejects.toThrow(`cannot trust ${aside}: it is not in the history of main, which hosts follow`);
  });

  it('is nobody\'s guess when nothing is good', async () => {
    const coop = found((files) => files.set(at('cluster.yaml'), 'nonsense: true\n'));
    await expect(newest(coop, coop.first)).rejects.toThrow('cannot tell which commit the host is to trust: of main\'s last 1 commit none is good');
  });
});

describe('the keys by which a new host knows the git server', () => {
  const [one, two] = [keyOf('one').publicLine, keyOf('two').publicLine];
  const servers = async (remotes: readonly string[], ...lines: readonly string[]): Promise<readonly Server[]> => {
    const coop = found((files) => files.set(at('hosts/one.yaml'), `${files.get(at('hosts/one.yaml'))}ssh-host-key: ${keyOf('one').line}\n`));
    const hosts = hostsOf(await snapshotOf(await openRepository(coop.gitdir), coop.first), 'cannot');
    return serversOf(remotes, { hosts, knownHosts: [knownHosts(...lines)] });
  };

  it('are those that the admin knows, under the name by which the host asks', async () => {
    expect(await servers(['ssh://git@git.example:2222/coop.git', 'git@git.example:coop.git', 'https://git.example/coop.git'], `[git.example]:2222 ${two}`, `git.example ${one}`, `git.example ${two}`)).toEqual([
      { name: '[git.example]:2222', key: two }, { name: 'git.example', key: one }, { name: 'git.example', key: two },
    ]);
  });

  it('is the declared one where the server is a host of the co-op', async () => {
    expect(await servers(['git@192.0.2.11:/srv/git/coop.git'], `192.0.2.11 ${two}`)).toEqual([{ name: '192.0.2.11', key: one }]);
  });

  it('are never revoked ones', async () => {
    await expect(servers(['git@git.example:coop.git'], `git.example ${two}`, `@revoked * ${two}`)).rejects.toThrow('cannot tell hosts by which key they know the git server git.example');
  });
});

describe('where a clone came from', () => {
  it('is what git was told, and nothing where it was not', async () => {
    const coop = found();
    const repository = await openRepository(coop.gitdir);
    expect(await originOf(repository)).toBe(null);
    writeFileSync(join(coop.gitdir, 'config'), '[core]\n\tbare = true\n[remote "origin"]\n\turl = git@192.0.2.11:/srv/git/coop.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n');
    expect(await originOf(repository)).toBe('git@192.0.2.11:/srv/git/coop.git');
  });
});

import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GitError } from '../../../reconciler/git/error.ts';
import { parseSshRemote } from '../../../reconciler/git/ssh/remote.ts';
import { transportTo } from '../../../reconciler/git/transports.ts';
import { bare, commitOf } from './fixture.ts';
import { limits, path } from './ssh-fetch.ts';
import { sshServer } from './ssh-server.ts';

describe('a remote behind ssh', () => {
  test.each([
    ['ssh://git@git.example/srv/coop.git', { user: 'git', host: 'git.example', port: 22, path: '/srv/coop.git' }],
    ['ssh://git@Git.Example:2222/~/coop%20op.git', { user: 'git', host: 'git.example', port: 2222, path: '~/coop op.git' }],
    ['ssh://git@[2001:db8::1]:22/~ada/x', { user: 'git', host: '2001:db8::1', port: 22, path: '~ada/x' }],
    ['git@git.example:coop.git', { user: 'git', host: 'git.example', port: 22, path: 'coop.git' }],
    ['git@git.example:/srv/100%.git', { user: 'git', host: 'git.example', port: 22, path: '/srv/100%.git' }],
    ['git@[2001:db8::1]:~/x', { user: 'git', host: '2001:db8::1', port: 22, path: '~/x' }],
    ['https://git.example/x', null],
    ['/srv/coop.git', null],
    ['git.example:x', null],
  ])('%j is understood', (written, expected) => {
    expect(parseSshRemote(written)).toEqual(expected);
  });

  test.each([
    ['ssh://git.example/x', 'it names no user'],
    ['ssh://git:hunter2@git.example/x', 'it holds a password'],
    ['ssh://-oProxyCommand=x@git.example/x', 'it names no user'],
    ['ssh://git@-oProxyCommand=x/x', 'that is no host name'],
    ['ssh://git@/x', 'that is no host name'],
    ['ssh://git@git.example:0/x', 'its port is not a number'],
    ['ssh://git@git.example:http/x', 'its port is not a number'],
    ['ssh://git@git.example', 'is not that of a repository'],
    ['ssh://git@git.example/', 'is not that of a repository'],
    ['ssh://git@git.example/a%00b', 'is not that of a repository'],
    ['ssh://git@git.example/a%zz', 'a % is not followed by two digits'],
    ['git@git.example:--upload-pack=x', 'is not that of a repository'],
    ['git@git.example:a\nb', 'is not that of a repository'],
  ])('%j is refused in words', (written, says) => {
    expect(() => parseSshRemote(written)).toThrow(GitError);
    expect(() => transportTo(written, limits)).toThrow(says);
    expect(() => transportTo(written, limits)).not.toThrow('hunter2');
  });

  test('that is written as for scp is looked for in the login directory', async () => {
    const repository = bare();
    const tip = commitOf(repository, { [path]: 'one\n' });
    mkdirSync(join(dirname(repository), 'below'));
    const server = await sshServer({ home: dirname(repository) });
    const transport = transportTo(server.url(`/~/below/../${basename(repository)}`), limits, server.identity);
    expect(await transport.refs()).toEqual(new Map([['HEAD', tip], ['refs/heads/main', tip]]));
    transport.close();
  });
});

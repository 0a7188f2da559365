/**
 * A repository in a directory of this host. Its objects are copied and nothing else: no refs, no config, no hooks, no `info/alternates`
 * (which would make this copy depend on a directory that may go away). Source: gitrepository-layout(5).
 */
import { GitError } from './error.ts';
import type { Limits } from './http.ts';
import { localRefs } from './localrefs.ts';
import { heldIn } from './objectfiles.ts';
import { branchTip, openRepository } from './repository.ts';
import type { Repository } from './store.ts';
import type { Transport } from './transport.ts';

/** Open the way to a repository in a directory. */
export function local(path: string, limits: Limits): Transport {
  return {
    refs: async () => localRefs((await whole(path)).gitdir),
    tipOf: async (branch) => branchTip(await whole(path), branch),
    bring: async (want) => {
      const { gitdir } = await openRepository(path);
      const isHere = want.haves.length === 0 ? () => false : await heldIn(want.gitdir);
      await (await import('./copying.ts')).copyObjects({ from: gitdir, into: want.into, isHere, maxBytes: limits.packBytes });
    },
    push: async (repository, updates) => (await import('./push/local.ts')).pushInto(await openRepository(path), repository, { updates, maxBytes: limits.packBytes }),
    close: () => {},
  };
}

async function whole(path: string): Promise<Repository> {
  const repository = await openRepository(path);
  if (repository.shallow.size > 0) throw new GitError(`cannot fetch from ${path}: it is a shallow clone, without its full history`);
  return repository;
}

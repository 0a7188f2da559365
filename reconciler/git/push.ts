import { usualLimits, type Limits } from './http.ts';
import type { SshIdentity } from './ssh/identity.ts';
import type { Repository } from './store.ts';
import type { Pushed, Update } from './transport.ts';
import { transportTo } from './transports.ts';

/** What to change on a remote, and as whom. */
export interface Push {
  /** Each ref once. */
  readonly updates: readonly Update[];
  readonly limits?: Limits;
  readonly identity?: SshIdentity | null;
}

/**
 * Change refs of a remote, sending what it lacks out of a repository. Each ref is decided on its own; none moves that is not where the
 * caller saw it. Errors: GitError when the remote cannot be asked, or does not say what became of it.
 */
export async function pushRefs(repository: Repository, remote: string, { updates, limits = usualLimits, identity = null }: Push): Promise<Pushed> {
  const transport = transportTo(remote, limits, identity);
  try {
    return await transport.push(repository, updates);
  } finally {
    transport.close();
  }
}

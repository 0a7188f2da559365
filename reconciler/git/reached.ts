/** A connection that is made before anybody knows whether it is needed: to be there by the time that somebody asks for that remote. */
import { GitError } from './error.ts';
import { usualLimits } from './http.ts';
import type { SshIdentity } from './ssh/identity.ts';
import type { Transport } from './transport.ts';
import { transportTo } from './transports.ts';

export interface Reached {
  /** Have the connection, where it leads to this remote. Nobody has it twice. */
  take(remote: string): Transport | null;
  /** Give it up, where nobody has it. */
  close(): void;
}

/** Begin to connect. What goes wrong is told to whoever takes it. */
export function reach(remote: string, identity: SshIdentity): Reached {
  let way = begun(remote, identity);
  const take = (): Transport | null => {
    const taken = way;
    way = null;
    return taken;
  };
  return { take: (wanted) => (wanted === remote ? take() : null), close: () => take()?.close() };
}

/** Shape: null for what cannot be a remote, and where there is nothing to connect to beforehand. */
function begun(remote: string, identity: SshIdentity): Transport | null {
  try {
    const way = transportTo(remote, usualLimits, identity);
    way.connect?.();
    return way.connect === undefined ? null : way;
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

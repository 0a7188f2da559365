/** Fetching over ssh, as a process does that has just begun. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { openMirror } from '../../../reconciler/git/mirror.ts';
import { fetchBranch, type Fetched } from '../../../reconciler/git/remote.ts';
import { recordTip } from '../../../reconciler/git/ratchet.ts';
import type { SshIdentity } from '../../../reconciler/git/ssh/identity.ts';
import { room } from './fixture.ts';

export const limits = { wholeSeconds: 30, silenceSeconds: 20, packBytes: 10_000_000 };

/** The file that is committed. */
export const path = 'desired-state/members/ada/member.yaml';

/** Fetch main as a new process would, and go to where it is. */
export async function fetched(directory: string, url: string, identity: SshIdentity, bounds = limits): Promise<Fetched> {
  const mirror = await openMirror(directory);
  const result = await fetchBranch(mirror, { remotes: [url], branch: 'main', limits: bounds, identity });
  if (result.remote !== null && result.tip !== null) await recordTip(mirror, { oid: result.tip, time: 0, trusted: null });
  return result;
}

/** What a fetch that must fail says. */
export async function failure(url: string, identity: SshIdentity, bounds = limits): Promise<string> {
  const { remote, failures } = await fetched(join(room(), 'mirror'), url, identity, bounds);
  expect(remote).toBeNull();
  return failures[0]?.message ?? '';
}

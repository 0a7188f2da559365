import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openMirror } from '../../../reconciler/git/mirror.ts';
import { snapshotOf } from '../../../reconciler/git/snapshot.ts';
import { follow, type Followed } from '../../../reconciler/trust/follow.ts';
import { serve } from './server.ts';

/** Nobody in a test is waited for any longer. */
export const limits = { wholeSeconds: 30, silenceSeconds: 3, packBytes: 10_000_000 };
/** The document that commits change. */
export const path = 'desired-state/members/ada/member.yaml';

/** Follow main as a new process would: with a mirror opened anew. */
export async function run(directory: string, remotes: readonly string[], now = 0): Promise<Followed & { readonly tip: string }> {
  const followed = await follow(await openMirror(directory), { remotes, branch: 'main', limits }, { now, pin: null });
  await followed.keep();
  return { ...followed, tip: followed.trusted.commit };
}

/** Read the one document of a commit. */
export async function textAt(directory: string, oid: string): Promise<string> {
  const { files } = await snapshotOf(await openMirror(directory), oid);
  return Buffer.from(files.find((file) => file.path === path)?.bytes ?? []).toString();
}

/** List a mirror's packs. */
export function packs(mirror: string): readonly string[] {
  return readdirSync(join(mirror, 'objects/pack')).filter((name) => name.endsWith('.pack'));
}

/** Serve a repository over http. */
export async function served(repository: string): Promise<{ readonly url: string; readonly asked: string[] }> {
  const server = await serve(dirname(repository));
  return { url: `${server.url}/${basename(repository)}`, asked: server.asked };
}

/** Change one bit near the end. */
export function flipped(body: Buffer): Buffer {
  const changed = Buffer.from(body);
  const at = changed.length - 40;
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

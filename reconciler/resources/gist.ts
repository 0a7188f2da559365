/**
 * What of a program's answer counts. Some print, beside what is set, what changes all day long without anybody asking croft for anything: how much
 * is in use, or what whoever a directory belongs to may set there. Two answers of one gist are one answer to every kind.
 */
import { digest } from '../model/digest.ts';
import type { Output } from './answer.ts';
import { projectLimits, projectsOf } from './project.ts';
import { qgroupLimits } from './qgroup.ts';

/** Digest what of an answer any kind would go by. Shape: `sha256:<64 hex digits>`. */
export function gist(argv: readonly string[], { status, stdout }: Output): string {
  return digest(JSON.stringify([status, counted(argv, stdout)]));
}

function counted([program, noun]: readonly string[], stdout: string): unknown {
  if (program === 'repquota') return [...projectLimits(stdout)];
  if (program === 'lsattr') return [...projectsOf(stdout)];
  if (program === 'btrfs' && noun === 'qgroup') return [...qgroupLimits(stdout)];
  return stdout;
}

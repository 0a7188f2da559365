import { describe, expect, it } from 'vitest';
import { must } from '../coop.ts';
import { exec, type Host } from '../lab.ts';
import { advance, compare, place, settle, type Pendulum } from './walk.ts';

/** What the kernel is asked for, by what points.cjs calls it. */
const systemCalls = { rename: ['rename', 'renameat', 'renameat2'], fsync: ['fsync', 'fdatasync'], link: ['link', 'linkat'], symlink: ['symlink', 'symlinkat'] } as const;
/** Some moments of a run: the n-th call of a sort in the first thread, which makes all that changes the host. */
const moments = [['rename', 1], ['rename', 9], ['rename', 23], ['fsync', 4], ['fsync', 30]] as const;

/** The kernel itself says where the points are, and kills at some of them. */
export function strace(history: () => Pendulum): void {
  describe.sequential('the points of a run, seen by the kernel', () => {
    it('are those that are counted', async () => {
      const { host } = history();
      await advance(history());
      const { status, stderr } = await traced(host, [...Object.values(systemCalls).flat(), 'execve'].join(','), []);
      expect({ status, stderr }).toMatchObject({ status: 0 });
      const [counted, seen] = await Promise.all(['points.log', 'strace.log'].map(async (name) => (await must(exec(host, ['cat', `${place}/${name}`]))).stdout.split('\n')));
      for (const [name, calls] of Object.entries(systemCalls)) {
        const here = (counted ?? []).filter((line) => line.split(' ')[1] === name).length;
        const there = (seen ?? []).filter((line) => calls.some((call) => line.includes(` ${call}(`))).length;
        console.log(`${name}: ${here} counted, ${there} seen by the kernel`);
        expect(there, name).toBe(here);
      }
      // A program is looked for in each directory of PATH: what counts is who tries. The first is croft itself.
      const programs = new Set((seen ?? []).filter((line) => line.includes(' execve(')).map((line) => line.split(' ')[0])).size - 1;
      const started = (counted ?? []).filter((line) => line.split(' ')[1] === 'exec').length;
      console.log(`exec: ${started} counted, ${programs} seen by the kernel`);
      expect(programs).toBe(started);
    });

    it.each(moments)('killed by the kernel at %s %i: no torn file, and the next run finishes', async (call, when) => {
      const { host } = history();
      await advance(history());
      const { status } = await traced(host, call, ['-e', `inject=${call}:signal=KILL:when=${when}`]);
      expect(status).toBe(137);
      expect(await compare(history())).toEqual({ torn: [], lost: [] });
      expect(await settle(history())).toMatchObject({ run: 0, plan: 0, different: [] });
    });
  });
}

/** A run under strace: croft's own threads, not the programs that it starts (`-b execve`). */
function traced(host: Host, calls: string, more: readonly string[]): ReturnType<typeof exec> {
  const options = ['-f', '--seccomp-bpf', '-b', 'execve', '-qq', '-o', `${place}/strace.log`, '-e', `trace=${calls}`, '-e', 'signal=none', ...more];
  const fault = `NODE_OPTIONS=--require ${place}/points.cjs`;
  return exec(host, ['sh', '-c', `rm -f ${place}/points.log; exec "$@"`, 'sh', 'env', fault, `POINTS_LOG=${place}/points.log`, 'strace', ...options, '/usr/bin/croft', 'reconcile'], { timeoutSeconds: 300 });
}

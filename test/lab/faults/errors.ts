import { describe, expect, it } from 'vitest';
import { must } from '../coop.ts';
import { exec, fill } from '../lab.ts';
import { advance, compare, settle, walk, type Pendulum, type Point } from './walk.ts';

/** Every call that can find the disk full or broken. */
const calls = ['open', 'write', 'fsync', 'rename', 'link', 'symlink', 'mkdir'];
const faults: readonly { readonly [variable: string]: string }[] = [
  { POINTS_DO: 'ENOSPC' },
  { POINTS_DO: 'EIO' },
  { POINTS_DO: 'ENOSPC', POINTS_LAST: 'end' },
  { POINTS_DO: 'EIO', POINTS_LAST: 'end' },
];

/** A disk that is full or broken is a failure of somebody's, never a stack trace, and the next run makes up for it. */
export function errors(history: () => Pendulum, long: boolean): void {
  describe('a disk that refuses', () => {
    it.each(long ? faults.map((fault) => ({ each: [fault] })) : [{ each: faults }])('at every point is a failure with its owner, and the next run finishes: $each', async ({ each }) => {
      const { points, cut } = await walk(history(), { calls, faults: each });
      const hit = points.filter(({ number, points: all }) => all >= number);
      console.log(`errors: ${hit.length} points, ${(points.reduce((sum, { seconds }) => sum + seconds, 0) / points.length).toFixed(2)} s each`);
      console.log(hit.map((p) => `${p.number} ${p.side} ${JSON.stringify(p.fault)} ${p.point} → ${p.status} ${JSON.stringify(p.failed?.map(({ id, owner, result }) => `${id} ${owner} ${result}`))} ${p.said.slice(0, 200).replaceAll('\n', ' | ')}`).join('\n'));
      expect(cut).toBeNull();
      expect(hit.filter((point) => ![1, 3].includes(point.status as number) || !isSaid(point)).map(told)).toEqual([]);
      expect(points.filter(({ torn, lost, after }) => torn.length > 0 || lost.length > 0 || after.run !== 0 || after.plan !== 0 || after.different.length > 0).map(told)).toEqual([]);
    }, 3_600_000);

    it('a disk that is really full', async () => {
      const { host } = history();
      await advance(history());
      await fill(host);
      try {
        const { status, stdout, stderr } = await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 300 });
        console.log(status, stdout, stderr);
        expect([1, 3]).toContain(status);
        expect(stdout + stderr).toMatch(/no space left/i);
        expect(stdout + stderr).not.toMatch(/^ {4}at /m);
        expect(await compareWithout(history())).toEqual([]);
      } finally {
        await must(exec(host, ['rm', '-f', '/lab-fill']));
      }
      expect(await settle(history())).toMatchObject({ run: 0, plan: 0, different: [] });
    });

    it('a file system that is read-only', async () => {
      const { host } = history();
      await advance(history());
      await must(exec(host, ['mount', '-o', 'remount,bind,ro', '/']));
      try {
        const { status, stdout, stderr } = await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 300 });
        console.log(status, stdout, stderr);
        expect([1, 3]).toContain(status);
        expect(stdout + stderr).toMatch(/read-only/i);
        expect(stdout + stderr).not.toMatch(/^ {4}at /m);
      } finally {
        await must(exec(host, ['mount', '-o', 'remount,bind,rw', '/']));
      }
      expect(await settle(history())).toMatchObject({ run: 0, plan: 0, different: [] });
    });
  });
}

/** A run that could say how it ended names an owner for each failure; one that could not says what it cannot do, in one line and no trace. */
function isSaid({ status, said, failed }: Point): boolean {
  if (/^ {4}at /m.test(said)) return false;
  return status === 3 ? (failed ?? []).length > 0 && (failed ?? []).every(({ owner, because }) => owner !== '' && (because ?? '') !== '') : /cannot .*(?:ENOSPC|EIO|space|error)/i.test(said);
}

function told({ number, side, fault, point, status, torn, lost, said, failed, after }: Point): object {
  return { number, side, fault, point, status, torn, lost, said: said.slice(0, 600), failed, after };
}

async function compareWithout(history: Pendulum): Promise<readonly string[]> {
  return (await compare(history)).torn;
}

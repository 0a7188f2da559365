import { describe, expect, it } from 'vitest';
import { must } from '../coop.ts';
import { exec, fill, type Host } from '../lab.ts';
import { isBad, shared } from './crash.ts';
import { advance, compare, settle, walk, type Pendulum, type Point } from './walk.ts';

/** Every call that can find the disk full or broken. */
const calls = ['open', 'write', 'fsync', 'rename', 'link', 'symlink', 'mkdir'];
const faults: readonly { readonly [variable: string]: string }[] = [
  { POINTS_DO: 'ENOSPC' },
  { POINTS_DO: 'EIO' },
  { POINTS_DO: 'ENOSPC', POINTS_LAST: 'end' },
  { POINTS_DO: 'EIO', POINTS_LAST: 'end' },
];

/** A call that fails is a failure of somebody's, never a stack trace, and the next run makes up for it. One fault a point; with `long`, each. */
export function errors(histories: () => readonly Pendulum[], long: boolean): void {
  describe.sequential('a disk that refuses', () => {
    it.each(long ? faults.map((fault) => ({ each: [fault] })) : [{ each: faults }])('is at every point a failure with its owner, and the next run finishes: $each', async ({ each }) => {
      const walked = await Promise.all(shared(histories(), long).map(async ({ history, walks }) => {
        const [first = {}] = walks;
        return { host: history.host, ...(await walk(history, { calls, faults: each, seconds: 7000, ...first })) };
      }));
      for (const { host, points } of walked) console.log(summary(host, points));
      for (const { points, cut } of walked) {
        expect(cut).toBeNull();
        expect(points.filter((point) => point.points >= point.number && !isSaid(point)).map(told)).toEqual([]);
        expect(points.filter(isBad).map(told)).toEqual([]);
      }
    }, 7_200_000);
  });
}

function summary(host: Host, points: readonly Point[]): string {
  const hit = points.filter(({ number, points: all }) => all >= number);
  const ends = [...new Set(hit.map(({ status }) => status))].map((status) => `${hit.filter((each) => each.status === status).length} ended with ${status}`);
  const words = new Map(hit.flatMap(({ said }) => said.split('\n').filter((line) => refusals.test(line)).map((line) => [line.replace(/\S*\/\S*/g, '…').replace(/\d+/g, '#'), line] as const)));
  return `errors on ${host}: ${hit.length} points, ${(points.reduce((sum, { seconds }) => sum + seconds, 0) / points.length).toFixed(2)} s each; ${ends.join(', ')}; for example:\n${[...words.values()].join('\n')}`;
}

/** What croft writes in: all of it, or all but its own records, so that the run comes as far as to the host itself. */
const places = ['/etc /var/lib/croft /var/lib/extrausers', '/etc /var/lib/extrausers'];

/** A disk without room, and one that cannot be written to at all: not told to croft by us, but by the kernel. */
export function fullDisk(history: () => Pendulum): void {
  describe.sequential('a file system', () => {
    it('that is really full: a failure that says so, and the next run finishes', async () => {
      const { host } = history();
      await advance(history());
      try {
        await fill(host, 1024);
        await exec(host, ['dd', 'if=/dev/zero', 'of=/lab-fill-rest', 'bs=1k']);
        const { status, stdout, stderr } = await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 300 });
        expect([1, 3]).toContain(status);
        expect(stdout + stderr).toMatch(/the disk is full/);
        expect(stdout + stderr).not.toMatch(/^ {4}at /m);
        expect(await compare(history())).toEqual({ torn: [], lost: [] });
      } finally {
        await must(exec(host, ['rm', '-f', '/lab-fill', '/lab-fill-rest']));
      }
      expect(await settle(history())).toMatchObject({ run: 0, plan: 0, different: [] });
    });

    it.each(places)('that is read-only at %s: a failure that says so, and the next run finishes', async (where) => {
      const { host } = history();
      await advance(history());
      // For this run alone: on the host itself something always has a file open in these, and they could not be given back.
      const readOnly = `for place in ${where}; do mount --bind $place $place; mount -o remount,bind,ro $place; done; exec croft reconcile`;
      const { status, stdout, stderr } = await exec(host, ['unshare', '--mount', '--propagation', 'private', 'sh', '-ec', readOnly], { timeoutSeconds: 300 });
      expect([1, 3]).toContain(status);
      expect(stdout + stderr).toMatch(/the file system is read-only/);
      expect(stdout + stderr).not.toMatch(/^ {4}at /m);
      expect(await compare(history())).toEqual({ torn: [], lost: [] });
      expect(await settle(history())).toMatchObject({ run: 0, plan: 0, different: [] });
    });
  });
}

/** What cannot be done, at which path, and what the system says to it in words. */
const refusals = /cannot [^\n]*\/[^\n]*: (?:the disk is full|the disk has an error)/;

/** A run that could say how it ended names an owner for each failure; one that could not says what it cannot do, in one line and no trace. */
function isSaid({ status, said, failed }: Point): boolean {
  if (/^ {4}at /m.test(said)) return false;
  const lines = said.split('\n').filter((line) => refusals.test(line));
  if (status === 1) return lines.length > 0;
  const failures = failed ?? [];
  if (status !== 3 || failures.some(({ owner, because }) => owner === '' || (because ?? '') === '')) return false;
  // All was done, and only how it went could not be written down: said, too.
  return failures.length > 0 || lines.some((line) => line.startsWith('note: '));
}

function told({ number, side, fault, point, status, torn, lost, said, failed, after }: Point): object {
  return { number, side, fault, point, status, torn, lost, said: said.slice(0, 600), failed, after };
}

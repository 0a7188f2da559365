import { describe, expect, it } from 'vitest';
import { must } from '../coop.ts';
import { exec, type Host } from '../lab.ts';
import { outages, unexplained, watchServices, type Missed, type Outage, type Watched } from './prober.ts';
import { domain, type Village } from './village.ts';
import { walk, type Pendulum, type Point, type Walk, type Walked } from './walk.ts';

/** Every call by which a run changes its host, and every program that it starts. */
const calls = ['rename', 'fsync', 'unlink', 'link', 'symlink', 'mkdir', 'rmdir', 'chmod', 'chown', 'exec'];

/**
 * A run that changes all services, killed at its points: every twelfth in an ordinary run, all of them with CROFT_LAB_EVERY=1, by turns on
 * the one host and on the other where there are two, at the same time; with `long`, every point on every host, on both ways.
 */
export function crash(histories: () => readonly Pendulum[], long: boolean): void {
  describe.sequential('the crash matrix', () => {
    it('leaves no torn file at any point, and the next run finishes, while all services answer', async () => {
      const walked = await Promise.all(shared(histories(), long).map((part) => watchedWalk(part)));
      for (const { host, points, watched } of walked) console.log(summary(host, points, watched));
      for (const { points, cut, gaps, silent } of walked) {
        expect(cut).toBeNull();
        expect(points.filter(isBad)).toEqual([]);
        expect(points.filter(({ number, points: all, status }) => status !== (all >= number ? 'SIGKILL' : 0))).toEqual([]);
        expect(survivedEarly(points)).toEqual([]);
        expect(gaps).toEqual([]);
        expect(silent.filter(({ milliseconds }) => milliseconds > longestReload)).toEqual([]);
      }
    }, 7_200_000);
  });
}

/** How long a daemon may be silent while it reads its configuration again: sshd closes its port and opens it again. Units: milliseconds. */
const longestReload = 1000;
/** By how many points two runs on the same way may differ. */
const unsteady = 10;

/** Runs that ended before their point came, though a run on the same way was killed at a later one: that is, not at the end of the walk. */
function survivedEarly(points: readonly Point[]): readonly Point[] {
  const last = (side: Point['side']): number => Math.max(0, ...points.filter((point) => point.side === side && point.status === 'SIGKILL').map(({ number }) => number));
  const lasts = { A: last('A'), B: last('B') };
  return points.filter(({ side, status, number, points: all }) => status === 0 && (number <= lasts[side] - unsteady || all < lasts[side] - unsteady));
}

/** An ordinary run takes every so many-th point only: each of them, on both hosts, is some hundreds of runs. */
const every = Number(process.env['CROFT_LAB_EVERY'] ?? 12);
/** The first of them: so all of them can also be taken in several runs. */
const from = Number(process.env['CROFT_LAB_FROM'] ?? 1);

/** A part of the points, for one host. */
export interface Part {
  readonly history: Pendulum;
  readonly walks: readonly Pick<Walk, 'from' | 'every' | 'first'>[];
}

/** Which points each host takes. One walk has every point on one of the two ways, for these take turns; a second one that begins the other way has the others. */
export function shared(histories: readonly Pendulum[], long: boolean): readonly Part[] {
  if (long) return histories.map((history) => ({ history, walks: [{ first: 'A' }, { first: 'B' }] }));
  return histories.map((history, index) => ({ history, walks: [{ from: from + index * every, every: every * histories.length }] }));
}

/** Is anything torn, lost or left undone? */
export function isBad({ torn, lost, after }: Point): boolean {
  return torn.length > 0 || lost.length > 0 || after.run !== 0 || after.plan !== 0 || after.different.length > 0;
}

async function watchedWalk({ history, walks }: Part): Promise<Walked & { readonly host: Host; readonly watched: Watched; readonly gaps: readonly Missed[]; readonly silent: readonly Outage[] }> {
  const stop = watchServices(history.host);
  const walked: Walked[] = [];
  try {
    for (const part of walks) walked.push(await walk(history, { calls, faults: [{ POINTS_DO: 'kill' }], seconds: 7000, ...part }));
  } finally {
    await stop();
  }
  const watched = await stop();
  return {
    host: history.host, watched, silent: outages(watched), gaps: await unexplained(history.host, watched),
    points: walked.flatMap(({ points }) => points), cut: walked.find(({ cut }) => cut !== null)?.cut ?? null,
  };
}

function summary(host: Host, points: readonly Point[], watched: Watched): string {
  const { asked, slowest, missed } = watched;
  const { length: over } = points.filter(({ status }) => status === 0);
  const killed = points.filter(({ status }) => status === 'SIGKILL');
  const seconds = points.reduce((sum, each) => sum + each.seconds, 0);
  const kinds = new Map<string, number>();
  for (const { point } of killed) kinds.set(point.split(' ')[0] ?? '', (kinds.get(point.split(' ')[0] ?? '') ?? 0) + 1);
  return `crash matrix on ${host}: killed at ${killed.length} points (${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}), ${(seconds / points.length).toFixed(2)} s each; `
    + `${over} runs were over before their point; asked ${JSON.stringify(asked)}, slowest ${JSON.stringify(slowest)} ms, ${missed.length} not answered: ${JSON.stringify(outages(watched))}`;
}

/** Files in homes, letters in mailboxes, and pages for the co-op's site: what no fault may touch. */
export async function seedData({ host }: Village): Promise<void> {
  await must(exec(host, ['sh', '-ec', `
    mkdir -p /srv/www/welcome && echo welcome > /srv/www/welcome/index.html
    for who in ada carol dana; do
      install -d -o $who -g $who /home/$who/web && echo "this is $who" > /home/$who/web/index.html && chown $who:$who /home/$who/web/index.html
      head -c 300000 /dev/urandom > /home/$who/photo && chown $who:$who /home/$who/photo
    done
    for address in ada@ada.example dana@${domain}; do
      for number in 1 2 3; do printf 'From: <x@elsewhere.example>\\nSubject: letter %s\\n\\nHello.\\n' $number | doveadm save -u $address -m INBOX; done
    done`]));
}

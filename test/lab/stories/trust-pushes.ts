import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { get, must, untold, type Coop } from '../coop.ts';
import { addresses, net } from '../lab.ts';
import { stepsOf, table } from '../push-steps.ts';
import { change, client, environment } from '../trust-clients.ts';
import { status as coopStatus, tip } from '../trust-server.ts';

const stopwatch = fileURLToPath(new URL('../trust-stopwatch.mjs', import.meta.url));
/** What the measurement says is kept here, with the lab. */
const figures = join(process.env['CROFT_LAB'] ?? '/var/tmp/croft-lab', 'pushes.json');
/** As many as show that each is live; whoever wants a distribution says more (README.md). */
const pushes = Number(process.env['CROFT_LAB_PUSHES'] ?? 6);
/** How long is waited before each. Units: seconds. */
const apart = Number(process.env['CROFT_LAB_APART'] ?? 0);

interface Measured {
  readonly who: string;
  readonly pushMs: number;
  readonly liveMs: number | null;
  readonly wallClock: number;
}

/** Two members and their sites, on two hosts. */
const racers = [
  { who: 'ada', host: 'main', site: 'race.ada.example' },
  { who: 'bob', host: 'dynamic', site: 'race.bob.example' },
] as const;

/** From a push to what visitors see. */
export function trustPushes(coop: () => Coop): void {
  const path = (index: number): string => `members/${racers[index]?.who}/vhosts/${racers[index]?.site}.yaml`;
  const to = (target: string, host: string): string => (host === 'main' ? `redirect: { to: "${target}", keep-path: false }\n` : `proxy: { port: 20010 }\nredirects: [{ from: /, to: "${target}", status: 302 }]\n`);

  describe('pushes', () => {
    it('answers a push with its preview, is told to the host that it concerns, and the change is live', async () => {
      const before = await tip();
      await expect.poll(async () => (await coopStatus()).hosts.map(({ report }) => report?.commit), { timeout: untold, interval: 1000 }).toEqual([before, before, before]);
      for (const [index, { who, host, site }] of racers.entries()) {
        const { status, stderr } = await change(client(coop(), who), path(index), to('https://elsewhere.example/start', host));
        expect(status, stderr).toBe(0);
        expect(stderr).toMatch(/remote: preview [0-9a-f]{10} → [0-9a-f]{10} \(main\)/);
        expect(stderr).toContain(`+ site ${site}`);
        expect(stderr).toMatch(new RegExp(`remote: ${host}: will look for news`));
        if (index === 0) expect(stderr).toMatch(/remote: nothing changes on 2 other hosts: each looks for news within a minute/);
        await expect.poll(async () => (await get(host, 'ipv4', { name: site })).location, { timeout: untold, interval: 100 }).toBe('https://elsewhere.example/start');
      }
    });

    it(`makes each of ${pushes} pushes live`, { timeout: 3_600_000 }, async () => {
      const list = Array.from({ length: pushes }, (_, each) => {
        const { who, host, site } = racers[each % 2 === 0 ? 0 : 1];
        const { clone, ...home } = client(coop(), who);
        const location = `https://elsewhere.example/${each}`;
        return { who, environment: environment(home), clone, file: join(clone, 'desired-state', path(each % 2)), text: to(location, host), address: addresses[host].ipv4, name: site, location };
      });
      const { stdout } = await must(net(['node', stopwatch, `${apart}`], { input: JSON.stringify(list), timeoutSeconds: 3500 }));
      const measured = JSON.parse(stdout) as readonly Measured[];
      writeFileSync(figures, `${JSON.stringify(measured)}\n`);
      for (const who of [null, 'ada', 'bob']) process.stdout.write(`${summary(measured.filter((each) => who === null || each.who === who), who ?? 'all')}\n`);
      const steps = await stepsOf(measured.flatMap(({ who, pushMs, liveMs, wallClock }) => {
        const host = racers.find((racer) => racer.who === who)?.host;
        return host === undefined || liveMs === null ? [] : [{ host, begun: wallClock - pushMs, live: wallClock + liveMs }];
      }));
      const told = steps.filter((each) => each !== null);
      process.stdout.write(`The steps of ${told.length} pushes, from the beginning of git push, the median of each:\n${table(told)}\n`);
      expect(measured.filter(({ liveMs }) => liveMs === null)).toEqual([]);
      expect(measured).toHaveLength(pushes);
    });
  });
}

function summary(measured: readonly Measured[], who: string): string {
  return `${measured.length} pushes${apart > 0 ? `, ${apart} s apart` : ''} (${who}): live ${spread(measured.flatMap(({ liveMs }) => liveMs ?? []))} after git push returned; push itself ${spread(measured.map(({ pushMs }) => pushMs))}`;
}

/** Units: milliseconds. */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? NaN;
  return `min ${sorted[0]} p50 ${at(0.5)} p90 ${at(0.9)} p99 ${at(0.99)} max ${sorted.at(-1)} ms`;
}

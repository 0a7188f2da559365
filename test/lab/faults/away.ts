import { describe, expect, it } from 'vitest';
import { must, report } from '../coop.ts';
import { addresses, exec, heal, net, part, type Host } from '../lab.ts';
import { documents, domain, publish, write, type Side, type Village } from './village.ts';
import { faulty, follow, type Pendulum } from './walk.ts';

const page = `/etc/apache2/croft/sites/www.${domain}.conf`;
const nobody = '02:00:00:00:00:99';

/** Ways of being cut off: what is done and undone. A frame to an address that nobody has is lost without a word. */
const cuts = (host: Host): readonly { readonly name: string; readonly cut: () => Promise<unknown>; readonly mend: () => Promise<unknown> }[] => [
  { name: 'both ways: the cable is out', cut: () => part(host), mend: () => heal(host) },
  {
    name: 'one way: what the host says is lost',
    cut: () => must(exec(host, ['ip', 'neighbour', 'replace', addresses.tester.ipv4, 'lladdr', nobody, 'dev', 'host0', 'nud', 'permanent'])),
    mend: () => must(exec(host, ['ip', 'neighbour', 'del', addresses.tester.ipv4, 'dev', 'host0'])),
  },
  {
    name: 'one way: what the host is told is lost',
    cut: () => must(net(['ip', 'neighbour', 'replace', addresses[host].ipv4, 'lladdr', nobody, 'dev', 'bridge', 'nud', 'permanent'])),
    mend: () => must(net(['ip', 'neighbour', 'del', addresses[host].ipv4, 'dev', 'bridge'])),
  },
];

/** A host without its remotes goes on with what it knew last, and says how old that is. */
export function away(village: () => Village, history: () => Pendulum): void {
  describe.sequential('cut off from the remote', () => {
    it('starts from a host that follows the remote again', async () => {
      const { host } = village();
      await follow(village(), history());
      await to(village(), 'A');
      expect(await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 300 })).toMatchObject({ status: 0 });
    });

    it.each([0, 1, 2])('goes on, mends what was changed by hand, and says how old its commit is (way %i)', async (index) => {
      const { host } = village();
      const { name, cut, mend } = cuts(host)[index] ?? {};
      await cut?.();
      const began = Date.now();
      try {
        await must(exec(host, ['sh', '-c', `echo '# by hand' >> ${page}`]));
        const { status, stdout } = await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 300 });
        expect({ status, name }).toEqual({ status: 0, name });
        expect((Date.now() - began) / 1000, name).toBeLessThan(120);
        expect(stdout).toMatch(/did not answer/);
        expect(stdout).toMatch(/the last good commit is used; a remote last confirmed it (?:\d+ \w+|just) ?/);
        expect((await exec(host, ['grep', '-c', 'by hand', page])).stdout.trim()).toBe('0');
        expect(await report(host)).toMatchObject({ remote: null });
      } finally {
        await mend?.();
      }
      expect(await exec(host, ['croft', 'reconcile'])).toMatchObject({ status: 0 });
      expect((await report(host)).remote).toBe(village().url);
    });
  });

  describe.sequential('a clock that is wrong', () => {
    const day = 86_400_000;
    it.each([
      { name: 'a host a year ahead', clock: 365 * day }, { name: 'a host that is right again', clock: 0 }, { name: 'a host twenty years behind', clock: -20 * 365 * day }, { name: 'a host that is right', clock: 0 },
    ])('$name takes the change, and serial numbers grow', async ({ clock }) => {
      const { host } = village();
      const before = await serial(host);
      const side = (await record(host)) === 'A' ? 'B' : 'A';
      await to(village(), side);
      const { status, stdout, stderr } = await faulty(host, ['reconcile'], { POINTS_CLOCK: String(clock) });
      expect({ status, said: stdout + stderr }).toMatchObject({ status: 0 });
      expect(await record(host)).toBe(side);
      expect(grown(before, await serial(host))).toBe(true);
      expect(Math.abs((await report(host)).startedAt - clock - Date.now())).toBeLessThan(120_000);
      expect((await exec(host, ['croft', 'plan', '--exit-code'])).status).toBe(0);
    });

    it.each(['2098-01-01T00:00:00Z', '1999-01-01T00:00:00Z', '2027-06-01T12:00:00+1400'])('commits dated %s are taken in the order of their parents', async (date) => {
      const { host } = village();
      const before = await serial(host);
      const side = (await record(host)) === 'A' ? 'B' : 'A';
      const revision = await to(village(), side, date);
      expect(await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 300 })).toMatchObject({ status: 0 });
      expect(await report(host)).toMatchObject({ revision, holds: [] });
      expect(await record(host)).toBe(side);
      expect(grown(before, await serial(host))).toBe(true);
    });

    it('an allowance that is over by this clock lets nothing pass, and nothing is lost by it', async () => {
      const { host } = village();
      await to(village(), 'A');
      expect(await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 300 })).toMatchObject({ status: 0 });
      const revision = await to(village(), 'B'); // takes old.ada.example away
      const late = await faulty(host, ['reconcile'], { POINTS_CLOCK: String(90 * 365 * day) });
      expect({ status: late.status, said: late.stdout + late.stderr }).toMatchObject({ status: 4 });
      expect((await exec(host, ['test', '-e', '/etc/bind/croft/zones/old.ada.example.zone'])).status).toBe(0);
      expect(await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 300 })).toMatchObject({ status: 0 });
      expect(await report(host)).toMatchObject({ revision });
      expect((await exec(host, ['test', '-e', '/etc/bind/croft/zones/old.ada.example.zone'])).status).not.toBe(0);
    });
  });
}

/** Push one side of the village. Shape: the commit. */
async function to(village: Village, side: Side, date?: string): Promise<string> {
  write(village, documents(village, side));
  return publish(village, `to ${side}`, date === undefined ? {} : { date });
}

/** Which side the host's name server tells of. */
async function record(host: Host): Promise<string> {
  return (await dig(host, `side.${domain}`, 'TXT')).replaceAll('"', '');
}

async function serial(host: Host): Promise<number> {
  return Number((await dig(host, domain, 'SOA')).split(' ')[2]);
}

async function dig(host: Host, name: string, type: string): Promise<string> {
  return (await net(['dig', '+short', '+time=3', '+tries=3', `@${addresses[host].ipv4}`, name, type])).stdout.trim();
}

/** RFC 1982: numbers that go in a circle. */
function grown(before: number, after: number): boolean {
  const step = (after - before + 2 ** 32) % 2 ** 32;
  return step > 0 && step < 2 ** 31;
}

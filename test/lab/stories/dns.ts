import { describe, expect, it } from 'vitest';
import { declared, type Coop } from '../coop.ts';
import { addresses, net, type Host } from '../lab.ts';

/** Every zone on the primary and, by transfer, on the secondary. */
export function dns(coop: () => Coop): void {
  describe('DNS', () => {
    it('main and dynamic agree on every zone, over IPv4 and IPv6', async () => {
      const { zones } = declared(coop());
      expect(zones.length).toBeGreaterThan(5);
      for (const { name } of zones) {
        const answers = await Promise.all([addresses.main.ipv4, addresses.main.ipv6, addresses.dynamic.ipv4, addresses.dynamic.ipv6].map((server) => settled(name, server)));
        expect(answers[0], name).toMatch(/hostmaster/);
        expect(new Set(answers).size, `${name}: ${answers.join(' | ')}`).toBe(1);
      }
    });

    it('answers every declared record on both', async () => {
      for (const zone of declared(coop()).zones) {
        for (const record of zone.records) {
          const name = record.name.replace(/^\*/, 'anything');
          const [primary, secondary] = await Promise.all((['main', 'dynamic'] as const).map((host) => dig(host, name, record.data.type)));
          expect(primary, `${record.name} ${record.data.type}`).not.toBe('');
          expect(secondary, `${record.name} ${record.data.type}`).toBe(primary);
        }
      }
    });

    it('derives records from hosts, sites and mail', async () => {
      const { hosts, vhosts, mailDomains, zones } = declared(coop());
      for (const host of hosts) expect(await dig('dynamic', host.fqdn, 'A')).toContain(host.ipv4);
      const zoned = (name: string): boolean => zones.some((zone) => name === zone.name || name.endsWith(`.${zone.name}`));
      for (const site of vhosts.filter(({ name }) => zoned(name))) expect(await dig('dynamic', site.name, 'AAAA'), site.name).not.toBe('');
      for (const domain of mailDomains.filter(({ name }) => zoned(name))) expect(await dig('dynamic', domain.name, 'MX'), domain.name).not.toBe('');
      expect(await ask('dynamic', ['-x', addresses.main.ipv4])).toContain('main.fairmeadow.example.');
      expect(await ask('dynamic', ['-x', addresses.main.ipv6])).toContain('main.fairmeadow.example.');
    });

    it('gives a zone to nobody without the key', async () => {
      const { stdout } = await net(['dig', '+time=3', '+tries=1', `@${addresses.main.ipv4}`, 'ada.example', 'AXFR']);
      expect(stdout).toContain('Transfer failed');
      expect((await net(['dig', '+time=3', '+tries=1', `@${addresses.dynamic.ipv4}`, 'ada.example', 'AXFR'])).stdout).toContain('Transfer failed');
    });

    it('resolves for nobody', async () => {
      const { stdout } = await net(['dig', '+time=3', '+tries=1', `@${addresses.main.ipv4}`, 'www.elsewhere.example', 'A']);
      expect(stdout).toMatch(/status: REFUSED/);
    });
  });
}

/** Ask for records: the answer, or, for a name that is delegated, where it is delegated to. */
export async function dig(host: Host, name: string, type: string): Promise<string> {
  return ask(host, [name, type]);
}

async function ask(host: Host, question: readonly string[]): Promise<string> {
  const { stdout } = await net(['dig', '+noall', '+answer', '+authority', '+time=3', '+tries=2', `@${addresses[host].ipv4}`, ...question]);
  return stdout.trim().split('\n').filter((line) => !/\sSOA\s/.test(line)).sort().join('\n');
}

async function settled(zone: string, server: string): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const { stdout } = await net(['dig', '+short', '+time=3', '+tries=2', `@${server}`, zone, 'SOA']);
    if (stdout.trim() !== '' || attempt === 20) return stdout.trim();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

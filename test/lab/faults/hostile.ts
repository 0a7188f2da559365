import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { login, must } from '../coop.ts';
import { exec, type Host } from '../lab.ts';
import type { Village } from './village.ts';
import { advance, faulty, interpreter, place, put, settle, type Pendulum } from './walk.ts';

/** How long the member goes on, in seconds: CROFT_LAB_HOSTILE. */
const seconds = Number(process.env['CROFT_LAB_HOSTILE'] ?? 45);

/** What changes on a host whoever does nothing, or what is this test's own. Everything else must stay as it is. */
const restless = [
  '^/(?:proc|sys)(?:/|$)', // the kernel's
  '^/home/ada/', // hers
  '^/var/log/', // logs, lastlog, the journal
  '^/run/(?:log|systemd|user|udev|dbus|utmp|sshd|lock|dovecot|apache2|named|croft)(?:/|$|\\.)', '^/run/[^/]*\\.pid$', // of this boot; croft's lock
  '^/var/lib/croft/', // croft's records: the inventory, the report, the mirror; the run itself checks them
  '^/var/lib/lab/', '^/var/cache/lab/', '^/lab-', '^/run/lab-', // the lab's
  '^/var/lib/systemd/(?:linger|timers|random-seed)', '^/var/spool/postfix/(?:active|defer|deferred|incoming|maildrop|pid|private|public|dev)(?:/|$)', '^/var/lib/postfix/', '^/var/lib/dovecot/',
  '^/var/cache/bind/', '^/dev/(?:pts|console|shm|mqueue)(?:/|$)', '^/var/lib/logrotate', '^/tmp/systemd-private', '^/var/tmp/systemd-private',
] as const;

/** While runs follow one another, a member does whatever she can, in every place where she can write. */
export function hostile(village: () => Village, history: () => Pendulum): void {
  describe.sequential('a hostile member on a live host', () => {
    it(`for ${seconds} s changes nothing outside her home, and no run fails`, async () => {
      const { host } = village();
      await put(host, `${place}/hostile.pl`, readFileSync(new URL('hostile.pl', import.meta.url)));
      await must(exec(host, ['chmod', '755', place]));
      while ((await advance(history())) !== 'A');
      await must(exec(host, ['croft', 'reconcile']));
      await must(login(village(), host, 'ada', 'true'));
      const before = await everything(host);

      let over = false;
      const attack = login(village(), host, 'ada', `perl ${place}/hostile.pl ${seconds}`, seconds + 240).finally(() => { over = true; });
      const runs: Run[] = [];
      for (let index = 0; !over || index % 2 === 1; index += 1) {
        await advance(history());
        // Her home's own mode and owner are croft's to set: there is something to mend in each run.
        await exec(host, ['chmod', index % 2 === 0 ? '0700' : '0755', '/home/ada']);
        runs.push(await measured(host));
      }
      const attacked = await attack;
      console.log(`${attacked.stdout}${runs.length} runs, at most ${Math.max(...runs.map((run) => run.seconds)).toFixed(1)} s and ${Math.round(Math.max(...runs.map(({ kib }) => kib)) / 1024)} MiB each`);
      expect(attacked.status).toBe(0);
      expect(runs.filter(({ status }) => status !== 0)).toEqual([]);
      expect(Math.max(...runs.map(({ kib }) => kib))).toBeLessThan(400 * 1024);
      expect(Math.max(...runs.map((run) => run.seconds))).toBeLessThan(60);
      expect(await settle(history())).toMatchObject({ run: 0, plan: 0, different: [] });
      const after = await everything(host);
      expect(changed(before, after)).toEqual([]);
    }, (seconds + 600) * 1000);

    it('who makes sshd send the host itself away for a while keeps no change of sshd from its place', async () => {
      const { host } = village();
      // Not ada: what her shell reads when she logs in may be a fifo of hers by now.
      const { stdout } = await must(login(village(), host, 'dana', `bash -c '${knocking}'`));
      // Debian 12's sshd has no such penalties.
      expect(stdout.trim()).toMatch(host === 'main' ? /^SSH-2\.0-/ : /^Not allowed at this time/);
      await advance(history());
      expect(await settle(history())).toMatchObject({ run: 0, plan: 0, different: [] });
    });
  });
}

/** Connects and leaves again, from the address at which croft asks, until it is enough; then says what sshd says. */
const knocking = [
  'for address in 127.0.0.1 ::1; do for turn in $(seq 40); do exec 3<>/dev/tcp/$address/22; read -r -t 2 word <&3; exec 3>&-; done; done',
  'exec 3<>/dev/tcp/127.0.0.1/22; read -r -t 2 word <&3; echo "$word"',
].join('; ');

interface Run {
  readonly status: number;
  readonly seconds: number;
  /** The most memory that croft itself had. */
  readonly kib: number;
  readonly said: string;
}

async function measured(host: Host): Promise<Run> {
  const began = Date.now();
  const { status, stdout, stderr } = await faulty(host, ['reconcile'], { POINTS_USAGE: `${place}/usage` });
  const kib = Number((await must(exec(host, ['cat', `${place}/usage`]))).stdout);
  return { status, seconds: (Date.now() - began) / 1000, kib, said: status === 0 ? '' : `${stdout}${stderr}`.slice(0, 3000) };
}

/** Owner, mode and content of everything on a host but what is restless. */
async function everything(host: Host): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await must(exec(host, [await interpreter(host), `${place}/look.mjs`, '["/"]', JSON.stringify(restless)], { timeoutSeconds: 300 }));
  return new Map(JSON.parse(stdout) as readonly (readonly [string, string])[]);
}

function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path)).map((path) => `${path}: ${before.get(path)} → ${after.get(path)}`);
}

/** A change by hand that was announced, put back at its time: also when the run is killed after any step, and when there is no room for a copy. */
import { afterEach, describe, expect, it } from 'vitest';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginReturns, settleAside, setAside, type Standing } from '../../reconciler/commands/aside.ts';
import type { Pause, Receipt } from '../../reconciler/model/aside.ts';
import { MachineError, type Machine, type Step } from '../../reconciler/model/machine.ts';
import { noAttempts } from '../../reconciler/plan/backoff.ts';
import { readPauses, writePauses } from '../../reconciler/plan/standing.ts';
import { perform } from '../../reconciler/reconcile.ts';
import { bare, byHand, discard, planned, run, trade, twin, type StoryHost } from './drive.ts';
import { base, snapshot } from './story.ts';

const site = '/etc/apache2/croft/sites/blog.ada.example.conf';
const night = '# made at night\n';
const pause: Pause = { scope: `file:${site}`, units: [], who: 'dana', why: 'a redirect', since: 1_700_000_000, until: 1_700_003_600, byHand: true };
const commits = [snapshot(base(), 0)];

const hosts: StoryHost[] = [];
afterEach(() => hosts.splice(0).forEach(discard));

async function atNight(): Promise<StoryHost> {
  const host = bare('one');
  hosts.push(host);
  await run(host, commits);
  await byHand(host, { append: site, text: night });
  await writePauses(host.machine, [pause]);
  return host;
}

/** A whole run as the command makes it, after the commit is understood. Units: `now` in unix seconds. */
async function night1(host: StoryHost, now: number, machine = host.machine): Promise<readonly string[]> {
  const whole = await planned(host, commits, machine);
  const standing: Standing = { pauses: (await readPauses(machine)).value, attempts: noAttempts, remotes: { asked: [], notices: [] }, notices: [], now };
  const looked = await setAside(machine, whole, standing);
  const { set, returning, notices } = await beginReturns(machine, whole, { standing, set: looked });
  const outcomes = await perform(machine, set.planned, { ...trade, now: now * 1000, deferred: set.deferred.outcomes });
  const settled = await settleAside(machine, { standing, set, returning, outcomes, source: { remote: null, rollbacks: [] }, now: now * 1000 });
  return [...notices, ...settled.notices];
}

function receipts({ directory }: StoryHost): readonly Receipt[] {
  const at = join(directory, 'var/lib/croft/receipts');
  return existsSync(at) ? readdirSync(at).map((name) => JSON.parse(readFileSync(join(at, name), 'utf8')) as Receipt) : [];
}

function text({ directory }: StoryHost, path: string): string {
  return readFileSync(join(directory, path), 'utf8');
}

function through(machine: Machine, look: (step: Step) => void): Machine {
  return { name: machine.name, observe: (probes) => machine.observe(probes), perform: async (step) => { look(step); await machine.perform(step); } };
}

class Crash extends Error {}

describe('what was announced', () => {
  it('stays until its time, to the second', async () => {
    const host = await atNight();
    expect((await night1(host, pause.until - 1)).join()).toContain('is changed by hand, which dana announced');
    expect(text(host, site)).toContain(night);
    await night1(host, pause.until);
    expect(text(host, site)).not.toContain(night);
  });

  it('goes back with one receipt and one copy, after whichever step the run was killed', async () => {
    const start = await atNight();
    let steps = 0;
    const whole = twin(start);
    hosts.push(whole);
    await night1(whole, pause.until, through(whole.machine, () => { steps += 1; }));
    for (let end = 0; end < steps; end += 1) {
      const host = twin(start);
      hosts.push(host);
      let count = 0;
      const crashing = through(host.machine, () => {
        if (count === end) throw new Crash('here');
        count += 1;
      });
      await expect(night1(host, pause.until, crashing)).rejects.toThrow(Crash);
      await night1(host, pause.until + 60);
      const [receipt, ...more] = receipts(host);
      expect([receipt?.was.map(({ attribute }) => attribute), more.length, text(host, site).includes(night)], `after step ${end}`).toEqual([['content'], 0, false]);
      expect([text(host, receipt?.copy ?? '').includes(night), receipt?.returned], `after step ${end}`).toEqual([true, expect.any(Number)]);
      expect((await readPauses(host.machine)).value, `after step ${end}`).toEqual([]);
    }
    expect(steps).toBeGreaterThan(6);
  });

  it('is not put back while there is no room for a copy, and everything else goes on', async () => {
    const host = await atNight();
    await byHand(host, { remove: '/etc/bind/croft/zones/bob.example.zone' });
    const full = { ...through(host.machine, (step) => {
      if ('path' in step && step.path.startsWith('/var/lib/croft/by-hand/')) throw new MachineError(`cannot change ${step.path}: no space left on the device`);
    }) };
    const said = await night1(host, pause.until, full);
    expect(said.join('\n')).toContain(`${site} is not put back to what git says: cannot change /var/lib/croft/by-hand/`);
    expect([text(host, site).includes(night), existsSync(join(host.directory, 'etc/bind/croft/zones/bob.example.zone'))]).toEqual([true, true]);
    await night1(host, pause.until + 60);
    expect([text(host, site).includes(night), receipts(host).length]).toEqual([false, 1]);
  });

  it('waits for a pause of the whole host, and for what fails', async () => {
    const host = await atNight();
    await writePauses(host.machine, [pause, { ...pause, scope: 'host', byHand: false }]);
    await night1(host, pause.until);
    expect([text(host, site).includes(night), receipts(host)]).toEqual([true, []]);
    await writePauses(host.machine, [pause]);
    const refusing = through(host.machine, (step) => {
      if ('path' in step && step.path === site) throw new MachineError('cannot: the test refuses it');
    });
    expect((await night1(host, pause.until, refusing)).join()).toContain('could not be put back yet');
    expect(receipts(host)).toMatchObject([{ returned: null }]);
    await night1(host, pause.until);
    expect([receipts(host)[0]?.returned, (await readPauses(host.machine)).value]).toEqual([expect.any(Number), []]);
  });
});

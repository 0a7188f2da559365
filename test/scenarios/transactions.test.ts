import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recover } from '../../reconciler/converge/recover.ts';
import type { Machine, Probe, Step } from '../../reconciler/model/machine.ts';
import type { Outcome } from '../../reconciler/model/plan.ts';
import { bare, byHand, discard, later, programs, run, today, type StoryHost } from './drive.ts';
import { base, changed, snapshot, type Documents } from './story.ts';

const blog = 'file:/etc/apache2/croft/sites/blog.ada.example.conf';
const vhost = (mark: string): string => `static: { root: web/new }\nheaders:\n  - { name: X-Note, value: '${mark}' }\n`;
const site = (host: StoryHost, name: string): string => readFileSync(join(host.directory, `etc/apache2/croft/sites/${name}.conf`), 'utf8');
const failures = (outcomes: readonly Outcome[]): readonly string[] => outcomes.filter(({ result }) => result !== 'done').map(({ id }) => id);

/** A machine that keeps count of what it is asked and told, and may be made to crash before a step. */
function watched(machine: Machine, crashesAt: (step: Step) => boolean = () => false): { readonly machine: Machine; readonly probes: Probe[]; readonly steps: Step[] } {
  const [probes, steps]: [Probe[], Step[]] = [[], []];
  return {
    probes,
    steps,
    machine: {
      name: machine.name,
      observe: (asked) => (probes.push(...asked), machine.observe(asked)),
      perform: async (step) => {
        if (crashesAt(step)) throw new Error('killed');
        steps.push(step);
        await machine.perform(step);
      },
    },
  };
}

describe('a transaction in a whole run', () => {
  let host: StoryHost;
  let documents: Documents;
  beforeEach(async () => {
    host = bare('one');
    documents = base();
    await run(host, [snapshot(documents, 0)]);
  });
  afterEach(() => discard(host));

  let number = 0;
  const commit = (changes: { readonly [path: string]: string | null }): readonly [ReturnType<typeof snapshot>] => {
    documents = changed(documents, changes);
    return [snapshot(documents, (number += 1))];
  };

  it('asks a daemon’s check of the whole once for each unit that changes, and nothing of it in a run without changes', async () => {
    const change = watched(host.machine);
    const commits = commit({ 'members/ada/vhosts/new.ada.example.yaml': vhost('fine'), 'members/bob/vhosts/new.bob.example.yaml': 'proxy: { port: 20010 }\n' });
    expect(failures((await run(host, commits, change.machine)).outcomes)).toEqual([]);
    const views = change.probes.flatMap((probe) => (probe.ask === 'view' ? [probe.argv.join(' ')] : []));
    expect(views.sort()).toEqual(['apache2ctl -t', 'named-checkconf']);
    const nothing = watched(host.machine);
    await run(host, commits, nothing.machine);
    expect(nothing.probes.filter(({ ask }) => ask === 'view' || ask === 'answers')).toEqual([]);
    expect(nothing.probes.filter((probe) => probe.ask === 'path' && probe.path === '/var/lib/croft/transactions')).toHaveLength(1);
    expect(nothing.steps.map((step) => step.do)).toEqual(['directory', 'directory']);
  });

  it('asks for each name that is new, and for the daemon itself', async () => {
    const change = watched(host.machine);
    await run(host, commit({ 'members/ada/vhosts/new.ada.example.yaml': vhost('fine') }), change.machine);
    const asked = change.probes.flatMap((probe) => (probe.ask !== 'answers' ? [] : probe.question.by === 'http' ? [probe.question.name] : probe.question.by === 'dns' ? [probe.question.zone] : []));
    expect(asked).toEqual(['unknown.invalid', 'new.ada.example', null, 'ada.example']);
  });

  it('that was cut off after the daemon had loaded it is put back first, and then made anew', async () => {
    const commits = commit({ 'members/ada/vhosts/blog.ada.example.yaml': vhost('fine') });
    await expect(run(host, commits, watched(host.machine, (step) => step.do === 'keep').machine)).rejects.toThrow('killed');
    expect(existsSync(join(host.directory, 'var/lib/croft/transactions/apache2.service.json'))).toBe(true);
    expect(site(host, 'blog.ada.example')).toContain('fine');
    const next = watched(host.machine);
    expect(failures((await run(host, commits, next.machine)).outcomes)).toEqual([]);
    expect(next.steps.map((step) => step.do).filter((what) => ['put-back', 'swap', 'keep'].includes(what))).toEqual(['put-back', 'swap', 'keep']);
    expect(site(host, 'blog.ada.example')).toContain('fine');
    expect(existsSync(join(host.directory, 'var/lib/croft/transactions/apache2.service.json'))).toBe(false);
  });

  it('whose journal nobody can understand is told of, and holds up nobody but its unit', async () => {
    await byHand(host, { write: 'var/lib/croft/transactions/apache2.service.json', text: '{"half' });
    expect((await recover(host.machine)).notices).toEqual([expect.stringContaining('cannot understand /var/lib/croft/transactions/apache2.service.json')]);
    const { outcomes } = await run(host, commit({ 'members/ada/vhosts/new.ada.example.yaml': vhost('fine') }));
    expect(failures(outcomes)).toEqual(['file:/etc/apache2/croft/sites/new.ada.example.conf', 'unit:apache2.service']);
    await byHand(host, { remove: 'var/lib/croft/transactions/apache2.service.json' });
    expect(failures((await run(host, [snapshot(documents, number)], host.machine, today + later)).outcomes)).toEqual([]);
  });

  it('a change of which the daemon died waits, and holds up nobody meanwhile', async () => {
    const bad = commit({ 'members/ada/vhosts/blog.ada.example.yaml': vhost('croft-rooted: fail-to-load'), 'members/bob/vhosts/new.bob.example.yaml': 'proxy: { port: 20010 }\n' });
    expect(failures((await run(host, bad)).outcomes)).toEqual([blog]);
    const before = programs(host).length;
    const again = watched(host.machine);
    const { outcomes } = await run(host, bad, again.machine);
    expect(outcomes.find(({ id }) => id === blog)?.because).toMatch(/the daemon does not go well with it.*; next attempt at 2026-06-15 12:01:00 UTC$/);
    expect(outcomes.find(({ id }) => id === 'unit:apache2.service')).toMatchObject({ result: 'done', because: `without ${blog}` });
    expect(again.steps.filter((step) => step.do === 'stage' || step.do === 'swap' || step.do === 'run')).toEqual([]);
    const neighbour = commit({ 'members/bob/vhosts/newer.bob.example.yaml': 'redirect: { to: "https://bob.example/" }\n' });
    expect(failures((await run(host, neighbour)).outcomes)).toEqual([blog]);
    expect(programs(host).slice(before)).toEqual(['systemctl reload apache2.service', 'rndc reload']);
    expect(failures((await run(host, commit({ 'members/ada/vhosts/blog.ada.example.yaml': vhost('fine') }))).outcomes)).toEqual([]);
    expect(site(host, 'blog.ada.example')).toContain('fine');
  });

  it('a change of which the daemon died is tried again for ever, later and later', async () => {
    const bad = commit({ 'members/ada/vhosts/blog.ada.example.yaml': vhost('croft-rooted: fail-to-load') });
    const tries: number[] = [];
    for (let minute = 0; minute <= 16; minute += 1) {
      const before = programs(host).length;
      expect(failures((await run(host, bad, host.machine, today + minute * 60_000)).outcomes)).toEqual([blog]);
      if (programs(host).length > before) tries.push(minute);
    }
    expect(tries).toEqual([0, 1, 3, 7, 15]);
  });

  it('what waits is tried at once when what the co-op has beside it is new', async () => {
    const bad = commit({ 'members/ada/vhosts/blog.ada.example.yaml': vhost('Ancient') });
    await byHand(host, { write: 'var/lib/croft/rooted/refuse.json', text: '{"text:Ancient": "no longer"}' });
    expect(failures((await run(host, bad)).outcomes)).toEqual([blog]);
    await byHand(host, { write: 'var/lib/croft/rooted/refuse.json', text: '{}' });
    expect(failures((await run(host, bad)).outcomes)).toEqual([blog]);
    expect(failures((await run(host, commit({ 'coop/vhosts/news.meadow.example.yaml': 'static: { root: news }\n' }))).outcomes)).toEqual([]);
    expect(site(host, 'blog.ada.example')).toContain('Ancient');
  });

  it('a unit that waits is tried when somebody changes what it reads, without what waits with it', async () => {
    await byHand(host, { write: 'var/lib/croft/transactions/apache2.service.json', text: '{"half' });
    const first = commit({ 'members/ada/vhosts/new.ada.example.yaml': vhost('fine') });
    expect(failures((await run(host, first)).outcomes)).toEqual(['file:/etc/apache2/croft/sites/new.ada.example.conf', 'unit:apache2.service']);
    expect(failures((await run(host, first)).outcomes)).toEqual(['file:/etc/apache2/croft/sites/new.ada.example.conf', 'unit:apache2.service']);
    await byHand(host, { remove: 'var/lib/croft/transactions/apache2.service.json' });
    const { outcomes } = await run(host, commit({ 'members/bob/vhosts/new.bob.example.yaml': 'proxy: { port: 20010 }\n' }));
    expect(failures(outcomes)).toEqual(['file:/etc/apache2/croft/sites/new.ada.example.conf']);
    expect(site(host, 'new.bob.example')).toContain('20010');
    expect(failures((await run(host, [snapshot(documents, number)], host.machine, today + later)).outcomes)).toEqual([]);
  });

  it('comes back by itself when the daemon takes again what it had refused', async () => {
    const bad = commit({ 'members/ada/vhosts/blog.ada.example.yaml': vhost('Ancient') });
    await byHand(host, { write: 'var/lib/croft/rooted/refuse.json', text: '{"text:Ancient": "no longer"}' });
    expect(failures((await run(host, bad)).outcomes)).toEqual([blog]);
    expect(site(host, 'blog.ada.example')).toContain('/home/ada/web/blog');
    await byHand(host, { write: 'var/lib/croft/rooted/refuse.json', text: '{}' });
    expect(failures((await run(host, bad, host.machine, today + 60_000)).outcomes)).toEqual([]);
    expect(site(host, 'blog.ada.example')).toContain('Ancient');
  });

  it('where neither the new nor the last version passes both are away, and the owner alone is told', async () => {
    await run(host, commit({ 'members/ada/vhosts/blog.ada.example.yaml': vhost('Ancient') }));
    await byHand(host, { write: 'var/lib/croft/rooted/refuse.json', text: '{"text:Ancient": "no longer"}' });
    const both = commit({ 'members/ada/vhosts/blog.ada.example.yaml': vhost('Ancient and newer'), 'members/bob/vhosts/new.bob.example.yaml': 'proxy: { port: 20010 }\n' });
    const { outcomes } = await run(host, both);
    expect(failures(outcomes)).toEqual([blog]);
    expect(outcomes.find(({ id }) => id === blog)?.because).toContain('its last version is refused, too');
    expect(existsSync(join(host.directory, 'etc/apache2/croft/sites/blog.ada.example.conf'))).toBe(false);
    expect(site(host, 'new.bob.example')).toContain('20010');
  });

  it('gives up on the living daemon after some trials, with everybody who was not let in failed and the daemon as it was', async () => {
    const limits = { 'limits/regular.yaml': (documents.get('desired-state/limits/regular.yaml') ?? '').replace('vhosts: 5', 'vhosts: 50') };
    const many = { ...limits, ...Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`members/bob/vhosts/n${index}.bob.example.yaml`, vhost('croft-rooted: fail-to-load').replace('web/new', 'web')])) };
    const before = programs(host).length;
    const { outcomes } = await run(host, commit(many));
    expect(failures(outcomes).length).toBe(6);
    expect(outcomes.find(({ id }) => id === 'unit:apache2.service')?.result).toBe('done');
    expect(programs(host).slice(before).filter((line) => line === 'systemctl reload apache2.service').length).toBeLessThanOrEqual(2 * 12);
    expect(existsSync(join(host.directory, 'etc/apache2/croft/sites/n0.bob.example.conf'))).toBe(false);
    const found = (some: readonly Outcome[]): number => some.filter(({ result }) => result === 'failed').length;
    expect(found(outcomes)).toBeGreaterThan(0);
    expect(found(outcomes)).toBeLessThan(6);
    let last = outcomes;
    for (let half = 1; half <= 6 && found(last) < 6; half += 1) last = (await run(host, [snapshot(documents, number)], host.machine, today + half * 30_000)).outcomes;
    expect(found(last), 'the search goes on in the next runs, without what it found').toBe(6);
  });

  it('drift of one file is a transaction like any other', async () => {
    await byHand(host, { append: 'etc/apache2/croft/sites/blog.ada.example.conf', text: '# by hand\n' });
    const change = watched(host.machine);
    expect(failures((await run(host, [snapshot(documents, number)], change.machine)).outcomes)).toEqual([]);
    expect(change.steps.map((step) => step.do).filter((what) => ['stage', 'swap', 'keep'].includes(what))).toEqual(['stage', 'swap', 'keep']);
    expect(site(host, 'blog.ada.example')).not.toContain('by hand');
  });
});

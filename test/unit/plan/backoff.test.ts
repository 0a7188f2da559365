import { describe, expect, it } from 'vitest';
import { emptyLedger } from '../../../reconciler/model/guard.ts';
import type { Outcome, Plan } from '../../../reconciler/model/plan.ts';
import type { Id, Resource, State } from '../../../reconciler/model/resource.ts';
import { defer, failedIn, noAttempts, waitAfter, withNext, type Attempts, type Deferred } from '../../../reconciler/plan/backoff.ts';
import { askable, silentAfter } from '../../../reconciler/plan/silent.ts';
import type { Planned } from '../../../reconciler/plan/plan.ts';

const source = { file: 'desired-state/hosts/one.yaml', line: 1, column: 1 };
const now = 1_800_000_000;
const version = '0.1.0';

function resource(id: Id, desired: State, more: Partial<Resource> = {}): Resource {
  const [kind, name] = id.split(':') as [Resource['kind'], string];
  return { id, kind, name, owner: 'coop', source, desired, needs: [], after: [], ...more };
}

/** A plan in which every resource is to change. */
function planned(resources: readonly Resource[], actual: { readonly [id: string]: State } = {}): Planned {
  const changes = resources.map((one) => ({ verb: 'update' as const, resource: one, actual: actual[one.id] ?? null, cause: 'pending' as const, differences: [] }));
  const plan: Plan = { host: 'one', revision: 'c', changes, holds: [], unchanged: 0, checksum: '' };
  return { plan, resources, accounted: resources, observed: new Map(Object.entries(actual) as (readonly [Id, State])[]), catalog: { host: 'one', revision: 'c', time: 0, resources }, inventory: { revision: null, entries: new Map(), ledger: emptyLedger } };
}

const mail = resource('packages:mail', { postfix: 'installed' });
const site = resource('file:/etc/a/site', { content: 'new' });
const daemon = resource('unit:a.service', { active: true, loaded: 'x' }, { load: { reads: ['/etc/a/'], reload: ['reload'] } });

function failed({ id, owner }: Resource, because = 'the mirror is dead'): Outcome {
  return { id, owner, source, result: 'failed', because };
}

/** Let a run fail, and let the next one look. */
function afterFailure(what: Planned, ids: readonly Resource[], before: Attempts = noAttempts, at = now): Attempts {
  const deferred = defer(what, before, { now: at, version });
  const resources = failedIn(ids.map((one) => failed(one)), { planned: what, deferred, now: at });
  return { ...before, version, resources };
}

describe('waiting after failures', () => {
  it.each([[1, 60], [2, 120], [3, 240], [6, 1920], [7, 3600], [50, 3600], [1_000_000, 3600]])('%i in a row: %i seconds', (failures, seconds) => expect(waitAfter(failures)).toBe(seconds));
});

describe('what failed', () => {
  it('waits, stays failed with its reason, and is tried again when its time has come, for ever', () => {
    let attempts = noAttempts;
    let at = now;
    for (const seconds of [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]) {
      attempts = afterFailure(planned([mail]), [mail], attempts, at);
      expect(attempts.resources[0]?.next).toBe(at + seconds);
      const early = defer(planned([mail]), attempts, { now: at + seconds - 1, version });
      expect(early.outcomes.get(mail.id)).toMatchObject({ result: 'failed', because: expect.stringMatching(/^the mirror is dead; (?:failed \d+ times, )?next attempt at 20/) });
      at += seconds;
      expect(defer(planned([mail]), attempts, { now: at, version }).outcomes.size).toBe(0);
    }
  });

  const news: readonly { readonly name: string; readonly then: Planned; readonly as?: string; readonly waits: boolean }[] = [
    { name: 'nothing new', then: planned([mail], { 'packages:mail': { postfix: 'not-installed' } }), waits: true },
    { name: 'another wish', then: planned([resource('packages:mail', { postfix: 'installed', dovecot: 'installed' })], { 'packages:mail': { postfix: 'not-installed' } }), waits: false },
    { name: 'another state of the host', then: planned([mail], { 'packages:mail': { postfix: 'unpacked' } }), waits: false },
    { name: 'another croft', then: planned([mail], { 'packages:mail': { postfix: 'not-installed' } }), as: '0.2.0', waits: false },
    { name: 'it is as desired by now', then: planned([]), waits: false },
  ];
  it.each(news)('$name', ({ then, as = version, waits }) => {
    const first = planned([mail], { 'packages:mail': { postfix: 'not-installed' } });
    const attempts = afterFailure(first, [mail]);
    const looked: Attempts = { ...attempts, resources: defer(first, attempts, { now: now + 1, version }).waiting };
    expect(defer(then, looked, { now: now + 2, version: as }).outcomes.size).toBe(waits ? 1 : 0);
  });

  it('a unit is tried at once when something that it reads is another one on the host', () => {
    const states = { 'unit:a.service': { active: true, loaded: 'stale' }, 'file:/etc/a/site': { content: 'old' } };
    const attempts = afterFailure(planned([site, daemon], states), [daemon]);
    const looked: Attempts = { ...attempts, resources: defer(planned([site, daemon], states), attempts, { now, version }).waiting };
    expect([...defer(planned([site, daemon], states), looked, { now, version }).outcomes.keys()]).toEqual(['unit:a.service']);
    const healed = { ...states, 'file:/etc/a/site': { content: 'new' } };
    expect(defer({ ...planned([daemon], healed), accounted: [site, daemon] }, looked, { now, version }).outcomes.size).toBe(0);
  });

  const ada = { owner: 'member:ada' as const, source: { ...source, file: 'desired-state/members/ada/vhosts/blog.ada.example.yaml' } };
  const theirs = resource('file:/etc/a/blog', { content: 'new' }, ada);
  const other = resource('file:/srv/blog', { content: 'old' }, ada);
  const bobs = resource('file:/etc/a/bob', { content: 'old' }, { owner: 'member:bob', source: { ...source, file: 'desired-state/members/bob/vhosts/bob.example.yaml' } });
  const beside: readonly { readonly name: string; readonly now: readonly Resource[]; readonly waits: boolean }[] = [
    { name: 'is the same: it waits', now: [site, theirs, other, bobs, daemon], waits: true },
    { name: 'is new, and the co-op’s among what the unit reads: it is tried at once', now: [resource('file:/etc/a/site', { content: 'newer' }), theirs, other, bobs, daemon], waits: false },
    { name: 'is new, and of the same document: it is tried at once', now: [site, theirs, resource('file:/srv/blog', { content: 'new' }, ada), bobs, daemon], waits: false },
    { name: 'is new, and another member’s: it waits', now: [site, theirs, other, { ...bobs, desired: { content: 'new' } }, daemon], waits: true },
    { name: 'is told in another way: it is tried at once', now: [site, theirs, other, bobs, { ...daemon, load: { reads: ['/etc/a/'], reload: ['restart'] } }], waits: false },
  ];
  it.each(beside)('what stands beside what a unit reads $name', ({ now: resources, waits }) => {
    const attempts = afterFailure(planned([site, theirs, other, bobs, daemon]), [theirs]);
    expect(defer(planned(resources), attempts, { now: now + 1, version }).outcomes.has(theirs.id)).toBe(waits);
  });

  it('a clock that was put back makes nobody wait for ever', () => {
    const attempts = afterFailure(planned([mail]), [mail]);
    expect(defer(planned([mail]), attempts, { now: now - 86_400, version }).outcomes.size).toBe(0);
  });

  it('what is blocked by it is no failure of its own', () => {
    const deferred: Deferred = { outcomes: new Map(), waiting: [], again: [] };
    const blocked: Outcome = { ...failed(site), result: 'blocked' };
    expect(failedIn([blocked], { planned: planned([site]), deferred, now })).toEqual([]);
  });

  it('the run that failed says already when it is tried again', () => {
    const deferred: Deferred = { outcomes: new Map(), waiting: [], again: [] };
    const attempts = failedIn([failed(mail)], { planned: planned([mail]), deferred, now });
    expect(withNext([failed(mail)], attempts, deferred)[0]?.because).toBe('the mirror is dead; next attempt at 2027-01-15 08:01:00 UTC');
  });
});

describe('remotes that do not answer', () => {
  const [dead, good] = ['https://dana:secret@dead.example/coop.git', 'ssh://git@good.example/coop.git'];

  it('are left out for one, two, four, at most five minutes, and say so without a password', () => {
    let attempts = noAttempts;
    let at = now;
    for (const seconds of [60, 120, 240, 300, 300]) {
      const { asked } = askable([dead, good], attempts, at);
      expect(asked).toEqual([dead, good]);
      attempts = { ...attempts, remotes: silentAfter(attempts, { asked, answered: good, now: at }) };
      const then = askable([dead, good], attempts, at + seconds - 1);
      expect(then.asked).toEqual([good]);
      expect(then.notices.join()).toMatch(/^https:\/\/…@dead\.example\/coop\.git is not asked: it did not answer; .*next attempt at/);
      at += seconds;
    }
    expect(JSON.stringify(attempts)).not.toContain('secret');
  });

  it('one that answers again is forgotten, one that was not asked is not', () => {
    const both = silentAfter(noAttempts, { asked: [dead, good], answered: null, now });
    expect(both.length).toBe(2);
    expect(silentAfter({ ...noAttempts, remotes: both }, { asked: [good], answered: good, now: now + 70 }).length).toBe(1);
    expect(silentAfter({ ...noAttempts, remotes: both }, { asked: [dead], answered: dead, now: now + 70 }).length).toBe(1);
    expect(silentAfter({ ...noAttempts, remotes: both }, { asked: [], answered: null, now: now + 70 })).toEqual(both);
  });
});

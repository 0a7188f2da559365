/**
 * What becomes of one member on a host, and of everybody else, when nothing of hers can be used, when a guard asks and nobody answers, and
 * when the host has an account of its own by her name: asked, weighed and carried out by the half that is root, as in a run.
 */
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, inForceOn, type Asking, type Given } from '../../reconciler/commands/halves/ask.ts';
import { remember } from '../../reconciler/commands/halves/copy.ts';
import { record, recorded } from '../../reconciler/commands/halves/record.ts';
import { Lost } from '../../reconciler/commands/halves/errand.ts';
import type { Half } from '../../reconciler/commands/halves/half.ts';
import type { Place } from '../../reconciler/commands/place.ts';
import { weigh, type Weighed } from '../../reconciler/commands/run/weigh.ts';
import type { Handover } from '../../reconciler/handover/handover.ts';
import type { Request } from '../../reconciler/handover/request.ts';
import { declaredOf } from '../../reconciler/model/declared.ts';
import type { Hold, Outcome } from '../../reconciler/model/plan.ts';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { handoverPath, inventoryPath } from '../../reconciler/plan/inventory.ts';
import { bare, carryOut, discard, today, tree, understood, type StoryHost } from './drive.ts';
import { base, changed, snapshot, type Documents } from './story.ts';

const hosts: StoryHost[] = [];
afterEach(() => hosts.splice(0).forEach(discard));

const oid = '1'.repeat(40);
const hers: Hold = { owner: 'member:ada', problems: [{ code: 'yaml/syntax', message: 'cannot read this', owner: 'member:ada', source: { file: 'desired-state/members/ada/member.yaml', line: 1, column: 1 } }], lastGood: null };
const withoutAda: Documents = new Map([...base()].filter(([path]) => !path.startsWith('desired-state/members/ada/')));
/** Root's own copy of what it made last. */
const copyOf = (host: StoryHost): string => join(host.directory, handoverPath);
/** What is new since that was written. */
const besideIt = (host: StoryHost): string => copyOf(host).replace(/jsonl$/, 'new');
/** What bob changes at the same time. */
const bobs = { 'members/bob/zones/bob.example.yaml': 'records:\n  - { name: www, type: A, address: 192.0.2.7 }\n' } as const;

async function handedOver(documents: Documents, holds: readonly Hold[] = []): Promise<Handover> {
  const { state, catalog } = await understood([snapshot(documents, 0)] as readonly Snapshot[], 'one');
  if (state === null) throw new Error('there is no state');
  return {
    version: 1, request: '0', catalog, declared: declaredOf(state), holds, notices: [], remote: null, trusted: { commit: oid, tree: oid, pending: [], overrides: new Map() },
    confirmedAt: today, kept: true, admins: null, hosts: [], rollbacks: [], key: null,
  };
}

/** A half that hands this over, and comes to no end whatever else it is asked. */
function handing(handover: Handover): Half {
  const isMore = ({ keepBack, admins }: Request): boolean => keepBack !== null || admins !== null;
  const lost = async (): Promise<never> => Promise.reject(new Lost('it took too long'));
  return { compile: async (request) => (isMore(request) ? lost() : { ...handover, request: request.id }), wayBack: lost, tell: async () => [] };
}

/** What root asks about a host, and who answers. */
function askingOn(host: StoryHost, handover: Handover): Asking {
  const identity = { keyFiles: [], agent: null, knownHosts: [] };
  const place: Place = { remotes: [], branch: 'main', revision: null, pin: null, rollbacks: [], identity, stateDirectory: join(host.directory, 'var/lib/croft'), build: null, host: 'one', machine: host.machine, root: host.directory };
  return { place, half: handing(handover), now: today };
}

/** One run of root's half, and what it keeps of it. */
async function runWith(host: StoryHost, handover: Handover): Promise<{ readonly given: Given; readonly weighed: Weighed; readonly outcomes: readonly Outcome[] }> {
  const given = await ask(askingOn(host, handover), 'follow');
  const weighed = await weigh({ machine: host.machine, remotes: [], now: today }, given);
  const outcomes = weighed.stopped ? [] : await carryOut(host.machine, weighed.planned);
  if (!weighed.stopped) {
    await remember(host.machine, given.inForce());
    await record(host.machine, await recorded(host.machine), given.inForce());
  }
  return { given, weighed, outcomes };
}

async function made(): Promise<StoryHost> {
  const host = bare('one');
  hosts.push(host);
  const { outcomes } = await runWith(host, await handedOver(base()));
  expect(outcomes.filter(({ result }) => result !== 'done')).toEqual([]);
  return host;
}

/** Every line on the host that speaks of ada, by file, but for croft's own notes. */
function ofAda(host: StoryHost): readonly string[] {
  return [...tree(host)].filter(([path]) => path.startsWith('etc/') || path.startsWith('var/lib/extrausers/') || path.startsWith('home/'))
    .flatMap(([path, text]) => [...(path.includes('ada') ? [path] : []), ...text.split('\n').filter((line) => /\bada\b/.test(line)).map((line) => `${path}: ${line.replace(/\d+ ; serial/, '')}`)]).toSorted();
}

function isDone(outcomes: readonly Outcome[]): void {
  expect(outcomes.filter(({ result }) => result !== 'done')).toEqual([]);
}

describe('a member of whom nothing can be used', () => {
  it('stays as she is on the host, run after run, while others change theirs', async () => {
    const host = await made();
    const before = ofAda(host);
    const news = await handedOver(changed(withoutAda, bobs), [hers]);
    const first = await runWith(host, news);
    isDone(first.outcomes);
    expect(first.weighed.guarded).toEqual([]);
    expect(ofAda(host)).toEqual(before);
    expect(tree(host).get('etc/bind/croft/zones/bob.example.zone')).toContain('192.0.2.7');
    const second = await runWith(host, news);
    expect(second.weighed.planned.plan.changes).toEqual([]);
    expect(ofAda(host)).toEqual(before);
    const back = await runWith(host, await handedOver(changed(base(), bobs)));
    isDone(back.outcomes);
    expect(ofAda(host)).toEqual(before);
  });

  it.each([
    ['is missing', (host: StoryHost) => rmSync(copyOf(host))],
    ['has nothing beside it any more', (host: StoryHost) => rmSync(besideIt(host))],
    ['has something torn beside it', (host: StoryHost) => truncateSync(besideIt(host), 40)],
    ['is damaged', (host: StoryHost) => writeFileSync(copyOf(host), readFileSync(copyOf(host), 'utf8').replaceAll('ada', 'eve'))],
    ['is missing, and so is the inventory', (host: StoryHost) => [copyOf(host), join(host.directory, inventoryPath)].forEach((path) => rmSync(path))],
    ['is damaged, and so is the inventory', (host: StoryHost) => [copyOf(host), join(host.directory, inventoryPath)].forEach((path) => writeFileSync(path, 'rot'))],
  ])('stays as she is where what was made last %s: nothing is done until somebody looks', async (_, lose) => {
    const host = await made();
    const before = ofAda(host);
    lose(host);
    const [news, says] = [await handedOver(changed(withoutAda, bobs), [hers]), /^cannot keep what this host has of ada, so nothing was done: no version of their documents can be used, and \/var\/lib\/croft\/handover\.jsonl or \/var\/lib\/croft\/handover\.new, .*\ndesired-state\/members\/ada\/member\.yaml:1:1: cannot read this \[yaml\/syntax\]$/];
    await expect(runWith(host, news)).rejects.toThrow(says);
    // As drift does.
    await expect(inForceOn(askingOn(host, news))).rejects.toThrow(says);
    expect(ofAda(host)).toEqual(before);
    isDone((await runWith(host, await handedOver(changed(base(), bobs)))).outcomes);
    expect(ofAda(host)).toEqual(before);
  });

  it('is nobody to wait for where the host never had anything of hers', async () => {
    const host = bare('one');
    hosts.push(host);
    isDone((await runWith(host, await handedOver(withoutAda))).outcomes);
    rmSync(copyOf(host));
    isDone((await runWith(host, await handedOver(changed(withoutAda, bobs), [hers]))).outcomes);
    expect(tree(host).get('etc/bind/croft/zones/bob.example.zone')).toContain('192.0.2.7');
  });

  it('is shut out where she was sent out, with her data kept', async () => {
    const host = await made();
    const { outcomes } = await runWith(host, await handedOver(withoutAda, [{ ...hers, sentOut: true }]));
    isDone(outcomes);
    const left = ofAda(host);
    expect(left.filter((line) => /^(?:var\/lib\/extrausers|etc\/ssh|etc\/dovecot\/croft\/passwd)/.test(line))).toEqual([]);
    expect(left).toContain('home/ada');
  });
});

describe('a guard that nobody answers', () => {
  it('keeps what one member would lose, and everybody else\'s changes are made', async () => {
    const host = await made();
    const before = ofAda(host);
    const { weighed, outcomes } = await runWith(host, await handedOver(changed(withoutAda, bobs)));
    expect(weighed.guarded.map(({ code, owner }) => `${code} ${owner}`)).toContain('guard/member member:ada');
    expect(weighed.stopped).toBe(false);
    expect(weighed.planned.plan.holds.flatMap(({ problems }) => problems.map(({ code }) => code))).toContain('guard/no-version');
    isDone(outcomes);
    expect(ofAda(host)).toEqual(before);
    expect(tree(host).get('etc/bind/croft/zones/bob.example.zone')).toContain('192.0.2.7');
  });
});

describe('a member who is called like an account of the host\'s own', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000:Ada:/home/ada:/bin/bash\n';
  const account = (host: StoryHost): void => {
    mkdirSync(join(host.directory, 'etc'), { recursive: true });
    writeFileSync(join(host.directory, 'etc/passwd'), passwd);
  };

  it('is left out there from the start, and everybody else is not', async () => {
    const host = bare('one');
    hosts.push(host);
    account(host);
    mkdirSync(join(host.directory, 'home/ada'), { recursive: true });
    const { outcomes, weighed } = await runWith(host, await handedOver(base()));
    isDone(outcomes);
    expect(weighed.planned.plan.holds.map(({ owner, problems }) => `${owner} ${problems.map(({ code }) => code)}`)).toEqual(['member:ada handover/own-account']);
    expect(ofAda(host).filter((line) => !/^etc\/(?:bind|postfix|dovecot)\//.test(line))).toEqual(['etc/passwd: ada:x:1000:1000:Ada:/home/ada:/bin/bash', 'home/ada']);
    expect(tree(host).get('var/lib/extrausers/passwd')).toContain('bob:x:');
    expect((await runWith(host, await handedOver(base()))).weighed.planned.plan.changes).toEqual([]);
  });

  it('loses her keys and her row when that account comes later, and what is in the home is not touched', async () => {
    const host = await made();
    writeFileSync(join(host.directory, 'home/ada/mine.txt'), 'mine');
    account(host);
    const { outcomes } = await runWith(host, await handedOver(base()));
    isDone(outcomes);
    expect(tree(host).has('etc/ssh/authorized_keys.d/ada')).toBe(false);
    expect(tree(host).get('var/lib/extrausers/passwd')).not.toMatch(/^ada:/m);
    expect(tree(host).get('var/lib/extrausers/group')).not.toMatch(/\bada\b/);
    expect(tree(host).get('home/ada/mine.txt')).toMatch(/mine$/);
    expect(tree(host).get('etc/passwd')).toContain(passwd);
    writeFileSync(join(host.directory, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
    isDone((await runWith(host, await handedOver(base()))).outcomes);
    expect(tree(host).has('etc/ssh/authorized_keys.d/ada')).toBe(true);
  });
});

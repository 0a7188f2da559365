/** A part of what a host is to be, handed over by a half that somebody has taken over: it comes to nothing, or to what all of it would come to. */
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as Answer from '../../../reconciler/commands/halves/answer.ts';
import { recall } from '../../../reconciler/commands/halves/copy.ts';
import { copyOn } from '../../../reconciler/commands/halves/copy-file.ts';
import type { Request } from '../../../reconciler/handover/request.ts';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import { digest } from '../../../reconciler/model/digest.ts';
import { closed, opened, type Loose } from '../handover/loose.ts';
import { base } from '../../scenarios/story.ts';
import { build, site, tickHost, type Ran } from './tick-host.ts';

/** What is made of an answer on its way; by itself nothing. */
const half = vi.hoisted(() => ({ asked: [] as string[], turned: (text: string, _: unknown): string => text }));

vi.mock('../../../reconciler/commands/halves/answer.ts', async (original) => {
  const { answerTo } = await original<typeof Answer>();
  return {
    answerTo: async (request: Request, desk: Answer.AnsweringDesk) => {
      half.asked.push(request.part ? 'a part' : 'all');
      return half.turned(await answerTo(request, desk), request);
    },
  };
});
vi.mock('../../../reconciler/plan/turns.ts', async (original) => (await import('./turns-later.ts')).later(await original()));

const host = await tickHost();
afterAll(host.end);
const table = '/var/lib/extrausers/passwd';
const zone = '/etc/bind/croft/zones/ada.example.zone';
const key = '/etc/ssh/authorized_keys.d/ada';
const text = (path: string): string => readFileSync(host.on(path), 'utf8');

/** Change an answer that is a part, or, with `all`, one that is everything. */
function crafted(change: (answer: Loose, resources: Loose) => void): void {
  half.turned = (said) => {
    const answer = opened(said);
    change(answer, answer['catalog']?.['resources'] as Loose);
    const { catalog: { resources } } = answer as unknown as { readonly catalog: { readonly resources: readonly { readonly id: string }[] } };
    Object.assign(answer['catalog'] as object, { resources: resources.toSorted((a, b) => (a.id < b.id ? -1 : 1)) });
    return closed(answer);
  };
}

/** A line as root's own copy has it. */
async function lineOf(id: string): Promise<Loose> {
  const { lines } = await copyOn(rooted(host.on('')));
  return JSON.parse(lines.split('\n').find((line) => line.startsWith(`{"id":"${id}"`)) ?? 'null') as Loose;
}

/** Put something in a part, or in the place of what stands in everything; what a part does not name is no longer beside it. */
function put(answer: Loose, more: Loose): void {
  const resources = answer['catalog']?.['resources'] as Loose;
  const at = resources.findIndex((each) => String(each['id']) === String(more['id']));
  if (at >= 0) resources.splice(at, 1, more);
  else resources.push(more);
  const beside = Number(answer['catalog']?.['beside']);
  if (at < 0 && beside > 0) Object.assign(answer['catalog'] as object, { beside: beside - 1 });
}

const worded = ({ status, said, facts }: Ran): unknown => ({ status, said: said.split('\n').filter((line) => line !== '').map((line) => line.replaceAll(/[0-9a-f]{10}/g, 'commit')).sort(), outcomes: facts.outcomes });

async function run(): Promise<Ran | string> {
  half.asked.length = 0;
  return host.run().catch((error: unknown) => `${error instanceof Error ? error.constructor.name : ''}: ${String(error)}`);
}

beforeAll(async () => {
  await host.rest();
  await new Promise((done) => { setTimeout(done, 2100); });
});

beforeEach(async () => {
  half.turned = (said) => said;
  await host.run();
  await host.rest();
  await host.commit(host.anotherSite());
});

describe('a part', () => {
  test('is handed over, and no more', async () => {
    const ran = await run();
    expect([half.asked, ran]).toMatchObject([['a part'], { status: 0 }]);
  });

  test('does not say facts again that are what they were, and what is kept of it has them', async () => {
    let said = '';
    half.turned = (text) => (said = text);
    await run();
    expect([said.split('\n')[1], readFileSync(host.own('handover.new'), 'utf8').split('\n')[2]]).toEqual(['', '']);
    expect((await recall({ machine: rooted(host.on('')), host: 'one', build }))?.declared.members.map(({ name }) => name)).toContain('ada');
  });

  test('that leaves out facts which are other ones comes to nothing but itself: the next one says them', async () => {
    const theirs = async (): Promise<readonly string[]> => (await recall({ machine: rooted(host.on('')), host: 'one', build }))?.declared.vhosts.map(({ name }) => String(name)) ?? [];
    const known = JSON.parse(readFileSync(host.own('still'), 'utf8').split('\n')[1] ?? '{}') as { readonly facts?: string };
    await host.commit({ 'desired-state/members/ada/vhosts/more.ada.example.yaml': 'static: { root: web/more }\n' });
    half.turned = (said, request) => {
      const { declared: _, ...answer } = opened(said);
      return (request as Request).part ? closed({ ...answer, facts: known.facts, declared: '' }) : said;
    };
    await run();
    expect(await theirs()).not.toContain('more.ada.example');
    half.turned = (said) => said;
    await host.rest();
    await host.commit(host.anotherSite());
    await run();
    expect(half.asked.slice(0, 2)).toEqual(['a part', 'all']);
    expect(await theirs()).toContain('more.ada.example');
  });

  test('with a table and no facts is not enough, and all is asked for', async () => {
    const rows = await lineOf(`table:${table}`);
    half.turned = (said, request) => {
      if (!(request as Request).part) return said;
      const answer = opened(said);
      put(answer, structuredClone(rows));
      const resources = answer['catalog']?.['resources'] as Loose;
      return closed({ ...answer, declared: '', catalog: { ...answer['catalog'], resources: [...resources].sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1)) } });
    };
    const ran = await run();
    expect([half.asked.slice(0, 2), ran]).toMatchObject([['a part', 'all'], { status: 0 }]);
  });

  test.each<[string, (answer: Loose) => void]>([
    ['more beside it', (answer) => Object.assign(answer['catalog'] as object, { beside: Number(answer['catalog']?.['beside']) + 1 })],
    ['less beside it', (answer) => Object.assign(answer['catalog'] as object, { beside: 0 })],
    ['a need that is not there', (answer) => Object.assign(answer['catalog']?.['resources']?.[0] as object, { needs: ['file:/etc/nothing'] })],
    ['a hold', (answer) => Object.assign(answer, { holds: [{ owner: 'member:bob', problems: [], lastGood: null }] })],
  ])('with %s is not enough, and all is asked for', async (_, change) => {
    half.turned = (said, request) => {
      if (!(request as Request).part) return said;
      const answer = opened(said);
      change(answer);
      return closed(answer);
    };
    const ran = await run();
    expect([half.asked.slice(0, 2), ran]).toMatchObject([['a part', 'all'], { status: 0 }]);
    expect(text(site)).toContain('X-Turn');
  });

  test.each<[string, (lines: string[]) => void, RegExp]>([
    ['of another base', (lines) => void (lines[0] = lines[0]?.replace(/"amends":"[0-9a-f]{4}/, '"amends":"0000') ?? ''), /of what nobody asked about/],
    ['that names no base', (lines) => void (lines[0] = lines[0]?.replace(/,"amends":"[0-9a-f]*"/, '') ?? ''), /both what it amends and how much is beside it/],
    ['with one thing twice', (lines) => { lines[0] = lines[0]?.replace(/"resources":(\d+)/, (_, count) => `"resources":${Number(count) + 1}`) ?? ''; lines.splice(2, 0, lines[2] ?? ''); }, /twice, or out of order/],
    ['that says facts and leaves them out', (lines) => void (lines[1] = '{}'), /must not say facts and leave them out/],
    ['that leaves facts out and says not which', (lines) => void (lines[0] = lines[0]?.replace(/,"facts":"[^"]*"/, '') ?? ''), /JSON/],
    ['with no facts that amends nothing', (lines) => void lines.splice(0, 2, lines[0]?.replace(/,"amends":"[0-9a-f]*"/, '').replace(/,"beside":[0-9]*/, '').replace(/,"facts":"[^"]*"/, '') ?? '', ''), /JSON/],
    ['out of order', (lines) => void lines.splice(2, 2, lines[3] ?? '', lines[2] ?? ''), /twice, or out of order/],
    ['that takes something away', (lines) => void (lines[2] = JSON.stringify({ ...JSON.parse(lines[2] ?? '') as object, desired: null, payload: undefined, probe: undefined })), /takes something away/],
    ['in a circle', (lines) => { const [one, other] = [2, 3].map((at) => JSON.parse(lines[at] ?? '') as Loose); lines[2] = JSON.stringify({ ...one, needs: [other?.['id']] }); lines[3] = JSON.stringify({ ...other, needs: [one?.['id']] }); }, /needs itself|circle|itself/],
    ['whose line hides its id', (lines) => void (lines[2] = lines[2]?.replace('"id":"file:/', '"id":"file:\\/') ?? ''), /does not begin with its id/],
    ['with a giant list', (lines) => void (lines[2] = JSON.stringify({ ...JSON.parse(lines[2] ?? '') as object, needs: Array.from({ length: 200_001 }, () => 'file:/x') })), /too long/],
  ])('%s is refused as a whole', async (_, change, why) => {
    const before = text(site);
    half.turned = (said) => {
      const lines = said.split('\n');
      change(lines);
      return lines.join('\n');
    };
    expect(await run()).toMatch(why);
    expect(text(site)).toBe(before);
    half.turned = (said) => said;
    expect(await run()).toMatchObject({ status: 0 });
  });

  test('is refused where all was asked for', async () => {
    rmSync(host.own('still'));
    half.turned = (said) => {
      const answer = opened(said);
      const resources = answer['catalog']?.['resources'] as Loose;
      return closed({ ...answer, amends: 'ab'.repeat(32), catalog: { ...answer['catalog'], beside: resources.length - 2, resources: resources.slice(0, 2) } });
    };
    expect(await run()).toMatch(/^UsageError: .*a part of what nobody asked about/);
    half.turned = (said) => said;
    expect(await run()).toMatchObject({ status: 0 });
    expect((await recall({ machine: rooted(host.on('')), host: 'one', build }))?.catalog.resources.length).toBeGreaterThan(100);
  });
});

test('two parts that go in a circle together are found out when all of it is looked at, and all is asked for', async () => {
  const others = site.replace('blog.ada', 'app.bob');
  const bob = 'desired-state/members/bob/vhosts/app.bob.example.yaml';
  const after = (path: string, id: string): void => crafted((_, resources) => Object.assign((resources as unknown as readonly Loose[]).find(({ name }) => String(name) === path) as object, { after: [id] }));
  after(site, `file:${others}`);
  const first = await run();
  half.turned = (said) => said;
  await host.rest();
  await host.commit({ [bob]: `${String(base().get(bob)).trimEnd()}\nheaders:\n  - name: X-Two\n    value: two\n` });
  after(others, `file:${site}`);
  const second = await run();
  const asked = [...half.asked];
  half.turned = (said) => said;
  chmodSync(host.on(key), 0o600);
  const whole = await run();
  await host.commit({ [bob]: String(base().get(bob)) });
  await run();
  expect([first, second, asked, whole]).toMatchObject([{ status: 0 }, { status: 0 }, ['a part'], { status: 0, facts: { outcomes: [{ id: `file:${key}` }] } }]);
});

describe('what a guard would look at more of', () => {
  const zones = 'desired-state/members/ada/zones/ada.example.yaml';
  const servers = (...names: readonly string[]): string => `records:\n${names.map((name) => `  - { name: "@", type: NS, target: ${name}. }\n`).join('')}  - { name: nas, type: A, address: 198.51.100.7 }\n`;

  test('is done with all of it: a zone that leaves name servers which others keep', async () => {
    await host.commit({ [zones]: servers('ns.elsewhere.example', 'ns.else.example') });
    const part = await run();
    const asked = half.asked.slice(0, 2);
    await host.commit({ [zones]: String(base().get(zones)) });
    await run();
    expect(asked).toEqual(['a part', 'all']);
    expect(part).toMatchObject({ status: 4, said: expect.stringMatching(/held: ada[^]*guard\/name-servers/) as unknown, facts: { outcomes: [{ id: `file:${site}` }, { id: 'unit:apache2.service' }] } });
  });
});

describe('what somebody hides in a part', () => {
  const tableWith = async (change: (line: string) => string | null): Promise<Loose> => {
    const row = await lineOf(`table:${table}`);
    const desired = Object.fromEntries(Object.entries(row['desired'] as object).flatMap(([attribute, value]) => {
      const next = change(`${attribute} ${String(value)}`);
      return next === null ? [] : [[attribute, typeof value === 'number' ? Number(next.split(' ')[1]) : next.split(' ').slice(1).join(' ')]];
    }));
    return { ...row, desired } as unknown as Loose;
  };
  const withPayload = async (change: (text: string) => string, state: (each: string) => string | null): Promise<Loose> => {
    const made = await tableWith(state);
    return { ...made, payload: { text: change(String(made['payload']?.['text'])) } } as unknown as Loose;
  };

  test.each<[string, () => Promise<Loose>]>([
    ['a row that goes', () => withPayload((rows) => rows.replace(/^ada:.*\n/m, ''), (each) => (each.startsWith('ada.') ? null : each))],
    ['another shell', () => withPayload((rows) => rows.replace(/^(ada:.*:)[^:]*$/m, '$1/usr/sbin/nologin'), (each) => each.replace(/^(ada\.shell) .*/, '$1 /usr/sbin/nologin'))],
    ['a shell that nobody has', () => withPayload((rows) => rows.replace(/^(ada:.*:)[^:]*$/m, '$1/bin/false'), (each) => each.replace(/^(ada\.shell) .*/, '$1 /bin/false'))],
    ['another number', () => withPayload((rows) => rows.replace(/^ada:x:10002:10002/m, 'ada:x:10077:10077'), (each) => each.replace(/^(ada\.[ug]id) 10002/, '$1 10077'))],
    ['an empty zone', async () => {
      const file = await lineOf(`zone:${zone}`);
      const bare = String(file['payload']?.['text']).split('\n').filter((line) => / IN (?:SOA|NS) |^\$|^;/.test(line)).join('\n').concat('\n');
      return { ...file, payload: { text: bare }, desired: { ...file['desired'], content: digest(bare) } } as unknown as Loose;
    }],
    ['keys to an account of the host’s own', async () => {
      const file = await lineOf(`file:${key}`);
      return { ...file, id: 'file:/etc/ssh/authorized_keys.d/daemon', name: '/etc/ssh/authorized_keys.d/daemon' } as unknown as Loose;
    }],
    ['what root does not make', async () => ({ ...(await lineOf(`file:${site}`)), id: 'file:/etc/cron.d/x', name: '/etc/cron.d/x' }) as unknown as Loose],
  ])('comes to what it comes to among all of it: %s', async (_, make) => {
    const more = await make();
    crafted((answer) => put(answer, structuredClone(more)));
    const part = await run();
    const asked = [...half.asked];
    half.turned = (said) => said;
    rmSync(host.own('still'), { force: true });
    await host.run();
    await host.rest();
    await host.commit(host.anotherSite());
    rmSync(host.own('still'));
    crafted((answer) => put(answer, structuredClone(more)));
    const all = await run();
    expect(asked[0]).toBe('a part');
    expect(typeof part === 'string' ? part : worded(part)).toEqual(typeof all === 'string' ? all : worded(all));
  });
});

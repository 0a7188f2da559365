/** What is put right by looking only at what has moved, where that is not a file alone: who is logged in, daemons, and what comes to nothing. */
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { base } from '../../scenarios/story.ts';
import { minute, site, tickHost } from './tick-host.ts';

vi.mock('../../../reconciler/plan/turns.ts', async (original) => (await import('./turns-later.ts')).later(await original()));

const host = await tickHost();
const { commit, on, own, run, rest, still } = host;
afterAll(host.end);

/** As much as has to do with one thing. */
const few = 20;
const bob = 'desired-state/members/bob/member.yaml';
const remember = (table: string, value: object): void => {
  mkdirSync(own('rooted'), { recursive: true });
  writeFileSync(own(`rooted/${table}.json`), JSON.stringify(value));
};
const sessions = (): object => JSON.parse(readFileSync(own('rooted/sessions.json'), 'utf8')) as object;

describe('where somebody is suspended', () => {
  beforeAll(() => commit({ [bob]: `${String(base().get(bob))}state: suspended\n` }));
  beforeEach(() => rest());

  test('a login of somebody else makes no run look at everything, and is no reason for the next one', async () => {
    remember('sessions', { ada: 2 });
    for (const at of ['once', 'a minute later']) {
      const { status, count, facts } = await run();
      expect([status, facts.outcomes, count.looked < few], at).toEqual([0, [], true]);
      host.clock += minute;
    }
    expect(still()?.said.some(([argv]) => argv[0] === 'loginctl')).toBe(true);
  });

  test('whoever is suspended and has come in is put out', async () => {
    remember('sessions', { bob: 1 });
    const { facts, count } = await run();
    expect([facts.outcomes.length, count.looked < few, sessions()]).toEqual([1, true, {}]);
  });

  test('so is one who has very many mailboxes, by a look at everything', async () => {
    const boxes = Array.from({ length: 101 }, (_, index) => `  a${index}: { password: "$6$abcdefgh$${'x'.repeat(86)}" }\n`);
    const limits = [...base().keys()].find((path) => path.startsWith('desired-state/limits/')) ?? '';
    await commit({ [limits]: String(base().get(limits)).replace(/^mailboxes: .*/m, 'mailboxes: 500'), 'desired-state/members/bob/mailboxes/bob.example.yaml': `mailboxes:\n${boxes.join('')}` });
    await rest();
    remember('sessions', { bob: 1 });
    const { facts, count } = await run();
    expect([facts.outcomes.length, count.looked > 80, sessions()]).toEqual([1, true, {}]);
  });
});

test('what was put right before a daemon refused the rest is told', async () => {
  await rest();
  chmodSync(on('/home/ada'), 0o777);
  appendFileSync(on(site), '# by hand\n');
  remember('refuse', { 'apache2ctl': 'no' });
  const { status, facts } = await run();
  const ended = facts.outcomes.map((each) => JSON.stringify(each, ['id', 'result'])).sort();
  expect(ended).toEqual([`{"id":"file:${site}","result":"failed"}`, '{"id":"home:/home/ada","result":"done"}', '{"id":"unit:apache2.service","result":"failed"}']);
  expect([status, existsSync(own('still'))]).toEqual([3, false]);
});

/** The run after one that changed something, counted: it looks at inodes, and reads only what was hardly older than the look at it. */
import { chmodSync, existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { digest } from '../../../reconciler/model/digest.ts';
import { base } from '../../scenarios/story.ts';
import { minute, site, tickHost, vhost, type Ran } from './tick-host.ts';

vi.mock('../../../reconciler/plan/turns.ts', async (original) => (await import('./turns-later.ts')).later(await original()));

const host = await tickHost();
const { atOnce, anotherSite, commit, on, own, restamp, run, still } = host;
afterAll(host.end);

const [member, boxes] = ['member.yaml', 'mailboxes/ada.example.yaml'].map((name) => `desired-state/members/ada/${name}`) as [string, string];
const bob = 'desired-state/members/bob/member.yaml';
const textOf = (path: string): string => String(base().get(path));

beforeAll(host.ripen);

/** Let the inventory list another thing, as if that had been written down. */
function listOtherwise(): void {
  const body = readFileSync(own('inventory.jsonl'), 'utf8').replace(/^.*\n/, '').replace('blog.ada', 'blag.ada');
  writeFileSync(own('inventory.jsonl'), `${JSON.stringify({ version: 2, digest: digest(body) })}\n${body}`);
}

/** What the next run says, and what one says that reads everything. */
async function nextAndWhole(): Promise<{ readonly next: Ran; readonly whole: Ran }> {
  host.clock += minute;
  const next = await run();
  return { next, whole: await run({ audit: true }) };
}

function without(facts: object): object {
  return { ...facts, startedAt: 0, endedAt: 0 };
}

describe('the run after a change', () => {
  beforeEach(() => host.rest());

  test('reads what was just written, once, and opens no document', async () => {
    await commit(anotherSite());
    await atOnce();
    const changed = await run();
    expect([changed.status, changed.facts.outcomes.length]).toEqual([0, 2]);
    expect(still()?.young.map(([path]) => path).toSorted()).toEqual(['/etc/apache2/croft/sites', site, '/var/lib/croft/inventory.jsonl', '/var/lib/croft/loaded/apache2.service'].toSorted());
    // Nothing of the repository is opened: it could not be.
    rmSync(own('repository.git/objects'), { recursive: true });
    const next = await run();
    expect(next).toMatchObject({ status: 0, count: { read: 1, steps: 0 }, facts: { outcomes: [], notices: [] } });
    expect(next.said).toContain('as desired, nothing changed');
    host.clock = Date.now() + minute;
    expect((await run()).count).toMatchObject({ read: 1, steps: 0 });
    expect(still()?.young).toEqual([]);
    expect((await run()).count).toMatchObject({ read: 0, steps: 0 });
  });

  test('says what one says that reads everything', async () => {
    await commit(anotherSite());
    await run();
    const { next, whole } = await nextAndWhole();
    expect(next.count.read).toBe(0);
    expect(whole.count.looked).toBeGreaterThan(80);
    expect([whole.said, without(whole.facts)]).toEqual([next.said, without(next.facts)]);
  });

  test('finds what was written by hand in between, in the same moment, with as many bytes and the time put back', async () => {
    await commit(anotherSite());
    await atOnce();
    await run();
    const [{ atime, mtime }, text] = [statSync(on(site)), readFileSync(on(site), 'utf8')];
    writeFileSync(on(site), text.replace('X-Turn', 'X-Tarn'));
    utimesSync(on(site), atime, mtime);
    expect((await run()).facts.outcomes.length).toBe(2);
    expect(readFileSync(on(site), 'utf8')).toBe(text);
  });

  test('finds it also where no time of the inode tells it', async () => {
    await commit(anotherSite());
    await atOnce();
    await run();
    const [noted, text] = [still(), readFileSync(on(site), 'utf8')];
    if (noted === null) throw new Error('nothing was noted down');
    writeFileSync(on(site), text.replace('X-Turn', 'X-Tarn'));
    await restamp(noted);
    expect((await run()).facts.outcomes.length).toBe(2);
    expect(readFileSync(on(site), 'utf8')).toBe(text);
  });

  test.each([
    ['something is in the directory in which it was put', () => writeFileSync(on('/etc/apache2/croft/sites/evil.conf'), 'x')],
    ['the mode of what was put there is another', () => chmodSync(on(site), 0o600)],
  ])('puts right what has to do with it where %s', async (_, change) => {
    await commit(anotherSite());
    await atOnce();
    await run();
    change();
    const { count, facts, status } = await run();
    expect([status, facts.outcomes.length > 0, count.looked < 20]).toEqual([0, true, true]);
  });

  test.each([
    ['what the daemon has loaded is not known any more', () => rmSync(own('loaded/apache2.service'))],
    ['the inventory is another', listOtherwise],
  ])('looks at everything where %s', async (_, change) => {
    await commit(anotherSite());
    await atOnce();
    await run();
    change();
    expect((await run()).count.looked).toBeGreaterThan(80);
  });

  test.each([
    ['an alias more', { [boxes]: `${textOf(boxes).trimEnd()}\n  more: [ada]\n` }],
    ['a document of another form that means the same', { [member]: `${textOf(member)}\n# ada\n` }],
    ['a site less', { [vhost]: null }],
    ['a site again', { [vhost]: textOf(vhost) }],
    ['a member who is suspended', { [bob]: `${textOf(bob)}state: suspended\n` }],
    ['a member who comes back', { [bob]: textOf(bob) }],
    ['a new member', { 'desired-state/members/erin/member.yaml': textOf(bob).replace('Bob', 'Erin').replace('10003', '10013').replace('bob@', 'erin@').replace('bob.example', 'erin.example').replace('20010', '20011') }],
  ])('says what one says that reads everything, after %s', async (_, files) => {
    await commit(files);
    await run();
    const { next, whole } = await nextAndWhole();
    expect(next.count.read).toBe(0);
    expect([whole.said, without(whole.facts)]).toEqual([next.said, without(next.facts)]);
  });

  test('looks at everything where something failed', async () => {
    writeFileSync(own('rooted/refuse.json'), JSON.stringify({ 'systemctl reload': 'no' }));
    await commit(anotherSite());
    expect((await run()).status).toBe(3);
    expect(existsSync(own('still'))).toBe(false);
    rmSync(own('rooted/refuse.json'));
  });

  test.each([
    ['a file of the co-op\'s', '/etc/postfix/main.cf', '# by hand\n'],
    ['the name of a number', '/etc/group', 'mallory:x:33:\n'],
  ])('puts right what was changed by hand while the host was changed: %s', async (_, path, line) => {
    await commit(anotherSite());
    const before = readFileSync(on(path), 'utf8');
    const ran = await run({
      machine: (machine) => ({
        ...machine,
        perform: async (step) => {
          await machine.perform(step);
          if (step.do === 'swap') writeFileSync(on(path), `${line}${before}`);
        },
      }),
    });
    expect(ran.status).toBe(0);
    host.clock += minute;
    expect((await run()).facts.outcomes.length).toBeGreaterThan(0);
    writeFileSync(on(path), before);
    await run();
  });
});

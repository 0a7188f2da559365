/** A change on a host that is as the last run left it, counted: only what is new in what was handed over is looked at, and what others finish. */
import { appendFileSync, chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Machine } from '../../../reconciler/model/machine.ts';
import type { Stillness } from '../../../reconciler/plan/stillness.ts';
import { base } from '../../scenarios/story.ts';
import { minute, site, tickHost, vhost, type Ran } from './tick-host.ts';

vi.mock('../../../reconciler/plan/turns.ts', async (original) => (await import('./turns-later.ts')).later(await original()));

const host = await tickHost();
const { anotherSite, commit, on, own, restamp, run, settle, still } = host;
afterAll(host.end);

const boxes = 'desired-state/members/ada/mailboxes/ada.example.yaml';
const bob = 'desired-state/members/bob/member.yaml';
const textOf = (path: string): string => String(base().get(path));

function failedIn({ outcomes }: Ran['facts']): readonly unknown[] {
  return outcomes.flatMap((outcome) => (Reflect.get(Object(outcome), 'result') === 'done' ? [] : [Reflect.get(Object(outcome), 'id')]));
}

function programsOf(said: Stillness['said'] = []): readonly (string | undefined)[] {
  return [...new Set(said.map(([[program]]) => program))];
}

/** A run that knows of nothing but the host itself. */
async function whole(): Promise<Ran> {
  rmSync(own('still'), { force: true });
  rmSync(own('seen'), { force: true });
  return run();
}

beforeAll(host.ripen);

describe('a change on a host at rest', () => {
  beforeEach(() => host.rest());

  test('reads only what is new in what was handed over, until it is made', async () => {
    await commit(anotherSite());
    const read: string[] = [];
    let isMade = false;
    const listening = (machine: Machine): Machine => ({
      ...machine,
      observe: (probes) => {
        if (!isMade) read.push(...probes.flatMap((probe) => (probe.ask === 'path' && (probe.want === 'digest' || probe.want === 'text') && !probe.path.startsWith('/var/lib/croft/') ? [probe.path] : [])));
        return machine.observe(probes);
      },
      perform: (step) => {
        isMade ||= step.do === 'stage';
        return machine.perform(step);
      },
    });
    const { facts, status } = await run({ machine: listening });
    expect([status, facts.outcomes.length]).toEqual([0, 2]);
    expect(read).toEqual(['/etc/passwd', '/etc/passwd', site]);
    [read.length, isMade] = [0, false];
    await commit(anotherSite());
    rmSync(own('still'));
    const { facts: all } = await run({ machine: listening });
    expect(all.outcomes).toEqual(facts.outcomes);
    expect(read.length).toBeGreaterThan(30);
  });

  test.each([
    ['a site', anotherSite],
    ['an alias more', () => ({ [boxes]: `${textOf(boxes).trimEnd()}\n  more: [ada]\n` })],
    ['an alias less', () => ({ [boxes]: textOf(boxes) })],
    ['a site less', () => ({ [vhost]: null })],
    ['a site again', () => ({ [vhost]: textOf(vhost) })],
    ['a member who is suspended', () => ({ [bob]: `${textOf(bob)}state: suspended\n` })],
    ['a member who comes back', () => ({ [bob]: textOf(bob) })],
    ['a new member', () => ({ 'desired-state/members/erin/member.yaml': textOf(bob).replace('Bob', 'Erin').replace('10003', '10013').replace('bob@', 'erin@').replace('bob.example', 'erin.example').replace('20010', '20011') })],
    ['a document of another form', () => ({ [bob]: `${textOf(bob)}\n# bob\n` })],
  ])('notes down what a run does that looks at everything: %s', async (_, files) => {
    await commit(files());
    expect((await run()).status).toBe(0);
    host.clock += minute;
    await run();
    const noted = still();
    await whole();
    const all = still();
    // All files are read in one turn here: of those that only the machine reads nobody knows then what was in them.
    // Root's own copy is the same, whole or by what was new in it, and named after that.
    const { paths, said, stamp: _stamp, contents: _contents, copy: _copy, inPart: _inPart, listing: _listing, ...facts } = all ?? {};
    expect(noted).toMatchObject(facts);
    expect(noted?.paths.read).toEqual(paths?.read);
    // What nobody asks about any more stays in it until all is looked at again.
    expect(noted?.paths.other).toEqual(expect.arrayContaining([...(paths?.other ?? [])]));
    expect(noted?.paths.outside).toEqual(expect.arrayContaining([...(paths?.outside ?? [])]));
    expect(programsOf(noted?.said)).toEqual(expect.arrayContaining([...programsOf(said)]));
  });

  test.each([
    ['another file of the same daemon was changed by hand', '/etc/apache2/croft/sites/app.bob.example.conf'],
    ['the file itself was changed by hand', site],
  ])('looks at everything where %s, and puts it right', async (_, path) => {
    const before = readFileSync(on(path), 'utf8');
    appendFileSync(on(path), '# by hand\n');
    await commit(anotherSite());
    const { count, status } = await run();
    expect(status).toBe(0);
    expect(count.looked).toBeGreaterThan(80);
    expect(readFileSync(on(path), 'utf8')).not.toContain('# by hand');
    if (path !== site) expect(readFileSync(on(path), 'utf8')).toBe(before);
  });

  test.each<[string, () => void]>([
    ['the inventory is gone', () => rmSync(own('inventory.jsonl'))],
    ['the mode of something is another', () => chmodSync(on('/etc/apache2/croft/sites/app.bob.example.conf'), 0o600)],
    ['there is no note', () => rmSync(own('still'))],
  ])('looks at everything where %s', async (_, damage) => {
    damage();
    await commit(anotherSite());
    expect((await run()).count.looked).toBeGreaterThan(80);
    expect((await run()).facts.outcomes).toEqual([]);
  });

  test('puts right in the next run what moved after the host was found at rest', async () => {
    await commit(anotherSite());
    const path = '/etc/postfix/main.cf';
    const before = readFileSync(on(path), 'utf8');
    const late = (machine: Machine): Machine => {
      let stamped = 0;
      return {
        ...machine,
        observe: async (probes) => {
          const answers = await machine.observe(probes);
          if (probes.some(({ ask }) => ask === 'stamps') && (stamped += 1) === 1) writeFileSync(on(path), `${before}# late\n`);
          return answers;
        },
      };
    };
    expect((await run({ machine: late })).status).toBe(0);
    expect(readFileSync(on(path), 'utf8')).not.toBe(before);
    await run();
    expect(readFileSync(on(path), 'utf8')).toBe(before);
  });

  test('finds what the daemon no longer takes also among what is not new', async () => {
    const [old, oldSite] = ['desired-state/members/ada/vhosts/old.ada.example.yaml', 'etc/apache2/croft/sites/old.ada.example.conf'];
    await commit({ [old]: 'static:\n  root: web/old\nheaders:\n  - name: X-Ancient\n    value: "yes"\n' });
    expect((await run()).status).toBe(0);
    await host.rest();
    writeFileSync(own('rooted/refuse.json'), JSON.stringify({ 'text:X-Ancient': 'no longer known' }));
    await commit(anotherSite());
    const { status, facts } = await run();
    rmSync(own('rooted/refuse.json'));
    expect([status, failedIn(facts)]).toEqual([3, [`file:/${oldSite}`]]);
    expect([existsSync(on(oldSite)), readFileSync(on(site), 'utf8').includes('X-Turn')]).toEqual([false, true]);
    expect(still()).toBe(null);
    host.clock += 60 * minute;
    expect([(await run()).status, existsSync(on(oldSite))]).toEqual([0, true]);
    await commit({ [old]: null });
    await run();
  });

  test('does not take for right what rotted in a file that nobody has read since', async () => {
    const [path, noted] = ['/var/lib/extrausers/group', await settle()];
    const before = readFileSync(on(path), 'utf8');
    writeFileSync(on(path), before.replace('ada', 'abc'));
    await restamp(noted);
    await commit(anotherSite());
    const { count } = await run();
    expect([count.looked < 80, still()?.contents.includes('')]).toEqual([true, true]);
    host.clock += 24 * 60 * minute;
    await run();
    expect(readFileSync(on(path), 'utf8')).toBe(before);
  });

  test.each([
    ['before it', 'repquota', 'stamps', () => ({ [bob]: `# moved\n${textOf(bob)}` }), (text: string) => `${text}#4242,ok,ok,0,1,1,00days,0,0,0,00days\n`],
    ['by it', 'dpkg-query', 'apt-get', () => ({ [bob]: `${textOf(bob)}shell: zsh\n` }), (text: string) => text.replace(/^quota installed$/m, 'quota config-files')],
  ])('looks at everything in the next run where what a program says was changed %s', async (_, program, when, files, changed) => {
    await commit({ [bob]: textOf(bob) });
    await run();
    await settle();
    host.clock += minute;
    let isChanged = false;
    const other = (machine: Machine): Machine => ({
      ...machine,
      observe: async (probes) => {
        const answers = await machine.observe(probes);
        const told = answers.map((answer, index) => {
          const probe = probes[index];
          return isChanged && answer.ask === 'run' && probe?.ask === 'run' && probe.argv[0] === program ? { ...answer, stdout: changed(answer.stdout) } : answer;
        });
        isChanged ||= probes.some(({ ask }) => ask === when);
        return told;
      },
      perform: async (step) => {
        await machine.perform(step);
        isChanged ||= step.do === 'run' && step.argv.join(' ').includes(when);
      },
    });
    await commit(files());
    expect((await run({ machine: other })).status).toBe(0);
    expect([isChanged, still()]).toEqual([true, null]);
  });
});

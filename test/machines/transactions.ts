/** What a transaction must hold on every machine: the same suite runs on the real host and on a rooted one. */
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Making, Placing, Step } from '../../reconciler/model/machine.ts';
import { type Bench, one, type Open, write } from './bench.ts';

const token = '0123456789abcdef';

/** A program that says whether it sees a text below a directory, as a check does; 0 when it does not. */
export interface Looking {
  readonly argv: (bench: Bench) => readonly string[];
  /** What it refuses. */
  readonly text: string;
}

export function transactions(open: Open, looking: Looking): void {
  let bench: Bench;
  beforeEach(() => {
    bench = open();
  });
  afterEach(() => bench.clear());

  const stage = (name: string, text: string, more: Partial<Extract<Step, { do: 'stage' }>> = {}): Step => ({ do: 'stage', path: bench.path(name), token, make: write(bench.path(name), text) as Making, ...more });
  const place = (name: string): Placing => ({ path: bench.path(name), token });
  const gone = (name: string): Placing => ({ path: bench.path(name), token: null });
  const names = (): readonly string[] => readdirSync(bench.real('.')).sort();
  const text = (name: string): string => readFileSync(bench.real(name), 'utf8');
  const swap = (...places: readonly Placing[]): Step => ({ do: 'swap', unit: 'a.service', places });
  const does = async (...steps: readonly Step[]): Promise<void> => {
    for (const step of steps) await bench.machine.perform(step);
  };
  const status = async (...places: readonly Placing[]): Promise<number> => {
    const answer = await one(bench.machine, { ask: 'view', places, argv: looking.argv(bench) });
    if (answer.ask !== 'view') throw new Error('an answer of another kind');
    return answer.status;
  };

  describe('a transaction', () => {
    test('stages beside, swaps everything, and leaves nothing else once it is kept', async () => {
      writeFileSync(bench.real('changed'), 'old');
      writeFileSync(bench.real('dropped'), 'old');
      await does(stage('changed', 'new'), stage('made', 'new', { make: { ...write(bench.path('made'), 'new', { mode: '0640', group: 'www-data' }) } as Making }));
      expect([text('changed'), existsSync(bench.real('made'))]).toEqual(['old', false]);
      await does(swap(place('changed'), place('made'), gone('dropped'), gone('never-there')));
      expect([text('changed'), text('made'), existsSync(bench.real('dropped'))]).toEqual(['new', 'new', false]);
      await does({ do: 'keep', unit: 'a.service' });
      expect(names()).toEqual(['changed', 'made']);
      expect((statSync(bench.real('made')).mode & 0o7777).toString(8)).toBe('640');
      const answers = await bench.machine.observe([{ ask: 'path', path: bench.path('made'), want: 'stat' }]);
      expect(answers).toMatchObject([{ node: { owner: 'root', group: 'www-data' } }]);
    });

    test('of more files and directories than are synced one by one takes its place, or is put back, just the same', async () => {
      const files = Array.from({ length: 70 }, (_, index) => `d${index}/f`);
      for (const name of files) mkdirSync(bench.real(name.slice(0, -2)));
      for (const [round, end] of [['one', 'keep'], ['two', 'put-back'], ['three', 'keep']] as const) {
        await does(...files.map((name) => stage(name, round)), swap(...files.map(place)));
        expect(new Set(files.map(text))).toEqual(new Set([round]));
        await does({ do: end, unit: 'a.service' });
        expect(new Set(files.map(text))).toEqual(new Set([end === 'keep' ? round : 'one']));
        expect(files.flatMap((name) => readdirSync(bench.real(name.slice(0, -2))))).toEqual(files.map(() => 'f'));
      }
    });

    test('is put back whole, links and owners and all', async () => {
      await does(write(bench.path('changed'), 'old', { mode: '0640', group: 'www-data' }));
      writeFileSync(bench.real('dropped'), 'old');
      symlinkSync('old', bench.real('link'));
      await does(stage('changed', 'new'), stage('made', 'new'), { do: 'stage', path: bench.path('link'), token, make: { do: 'link', path: bench.path('link'), target: 'new' } });
      await does(swap(place('changed'), place('made'), gone('dropped'), place('link')));
      expect(readlinkSync(bench.real('link'))).toBe('new');
      await does({ do: 'put-back', unit: 'a.service' }, { do: 'put-back', unit: 'a.service' }, { do: 'keep', unit: 'a.service' });
      expect([text('changed'), text('dropped'), readlinkSync(bench.real('link')), names()]).toEqual(['old', 'old', 'old', ['changed', 'dropped', 'link']]);
      const answers = await bench.machine.observe([{ ask: 'path', path: bench.path('changed'), want: 'stat' }]);
      expect(answers).toMatchObject([{ node: { mode: '0640', group: 'www-data' } }]);
      expect(lstatSync(bench.real('changed')).nlink).toBe(1);
    });

    test('that the system refuses in the middle changes nothing', async () => {
      writeFileSync(bench.real('changed'), 'old');
      mkdirSync(bench.real('directory'));
      await does(stage('changed', 'new'));
      await expect(bench.machine.perform(swap(place('changed'), gone('directory')))).rejects.toThrow('a directory is there');
      expect(text('changed')).toBe('old');
      await does(stage('changed', 'new'));
      await expect(bench.machine.perform(swap(place('changed'), place('never-staged')))).rejects.toThrow('it is not there');
      expect([text('changed'), names()]).toEqual(['old', ['changed', 'directory']]);
    });

    test('is not begun while another one of the same unit is open, and what that one needs is not swept away', async () => {
      writeFileSync(bench.real('changed'), 'old');
      await does(stage('changed', 'new'), swap(place('changed')));
      await expect(bench.machine.perform(swap(gone('changed')))).rejects.toThrow('an earlier one is still open');
      bench.again();
      await does(write(bench.path('other'), 'x'));
      expect(names().length).toBe(3);
      await does({ do: 'put-back', unit: 'a.service' });
      expect([text('changed'), names()]).toEqual(['old', ['changed', 'other']]);
    });

    test('what was staged can be taken back', async () => {
      await does(stage('made', 'new'), { do: 'unstage', places: [place('made'), place('never-staged'), gone('x')] });
      expect(names()).toEqual([]);
    });

    test('staging again takes the place of what a crash left', async () => {
      await does(stage('made', 'first'), stage('made', 'second'), swap(place('made')), { do: 'keep', unit: 'a.service' });
      expect([text('made'), names()]).toEqual(['second', ['made']]);
    });
  });

  describe('a view', () => {
    test('shows what is staged in its place, and what goes as gone, and nothing outside changes', async () => {
      writeFileSync(bench.real('bad'), looking.text);
      writeFileSync(bench.real('fine'), 'x');
      await does(stage('bad', 'now fine'), stage('fine', looking.text));
      expect(await status()).not.toBe(0);
      expect(await status(place('bad'))).toBe(0);
      expect(await status(gone('bad'))).toBe(0);
      expect(await status(place('bad'), place('fine'))).not.toBe(0);
      expect([text('bad'), text('fine')]).toEqual([looking.text, 'x']);
      await does({ do: 'unstage', places: [place('bad'), place('fine')] });
      expect(names()).toEqual(['bad', 'fine']);
    });

    test('shows a directory whose name overlayfs cannot take', async () => {
      mkdirSync(bench.real('a:b'));
      writeFileSync(bench.real('a:b/bad'), looking.text);
      expect(await status(gone('a:b/bad'))).toBe(0);
      await does(stage('a:b/bad', 'x'), stage('a:b/more', looking.text));
      expect(await status(place('a:b/bad'))).toBe(0);
      expect(await status(place('a:b/bad'), place('a:b/more'))).not.toBe(0);
      expect(text('a:b/bad')).toBe(looking.text);
    });

    test('shows directories within each other', async () => {
      mkdirSync(bench.real('sub'));
      await does(stage('sub/a', 'x'), stage('b', 'x'));
      expect(await status(place('sub/a'), place('b'))).toBe(0);
      await does(stage('sub/a', looking.text));
      expect(await status(place('sub/a'), place('b'))).not.toBe(0);
      expect(existsSync(bench.real('sub/a'))).toBe(false);
    });
  });
}

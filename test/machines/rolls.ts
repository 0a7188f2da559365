/** What a roll is good for, on every machine: it says that nothing has moved when nothing has, and never when something has. */
import { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Marked, Roll, Told } from '../../reconciler/model/machine.ts';
import { type Bench, one, type Open } from './bench.ts';

const strange = ['a', 'a b', '-name', '!', '(', '*', 'ä', '\u{1f426}', 'it\'s', '"', '\\', 'new\nline', ' '];

/** Try it on a machine. */
export function rolls(open: Open): void {
  let bench: Bench;
  beforeEach(() => {
    bench = open();
    mkdirSync(bench.real('d/inner'), { recursive: true });
    for (const directory of ['d', 'd/inner']) chmodSync(bench.real(directory), 0o755);
    for (const name of strange) writeFileSync(bench.real(`d/${name}`), name);
    writeFileSync(bench.real('d/inner/deep'), 'text');
  });
  afterEach(() => bench.clear());

  const marked = (whole: readonly string[], outside: readonly string[]): Marked => ({ whole: whole.map((name) => bench.path(name)), outside: outside.map((name) => bench.path(name)) });
  const files = (): readonly string[] => [...strange.map((name) => `d/${name}`), 'd/inner/deep'];

  async function told(paths: Marked): Promise<Told> {
    const answer = await one(bench.machine, { ask: 'stamps', paths, called: true });
    const plain = await one(bench.machine, { ask: 'stamps', paths });
    if (answer.ask !== 'stamps' || answer.called == null) throw new Error('no roll was called');
    const { called, ...stamps } = answer;
    expect(stamps).toEqual(plain);
    return called;
  }

  async function isSame(roll: Roll): Promise<boolean> {
    bench.again();
    const answer = await one(bench.machine, { ask: 'roll', roll });
    return answer.ask === 'roll' && answer.isSame;
  }

  describe('a roll', () => {
    test('has files of any name, a line of each, and is the same as long as nothing moves', async () => {
      const { roll, untold } = await told(marked(files(), ['d']));
      expect([untold.whole.filter(([path]) => path.startsWith(bench.path(''))), untold.outside]).toEqual([[], []]);
      for (const name of files()) expect(`\0${roll.whole.paths}`).toContain(`\0.${bench.path(name)}\0`);
      for (const { paths, said } of [roll.whole, roll.outside]) expect(said.split('\n').length).toBe(paths.split('\0').length);
      expect(`\0${roll.outside.paths}`).toContain(`\0.${bench.path('d/inner')}\0`);
      expect([await isSame(roll), await isSame(roll)]).toEqual([true, true]);
    });

    test.each<[string, boolean, (bench: Bench) => void]>([
      ['nothing is done', true, () => undefined],
      ['somebody works in a directory that is looked at from outside', true, ({ real }) => writeFileSync(real('d/more'), '')],
      ['a file grows', false, ({ real }) => appendFileSync(real('d/a'), 'x')],
      ['a file has other bytes', false, ({ real }) => writeFileSync(real('d/a'), 'b')],
      ['a file has another mode', false, ({ real }) => chmodSync(real('d/a b'), 0o600)],
      ['a file was written at another time', false, ({ real }) => utimesSync(real('d/inner/deep'), 1, 1)],
      ['a file is gone', false, ({ real }) => rmSync(real('d/new\nline'))],
      ['two files change places', false, ({ real }) => {
        renameSync(real('d/a'), real('x'));
        renameSync(real('d/a b'), real('d/a'));
        renameSync(real('x'), real('d/a b'));
      }],
      ['a directory that is looked at from outside has another mode', false, ({ real }) => chmodSync(real('d'), 0o700)],
      ['a directory on the way has another mode', false, ({ real }) => chmodSync(real('d/inner'), 0o711)],
      ['somebody works in a directory that is looked at as a whole', false, ({ real }) => writeFileSync(real('whole/more'), '')],
      ['a directory is where one was that was moved away', false, ({ real }) => {
        renameSync(real('d/inner'), real('moved'));
        mkdirSync(real('d/inner'), { mode: 0o755 });
        renameSync(real('moved/deep'), real('d/inner/deep'));
      }],
      ['a link is where a directory was', false, ({ real }) => {
        renameSync(real('d/inner'), real('moved'));
        symlinkSync('../moved', real('d/inner'));
      }],
    ])('is the same, or not, when %s: %s', async (_, same, happens) => {
      mkdirSync(bench.real('whole'), { mode: 0o755 });
      const { roll } = await told(marked([...files(), 'whole'], ['d']));
      // The clock of inodes goes by ticks.
      await new Promise((resolve) => setTimeout(resolve, 20));
      happens(bench);
      expect(await isSame(roll)).toBe(same);
    });

    test('leaves to stamps what is not there, and what is behind a link', async () => {
      symlinkSync('d', bench.real('way'));
      const { roll, untold } = await told(marked(['d/a', 'd/none', 'way/a', 'none/a'], ['d/gone', 'way']));
      const those = (manner: keyof Roll): readonly (readonly [path: string, isThere: boolean])[] => untold[manner].map(([path, [mode]]) => [path, mode !== 0] as const).filter(([path]) => path.startsWith(bench.path('')));
      expect(those('whole')).toEqual([[bench.path('d/none'), false], [bench.path('way/a'), true], [bench.path('none/a'), false]]);
      expect(those('outside')).toEqual([[bench.path('d/gone'), false]]);
      expect(roll.whole.paths).not.toContain('way/a');
    });

    test('that was cut or has other words is not the same', async () => {
      const { roll } = await told(marked(files(), ['d']));
      const { whole, outside } = roll;
      for (const other of [{ ...whole, paths: whole.paths.slice(whole.paths.indexOf('\0') + 1) }, { ...whole, said: whole.said.slice(1) }, { paths: '', said: whole.said }, { ...whole, paths: `./none\0${whole.paths}`, said: `${whole.said}1 2 3.4\n` }])
        expect(await isSame({ whole: other, outside })).toBe(false);
      expect(await isSame({ whole, outside: { ...outside, said: outside.said.replace(/^7/, '1') } })).toBe(false);
    });
  });
}

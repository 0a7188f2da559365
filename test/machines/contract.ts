/** What every machine must hold: the same suite runs on the real host and on a rooted one. */
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digest } from '../../reconciler/model/digest.ts';
import { MachineError, stampNumbers, type Excerpts, type Step } from '../../reconciler/model/machine.ts';
import { access, ask, type Bench, type Open, run, write } from './bench.ts';

/** Run the contract on a machine. `refusing` is a check that fails there, given a text that it refuses. */
export function contract(open: Open, refusing: { readonly check: readonly string[]; readonly text: string }): void {
  let bench: Bench;
  beforeEach(() => {
    bench = open();
  });
  afterEach(() => bench.clear());

  describe('observe', () => {
    test('a plain file is answered with exactly what was asked for', async () => {
      writeFileSync(bench.real('a'), 'text\n', { mode: 0o600 });
      const stats = statSync(bench.real('a'));
      const plain = { type: 'file', mode: '0600', owner: 'root', group: 'root', sizeBytes: 5, changedAt: Math.trunc(stats.ctimeMs) };
      expect(await ask(bench.machine, bench.path('a'))).toEqual(plain);
      expect(await ask(bench.machine, bench.path('a'), 'text')).toEqual({ ...plain, text: 'text\n' });
      expect(await ask(bench.machine, bench.path('a'), 'digest')).toEqual({ ...plain, digest: digest('text\n') });
      expect(await ask(bench.machine, bench.path('a'), 'entries')).toEqual(plain);
    });

    test('what is known is not read again while its stamp is the same; a stamp is only told to whoever knows of stamps', async () => {
      const [path, other] = [bench.path('a'), digest('as it was')];
      writeFileSync(bench.real('a'), 'text');
      const [first] = await bench.machine.observe([{ ask: 'path', path, want: 'digest', known: null }]);
      const stamp = first?.ask === 'path' ? (first.stamp ?? []) : [];
      expect([stamp.length, first?.ask === 'path' && first.node?.digest]).toEqual([stampNumbers, digest('text')]);
      const digestNow = async (): Promise<string | undefined> => {
        const [again] = await bench.machine.observe([{ ask: 'path', path, want: 'digest', known: { stamp, digest: other } }]);
        return again?.ask === 'path' ? again.node?.digest : undefined;
      };
      expect(await digestNow()).toBe(other);
      writeFileSync(bench.real('a'), 'texts');
      expect(await digestNow()).toBe(digest('texts'));
      expect(await bench.machine.observe([{ ask: 'path', path: bench.path('none'), want: 'digest', known: null }])).toEqual([{ ask: 'path', node: null, stamp: [] }]);
      expect(await bench.machine.observe([{ ask: 'path', path: bench.path('none'), want: 'digest' }])).toEqual([{ ask: 'path', node: null }]);
    });

    test('of a file excerpts can be read, also once another one is in its place', async () => {
      const excerptsOf = async (path: string): Promise<Excerpts | null> => {
        const [answer] = await bench.machine.observe([{ ask: 'excerpts', path }]);
        if (answer?.ask !== 'excerpts') throw new Error('an answer of another kind');
        return answer.excerpts;
      };
      await bench.machine.perform(write(bench.path('a'), 'one two three'));
      const excerpts = await excerptsOf(bench.path('a'));
      await bench.machine.perform(write(bench.path('a'), 'four'));
      expect([excerpts?.length, excerpts?.slice(4, 7), excerpts?.slice(8, 99), excerpts?.slice(20, 30)]).toEqual([13, 'two', 'three', '']);
      mkdirSync(bench.real('d'));
      symlinkSync('a', bench.real('link'));
      for (const name of ['d', 'link', 'none', 'none/a']) expect(await excerptsOf(bench.path(name))).toBe(null);
    });

    test('a directory has sorted entries and no text', async () => {
      mkdirSync(bench.real('d'), { mode: 0o755 });
      for (const name of ['b', 'a', '.c', 'B']) writeFileSync(bench.real(`d/${name}`), '');
      expect(await ask(bench.machine, bench.path('d'), 'entries')).toMatchObject({ type: 'directory', mode: '0755', entries: ['.c', 'B', 'a', 'b'] });
      expect(await ask(bench.machine, bench.path('d'), 'text')).not.toHaveProperty('text');
    });

    test('a link is a link, even when it points at a file or at nothing', async () => {
      writeFileSync(bench.real('a'), 'text');
      symlinkSync('a', bench.real('good'));
      symlinkSync('/nowhere/at/all', bench.real('dangling'));
      expect(await ask(bench.machine, bench.path('good'), 'text')).toMatchObject({ type: 'link', target: 'a' });
      expect(await ask(bench.machine, bench.path('good'), 'text')).not.toHaveProperty('text');
      expect(await ask(bench.machine, bench.path('dangling'), 'digest')).toMatchObject({ type: 'link', target: '/nowhere/at/all' });
    });

    test('a pipe and a socket are something else, and are not opened', async () => {
      execFileSync('mkfifo', [bench.real('pipe')]);
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(bench.real('socket'), resolve));
      for (const name of ['pipe', 'socket']) expect((await ask(bench.machine, bench.path(name), 'text'))?.type).toBe('other');
      server.close();
    });

    test('what is not there, or is below a file, is null', async () => {
      writeFileSync(bench.real('a'), '');
      for (const name of ['none', 'none/below', 'a/below']) expect(await ask(bench.machine, bench.path(name))).toBeNull();
    });

    test('answers stand in the order of the probes', async () => {
      writeFileSync(bench.real('a'), 'A');
      const answers = await bench.machine.observe([
        { ask: 'path', path: bench.path('none'), want: 'stat' },
        { ask: 'run', argv: ['true'] },
        { ask: 'path', path: bench.path('a'), want: 'text' },
      ]);
      expect(answers).toMatchObject([{ ask: 'path', node: null }, { ask: 'run', status: 0, stdout: '', stderr: '' }, { ask: 'path', node: { text: 'A' } }]);
    });

    test('a program that fails, and one that is not there, are answers', async () => {
      expect((await run(bench.machine, 'false')).status).toBe(1);
      expect((await run(bench.machine, 'croft-no-such-program')).status).toBe(127);
    });

    test.each(['relative', '', '/a/../b', '/./a', '/a\0b'])('the path %j is refused', async (path) => {
      await expect(ask(bench.machine, path)).rejects.toThrow(/cannot use the path/);
    });
  });

  describe('write', () => {
    test('makes a file with its mode and owner, and leaves nothing else', async () => {
      await bench.machine.perform(write(bench.path('a'), 'one', { mode: '2640', group: 'www-data' }));
      expect(await ask(bench.machine, bench.path('a'), 'text')).toMatchObject({ type: 'file', mode: '2640', owner: 'root', group: 'www-data', text: 'one' });
      expect(readdirSync(bench.real('.'))).toEqual(['a']);
    });

    test('replaces a file by another inode, so a reader of the old one is not disturbed', async () => {
      writeFileSync(bench.real('a'), 'old');
      const before = statSync(bench.real('a')).ino;
      await bench.machine.perform(write(bench.path('a'), 'new'));
      expect([readFileSync(bench.real('a'), 'utf8'), statSync(bench.real('a')).ino === before]).toEqual(['new', false]);
    });

    test('when the check refuses, the old bytes, mode and owner stay and nothing is left over', async () => {
      await bench.machine.perform(write(bench.path('a'), 'old', { group: 'www-data' }));
      const failed = bench.machine.perform(write(bench.path('a'), refusing.text, { check: refusing.check, mode: '0600' }));
      await expect(failed).rejects.toThrow(MachineError);
      await expect(failed).rejects.toThrow(`cannot write ${bench.path('a')}: ${refusing.check[0]} refuses it`);
      expect(await ask(bench.machine, bench.path('a'), 'text')).toMatchObject({ text: 'old', mode: '0644', group: 'www-data' });
      expect(readdirSync(bench.real('.'))).toEqual(['a']);
    });

    test('what the check of a secret file says is kept back', async () => {
      const failed = bench.machine.perform(write(bench.path('a'), refusing.text, { check: refusing.check, secret: true }));
      await expect(failed).rejects.toMatchObject({ stderr: '', message: expect.stringContaining('the file is secret') });
    });

    test('a link at the target is replaced, not followed', async () => {
      writeFileSync(bench.real('victim'), 'precious');
      symlinkSync(bench.path('victim'), bench.real('a'));
      await bench.machine.perform(write(bench.path('a'), 'new'));
      expect([lstatSync(bench.real('a')).isFile(), readFileSync(bench.real('victim'), 'utf8')]).toEqual([true, 'precious']);
    });

    test('a second name of a file keeps the old bytes', async () => {
      writeFileSync(bench.real('other'), 'precious');
      linkSync(bench.real('other'), bench.real('a'));
      await bench.machine.perform(write(bench.path('a'), 'new'));
      expect(readFileSync(bench.real('other'), 'utf8')).toBe('precious');
    });

    test('a directory in the place of a file is refused and keeps what it holds', async () => {
      mkdirSync(bench.real('a'));
      writeFileSync(bench.real('a/kept'), 'precious');
      await expect(bench.machine.perform(write(bench.path('a'), 'new'))).rejects.toThrow(/a directory is there/);
      await expect(bench.machine.perform({ do: 'link', path: bench.path('a'), target: 'b' })).rejects.toThrow(/a directory is there/);
      await expect(bench.machine.perform({ do: 'remove', path: bench.path('a') })).rejects.toThrow(/a directory is there/);
      expect(readFileSync(bench.real('a/kept'), 'utf8')).toBe('precious');
    });

    test('a pipe in the place of a file is replaced without being opened', async () => {
      execFileSync('mkfifo', [bench.real('a')]);
      await bench.machine.perform(write(bench.path('a'), 'new'));
      expect(readFileSync(bench.real('a'), 'utf8')).toBe('new');
    });

    test('without its directory it says which one is missing', async () => {
      const path = bench.path('no/where/a');
      await expect(bench.machine.perform(write(path, 'x'))).rejects.toThrow(`cannot write ${path}: ${bench.path('no')} is not there`);
    });

    test('an unknown user, and a mode that is none, are refused before anything is touched', async () => {
      await expect(bench.machine.perform(write(bench.path('a'), 'x', { owner: 'nosuchuser' }))).rejects.toThrow(
        `cannot give ${bench.path('a')} to user 'nosuchuser': this host has no such user`,
      );
      await expect(bench.machine.perform(write(bench.path('a'), 'x', { mode: '644' }))).rejects.toThrow(/cannot set mode "644"/);
      expect(readdirSync(bench.real('.'))).toEqual([]);
    });

    test('what a crash left staged goes when the directory is next written, and only that', async () => {
      for (const name of ['.a.croft-0123456789abcdef', '.a.croft-no', 'a.croft-0123456789abcdef', '.kept']) writeFileSync(bench.real(name), '');
      await bench.machine.perform(write(bench.path('b'), 'x'));
      expect(readdirSync(bench.real('.')).sort()).toEqual(['.a.croft-no', '.kept', 'a.croft-0123456789abcdef', 'b']);
    });

    test('so does a directory, unless something is in it', async () => {
      for (const name of ['.a.croft-0123456789abcdef', '.b.croft-0123456789abcdef']) mkdirSync(bench.real(name));
      writeFileSync(bench.real('.b.croft-0123456789abcdef/kept'), '');
      await bench.machine.perform({ do: 'directory', path: bench.path('b'), mode: '0755', owner: 'root', group: 'root' });
      expect(readdirSync(bench.real('.')).sort()).toEqual(['.b.croft-0123456789abcdef', 'b']);
    });

    test('many writes at once all arrive', async () => {
      await Promise.all(Array.from({ length: 20 }, (_none, index) => bench.machine.perform(write(bench.path(`f${index % 5}`), `${index}`))));
      expect(readdirSync(bench.real('.')).sort()).toEqual(['f0', 'f1', 'f2', 'f3', 'f4']);
    });
  });

  describe('directory, access, link, remove', () => {
    test('a directory is made once, with its mode whatever the umask', async () => {
      const step: Step = { do: 'directory', path: bench.path('d'), mode: '2775', owner: 'root', group: 'www-data' };
      for (const _time of [1, 2]) await bench.machine.perform(step);
      expect(await ask(bench.machine, bench.path('d'))).toMatchObject({ type: 'directory', mode: '2775', group: 'www-data' });
    });

    test('a directory is not made over a file, nor without its parent', async () => {
      writeFileSync(bench.real('a'), 'precious');
      await expect(bench.machine.perform({ do: 'directory', path: bench.path('a'), ...access })).rejects.toThrow(/something else is there/);
      await expect(bench.machine.perform({ do: 'directory', path: bench.path('x/y'), ...access })).rejects.toThrow(/x is not there/);
    });

    test('access is set on files and directories', async () => {
      writeFileSync(bench.real('a'), '');
      await bench.machine.perform({ do: 'access', path: bench.path('a'), mode: '0400', owner: 'www-data', group: '12345' });
      expect(await ask(bench.machine, bench.path('a'))).toMatchObject({ mode: '0400', owner: 'www-data', group: '12345' });
    });

    test('access is never set through a link, on a pipe, or on a file with a second name', async () => {
      writeFileSync(bench.real('victim'), '', { mode: 0o600 });
      symlinkSync('victim', bench.real('link'));
      linkSync(bench.real('victim'), bench.real('hard'));
      execFileSync('mkfifo', [bench.real('pipe')]);
      for (const name of ['link', 'hard', 'pipe', 'none']) {
        await expect(bench.machine.perform({ do: 'access', path: bench.path(name), mode: '0666', owner: 'root', group: 'root' })).rejects.toThrow(MachineError);
      }
      expect(statSync(bench.real('victim')).mode & 0o777).toBe(0o600);
    });

    test('a link takes the place of a file or of another link', async () => {
      writeFileSync(bench.real('a'), '');
      await bench.machine.perform({ do: 'link', path: bench.path('a'), target: '../one' });
      await bench.machine.perform({ do: 'link', path: bench.path('a'), target: '/two' });
      expect([readlinkSync(bench.real('a')), readdirSync(bench.real('.'))]).toEqual(['/two', ['a']]);
    });

    test('removing what is gone, in a directory that is gone, is nothing', async () => {
      for (const path of [bench.path('none'), bench.path('none/below')]) {
        await bench.machine.perform({ do: 'remove', path });
        await bench.machine.perform({ do: 'remove-directory', path });
      }
    });

    test('a link is removed, not what it points at', async () => {
      writeFileSync(bench.real('victim'), 'precious');
      symlinkSync('victim', bench.real('a'));
      await bench.machine.perform({ do: 'remove', path: bench.path('a') });
      expect(readdirSync(bench.real('.'))).toEqual(['victim']);
    });

    test('a directory is removed only when it is empty; a staged leftover does not count', async () => {
      mkdirSync(bench.real('d'), { mode: 0o755 });
      writeFileSync(bench.real('d/kept'), '');
      await expect(bench.machine.perform({ do: 'remove-directory', path: bench.path('d') })).rejects.toThrow(/it holds kept/);
      await bench.machine.perform({ do: 'remove', path: bench.path('d/kept') });
      await bench.machine.perform({ do: 'remove-directory', path: bench.path('d') });
      mkdirSync(bench.real('e'), { mode: 0o755 });
      writeFileSync(bench.real('e/.x.croft-0123456789abcdef'), '');
      await bench.machine.perform({ do: 'remove-directory', path: bench.path('e') });
      expect(readdirSync(bench.real('.'))).toEqual([]);
    });
  });

  describe('law 9: root never works where somebody else can write', () => {
    const steps = (path: string): readonly Step[] => [
      write(path, 'x'),
      { do: 'directory', path, ...access },
      { do: 'access', path, ...access },
      { do: 'link', path, target: 'x' },
    ];

    test.each([
      { name: 'a directory of another user', mode: '0755', owner: 'www-data', says: "belongs to user 'www-data'" },
      { name: 'a directory that everybody may write, sticky or not', mode: '1777', owner: 'root', says: 'everybody can change what stands in' },
      { name: 'a directory that a group may write', mode: '0775', owner: 'root', says: "group 'www-data' can change what stands in" },
    ])('$name is refused, also further up', async ({ mode, owner, says }) => {
      await bench.machine.perform({ do: 'directory', path: bench.path('d'), mode: '0755', owner: 'root', group: 'root' });
      await bench.machine.perform({ do: 'directory', path: bench.path('d/inner'), mode: '0755', owner: 'root', group: 'root' });
      await bench.machine.perform({ do: 'access', path: bench.path('d'), mode, owner, group: 'www-data' });
      for (const step of [...steps(bench.path('d/a')), ...steps(bench.path('d/inner/a'))]) await expect(bench.machine.perform(step)).rejects.toThrow(says);
      expect(readdirSync(bench.real('d/inner'))).toEqual([]);
    });

    test('a link of root on the way is followed', async () => {
      mkdirSync(bench.real('d'), { mode: 0o755 });
      symlinkSync('d', bench.real('way'));
      await bench.machine.perform(write(bench.path('way/a'), 'x'));
      expect(existsSync(bench.real('d/a'))).toBe(true);
    });
  });

  describe('run', () => {
    test('a failure tells the argv, the status and the end of stderr', async () => {
      await expect(bench.machine.perform({ do: 'run', argv: ['false'] })).rejects.toMatchObject({ name: 'MachineError', argv: ['false'], status: 1 });
      await expect(bench.machine.perform({ do: 'run', argv: ['croft-no-such-program'] })).rejects.toMatchObject({ name: 'MachineError', status: 127 });
    });
  });
}

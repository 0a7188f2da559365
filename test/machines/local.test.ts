import { chownSync, lchownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { local } from '../../reconciler/machines/local.ts';
import { ask, type Bench, isRoot, localBench, run, write } from './bench.ts';
import { contract } from './contract.ts';
import { rolls } from './rolls.ts';
import { transactions } from './transactions.ts';

describe.skipIf(!isRoot)('the contract, on the real host (left out without root: only root may give files away, and only root is trusted)', () => {
  contract(localBench, { check: ['grep', '-q', 'right', '{}'], text: 'wrong' });
  rolls(localBench);
  transactions(localBench, { argv: (bench) => ['sh', '-c', '! grep -rq wrong "$1" --exclude=".*"', '-', bench.path('.')], text: 'wrong' });
});

describe.skipIf(!isRoot)('the real host (left out without root)', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = localBench();
  });
  afterEach(() => bench.clear());

  test('owners are the system\'s own, and one without a name is a number', async () => {
    writeFileSync(bench.real('a'), '');
    chownSync(bench.real('a'), 54321, 33);
    expect(await ask(bench.machine, bench.path('a'))).toMatchObject({ owner: '54321', group: 'www-data' });
  });

  test('a member\'s link on the way is refused for writing and leads nowhere for reading', async () => {
    mkdirSync(bench.real('d'));
    writeFileSync(bench.real('d/secret'), 'precious');
    symlinkSync('d', bench.real('way'));
    lchownSync(bench.real('way'), 33, 33);
    await expect(bench.machine.perform(write(bench.path('way/a'), 'x'))).rejects.toThrow("belongs to user 'www-data', who can turn it elsewhere");
    expect(await ask(bench.machine, bench.path('way/secret'), 'text')).toBeNull();
  });

  test('a check reads the staged file with its final mode, by a name that hides it', async () => {
    const check = ['sh', '-c', 'stat -c %a:%U "$1" > "$2"; basename "$1" >> "$2"', '-', '{}', bench.real('seen')];
    await bench.machine.perform(write(bench.path('a'), 'x', { mode: '0640', owner: 'www-data', check }));
    expect(readFileSync(bench.real('seen'), 'utf8')).toMatch(/^640:www-data\n\.a\.croft-[0-9a-f]{16}\n$/);
  });
});

describe('programs of the real host', () => {
  const machine = local();

  test('the environment holds PATH, LANG and what the step says', async () => {
    expect((await run(machine, 'env')).stdout).toBe('PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLANG=C.UTF-8\n');
    await machine.perform({ do: 'run', argv: ['sh', '-c', 'test "$CROFT_INSTALLING" = 1'], env: { CROFT_INSTALLING: '1' } });
  });

  test('words reach the program as they are', async () => {
    expect((await run(machine, 'printf', '%s|', '$(id)', 'a b', ';', "'")).stdout).toBe("$(id)|a b|;|'|");
  });

  test('one that does not end is ended with everything it started', async () => {
    const started = Date.now();
    const hanging = machine.perform({ do: 'run', argv: ['sh', '-c', 'echo before >&2; sleep 60 & sleep 60'], timeoutSeconds: 0.5 });
    await expect(hanging).rejects.toMatchObject({ name: 'MachineError', stderr: 'before', message: expect.stringContaining('still running after 0.5 s') });
    expect(Date.now() - started).toBeLessThan(5000);
  });

  test('a daemon that holds the output open is not waited for', async () => {
    const started = Date.now();
    expect(await run(machine, 'sh', '-c', 'echo done; sleep 30 &')).toMatchObject({ status: 0, stdout: 'done\n' });
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test('an answer longer than 1 MiB is an error, for half of it would be a wrong one', async () => {
    await expect(run(machine, 'head', '-c', '2000000', '/dev/zero')).rejects.toThrow(/longer than 1048576 bytes/);
    await machine.perform({ do: 'run', argv: ['head', '-c', '2000000', '/dev/zero'] });
  });

  test('a failure keeps the last twenty lines of stderr, without control characters', async () => {
    const argv = ['sh', '-c', 'i=0; while [ $i -lt 50 ]; do i=$((i+1)); printf "line \\033[31m%s\\n" $i >&2; done; exit 7'];
    const failure: unknown = await machine.perform({ do: 'run', argv }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 7, message: expect.stringMatching(/line \[31m50 \(status 7\)$/) });
    expect(failure).toMatchObject({ stderr: Array.from({ length: 20 }, (_none, index) => `line [31m${31 + index}`).join('\n') });
  });
});

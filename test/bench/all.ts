/** All of it, as docs/benchmarks.md: the table, the history, the hosts, and the peers where they are. npm run bench -- all --help */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from './hosts/simulate.ts';
import { mainOf, numberOf, wordsOf, WordsError } from './options.ts';
import { pageOf } from './report/page.ts';
import type { Result } from './rows/row.ts';
import { tools, whyNot } from './peers/tools.ts';
import { checkout } from './take.ts';

const help = `npm run bench -- all: everything, one after the other, as the page docs/benchmarks.md. At most 45 minutes for the table; the history takes
one, a hundred hosts about five; peers, where they are installed, at most half an hour.

  --write             write docs/benchmarks.md instead of printing it
  --minutes N         for the table; default: 45
  --sizes N,N         default: 100,1000,5000,10000
  --hosts N           default: 100
  --peers-minutes N   default: 30`;

const options = { write: { type: 'boolean' }, minutes: { type: 'string' }, sizes: { type: 'string' }, hosts: { type: 'string' }, 'peers-minutes': { type: 'string' } } as const;

interface Table {
  readonly facts: { readonly [name: string]: string };
  readonly results: readonly Result[];
}

void mainOf((words) => {
  const values = wordsOf(words, options, help);
  if (values === null) return;
  const minutes = numberOf('minutes', values['minutes'], 45);
  const { facts, results: own } = JSON.parse(bench('table', '--without', 'peers', '--json', '--sizes', String(values['sizes'] ?? '100,1000,5000,10000'), '--minutes', `${minutes}`)) as Table;
  const verified = bench('verify', '--commits', '2000');
  const parts = JSON.parse(bench('hosts', '--json', '--hosts', `${numberOf('hosts', values['hosts'], 100)}`)) as readonly Part[];
  const peers = tools.every((tool) => whyNot(tool) !== null) ? ['--sizes', '100'] : ['--sizes', '100,1000', '--runs', '1', '--minutes', `${numberOf('peers-minutes', values['peers-minutes'], 30)}`];
  const { results: others } = JSON.parse(bench('table', '--only', 'peers', '--json', ...peers)) as Table;
  const page = pageOf({ facts: Object.entries(facts), results: [...own, ...others], parts, verified });
  if (values['write'] === true) writeFileSync(join(checkout, 'docs/benchmarks.md'), page);
  else process.stdout.write(page);
});

/** Run another bench. Shape: what it prints; that not all of it went well is in there. */
function bench(...words: readonly string[]): string {
  process.stderr.write(`npm run bench -- ${words.join(' ')}\n`);
  const { stdout, status } = spawnSync(process.execPath, [join(checkout, 'scripts/bench.mjs'), ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
  if (stdout === '') throw new WordsError(`cannot go on: ${words[0] ?? ''} ended with status ${status ?? 'none'} and no figures`);
  return stdout;
}

/** The table: what croft takes for co-ops of several sizes, beside the physical limits and its peers. npm run bench -- table --help */
import { formatFacts, factsOf } from './report/machine.ts';
import { formatResult, formatTable, markdownTable } from './report/table.ts';
import { mainOf, numberOf, numbersOf, someOf, wordsOf } from './options.ts';
import { groups, takeTable } from './take.ts';
import { allRows } from './rows/index.ts';

const help = `npm run bench -- table: measures croft, as whole processes, on co-ops of several sizes; beside it what nothing can be faster than,
and the peers where they are installed (npm run bench -- peers --help).

  --sizes N,N        members; default: 100,1000,10000. 50,000 take long and much memory
  --runs N           of each row; default: 3. Fewer where they do not fit into a row's five minutes
  --minutes N        begin nothing more after so long; default: 15
  --only WORD,WORD   some rows or groups: ${groups.join(', ')}; ${allRows.map(({ key }) => key).join(', ')}
  --without WORD,…   all but those
  --json             what was measured, as JSON
  --markdown         as a table for the docs`;

const options = { sizes: { type: 'string' }, runs: { type: 'string' }, minutes: { type: 'string' }, only: { type: 'string' }, without: { type: 'string' }, json: { type: 'boolean' }, markdown: { type: 'boolean' } } as const;

void mainOf((words) => {
  const values = wordsOf(words, options, help);
  if (values === null) return;
  const known = [...groups, ...allRows.map(({ key }) => key)];
  const isIn = (chosen: readonly string[]) => ({ key, group }: { readonly key: string; readonly group: string }): boolean => chosen.includes(key) || chosen.includes(group);
  const without = values['without'] === undefined ? [] : someOf('without', values['without'], known);
  const rows = allRows.filter(isIn(someOf('only', values['only'], known))).filter((row) => !isIn(without)(row));
  const took = takeTable({
    rows,
    sizes: numbersOf('sizes', values['sizes'], [100, 1000, 10_000]),
    runs: numberOf('runs', values['runs'], 3),
    seconds: numberOf('minutes', values['minutes'], 15) * 60,
    heard: (result) => void process.stderr.write(`${formatResult(result)}\n`),
  });
  const facts = factsOf(took.root, took.measuredBy);
  if (values['json'] === true) process.stdout.write(`${JSON.stringify({ facts: Object.fromEntries(facts), results: took.results }, null, 2)}\n`);
  else process.stdout.write(values['markdown'] === true ? `${markdownTable(took.results)}\n` : `${formatFacts(facts)}\n\n${formatTable(took.results)}\n`);
  if (took.results.length === 0) process.exitCode = 1;
});

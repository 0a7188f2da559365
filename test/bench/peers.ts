/** The peers: puts those that apt has into a system of their own, for the table, or takes it away. npm run bench -- peers --install */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { base, tools, whyNot } from './peers/tools.ts';
import { mainOf, WordsError, wordsOf } from './options.ts';

const help = `npm run bench -- peers: says which peers are there; they are measured by npm run bench -- table --only peers --sizes 100,1000

  --install   make a Debian with them, by mmdebstrap, in ${base}
              (CROFT_BENCH_PEERS names another directory); about 600 MB, nothing else on the machine changes; only as root
  --remove    take it away`;

void mainOf((words) => {
  const values = wordsOf(words, { install: { type: 'boolean' }, remove: { type: 'boolean' } }, help);
  if (values === null) return;
  if (values['remove'] === true) rmSync(base, { recursive: true, force: true });
  if (values['install'] === true) {
    if (process.getuid?.() !== 0) throw new WordsError('cannot make a system without root');
    const { status } = spawnSync('test/bench/peers/install.sh', [base], { stdio: 'inherit' });
    if (status !== 0) throw new WordsError(`cannot make a system in ${base}: mmdebstrap is needed, and a Debian mirror`);
  }
  for (const tool of tools) process.stdout.write(`${tool.name}: ${whyNot(tool) ?? 'there'}\n`);
});

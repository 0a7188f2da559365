/** Many hosts on one git server, simulated: what their ticks cost it, and when the last one has what was pushed. npm run bench -- hosts --help */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { simulate, type Part } from './hosts/simulate.ts';
import { gauge } from './measure/measure.ts';
import { mainOf, numberOf, wordsOf } from './options.ts';
import { factsOf, formatFacts } from './report/machine.ts';
import { formatParts, markdownParts } from './report/hosts.ts';
import { checkout, croft } from './take.ts';

const help = `npm run bench -- hosts: as many directories that play a host, one git server over http, ticks spread over a minute, and a push that touches
every host. All of them share this machine, so the CPU seconds of each say more than when the last one is done.

  --hosts N     default: 100
  --members N   each with two sites; default: 20
  --minute N    seconds that stand for the minute of ticks; default: 60
  --json        what was measured, as JSON
  --markdown    as tables for the docs`;

const options = { hosts: { type: 'string' }, members: { type: 'string' }, minute: { type: 'string' }, json: { type: 'boolean' }, markdown: { type: 'boolean' } } as const;

void mainOf(async (words) => {
  const values = wordsOf(words, options, help);
  if (values === null) return;
  const measuring = gauge(checkout);
  const parts = await takeHosts({ hosts: numberOf('hosts', values['hosts'], 100), members: numberOf('members', values['members'], 20), minuteSeconds: numberOf('minute', values['minute'], 60), gauge: measuring });
  measuring.close();
  if (values['json'] === true) process.stdout.write(`${JSON.stringify(parts, null, 2)}\n`);
  else process.stdout.write(values['markdown'] === true ? `${markdownParts(parts)}\n` : `${formatFacts(factsOf(checkout, measuring.name))}\n\n${formatParts(parts)}\n`);
  if (parts.some(({ failed }) => failed.length > 0)) process.exitCode = 1;
});

async function takeHosts(wanted: Pick<Parameters<typeof simulate>[0], 'hosts' | 'members' | 'minuteSeconds' | 'gauge'>): Promise<readonly Part[]> {
  const room = mkdtempSync(join(tmpdir(), 'croft-bench-'));
  try {
    return await simulate({ ...wanted, kicksAtOnce: 16, kickSeconds: 0.2, room, server: join(dirname(process.argv[1] ?? ''), 'programs/git-server.cjs'), croft, heard: (what) => void process.stderr.write(`${what}\n`) });
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

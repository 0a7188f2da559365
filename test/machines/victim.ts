/** A process to be killed: writes a file again and again, all of one letter, then of the next. Arguments: machine, path. */
import { local } from '../../reconciler/machines/local.ts';
import { rooted } from '../../reconciler/machines/rooted.ts';
import { write } from './bench.ts';

const [kind = '', path = '', ...check] = process.argv.slice(2);
const machine = kind === 'local' ? local() : rooted(kind);
process.stdout.write('ready\n');
for (let round = 0; ; round += 1) {
  const text = String.fromCharCode(97 + (round % 26)).repeat(300_000);
  await machine.perform(write(path, text, check.length === 0 ? {} : { check: check.map((word) => word.replace('PID', String(process.pid))) }));
}

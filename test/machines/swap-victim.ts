/**
 * A process to be killed at one system call: exchanges three files and a link, and then keeps or puts back what it had; or makes a
 * directory. Every call that changes something is counted, and at the given one the process ends as by kill -9, before the call.
 * Arguments: root or `local`, the directory on the machine, that of journals, `keep`, `put-back` or `found`, the number.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { local } from '../../reconciler/machines/local.ts';
import { rooted } from '../../reconciler/machines/rooted.ts';
import { exchange, founding } from './exchange.ts';

const [root = '', work = '', transactions = '', end = '', fatal = ''] = process.argv.slice(2);
const machine = root === 'local' ? local({ transactions: join(work, transactions) }) : rooted(root);
let calls = 0;

const counted = ['chmodSync', 'chownSync', 'fchmodSync', 'fsyncSync', 'linkSync', 'mkdirSync', 'openSync', 'renameSync', 'rmSync', 'rmdirSync', 'symlinkSync', 'unlinkSync', 'writeFileSync', 'writeSync'] as const;
for (const name of counted) {
  const real = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      const reads = name === 'openSync' && ((args[1] as number) & (fs.constants.O_CREAT | fs.constants.O_TRUNC)) === 0;
      if (!reads) {
        if (calls === Number(fatal)) process.kill(process.pid, 'SIGKILL');
        calls += 1;
      }
      return real(...args);
    },
  });
}
syncBuiltinESMExports();

const path = (name: string): string => join(work, name);
for (const step of end === 'found' ? [founding(path)] : exchange(path, end === 'keep' ? 'keep' : 'put-back')) await machine.perform(step);
process.stdout.write(`${calls}\n`);

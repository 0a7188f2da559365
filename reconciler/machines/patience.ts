/**
 * How long a daemon's own checker is waited for. It reads what members wrote, so one of them may make it hang; and it is asked for every
 * file and for every trial of the search for whose change it is. So it has a bound of its own, a shorter one once it has hung in this run,
 * and in the end is not asked any more: all of it together is two minutes, whatever is in the files.
 */
import { MachineError } from '../model/machine.ts';
import { OutOfTime, type Ran } from './run.ts';

/** Units: seconds, and how often a checker may hang in one run. */
export interface Limits {
  readonly first: number;
  readonly later: number;
  readonly times: number;
}

/** Ask a checker, which is given so many seconds. Errors: OutOfTime when it hangs; MachineError when it has hung too often. */
export type Patience = (argv: readonly string[], asked: (timeoutSeconds: number) => Promise<Ran>) => Promise<Ran>;

const usual: Limits = { first: 30, later: 10, times: 10 };

/** Begin with all patience. */
export function patience({ first, later, times }: Limits = usual): Patience {
  const hung = new Map<string, number>();
  return async (argv, asked) => {
    const [program = ''] = argv;
    const before = hung.get(program) ?? 0;
    if (before >= times) throw new MachineError(`cannot check by ${program}: it did not end ${before} times in this run, and is not asked again before the next one`, { argv });
    const seconds = before === 0 ? first : later;
    try {
      return await asked(seconds);
    } catch (error) {
      if (!(error instanceof OutOfTime)) throw error;
      hung.set(program, before + 1);
      throw new OutOfTime(`cannot wait for ${argv.join(' ')}: it was still running after ${seconds} s`, { argv, stderr: error.stderr });
    }
  };
}

/** The git server of the simulation, in a process of its own, so that what it takes can be told from what the hosts take. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A server that listens. */
export interface Server {
  readonly url: string;
  /** What it took so far, with all the gits that it started. */
  taken(): Promise<Load>;
  close(): Promise<void>;
}

/** What a server took. */
export interface Load {
  readonly cpuSeconds: number;
  readonly requests: number;
  readonly sentBytes: number;
}

/** Serve the repositories below a directory. */
export async function serve(program: string, directory: string): Promise<Server> {
  const child = spawn(process.execPath, [program, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${port.toString().trim()}`;
  return {
    url,
    taken: async () => {
      const count = (await (await fetch(`${url}/-/count`)).json()) as Omit<Load, 'cpuSeconds'>;
      return { ...count, cpuSeconds: cpuOf(child.pid ?? 0) };
    },
    close: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

/** What was taken between two moments. */
export function between(before: Load, after: Load): Load {
  return { cpuSeconds: after.cpuSeconds - before.cpuSeconds, requests: after.requests - before.requests, sentBytes: after.sentBytes - before.sentBytes };
}

/** User and system time of a process and of its children that have ended, in hundredths of a second. Source: proc(5), stat, fields 14 to 17. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

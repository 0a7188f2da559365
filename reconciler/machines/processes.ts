/**
 * Who uses a directory: a process of its owner, or any that stands in it or has something in it open. Looked up in /proc, which shows root
 * every process; one that ends meanwhile uses nothing. Source: proc_pid_status(5) (four uids), proc_pid_fd(5), proc_pid_cwd(5).
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What must not be used, and by whose processes at all; null: anybody's that have it open. */
export interface Asked {
  readonly path: string;
  readonly uid: number | null;
}

/** Name a process that stands in the way; null when none does. Shape: `process 4711 (sleep) of uid 10002 still runs`. */
export function userOf({ path, uid }: Asked): string | null {
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    const status = text(`/proc/${pid}/status`);
    if (uid !== null && uidsIn(status).includes(uid)) return `process ${pid} (${nameIn(status)}) of uid ${uid} still runs`;
    if (isInside(pid, path)) return `process ${pid} (${nameIn(status)}) still has it open`;
  }
  return null;
}

function isInside(pid: string, path: string): boolean {
  const open = names(`/proc/${pid}/fd`).map((fd) => `fd/${fd}`);
  return ['cwd', 'root', ...open].map((name) => target(`/proc/${pid}/${name}`)).some((each) => each === path || each.startsWith(`${path}/`));
}

function uidsIn(status: string): readonly number[] {
  return (/^Uid:\s+(.*)$/m.exec(status)?.[1] ?? '').split(/\s+/).filter((word) => word !== '').map(Number);
}

/** A program names itself as it likes. */
function nameIn(status: string): string {
  return (/^Name:\s+(.*)$/m.exec(status)?.[1] ?? '').replace(/[^A-Za-z0-9._-]/g, '?');
}

function text(path: string): string {
  return attempt(() => readFileSync(path, 'utf8'), '');
}

function names(path: string): readonly string[] {
  return attempt(() => readdirSync(path), []);
}

function target(path: string): string {
  return attempt(() => readlinkSync(path), '');
}

function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR'].includes(String(error.code))) return otherwise;
    throw error;
  }
}

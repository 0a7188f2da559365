import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { addresses, exec, type Host } from '../lab.ts';
import { domain } from './village.ts';

/** An answer that did not come. */
export interface Missed {
  readonly service: 'http' | 'dns' | 'smtp' | 'imap' | 'ssh';
  readonly at: number;
  readonly milliseconds: number;
  readonly because: string;
}

/** What somebody outside saw of a host's services over some time. */
export interface Watched {
  /** Milliseconds from one question to the next. */
  readonly interval: number;
  readonly asked: { readonly [service: string]: number };
  /** Milliseconds of the slowest answer. */
  readonly slowest: { readonly [service: string]: number };
  readonly missed: readonly Missed[];
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** What the journal says when a daemon starts, stops or reads its configuration again: systemd's words, and its own. */
const moments: { readonly [service in Missed['service']]: RegExp } = {
  http: /^systemd (?:Start|Stop|Reload)\w+ apache2\.service/,
  dns: /^(?:systemd (?:Start|Stop|Reload)\w+ named\.service|named .*(?:command 'reload'|reloading|running|exiting))/,
  smtp: /^(?:systemd (?:Start|Stop|Reload)\w+ postfix|postfix\/master (?:reload|daemon started|terminating))/,
  imap: /^(?:systemd (?:Start|Stop|Reload)\w+ dovecot\.service|dovecot master: )/,
  ssh: /^(?:systemd (?:Start|Stop|Reload)\w+ ssh\.service|sshd .*(?:SIGHUP|Server listening))/,
};

/** A service that did not answer for some time. */
export interface Outage {
  readonly service: Missed['service'];
  readonly at: number;
  /** From the first question that was not answered to the end of the last one. */
  readonly milliseconds: number;
  readonly because: readonly string[];
}

/** Gather the answers that did not come one after the other. */
export function outages({ missed, interval }: Watched): readonly Outage[] {
  const found: Outage[] = [];
  for (const { service, at, milliseconds, because } of missed) {
    const last = found.findLast((one) => one.service === service);
    if (last === undefined || at - (last.at + last.milliseconds) > 2 * interval) found.push({ service, at, milliseconds, because: [because] });
    else found[found.indexOf(last)] = { ...last, milliseconds: at + milliseconds - last.at, because: [...new Set([...last.because, because])] };
  }
  return found;
}

/** Ask a host's services from the tester's place, each every 200 ms by a new connection, until the returned function is called. */
export function watchServices(host: Host, interval = 200): () => Promise<Watched> {
  const network = addresses.tester.ipv4.split('.').slice(0, 3).join('.');
  // All of these are the tester, too.
  const asClients = `ip route replace local ${network}.128/27 dev lo; exec "$@"`;
  const prober = [process.execPath, script('prober.mjs'), addresses[host].ipv4, domain, String(interval), network];
  const child = spawn('bash', [script('../lab.sh'), 'net', 'sh', '-c', asClients, 'sh', ...prober], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString('utf8'); });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return async () => {
    child.stdin.end();
    await ended;
    return { ...(JSON.parse(text) as Omit<Watched, 'interval'>), interval }; // may be asked for again
  };
}

/** Of the answers that did not come, those for which the daemon was not being started or loaded again just then. Grace: one second. */
export async function unexplained(host: Host, { missed }: Watched): Promise<readonly Missed[]> {
  if (missed.length === 0) return [];
  const lines = await journal(host, Math.min(...missed.map(({ at }) => at)) - 2000);
  return missed.filter(({ service, at, milliseconds }) => !lines.some((line) => line.at >= at - 1000 && line.at <= at + milliseconds + 1000 && moments[service].test(line.text)));
}

/** A host's journal since a moment. Shape: each line as `identifier message`. */
async function journal(host: Host, since: number): Promise<readonly { readonly at: number; readonly text: string }[]> {
  const { stdout } = await exec(host, ['journalctl', '--no-pager', '--quiet', '-o', 'json', `--since=@${Math.floor(since / 1000)}`, '--output-fields=SYSLOG_IDENTIFIER,MESSAGE', '--grep=Start|Stop|eload|SIGHUP|daemon started|terminating|running|exiting|listening']);
  return stdout.split('\n').filter((line) => line !== '').map((line) => {
    const { __REALTIME_TIMESTAMP: time, SYSLOG_IDENTIFIER: who, MESSAGE: message } = JSON.parse(line) as { readonly [field: string]: string };
    return { at: Number(time) / 1000, text: `${who} ${String(message)}` };
  });
}

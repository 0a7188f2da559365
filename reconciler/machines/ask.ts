/**
 * Asking the daemons of the real host whether they answer, as a client of theirs would: over a new connection each time, for a while,
 * because a daemon that was told to read again closes its sockets for a moment. Says nothing that could be taken for work: no login, no mail.
 * Source: RFC 9112, RFC 5321 §4.2, RFC 9051 §7.1.5, RFC 4253 §4.2; sshd(8) -T names the addresses that it would listen on.
 */
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Question } from '../model/machine.ts';
import { lastLine, run } from './run.ts';

const TRIES = 20;
const PAUSE_MS = 250;
const PATIENCE_MS = 2000;
/** A try that had to wait for nothing counts for as many as would have been made meanwhile. */
const WAITED = PATIENCE_MS / PAUSE_MS;
const NOTHING = 'there is no answer in time';
const MAX_BYTES = 64 * 1024;

/** Ask a question until it is answered; null, or why it is not. A daemon itself is asked once more a moment later: it may be about to die. */
export async function ask(question: Question): Promise<string | null> {
  const because = await untilAnswered(question);
  if (because !== null || isOfName(question)) return because;
  await pause(PAUSE_MS);
  return untilAnswered(question);
}

function isOfName(question: Question): boolean {
  return (question.by === 'http' && question.unlike !== undefined) || (question.by === 'dns' && question.zone !== null);
}

async function untilAnswered(question: Question): Promise<string | null> {
  for (let tried = 0; ;) {
    const because = await once(question);
    if (because === null) return null;
    tried += because.includes(NOTHING) ? WAITED : 1;
    if (tried >= TRIES) return because;
    await pause(PAUSE_MS);
  }
}

function once(question: Question): Promise<string | null> {
  switch (question.by) {
    case 'http': return http(question);
    case 'dns': return dns(question.zone);
    case 'smtp': return banner({ port: question.port }, /^220[ -]/);
    case 'imap': return banner({ port: question.port }, /^\* OK/);
    case 'ssh': return ssh();
  }
}

/** The path is one that a proxied site does not hand on (RFC 8555 §8.3), so the server itself has to say something. */
async function http({ port, name, unlike }: Extract<Question, { by: 'http' }>): Promise<string | null> {
  const request = `GET /.well-known/acme-challenge/croft HTTP/1.1\r\nHost: ${name}\r\nUser-Agent: croft\r\nConnection: close\r\n\r\n`;
  const heard = await talk({ host: '127.0.0.1', port, say: request, until: null });
  if ('silent' in heard) return heard.silent;
  if (!/^HTTP\/1\.[01] \d{3}/.test(heard.text)) return 'what it says is not HTTP';
  return unlike !== undefined && heard.text.includes(unlike) ? `it does not know ${name}` : null;
}

/** The zone of nobody (RFC 6761) is refused by every server, which is an answer, too. */
async function dns(zone: string | null): Promise<string | null> {
  const resolver = new Resolver({ timeout: PATIENCE_MS, tries: 1 });
  resolver.setServers(['127.0.0.1']);
  try {
    await resolver.resolveSoa(zone ?? 'croft.invalid');
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (zone === null && !['ETIMEOUT', 'ECONNREFUSED', 'ECANCELLED'].includes(code)) return null;
    if (code === 'ETIMEOUT') return NOTHING;
    return code === 'ECONNREFUSED' ? 'there is no answer' : `it has no SOA of ${zone} (${code})`;
  }
}

async function banner({ host = '127.0.0.1', port }: { readonly host?: string; readonly port: number }, wanted: RegExp): Promise<string | null> {
  const heard = await talk({ host, port, say: '', until: '\n' });
  if ('silent' in heard) return heard.silent;
  return wanted.test(heard.text) ? null : `it says ${JSON.stringify(heard.text.slice(0, 60))}`;
}

/** Who connects too often is told so by sshd itself, and on this host that may be any member: an answer, too. Source: sshd_config(5), PerSourcePenalties, MaxStartups. */
async function ssh(): Promise<string | null> {
  const { status, stdout, stderr } = await run({ argv: ['/usr/sbin/sshd', '-T'] });
  if (status !== 0) return `sshd does not say where it listens: ${lastLine(stderr)}`;
  const addresses = [...stdout.matchAll(/^listenaddress (?:\[([0-9a-f:.%a-z]+)\]|([0-9.]+)):(\d+)$/gm)];
  if (addresses.length === 0) return 'sshd names no address that it listens on';
  for (const [, v6, v4, port] of addresses) {
    const host = v6 === '::' ? '::1' : v4 === '0.0.0.0' ? '127.0.0.1' : (v6 ?? v4 ?? '');
    const because = await banner({ host, port: Number(port) }, /^(?:SSH-2\.0-|Not allowed at this time|Exceeded MaxStartups)/);
    if (because !== null && !(v6 === '::' && because.includes('EADDRNOTAVAIL'))) return `${host}: ${because}`;
  }
  return null;
}

type Heard = { readonly text: string } | { readonly silent: string };

/** Connect, say something, and listen: to the end, or until a word. */
function talk({ host, port, say, until }: { readonly host: string; readonly port: number; readonly say: string; readonly until: string | null }): Promise<Heard> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host, port });
    const end = (heard: Heard): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(heard);
    };
    const timer = setTimeout(() => end({ silent: `${NOTHING} at port ${port}` }), PATIENCE_MS);
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(say));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > MAX_BYTES || (until !== null && text.includes(until))) end({ text });
    });
    socket.on('end', () => end(text === '' ? { silent: `port ${port} is closed without a word` } : { text }));
    socket.on('error', (error: Error) => end({ silent: `there is no answer at port ${port} (${'code' in error ? String(error.code) : error.message})` }));
  });
}

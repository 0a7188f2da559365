/**
 * One command on a host: our octets on its standard input, what it says on both its outputs, and how it ended. It may say as much as it
 * likes, of which the end is kept. Source: RFC 4254 §6.5 (commands) and §6.10 (exit status).
 */
import { Readable } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { refused, type Refused } from '../authority/refused.ts';
import { said } from '../git/said.ts';

/** A command to be run. Units: `seconds` bounds all of it, with the connection when it is the first. */
export interface Errand {
  readonly command: string;
  readonly stdin?: Uint8Array;
  readonly seconds: number;
  /** How much of what it says is kept, from its end. */
  readonly mostBytes: number;
  /** Called with how many bytes of `stdin` are on their way. */
  readonly sent?: (bytes: number) => void;
}

/** What a command said. Text of whoever runs the host: nothing of it may reach a terminal as it is. */
export interface Answer {
  readonly ok: true;
  /** null: a signal ended it. */
  readonly status: number | null;
  /** Its standard output. */
  readonly out: string;
  /** Standard output and standard error, in the order in which they came. */
  readonly all: string;
  /** It said more than is kept. */
  readonly cut: boolean;
}

/** Why a host cannot be talked to. */
export interface Unreached extends Refused {
  /** The key that it showed, when nobody has said which one it has. */
  readonly stranger: Buffer | null;
}

/** Say why a host cannot be talked to. */
export function unreached(why: string, stranger: Buffer | null = null): Unreached {
  return { ...refused(why), stranger };
}

/** Run a command on a connection. Shape: never fails; a host that runs nothing is one that is not reached. */
export function execute(client: Client, errand: Errand): Promise<Answer | Unreached> {
  return new Promise((done) => {
    client.exec(errand.command, (error, channel) => {
      if (error === undefined) listen(channel, errand, done);
      else done(unreached(`it runs nothing for us: ${said(error.message)}`));
    });
  });
}

function listen(channel: ClientChannel, { stdin, mostBytes, sent }: Errand, done: (answer: Answer) => void): void {
  const [out, all] = [tail(mostBytes), tail(mostBytes)];
  let status: number | null = null;
  channel.on('data', (chunk: Buffer) => [out, all].forEach((each) => each.add(chunk)));
  channel.stderr.on('data', (chunk: Buffer) => all.add(chunk));
  channel.on('exit', (code: number | null) => (status = code));
  // What is left to be said to a command that has ended is nobody's loss: its status tells.
  channel.on('error', () => {});
  channel.on('close', () => done({ ok: true, status, out: out.text(), all: all.text(), cut: all.cut() }));
  Readable.from(chunksOf(stdin ?? new Uint8Array(), sent)).pipe(channel);
}

function* chunksOf(bytes: Uint8Array, sent: Errand['sent']): Generator<Uint8Array> {
  const size = 64 * 1024;
  for (let from = 0; from < bytes.length; from += size) {
    yield bytes.subarray(from, from + size);
    sent?.(Math.min(from + size, bytes.length));
  }
}

interface Tail {
  add(chunk: Buffer): void;
  text(): string;
  cut(): boolean;
}

/** The end of a stream, however long it is. */
function tail(mostBytes: number): Tail {
  let [kept, total] = [Buffer.alloc(0), 0];
  return {
    add: (chunk) => {
      total += chunk.length;
      kept = Buffer.concat([kept, chunk]);
      if (kept.length > mostBytes) kept = Buffer.from(kept.subarray(kept.length - mostBytes));
    },
    text: () => kept.toString('utf8'),
    cut: () => total > mostBytes,
  };
}

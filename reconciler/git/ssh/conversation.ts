import type { ClientChannel } from 'ssh2';
import { because, GitError } from '../error.ts';
import { flush, lineOf } from '../pkt.ts';
import { said } from '../said.ts';
import type { Purpose } from '../transport.ts';

/** What a command on the server says and is told. */
export interface Conversation {
  /** Read packets up to and with the first flush. Errors: GitError when the command ends before it, or sends too much. */
  untilFlush(maxBytes: number): Promise<Uint8Array>;
  /** Say the last thing. */
  say(bytes: Uint8Array): void;
  /** Read to the end. Errors: GitError when there is nothing, or too much. */
  rest(maxBytes: number): Promise<Uint8Array>;
  /** Say that nothing more is wanted. */
  leave(): void;
}

type Over = <Value>(waited: Promise<Value>) => Promise<Value>;

const mostComplaint = 4096;

/** Talk with a command. */
export function conversation(channel: ClientChannel, over: Over, purpose: Purpose): Conversation {
  const chunks: AsyncIterator<unknown> = channel[Symbol.asyncIterator]();
  const complaint = complaintOf(channel);
  let buffered = Buffer.alloc(0);
  const cannot = (why: string, passing = false): GitError => new GitError(`cannot ${purpose}: ${why}`, { passing });
  const tooMuch = (maxBytes: number): GitError => cannot(`the server sends more than ${maxBytes} bytes`);
  async function more(): Promise<boolean> {
    const { done, value } = await over(chunks.next());
    if (value instanceof Uint8Array) buffered = Buffer.concat([buffered, value]);
    return done !== true;
  }
  async function take(length: number): Promise<Buffer> {
    while (buffered.length < length) if (!(await more())) throw await ended();
    const taken = buffered.subarray(0, length);
    buffered = buffered.subarray(length);
    return taken;
  }
  async function ended(): Promise<GitError> {
    channel.end();
    const text = await over(complaint);
    return text === '' ? cannot('the server ends the conversation too early', true) : cannot(`the server says ${said(text)}`);
  }
  return {
    untilFlush: async (maxBytes) => {
      const packets: Buffer[] = [];
      let length = 0;
      while (packets.at(-1)?.toString('latin1') !== flush) {
        const head = await take(4);
        const size = /^[0-9a-f]{4}$/i.test(head.toString('latin1')) ? parseInt(head.toString('latin1'), 16) : -1;
        if (size !== 0 && size < 4) throw cannot(`the server does not speak git's protocol: ${said(Buffer.concat([head, buffered]).toString('utf8', 0, 80))}`);
        if ((length += Math.max(size, 4)) > maxBytes) throw tooMuch(maxBytes);
        const body = await take(Math.max(size - 4, 0));
        lineOf(body.subarray(0, 512), purpose);
        packets.push(Buffer.concat([head, body]));
      }
      return Buffer.concat(packets);
    },
    say: (bytes) => void channel.end(bytes),
    rest: async (maxBytes) => {
      const parts: Uint8Array[] = [];
      let length = 0;
      do {
        parts.push(buffered);
        length += buffered.length;
        buffered = Buffer.alloc(0);
        if (length > maxBytes) throw tooMuch(maxBytes);
      } while (await more());
      if (length === 0) throw await ended();
      return Buffer.concat(parts);
    },
    leave: () => void channel.end(flush),
  };
}

/** What the command says on its standard error, cut, when it has ended. */
function complaintOf(channel: ClientChannel): Promise<string> {
  let text = '';
  channel.stderr.on('data', (chunk: unknown) => {
    if (text.length < mostComplaint) text += String(chunk);
  });
  channel.on('error', (error: unknown) => {
    text += because(error);
  });
  return new Promise((done) => channel.on('close', () => done(text)));
}

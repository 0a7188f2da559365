/** Sending a request over http and taking the whole answer, within limits. Loaded only where a remote is reached so. Source: RFC 9110. */
import * as plain from 'node:http';
import * as secure from 'node:https';
import { because, GitError, isPassing } from './error.ts';
import type { Exchange, Limits, Received } from './http.ts';

/** Connections to one server. */
export interface Client {
  /** Errors: GitError when the server cannot be reached, takes too long or sends too much. */
  send(exchange: Exchange): Promise<Received>;
  close(): void;
}

/** Keep connections open between exchanges. */
export function clientOf(limits: Limits, deadline: AbortSignal): Client {
  const agents = { 'http:': new plain.Agent({ keepAlive: true }), 'https:': new secure.Agent({ keepAlive: true }) };
  return {
    send: (exchange) => sendOnce(exchange, { limits, deadline, agents }),
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  };
}

interface Terms {
  readonly limits: Limits;
  readonly deadline: AbortSignal;
  readonly agents: { readonly 'http:': plain.Agent; readonly 'https:': secure.Agent };
}

function sendOnce(exchange: Exchange, terms: Terms): Promise<Received> {
  return new Promise((done, fail) => {
    const cannot = (error: unknown): void => fail(error instanceof GitError ? error : failed(error, exchange, terms));
    const silence = terms.limits.silenceSeconds;
    const headers = { 'user-agent': 'git/croft', ...lengthOf(exchange.body), ...exchange.headers };
    // As an option the limit counts from before the connection is there; set later it would not.
    const options = { method: exchange.method, headers, signal: terms.deadline, timeout: silence * 1000 };
    const request = isSecure(exchange.url)
      ? secure.request(exchange.url, { ...options, agent: terms.agents['https:'] })
      : plain.request(exchange.url, { ...options, agent: terms.agents['http:'] });
    request.on('timeout', () => request.destroy(new GitError(`cannot ${exchange.purpose}: the server has said nothing for ${silence} seconds`, { passing: true })));
    request.on('error', cannot);
    request.on('response', (response) => {
      const { statusCode: status = 0, headers: received } = response;
      collect(response, exchange).then((body) => done({ status, headers: received, body }), cannot);
    });
    request.end(exchange.body);
  });
}

async function collect(response: plain.IncomingMessage, { maxBytes, purpose }: Exchange): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > maxBytes) throw new GitError(`cannot ${purpose}: the server sends more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new GitError(`cannot ${purpose}: the answer is cut off`, { passing: true });
  return Buffer.concat(chunks);
}

function failed(error: unknown, { purpose }: Exchange, { limits, deadline }: Terms): GitError {
  const why = deadline.aborted ? `the server takes longer than ${limits.wholeSeconds} seconds` : because(error);
  return new GitError(`cannot ${purpose}: ${why}`, { passing: deadline.aborted || isPassing(error) });
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:';
}

function lengthOf(body: Uint8Array | undefined): { readonly [name: string]: string } {
  return body === undefined ? {} : { 'content-length': String(body.length) };
}

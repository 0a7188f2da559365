/**
 * A small HTTP client that cannot be made to wait or to swallow more than it wants: one deadline over everything that is asked of a
 * server, a limit on silence, a limit on size, no redirect to another server. An answer is given out when it is complete.
 * It takes what git servers send: no compression, no cookies, no authentication. Source: RFC 9110, gitprotocol-http(5).
 */
import * as plain from 'node:http';
import * as secure from 'node:https';
import { because, GitError } from './error.ts';
import type { Purpose } from './transport.ts';

/** How long a server may take and how much it may send. */
export interface Limits {
  readonly wholeSeconds: number;
  readonly silenceSeconds: number;
  readonly packBytes: number;
}

/** What a host lets a remote cost it, unless it is told otherwise. */
export const usualLimits: Limits = { wholeSeconds: 60, silenceSeconds: 15, packBytes: 256 * 1024 * 1024 };

/** The most that a server may say about its refs. */
export const advertisementBytes = 32 * 1024 * 1024;

export interface Exchange {
  readonly purpose: Purpose;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body?: Uint8Array;
  readonly maxBytes: number;
}

export interface Reply {
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Connections to one server, kept open between exchanges until they are closed. */
export interface Connection {
  exchange(exchange: Exchange): Promise<Reply>;
  close(): void;
}

const mostRedirects = 3;

/** Make ready to talk to a server. Errors: each exchange throws GitError when the server cannot be reached, takes too long, sends too much or answers no. */
export function connection(limits: Limits): Connection {
  const agents = { 'http:': new plain.Agent({ keepAlive: true }), 'https:': new secure.Agent({ keepAlive: true }) };
  const deadline = AbortSignal.timeout(limits.wholeSeconds * 1000);
  const send = (exchange: Exchange): Promise<Received> => sendOnce(exchange, { limits, deadline, agents });
  return {
    exchange: (exchange) => follow(exchange, send),
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  };
}

interface Terms {
  readonly limits: Limits;
  readonly deadline: AbortSignal;
  readonly agents: { readonly 'http:': plain.Agent; readonly 'https:': secure.Agent };
}

interface Received {
  readonly status: number;
  readonly headers: plain.IncomingHttpHeaders;
  readonly body: Uint8Array;
}

async function follow(exchange: Exchange, send: (exchange: Exchange) => Promise<Received>): Promise<Reply> {
  let { url } = exchange;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const { status, headers, body } = await send({ ...exchange, url });
    if (status === 200) return { url, contentType: headers['content-type'] ?? '', body };
    if (![301, 302, 307, 308].includes(status) || exchange.method !== 'GET') throw refusal(exchange.purpose, status);
    url = redirected(url, headers.location);
  }
  throw new GitError(`cannot ${exchange.purpose}: the server redirects more than ${mostRedirects} times`);
}

function refusal(purpose: Purpose, status: number): GitError {
  const locked = purpose === 'push' ? ': it takes no changes from just anybody; croft shows no password over http, so push over ssh' : null;
  const why = { 401: locked ?? ': it wants a password', 403: locked ?? ': it forbids it', 404: ': there is no such repository' }[status] ?? '';
  return new GitError(`cannot ${purpose}: the server answers ${status}${why}`);
}

function redirected(from: URL, location: string | undefined): URL {
  const cannot = new GitError(`cannot follow the redirect to ${JSON.stringify((location ?? '').slice(0, 200))}: it leads to another server`);
  if (location === undefined || !URL.canParse(location, from.href)) throw cannot;
  const to = new URL(location, from);
  const upgraded = to.origin === `https://${from.host}` && from.port === '';
  if (to.username !== '' || !(upgraded || to.origin === from.origin)) throw cannot;
  return to;
}

function sendOnce(exchange: Exchange, terms: Terms): Promise<Received> {
  return new Promise((done, fail) => {
    const cannot = (error: unknown): void => fail(error instanceof GitError ? error : new GitError(`cannot ${exchange.purpose}: ${reason(error, terms)}`));
    const silence = terms.limits.silenceSeconds;
    const headers = { 'user-agent': 'git/croft', ...lengthOf(exchange.body), ...exchange.headers };
    // As an option the limit counts from before the connection is there; set later it would not.
    const options = { method: exchange.method, headers, signal: terms.deadline, timeout: silence * 1000 };
    const request = isSecure(exchange.url)
      ? secure.request(exchange.url, { ...options, agent: terms.agents['https:'] })
      : plain.request(exchange.url, { ...options, agent: terms.agents['http:'] });
    request.on('timeout', () => request.destroy(new GitError(`cannot ${exchange.purpose}: the server has said nothing for ${silence} seconds`)));
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
  if (!response.complete) throw new GitError(`cannot ${purpose}: the answer is cut off`);
  return Buffer.concat(chunks);
}

function reason(error: unknown, { limits, deadline }: Terms): string {
  return deadline.aborted ? `the server takes longer than ${limits.wholeSeconds} seconds` : because(error);
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:';
}

function lengthOf(body: Uint8Array | undefined): { readonly [name: string]: string } {
  return body === undefined ? {} : { 'content-length': String(body.length) };
}

/**
 * A small HTTP client that cannot be made to wait or to swallow more than it wants: one deadline over everything that is asked of a
 * server, a limit on silence, a limit on size, no redirect to another server. An answer is given out when it is complete.
 * It takes what git servers send: no compression, no cookies, no authentication. Source: RFC 9110, gitprotocol-http(5).
 */
import { GitError } from './error.ts';
import type { Client } from './http-client.ts';
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
  const deadline = AbortSignal.timeout(limits.wholeSeconds * 1000);
  let client: Promise<Client> | null = null;
  const opened = (): Promise<Client> => (client ??= import('./http-client.ts').then(({ clientOf }) => clientOf(limits, deadline)));
  return {
    exchange: async (exchange) => follow(exchange, (await opened()).send),
    close: () => void client?.then(({ close }) => close()),
  };
}

/** What a server answered. */
export interface Received {
  readonly status: number;
  readonly headers: { readonly 'content-type'?: string | undefined; readonly location?: string | undefined };
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

/** What a server, or what stands before it, answers when there is too much to do or nobody there yet. Source: RFC 9110 §15.6, RFC 6585 §4. */
const busy: readonly number[] = [429, 502, 503, 504];

function refusal(purpose: Purpose, status: number): GitError {
  const locked = purpose === 'push' ? ': it takes no changes from just anybody; croft shows no password over http, so push over ssh' : null;
  const why = { 401: locked ?? ': it wants a password', 403: locked ?? ': it forbids it', 404: ': there is no such repository' }[status] ?? '';
  return new GitError(`cannot ${purpose}: the server answers ${status}${why}`, { passing: busy.includes(status) });
}

function redirected(from: URL, location: string | undefined): URL {
  const cannot = new GitError(`cannot follow the redirect to ${JSON.stringify((location ?? '').slice(0, 200))}: it leads to another server`);
  if (location === undefined || !URL.canParse(location, from.href)) throw cannot;
  const to = new URL(location, from);
  const upgraded = to.origin === `https://${from.host}` && from.port === '';
  if (to.username !== '' || !(upgraded || to.origin === from.origin)) throw cannot;
  return to;
}

/** A git server on the loopback: `git http-backend` behind a small CGI bridge, with a place to meddle with what it says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import { onTestFinished } from 'vitest';

export interface GitServer {
  readonly url: string;
  /** What was asked, `GET /coop.git/info/refs`, in order. */
  readonly asked: string[];
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Listen until the test ends. */
export async function listen(handler: Handler): Promise<GitServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    Promise.resolve(handler(request, response)).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

/** Something else than an answer. */
export type Trouble = (response: ServerResponse) => void;

/** What a server may do instead of answering. */
export const troubles = {
  isSilent: (): void => {},
  breaksOff: (response: ServerResponse): void => void response.destroy(),
  answers: (status: number): Trouble => (response) => void response.writeHead(status).end(),
} as const;

/** Serve a repository; the next requests meet these troubles, one each, or none. They may be added to while it listens. */
export async function serveInTrouble(repository: string, met: (Trouble | null)[]): Promise<GitServer> {
  const server = await serve(dirname(repository), (body) => body, () => met.shift() ?? null);
  return { ...server, url: `${server.url}/${basename(repository)}` };
}

/** Serve the repositories below a directory. `meddle` may change each answer's body, `trouble` may be there instead. */
export async function serve(root: string, meddle: (body: Buffer, request: IncomingMessage) => Buffer = (body) => body, trouble: () => Trouble | null = () => null): Promise<GitServer> {
  return listen(async (request, response) => {
    const met = trouble();
    if (met !== null) return met(response);
    // As forges do: `/repo` is sent on to `/repo.git`.
    const moved = /^(\/\w+)(\/info\/refs.*)$/.exec(request.url ?? '');
    if (moved !== null) return void response.writeHead(301, { location: `${moved[1]}.git${moved[2]}` }).end();
    const { headers, body } = await backend(root, request);
    response.writeHead(headers.status, { 'content-type': headers.type });
    response.end(meddle(body, request));
  });
}

async function backend(root: string, request: IncomingMessage): Promise<{ readonly headers: { readonly status: number; readonly type: string }; readonly body: Buffer }> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const env = {
    PATH: process.env['PATH'],
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    CONTENT_LENGTH: request.headers['content-length'] ?? '',
  };
  const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  const output = Buffer.concat(chunks);
  const end = output.indexOf('\r\n\r\n');
  const head = output.toString('latin1', 0, end);
  const status = Number(/^Status: (\d+)/im.exec(head)?.[1] ?? 200);
  return { headers: { status, type: /^Content-Type: (\S+)/im.exec(head)?.[1] ?? 'text/plain' }, body: output.subarray(end + 4) };
}

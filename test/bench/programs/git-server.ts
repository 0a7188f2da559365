/**
 * A git server for the repositories below a directory: `git http-backend`, one process a request, as a small forge would. Says its port
 * when it listens, and at /-/count what was asked of it so far. Ends when its input does.
 */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const count = { requests: 0, sentBytes: 0 };

const server = createServer((request, response) => {
  if (request.url === '/-/count') return void response.end(JSON.stringify(count));
  count.requests += 1;
  answer(request, response);
});
server.listen(0, '127.0.0.1', 511, () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'], GIT_PROJECT_ROOT: process.argv[2], GIT_HTTP_EXPORT_ALL: '1', GIT_CONFIG_GLOBAL: '/dev/null',
      PATH_INFO: pathname, QUERY_STRING: search.slice(1), REQUEST_METHOD: request.method, REMOTE_USER: 'host', REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: request.headers['content-type'] ?? '', CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '', GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
  child.on('error', () => response.destroy());
  child.on('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    const head = output.toString('latin1', 0, Math.max(end, 0));
    count.sentBytes += output.length;
    response.writeHead(Number(/^Status: (\d+)/im.exec(head)?.[1] ?? 200), { 'content-type': /^Content-Type: (\S+)/im.exec(head)?.[1] ?? 'text/plain' });
    response.end(output.subarray(end + 4));
  });
}

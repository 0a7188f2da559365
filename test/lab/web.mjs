// The lab's two web servers, at the tester's address: static files (the apt repositories) and git over smart HTTP.
//   node web.mjs PIDFILE APT_PORT APT_ROOT GIT_PORT GIT_ROOT
// The process id is written once both listen.
// Source: gitprotocol-http(5), git-http-backend(1), RFC 3875 (CGI).

import { spawn } from 'node:child_process';
import { createReadStream, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';

const [pidFile, aptPort, aptRoot, gitPort, gitRoot] = process.argv.slice(2);

/** Serves one file below the root, or 404. */
async function serveFile(root, request, response) {
  const path = join(root, normalize(`/${decodeURIComponent(request.url.split('?')[0])}`));
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-length': found.size, 'last-modified': found.mtime.toUTCString() });
  if (request.method === 'HEAD') response.end();
  else createReadStream(path).pipe(response);
}

/** Makes the CGI environment. A push of unknown length comes in chunks, and then no CONTENT_LENGTH may be set. */
function gitEnvironment(root, request) {
  const url = new URL(request.url, 'http://git');
  const optional = {
    CONTENT_LENGTH: request.headers['content-length'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    GIT_PROTOCOL: request.headers['git-protocol'],
  };
  return {
    PATH: process.env.PATH,
    HOME: root,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method,
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    REMOTE_ADDR: request.socket.remoteAddress,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** Sends what a CGI program printed: header lines, of which `Status` is the status, an empty line, the body. */
function relay(output, response) {
  let head = Buffer.alloc(0);
  output.on('data', (chunk) => {
    if (response.headersSent) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const fields = head.subarray(0, end).toString('latin1').split('\r\n').map((line) => line.split(/: */, 2));
    const status = fields.find(([field]) => field.toLowerCase() === 'status')?.[1] ?? '200';
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(fields.filter(([field]) => field.toLowerCase() !== 'status')));
    response.write(head.subarray(end + 4));
  });
  output.on('end', () => {
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
}

function serveGit(root, request, response) {
  const backend = spawn('git', ['http-backend'], { env: gitEnvironment(root, request), stdio: ['pipe', 'pipe', 'inherit'] });
  backend.stdin.on('error', () => {}); // the backend may answer without reading all of the request
  response.on('close', () => backend.kill());
  request.pipe(backend.stdin);
  relay(backend.stdout, response);
}

/** Starts a server and resolves when it listens, on IPv4 and IPv6. */
function listen(port, handle) {
  return new Promise((resolve) => createServer(handle).listen(Number(port), '::', resolve));
}

/** Answers 400 to what a handler cannot make sense of, such as a broken escape in an address. */
function guarded(handle) {
  return (request, response) => Promise.resolve().then(() => handle(request, response)).catch(() => response.writeHead(400).end());
}

await listen(aptPort, guarded((request, response) => serveFile(aptRoot, request, response)));
await listen(gitPort, guarded((request, response) => serveGit(gitRoot, request, response)));
writeFileSync(pidFile, `${process.pid}\n`);

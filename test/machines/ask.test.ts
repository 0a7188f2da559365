import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { ask } from '../../reconciler/machines/ask.ts';

const open = new Map<number, Server>();
afterAll(() => {
  for (const server of open.values()) server.close();
});

async function serve(answer: (socket: Socket) => void, port = 0): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as AddressInfo;
  open.set(taken, server);
  return taken;
}

async function closed(port: number): Promise<number> {
  await new Promise((resolve) => open.get(port)?.close(resolve));
  return port;
}

const http = (body: string, status = '404 Not Found') => (socket: Socket): void => {
  socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\n\r\n${body}`));
};

// Most of this is waiting for somebody who does not answer: it is done at the same time.
describe.concurrent('a question to a daemon', () => {
  test.each([
    ['a page', '200 OK'], ['no such page', '404 Not Found'], ['a program behind it that is away', '503 Service Unavailable'],
  ])('http: %s is an answer', async (_, status) => {
    expect(await ask({ by: 'http', port: await serve(http('hello', status)), name: 'a.example', unlike: 'nobody here' })).toBeNull();
  });

  test('http: the answer to names that nobody has is none', async () => {
    expect(await ask({ by: 'http', port: await serve(http('there is nobody here')), name: 'a.example', unlike: 'nobody here' })).toContain('does not know a.example');
  });

  test('http: the name that is asked for is the one that is meant', async () => {
    let heard = '';
    const port = await serve((socket) => socket.once('data', (data) => {
      heard = data.toString();
      socket.end('HTTP/1.1 200 OK\r\n\r\n');
    }));
    await ask({ by: 'http', port, name: 'a.example' });
    expect(heard).toMatch(/^GET \/\.well-known\/acme-challenge\/croft HTTP\/1\.1\r\nHost: a\.example\r\n/);
  });

  test.each([
    ['smtp', '220 mail.example ESMTP\r\n'], ['imap', '* OK ready\r\n'],
  ] as const)('%s: the greeting is enough', async (by, greeting) => {
    expect(await ask({ by, port: await serve((socket) => socket.write(greeting)) })).toBeNull();
  });

  test('smtp: a daemon that sends everybody away does not answer', async () => {
    expect(await ask({ by: 'smtp', port: await serve((socket) => socket.end('421 too busy\r\n')) })).toContain('421 too busy');
  });

  test('one that is closed for a moment is asked again', async () => {
    const port = await closed(await serve(() => undefined));
    const asking = ask({ by: 'smtp', port });
    setTimeout(() => void serve((socket) => socket.write('220 back\r\n'), port), 700);
    expect(await asking).toBeNull();
  });

  test('one that takes the connection and says nothing does not answer, and is not waited for for ever', async () => {
    const began = Date.now();
    expect(await ask({ by: 'imap', port: await serve(() => undefined) })).toContain('no answer in time');
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  test('one that is not there does not answer', async () => {
    const port = await closed(await serve(() => undefined));
    expect(await ask({ by: 'smtp', port })).toContain('ECONNREFUSED');
  });
});

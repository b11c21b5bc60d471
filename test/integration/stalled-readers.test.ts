import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { createHttpServer } from '../../src/worker/server.ts';

const MEBIBYTE = 2 ** 20;

async function start(t: TestContext, handler: RequestListener, limits: { keepAliveMs?: number } = {}) {
  const server = createHttpServer({
    handler,
    onClientError: () => undefined,
    onConnect: () => undefined,
    keepAliveMs: 60_000,
    stalledMs: 200,
    ...limits,
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, port };
}

test('When a client stops reading a long answer, then its connection is cut', async (t) => {
  const { server, port } = await start(t, (_, response) => response.end(Buffer.alloc(64 * MEBIBYTE)));
  const accepted = once(server, 'connection');
  const stalled = connect(port, '127.0.0.1').pause();
  stalled.on('error', () => undefined);
  stalled.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [socket] = await accepted;
  await once(socket, 'close');
  stalled.destroy();
});

test('When a client sends one request after the other and never reads, then its connection is cut', async (t) => {
  const { server, port } = await start(t, (_, response) => response.end(Buffer.alloc(MEBIBYTE)));
  const accepted = once(server, 'connection');
  const flood = connect(port, '127.0.0.1').pause();
  flood.on('error', () => undefined);
  flood.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(100));
  const [socket] = await accepted;
  await once(socket, 'close');
  flood.destroy();
});

test('When an answer takes longer than a reader may stall, then it is waited for', async (t) => {
  const { server, port } = await start(t, async (_, response) => {
    await once(server, 'timeout');
    response.end('late');
  });
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.match(await text(socket), /late$/);
});

test('When a kept-alive connection is idle, then it ends at its own limit', async (t) => {
  const { port } = await start(t, (_, response) => response.end('{}'), { keepAliveMs: 50 });
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.match(await text(socket), /\{\}$/);
});

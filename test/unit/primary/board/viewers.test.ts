import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createViewers, serverSentEvent, type Viewers } from '../../../../src/primary/board/viewers.ts';

async function serve(viewers: Viewers, t: { after(fn: () => void): void }): Promise<number> {
  const server: Server = createServer((_, response) => viewers.add(response, serverSentEvent('hello', {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

async function watch(port: number) {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  while (!text.includes('event: hello')) await once(socket, 'data');
  return { socket, text: () => text };
}

test('When an event is sent, then every viewer gets it', async (t) => {
  const viewers = createViewers(4);
  const port = await serve(viewers, t);
  const both = [await watch(port), await watch(port)];
  assert.equal(viewers.count, 2);
  viewers.send(serverSentEvent('frame', { second: 1 }));
  for (const { socket, text } of both) {
    while (!text().includes('{"second":1}')) await once(socket, 'data');
    socket.destroy();
  }
});

test('When a viewer leaves, then it is forgotten', async (t) => {
  const viewers = createViewers(4);
  const { socket } = await watch(await serve(viewers, t));
  socket.destroy();
  while (viewers.count > 0) await new Promise(setImmediate);
  assert.equal(viewers.full, false);
});

test('When a viewer reads nothing, then little waits for it, and in the end it is cut off', async (t) => {
  const viewers = createViewers(4);
  const port = await serve(viewers, t);
  const { socket } = await watch(port);
  socket.pause();
  const frame = serverSentEvent('frame', 'x'.repeat(256 * 1024));
  let sent = 0;
  while (viewers.count > 0) {
    viewers.send(frame);
    sent += 1;
    assert.ok(sent < 1000, 'a viewer that never reads stays for ever');
    await new Promise(setImmediate);
  }
  socket.destroy();
});

test('When there are as many viewers as may be, then no more is let in', async (t) => {
  const viewers = createViewers(1);
  const { socket } = await watch(await serve(viewers, t));
  assert.equal(viewers.full, true);
  socket.destroy();
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type AdminServerOptions, createAdminServer, sendJson } from '../../src/primary/admin-server.ts';
import { assertSecure, headersOf } from './secure-headers.ts';

async function start(t: TestContext, options: Partial<AdminServerOptions> = {}) {
  const errors: unknown[] = [];
  const server = createAdminServer({
    render: async (contentType) => `# ${contentType}\n`,
    workers: () => [],
    healthy: () => true,
    logger: { error: (fields: unknown) => void errors.push(fields) },
    ...options,
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, port, errors, url: (path: string) => `http://127.0.0.1:${port}${path}` };
}

const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

test('When a client asks for OpenMetrics, then it gets it, and plain text otherwise', async (t) => {
  const { url } = await start(t);
  for (const [accept, expected] of [
    ['application/openmetrics-text;version=1.0.0,text/plain;q=0.5', openMetrics],
    ['*/*', 'text/plain; version=0.0.4; charset=utf-8'],
  ] as const) {
    const answer = await fetch(url('/metrics'), { headers: { accept } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), expected);
    assert.equal(await answer.text(), `# ${expected}\n`);
  }
});

test('When a query follows the path, then the route is still found', async (t) => {
  const { url } = await start(t);
  assert.equal((await fetch(url('/metrics?name[]=up'))).status, 200);
});

test('When a worker is ready, then /healthz answers 200, else 503 in the error shape', async (t) => {
  let healthy = true;
  const { url } = await start(t, { healthy: () => healthy });
  const well = await fetch(url('/healthz'));
  assert.equal(well.status, 200);
  assert.deepEqual(await well.json(), { status: 'ok' });
  healthy = false;
  const ill = await fetch(url('/healthz'));
  assert.equal(ill.status, 503);
  assert.deepEqual(await ill.json(), { error: 'no worker is ready', code: 'not_ready' });
});

test('When /workers is asked for, then each worker is a row', async (t) => {
  const row = {
    slot: 0,
    pid: 12,
    state: 'ready',
    since: '2026-01-01T00:00:00.000Z',
    requests: 5,
    restarts: 1,
    event_loop_p99_ms: 10.5,
    rss_bytes: null,
  };
  const { url } = await start(t, { workers: () => [row] });
  const answer = await fetch(url('/workers'));
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.deepEqual(await answer.json(), { workers: [row] });
});

for (const path of ['/', '/metric', '/metrics/', '//metrics', '/__proto__', '/constructor']) {
  test(`When ${path} is asked for, then the answer is 404 in the error shape`, async (t) => {
    const { url } = await start(t);
    const answer = await fetch(url(path));
    assert.equal(answer.status, 404);
    assert.equal(((await answer.json()) as { code: string }).code, 'not_found');
  });
}

for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
  test(`When the method is ${method}, then the answer is 405 and names the allowed ones`, async (t) => {
    const { url } = await start(t);
    const answer = await fetch(url('/metrics'), { method });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get('allow'), 'GET, HEAD');
    assert.equal(((await answer.json()) as { code: string }).code, 'method_not_allowed');
  });
}

test('When the method is HEAD, then the answer has headers and no body', async (t) => {
  const { url } = await start(t);
  const answer = await fetch(url('/metrics'), { method: 'HEAD' });
  assert.equal(answer.status, 200);
  assert.ok(Number(answer.headers.get('content-length')) > 0);
  assert.equal(await answer.text(), '');
});

test('When a route throws, then the answer is 500 without the reason, which is logged', async (t) => {
  const { url, errors } = await start(t, { render: () => Promise.reject(new Error('a secret path')) });
  const answer = await fetch(url('/metrics'));
  assert.equal(answer.status, 500);
  assert.deepEqual(await answer.json(), { error: 'internal error', code: 'internal' });
  assert.equal(errors.length, 1);
});

test('When a route is added, then it answers beside the others', async (t) => {
  const { url } = await start(t, {
    routes: { '/board': (_, response) => sendJson(response, 200, { on: true }) },
  });
  assert.deepEqual(await (await fetch(url('/board'))).json(), { on: true });
  assert.equal((await fetch(url('/healthz'))).status, 200);
});

test('When a client never ends its headers, then it is cut off with 408 and others are served meanwhile', async (t) => {
  const { server, port, url } = await start(t);
  server.headersTimeout = 200;
  const slow = connect(port, '127.0.0.1');
  let answer = '';
  slow.on('data', (chunk) => {
    answer += chunk;
  });
  slow.write('GET /metrics HTTP/1.1\r\nHost: a\r\n');
  assert.equal((await fetch(url('/metrics'))).status, 200);
  await once(slow, 'close');
  assert.match(answer, /^HTTP\/1\.1 408 /);
});

test('When a client never ends its body, then it has its answer and its connection is cut', async (t) => {
  const { server, port } = await start(t);
  server.headersTimeout = 100;
  server.requestTimeout = 200;
  const slow = request({
    port,
    host: '127.0.0.1',
    method: 'GET',
    path: '/healthz',
    headers: { 'Content-Length': 10 },
  });
  slow.on('error', () => undefined);
  slow.write('{');
  const [answer] = await once(slow, 'response');
  assert.equal(answer.statusCode, 200);
  answer.resume();
  await once(answer.socket, 'close');
});

test('When a request has a body, then it has one answer and its connection ends', async (t) => {
  const { port } = await start(t);
  const socket = connect(port, '127.0.0.1');
  let answers = '';
  socket.on('data', (chunk) => {
    answers += chunk;
  });
  socket.end(
    'POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\nGET /healthz HTTP/1.1\r\n',
  );
  await once(socket, 'close');
  assert.deepEqual(answers.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 405']);
});

test('When headers are larger than 8 KiB, then the answer is 431', async (t) => {
  const { url } = await start(t);
  assert.equal((await fetch(url('/healthz'), { headers: { 'x-large': 'a'.repeat(9000) } })).status, 431);
});

for (const [what, bytes, status] of [
  ['metrics are', 'GET /metrics HTTP/1.0\r\n\r\n', 200],
  ['a row of JSON is', 'GET /workers HTTP/1.0\r\n\r\n', 200],
  ['an unknown path is', 'GET /nothing HTTP/1.0\r\n\r\n', 404],
  ['a method is', 'POST /metrics HTTP/1.0\r\n\r\n', 405],
  ['no HTTP is', 'nonsense\r\n\r\n', 400],
  ['no host is', 'GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['too much is', `GET /metrics HTTP/1.0\r\nA: ${'a'.repeat(9000)}\r\n\r\n`, 431],
  ['wonders are', 'GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: wonders\r\n\r\n', 200],
] as const) {
  test(`When ${what} asked for, then ${status} comes with the security headers, errors in one shape`, async (t) => {
    const { port } = await start(t);
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
    assertSecure(headersOf(head));
    if (status >= 400) assert.deepEqual(Object.keys(JSON.parse(body)), ['error', 'code']);
  });
}

test('When a client stops reading a long answer, then its connection is cut', async (t) => {
  const { server, port } = await start(t, { render: async () => 'a'.repeat(50_000_000), stalledMs: 200 });
  const accepted = once(server, 'connection');
  const stalled = connect(port, '127.0.0.1').pause();
  stalled.on('error', () => undefined);
  stalled.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  const [socket] = await accepted;
  await once(socket, 'close');
  stalled.destroy();
});

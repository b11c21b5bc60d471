import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSecure, headersOf } from '../secure-headers.ts';
import { startNginx } from './nginx.ts';
import { get, parseRaw, sendRaw } from './raw.ts';
import { startStandIn } from './stand-in.ts';

const HIDDEN = [
  '/metrics',
  '/metrics/',
  '/metrics/x',
  '/metrics?x=1',
  '/metrics;x',
  '//metrics',
  '///metrics',
  '/%6Detrics',
  '/%6d%65%74%72%69%63%73',
  '/METRICS',
  '/Metrics',
  '/%2fmetrics',
  '/%2Fmetrics',
  '/./metrics',
  '/x/../metrics',
  '/x/%2e%2e/metrics',
  '/%2e/metrics',
  '/metrics%20',
  '/metrics%2f',
  '/metrics#x',
  'http://localhost/metrics',
  'http://localhost//%6Detrics',
  '/workers',
  '/Workers?slot=1',
  '//workers',
  '/admin',
  '/admin/x',
  '/ADMIN/reload',
  '/%61dmin',
];
const MALFORMED = ['/metrics%00', '/%00/metrics', '/%zzmetrics', '/../metrics'];

test('When the metrics or admin pages are asked for in any spelling, then the answer is 404 as JSON and no worker is asked', async (t) => {
  const { port, socket } = await startNginx(t, { workers: 1 });
  const { seen } = await startStandIn(t, socket(0));
  for (const path of HIDDEN) {
    const { status, head, body } = parseRaw(await sendRaw(port, get(path)));
    assert.equal(status, 404, path);
    assert.equal(JSON.parse(body).code, 'not_found', path);
    assertSecure(headersOf(head));
  }
  for (const path of MALFORMED) {
    const { status, body } = parseRaw(await sendRaw(port, get(path)));
    assert.equal(status, 400, path);
    assert.equal(JSON.parse(body).code, 'validation', path);
  }
  assert.deepEqual(seen, []);
});

test('When a page of the service is asked for, then a worker answers, with the path as it was sent', async (t) => {
  const { port, socket } = await startNginx(t, { workers: 1 });
  const { seen } = await startStandIn(t, socket(0));
  const paths = ['/', '/predict', '/info', '/healthz', '/readyz', '/openapi.json', '/docs', '/a%20b?c=%2F'];
  for (const path of paths) assert.equal(parseRaw(await sendRaw(port, get(path))).status, 200, path);
  assert.deepEqual(
    seen.map(({ url }) => url),
    paths,
  );
});

test("When nginx's own numbers are asked for, then they come on the loopback port only", async (t) => {
  const { origin, statusPort, socket } = await startNginx(t, { workers: 1 });
  await startStandIn(t, socket(0), (_, response) => void response.writeHead(404).end());
  const numbers = await fetch(`http://127.0.0.1:${statusPort}/nginx_status`);
  assert.match(await numbers.text(), /^Active connections: \d+/);
  assert.equal((await fetch(`http://127.0.0.1:${statusPort}/metrics`)).status, 404);
  assert.equal((await fetch(`${origin}/nginx_status`)).status, 404);
});

test('When the request itself is malformed, then the answer is 400 and no worker is asked', async (t) => {
  const { port, socket } = await startNginx(t, { workers: 1 });
  const { seen } = await startStandIn(t, socket(0));
  const rest = 'Connection: close\r\n\r\n';
  for (const request of [
    `GET / HTTP/1.1\r\n${rest}`,
    `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n${rest}`,
    `GET / HTTP/1.1\r\nHost: a b/\r\n${rest}`,
    `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n${rest}`,
    `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n${rest}`,
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n${rest}`,
    'nonsense\r\n\r\n',
  ]) {
    const { status } = parseRaw(await sendRaw(port, request));
    assert.equal(status, 400, request.slice(0, 80));
  }
  assert.deepEqual(seen, []);
});

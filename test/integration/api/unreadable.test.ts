import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { type Service, startService } from '../service.ts';

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service.close());

/** Sends bytes as they are; resolves when the server has closed the connection. */
async function raw(
  bytes: string,
): Promise<{ status: string; headers: string; body: Record<string, string> }> {
  const socket = connect(service.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { status: head.slice(9, 12), headers: head, body: JSON.parse(body) };
}

for (const [line, status, allow] of [
  ['FOO /predict HTTP/1.1', '405', 'POST'],
  ['predict /predict?x=1 HTTP/1.1', '405', 'POST'],
  ['FOO /info HTTP/1.1', '405', 'GET, HEAD'],
  ['FOO /nothing HTTP/1.1', '404', undefined],
] as const) {
  test(`When the request line is ${line}, then ${status} as for any method that a path does not have`, async () => {
    const { status: found, headers, body } = await raw(`${line}\r\nHost: x\r\n\r\n`);
    assert.equal(found, status);
    assert.equal(/^Allow: (.+)$/m.exec(headers)?.[1], allow);
    assert.match(headers, /^Connection: close$/m);
    assert.deepEqual(Object.keys(body), ['error', 'code', 'request_id']);
    assert.equal(body.code, status === '405' ? 'method_not_allowed' : 'not_found');
    assert.match(headers, new RegExp(`^X-Request-Id: ${body.request_id}$`, 'm'));
  });
}

for (const [what, bytes, status, code] of [
  ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', '400', 'validation'],
  ['no path', 'FOO\r\n\r\n', '400', 'validation'],
  ['a header without a name', 'GET /info HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', '400', 'validation'],
  [
    'headers of 100 KB',
    `GET /info HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(100_000)}\r\n\r\n`,
    '431',
    'too_large',
  ],
  [
    'a length and chunks at once',
    'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    '400',
    'validation',
  ],
] as const) {
  test(`When a request has ${what}, then ${status} in the API's error shape`, async () => {
    const { status: found, body } = await raw(bytes);
    assert.equal(found, status);
    assert.deepEqual(Object.keys(body), ['error', 'code', 'request_id']);
    assert.equal(body.code, code);
    assert.ok(!body.error?.includes('\0'));
  });
}

test('When something unreadable comes, then it is counted, under no label of its own', async () => {
  const before = await service.metrics();
  await raw('EVIL /predict HTTP/1.1\r\nHost: x\r\n\r\n');
  const metrics = await service.metrics();
  const labels = { method: 'other', route: 'none', code: '405' };
  assert.equal(metrics.sum('http_requests_total', labels) - before.sum('http_requests_total', labels), 1);
  assert.ok(!metrics.samples.some((sample) => JSON.stringify(sample.labels).includes('EVIL')));
  assert.equal(metrics.sum('gte_task_requests_total'), 0);
});

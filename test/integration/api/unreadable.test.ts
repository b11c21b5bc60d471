import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { assertSecure, headersOf } from '../secure-headers.ts';
import { type Service, startService } from '../service.ts';

describe('unreadable requests', () => {
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
    ['CONNECT /predict HTTP/1.1', '405', 'POST'],
    ['CONNECT example.org:443 HTTP/1.1', '405', 'POST, GET, HEAD'],
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

  const LIBRARY =
    /HPE_|llhttp|Parse Error|Expected|Invalid|Unexpected|Missing expected|character in|Span callback/;

  for (const [what, bytes, sentence] of [
    ['a bad method', '\0\r\n\r\n', ': it does not begin with a method'],
    ['a bad address', 'GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n', ': its address is malformed'],
    [
      'another protocol',
      'GET / HTPP/1.1\r\nHost: x\r\n\r\n',
      ': its first line does not end with a known HTTP version',
    ],
    [
      'an unknown version',
      'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
      ': its first line does not end with a known HTTP version',
    ],
    ['a bad header', 'GET / HTTP/1.1\r\nHo st: x\r\n\r\n', ': a header holds a character that it may not'],
    [
      'a bad length',
      'POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n',
      ': Content-Length is wrong, or not the only length given',
    ],
    [
      'both lengths',
      'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n',
      ': Content-Length is wrong, or not the only length given',
    ],
    [
      'an unknown coding',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n',
      ': Transfer-Encoding is wrong, or not the only length given',
    ],
    [
      'a bad chunk',
      'POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n',
      ': the size of a chunk is wrong',
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
      ': Content-Length is given twice',
    ],
    ['a bare line feed', 'GET / HTTP/1.1\r\nHost: x\n\r\n', ': a line does not end as it should'],
    [
      'a bare carriage return',
      'GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n',
      ': a line does not end as it should',
    ],
  ] as const) {
    test(`When a request has ${what}, then the refusal says so without words of the parser, under the security headers`, async () => {
      const { headers, body } = await raw(bytes);
      assert.equal(body.error, `the request is not valid HTTP${sentence}`);
      assert.doesNotMatch(JSON.stringify(body), LIBRARY);
      assertSecure(headersOf(headers));
    });
  }

  for (const [what, bytes, status] of [
    ['no Host header', 'GET /info HTTP/1.1\r\nConnection: close\r\n\r\n', '400'],
    [
      'an expectation',
      'GET /nothing HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
      '404',
    ],
  ] as const) {
    test(`When a request has ${what}, then ${status} comes in the API's shape, not Node's bare answer`, async () => {
      const { status: found, headers, body } = await raw(bytes);
      assert.equal(found, status);
      assert.deepEqual(Object.keys(body), ['error', 'code', 'request_id']);
      assertSecure(headersOf(headers));
    });
  }

  test('When a request of HTTP/1.0 has no Host header, then it is answered', async () => {
    assert.equal((await raw('GET /info HTTP/1.0\r\n\r\n')).status, '200');
  });

  test('When something unreadable comes, then it is counted, under no label of its own', async () => {
    const before = await service.metrics();
    await raw('EVIL /predict HTTP/1.1\r\nHost: x\r\n\r\n');
    const metrics = await service.metrics();
    const labels = { method: 'other', route: 'none', code: '405' };
    assert.equal(metrics.sum('http_requests_total', labels) - before.sum('http_requests_total', labels), 1);
    assert.ok(!metrics.samples.some((sample) => JSON.stringify(sample.labels).includes('EVIL')));
    assert.equal(metrics.sum('gte_task_requests_total'), 0);
  });
});

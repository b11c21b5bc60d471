import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Answer, type Service, startService } from '../service.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const GOOD = JSON.stringify({ task_type: 'sentiment', input_text: '服务很好' });

describe('bodies', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.close());

  const post = (body: string | Buffer, headers: Record<string, string> = JSON_TYPE) =>
    service.send('POST', '/predict', { headers, body });

  function assertRefused(answer: Answer, status: number, code: string): void {
    assert.equal(answer.status, status, answer.text);
    assert.deepEqual(Object.keys(answer.json), ['error', 'code', 'request_id']);
    assert.equal(answer.json.code, code);
    assert.equal(answer.json.request_id, answer.headers['x-request-id']);
    assert.equal(answer.headers['x-task-type'], 'unknown');
    assert.equal(answer.headers['x-task-status'], 'invalid');
  }

  /** Sends bytes as they are; the server must close the connection. */
  async function raw(bytes: string | Buffer): Promise<string> {
    const socket = connect(service.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(bytes);
    return text(socket);
  }

  for (const [what, body, error] of [
    ['a missing comma', '{"task_type": "ner"\n  "input_text": "你好"}', /at line 2, column 3$/],
    ['a value that is cut off', '{"task_type": "ner", "input_text": "你', /at line 1, column \d+$/],
    ['a trailing comma', '{"task_type": "ner",}', /at line 1, column 21$/],
    ['a comment', '{"task_type": "ner" // no\n}', /at line 1, column 21$/],
    ['nothing', '', /at line 1, column 1$/],
    ['plain text', 'input_text=你好', /at line 1, column 1$/],
    ['a bare control character in a string', '{"task_type": "n\u0001er"}', /at line 1, column 15$/],
    ['half of a deep nest', '['.repeat(100_000), /not valid JSON/],
    ['NaN', '{"task_type": NaN}', /at line 1, column 15$/],
  ] as const) {
    test(`When the body holds ${what}, then 400 says where the JSON ends to be valid`, async () => {
      const answer = await post(body);
      assertRefused(answer, 400, 'validation');
      assert.match(answer.json.error, /^the body is not valid JSON: /);
      assert.match(answer.json.error, error);
    });
  }

  for (const body of ['null', '5', '"ner"', 'true', '[]', '[{"task_type":"ner","input_text":"你好"}]']) {
    test(`When the body is ${body}, then 400 asks for an object`, async () => {
      const answer = await post(body);
      assertRefused(answer, 400, 'validation');
      assert.equal(answer.json.error, 'the body must be a JSON object with the field task_type');
    });
  }

  test('When the body is not UTF-8, then 400 says so', async () => {
    const gbk = Buffer.from('{"task_type":"ner","input_text":"\xc4\xe3\xba\xc3"}', 'latin1');
    const answer = await post(gbk);
    assertRefused(answer, 400, 'validation');
    assert.equal(answer.json.error, 'the body is not valid UTF-8');
  });

  test('When the body begins with a byte order mark or names its charset, then it is read', async () => {
    assert.equal((await post(`\ufeff${GOOD}`)).status, 200);
    assert.equal((await post(GOOD, { 'Content-Type': 'application/json; charset=UTF-8' })).status, 200);
    assert.equal((await post(GOOD, { ...JSON_TYPE, 'Content-Encoding': 'identity' })).status, 200);
  });

  for (const [what, headers, body] of [
    ['no type', {}, GOOD],
    ['text/plain', { 'Content-Type': 'text/plain' }, GOOD],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'task_type=ner'],
    ['charset GBK', { 'Content-Type': 'application/json; charset=gbk' }, GOOD],
    ['gzip', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, gzipSync(GOOD)],
    ['a type that is none', { 'Content-Type': ';;;' }, GOOD],
  ] as const) {
    test(`When the body comes with ${what}, then 415 says what to send`, async () => {
      const answer = await post(body, headers);
      assertRefused(answer, 415, 'unsupported_type');
      assert.equal(
        answer.json.error,
        'send the body as Content-Type: application/json, in UTF-8, not compressed',
      );
    });
  }

  const tooLarge = (bytes: number) => JSON.stringify({ task_type: 'ner', input_text: 'x'.repeat(bytes) });

  test('When Content-Length is above 256 KiB, then 413 names the limit', async () => {
    const answer = await post(tooLarge(256 * 1024));
    assertRefused(answer, 413, 'too_large');
    assert.equal(answer.json.error, 'the body is larger than 262144 bytes');
  });

  test('When a chunked body grows above 256 KiB, then 413', async () => {
    const answer = await post(tooLarge(256 * 1024), { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' });
    assertRefused(answer, 413, 'too_large');
  });

  test('When a body has 256 KiB to the byte, then it is read', async () => {
    const padding = ' '.repeat(256 * 1024 - Buffer.byteLength(GOOD));
    assert.equal((await post(GOOD + padding)).status, 200);
    assert.equal((await post(`${GOOD}${padding} `)).status, 413);
  });

  test('When a refused body is larger than the server takes, then the client gets the answer and is cut off', async () => {
    const answer = await post(tooLarge(6 * 1024 * 1024), { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' });
    assertRefused(answer, 413, 'too_large');
    assert.equal(answer.headers.connection, 'close');
  });

  test('When a client waits for 100 Continue, then it may send and is answered', async () => {
    const head = `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ${Buffer.byteLength(GOOD)}\r\n\r\n`;
    const answer = await raw(head + GOOD);
    assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  test('When there is no body, then 400 says so', async () => {
    const answer = await raw(
      'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n',
    );
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /"error":"the body is missing"/);
  });

  test('When two requests come on one connection, then a refused first one leaves the second unharmed', async () => {
    const request = (body: string, extra = '') =>
      `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${extra}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const answers = await raw(request(tooLarge(300_000)) + request(GOOD, 'Connection: close\r\n'));
    assert.deepEqual(
      [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
      ['413', '200'],
    );
  });
});

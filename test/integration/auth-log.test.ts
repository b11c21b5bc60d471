import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Middleware } from '../../src/http/context.ts';
import { jsonBody } from '../../src/http/middleware/json-body.ts';
import { startApp } from './bare-app.ts';

const answer: Middleware = (ctx) => {
  ctx.body = {};
};
const routes = [{ method: 'POST', path: '/predict', handlers: [jsonBody(1000), answer] }] as const;
const json = { 'Content-Type': 'application/json' };
const text = '张三的病历号是 8848';
const body = JSON.stringify({ task_type: 'ner', input_text: text });

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** The request lines of a log; each must be whole, and free of what could look like another line. */
function requestLines(log: string): Record<string, unknown>[] {
  return log
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      assert.doesNotMatch(line, CONTROL);
      return JSON.parse(line);
    })
    .filter(({ msg }) => msg === 'request');
}

test('When a text is sent, then the log has its length and a hash that tells equal texts, and nothing of it', async (t) => {
  const { send, log } = await startApp(t, routes);
  await send('POST', '/predict?input_text=%E5%BC%A0%E4%B8%89', json, body);
  await send('POST', '/predict', json, body);
  await send('POST', '/predict', json, JSON.stringify({ input_text: `${text}!` }));
  const [first, second, third] = requestLines(log());
  assert.equal(first?.input_code_points, [...text].length);
  assert.match(String(first?.input_hash), /^[0-9a-f]{16}$/);
  assert.equal(second?.input_hash, first?.input_hash);
  assert.notEqual(third?.input_hash, first?.input_hash);
  assert.doesNotMatch(log(), /张三|8848|%E5%BC%A0|病历/);
});

test('When texts are refused, then the log has nothing of them either', async (t) => {
  const { send, log } = await startApp(t, routes);
  await send('POST', '/predict', json, `{"input_text": "${text}`);
  await send('POST', '/predict', { 'Content-Type': 'text/plain' }, text);
  await send('POST', '/predict', json, JSON.stringify({ input_text: text.repeat(200) }));
  assert.equal(requestLines(log()).length, 3);
  assert.doesNotMatch(log(), /张三|8848|病历/);
});

test('When GTE_LOG_INPUT is 1, then the log has the text too', async (t) => {
  const { send, log } = await startApp(t, routes, { GTE_LOG_INPUT: '1' });
  await send('POST', '/predict', json, body);
  assert.deepEqual(requestLines(log())[0]?.input, [text]);
});

const forged = '{"level":50,"msg":"request","code":200}';
for (const [what, hostile] of [
  ['an ANSI command', '\x1b[2J\x1b[31m'],
  ['a C1 command and next line', '\x9b31m\x85'],
  ['UTF-8 line separators', Buffer.from(`\u2028${forged}\u2029`).toString('latin1')],
  ['JSON that closes the field', `","code":200}${forged}`],
  ['backslashes and quotes', '\\n\\u000a"\\'],
] as const) {
  test(`When the user agent, request id and path hold ${what}, then the log has one line for the request`, async (t) => {
    const { raw, log } = await startApp(t, routes);
    // Bytes that may not stand in a target or a header make the parser refuse the request before anything is logged.
    const target = encodeURI(hostile).replaceAll('"', '%22');
    await raw(
      `GET /${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: ${hostile.replaceAll('\x1b', '')}\r\nX-Request-Id: ${hostile.replaceAll('\x1b', '')}\r\n\r\n`,
    );
    const lines = requestLines(log());
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.code, 404);
    assert.match(String(lines[0]?.request_id), /^[0-9a-f-]{36}$/);
  });
}

test('When a header holds a bare line end or a terminal command, then the request is refused and not logged', async (t) => {
  for (const hostile of ['a\nX: y\n\nforged', 'a\x1b[31m', 'a\x00b']) {
    const { raw, log } = await startApp(t, routes);
    const answered = await raw(
      `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: ${hostile}\r\n\r\n`,
    );
    if (answered.startsWith('HTTP/1.1 400')) assert.equal(log(), '');
    assert.ok(!/"(level|msg)":[^,]*forged/.test(log()));
    requestLines(log());
  }
});

test('When a user agent or path is long, then the log cuts it', async (t) => {
  const { send, log } = await startApp(t, routes);
  await send('GET', `/${'p'.repeat(3000)}`, { 'User-Agent': 'u'.repeat(3000) });
  const [line] = requestLines(log());
  assert.equal(String(line?.path).length, 200);
  assert.equal(String(line?.user_agent).length, 200);
});

test('When a proxy is trusted, then the log has the client it names; else the peer', async (t) => {
  const headers = { 'X-Forwarded-For': '198.51.100.7, 203.0.113.9' };
  const trusting = await startApp(t, routes, { GTE_TRUST_PROXY: 'loopback' });
  await trusting.send('GET', '/', headers);
  assert.equal(requestLines(trusting.log())[0]?.client, '203.0.113.9');
  const wary = await startApp(t, routes);
  await wary.send('GET', '/', headers);
  assert.equal(requestLines(wary.log())[0]?.client, '127.0.0.1');
});

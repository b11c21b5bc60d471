import assert from 'node:assert/strict';
import { test } from 'node:test';
import Koa from 'koa';
import { InferenceError, NotReadyError } from '../../src/errors.ts';
import type { Middleware } from '../../src/http/context.ts';
import { jsonBody } from '../../src/http/middleware/json-body.ts';
import { startApp } from './bare-app.ts';

const SECRET = '/srv/secret/model.onnx at Object.<anonymous> ECONNREFUSED zod';
const { HttpError } = Koa;

const throwing =
  (error: () => unknown): Middleware =>
  () => {
    throw error();
  };

for (const [what, error] of [
  ['an error of the language', () => new TypeError(SECRET)],
  ['a system error', () => Object.assign(new Error(SECRET), { code: 'ENOENT', path: SECRET, status: 404 })],
  [
    'an error that wants to be shown',
    () => Object.assign(new Error(SECRET), { status: 418, expose: true, headers: { 'X-Leak': 'leak' } }),
  ],
  ['an error of koa', () => Object.assign(new HttpError(SECRET), { status: 400, expose: true })],
  ['a failed inference', () => new InferenceError(new Error(SECRET))],
  ['an error that says its cause', () => new Error(SECRET, { cause: new Error(SECRET) })],
  ['a string', () => SECRET],
  ['nothing', () => undefined],
] as const) {
  test(`When a route throws ${what}, then the client gets 500 and a sentence of ours, the log the rest`, async (t) => {
    const route = { method: 'GET', path: '/', handlers: [throwing(error)] } as const;
    const { send, logged } = await startApp(t, [route]);
    const { status, headers, text } = await send('GET', '/', { 'X-Request-Id': 'the-request' });
    assert.equal(status, 500);
    const body = JSON.parse(text);
    assert.deepEqual(Object.keys(body), ['error', 'code', 'request_id']);
    assert.match(body.error, /^(internal error|the model could not answer)$/);
    assert.doesNotMatch(text + JSON.stringify(headers), /secret|leak|srv|zod|\.ts|Error:/);
    const failed = logged().filter(({ msg }) => msg === 'request failed');
    assert.deepEqual(
      failed.map(({ request_id }) => request_id),
      ['the-request'],
    );
  });
}

test('When an error of ours has a cause, then the client sees the sentence alone', async (t) => {
  const handlers = [
    throwing(() => Object.assign(new NotReadyError('draining'), { cause: new Error(SECRET) })),
  ];
  const { send } = await startApp(t, [{ method: 'GET', path: '/', handlers }]);
  const { status, text } = await send('GET', '/', { 'X-Request-Id': 'the-request' });
  assert.equal(status, 503);
  assert.deepEqual(JSON.parse(text), { error: 'draining', code: 'not_ready', request_id: 'the-request' });
});

const ok: Middleware = (ctx) => {
  ctx.body = {};
};
const reading = {
  method: 'POST',
  path: '/',
  handlers: [jsonBody(100), ok] as Middleware[],
} as const;
const json = { 'Content-Type': 'application/json' };

for (const [what, body, headers] of [
  ['malformed JSON', '{"a": 我的秘密}', json],
  ['an unknown word', '{"a": secret}', json],
  ['a malformed number', '{"a": 1.}', json],
  ['a name without quotes', '{a: 1}', json],
  ['no value', '{"a": }', json],
  ['no colon', '{"a" 1}', json],
  ['no comma', '{"a": 1 "b": 2}', json],
  ['no closing brace', '{"a": 1', json],
  ['no closing bracket', '[1', json],
  ['two values', '{} {}', json],
  ['a comment', '{} // secret', json],
  ['a comment that does not end', '{} /* secret', json],
  ['a string that does not end', '"a', json],
  ['a malformed \\u escape', '"\\u12"', json],
  ['an unknown escape', '"\\x"', json],
  ['a bare control character', '"\u0001"', json],
  ['JSON that ends early', '{"a": "我的秘密', json],
  ['bytes that are not UTF-8', Buffer.from('{"a":"\xff"}', 'latin1'), json],
  ['an unknown charset', '{}', { 'Content-Type': 'application/json; charset=x-secret' }],
  ['a compressed body', 'x', { ...json, 'Content-Encoding': 'gzip' }],
  ['too long a body', 'x'.repeat(101), json],
  ['no body', '', {}],
] as const) {
  test(`When a client sends ${what}, then the refusal has no words of a library and none of the body`, async (t) => {
    const { send } = await startApp(t, [reading]);
    const { status, text } = await send('POST', '/', headers, body);
    assert.ok(status >= 400 && status < 500, String(status));
    // jsonc-parser's names of errors: CloseBraceExpected, InvalidSymbol.
    assert.doesNotMatch(text, /[a-z][A-Z]|Expected|Invalid/);
    assert.doesNotMatch(
      text,
      /SyntaxError|Unexpected|at position|raw-body|entity|secret|秘密|TypeError|\.js|node:/,
    );
  });
}

for (const [what, target] of [
  ['a bad escape', '/%'],
  ['a bad escape of UTF-8', '/%ff%fe'],
  ['an absolute form with a bad port', 'http://a:b:c/'],
  ['an absolute form with a bad host', 'http://[::1/'],
  ['an asterisk', '*'],
  ['two slashes', '//evil.example/..'],
  ['a NUL', '/%00'],
  ['a climb', '/../../etc/passwd'],
  ['an encoded climb', '/..%2f..%2fpackage.json'],
] as const) {
  test(`When the target is ${what}, then it is refused as the client’s fault`, async (t) => {
    const { raw, log } = await startApp(t, [reading]);
    const answer = await raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 4\d\d /);
    assert.doesNotMatch(log(), /request failed/);
  });
}

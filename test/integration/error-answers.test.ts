import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeadlineError,
  ForbiddenError,
  InferenceError,
  MethodError,
  NotFoundError,
  NotReadyError,
  OverloadedError,
  RateLimitError,
  TooLargeError,
  UnauthorizedError,
  UnsupportedTypeError,
  ValidationError,
} from '../../src/errors.ts';
import type { Middleware } from '../../src/http/context.ts';
import type { Route } from '../../src/http/route.ts';
import { startApp } from './bare-app.ts';

const route = (handler: Middleware): Route => ({ method: 'GET', path: '/', handlers: [handler] });
const SECRET = 'at /srv/app/node_modules/onnxruntime-node';

for (const [error, status, code, headers] of [
  [new ValidationError('wrong'), 400, 'validation', {}],
  [new UnauthorizedError('who?', 'Bearer'), 401, 'unauthorized', { 'www-authenticate': 'Bearer' }],
  [new ForbiddenError('no'), 403, 'forbidden', {}],
  [new NotFoundError(), 404, 'not_found', {}],
  [new MethodError('POST'), 405, 'method_not_allowed', { allow: 'POST' }],
  [new TooLargeError(5), 413, 'too_large', {}],
  [new UnsupportedTypeError(), 415, 'unsupported_type', {}],
  [new OverloadedError('full', 2.5), 429, 'overloaded', { 'retry-after': '3' }],
  [new RateLimitError('slower', 10), 429, 'rate_limited', { 'retry-after': '1' }],
  [new InferenceError(new Error(SECRET)), 500, 'inference', {}],
  [new Error(SECRET), 500, 'internal', {}],
  [new NotReadyError('draining'), 503, 'not_ready', { 'retry-after': '1' }],
  [new DeadlineError(5), 504, 'deadline', {}],
] as const) {
  test(`When a route throws ${error.name} (${code}), then ${status} in the API's error shape`, async (t) => {
    const { send, logged } = await startApp(t, [route(() => Promise.reject(error))]);
    const answer = await send('GET', '/');
    assert.equal(answer.status, status);
    const body = JSON.parse(answer.text);
    assert.deepEqual(Object.keys(body), ['error', 'code', 'request_id']);
    assert.equal(body.code, code);
    assert.equal(body.request_id, answer.headers['x-request-id']);
    assert.ok(!body.error?.includes(SECRET));
    for (const [name, value] of Object.entries(headers)) assert.equal(answer.headers[name], value);
    const errors = logged().filter(({ level }) => Number(level) >= 50);
    assert.equal(errors.length, status === 500 ? 1 : 0);
    if (status === 500) assert.ok(JSON.stringify(errors).includes(SECRET));
    const access = logged().find(({ msg }) => msg === 'request');
    assert.equal(access?.code, status);
  });
}

test('When a middleware itself is at fault, then it is logged as an error and answered with 500', async (t) => {
  const fault = () => {
    throw new Error('a bug');
  };
  const { send, logged } = await startApp(t, [route(() => undefined)], {}, { draining: fault });
  const { status, text } = await send('GET', '/');
  assert.equal(status, 500);
  assert.ok(!text.includes('a bug'));
  assert.ok(logged().some(({ level, err }) => Number(level) === 50 && JSON.stringify(err).includes('a bug')));
});

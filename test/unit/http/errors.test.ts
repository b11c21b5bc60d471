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
} from '../../../src/errors.ts';
import { startApp } from './start-app.ts';

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
    const app = await startApp(t, () => Promise.reject(error));
    const answer = await fetch(app.url);
    assert.equal(answer.status, status);
    const body = (await answer.json()) as Record<string, string>;
    assert.deepEqual(Object.keys(body), ['error', 'code', 'request_id']);
    assert.equal(body.code, code);
    assert.equal(body.request_id, answer.headers.get('x-request-id'));
    assert.ok(!body.error?.includes(SECRET));
    for (const [name, value] of Object.entries(headers)) assert.equal(answer.headers.get(name), value);
    const errors = app.logs.filter(({ level }) => Number(level) >= 50);
    assert.equal(errors.length, status === 500 ? 1 : 0);
    if (status === 500) assert.ok(JSON.stringify(errors).includes(SECRET));
    const access = app.logs.find(({ msg }) => msg === 'request');
    assert.equal(access?.code, status);
  });
}

test('When a middleware itself is at fault, then it is logged as an error and answered with 500', async (t) => {
  const app = await startApp(t, () => undefined, {
    draining() {
      throw new Error('a bug');
    },
  });
  const answer = await fetch(app.url);
  assert.equal(answer.status, 500);
  assert.ok(!(await answer.text()).includes('a bug'));
  assert.ok(app.logs.some(({ level, err }) => Number(level) === 50 && JSON.stringify(err).includes('a bug')));
});

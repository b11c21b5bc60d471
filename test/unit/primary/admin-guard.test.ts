import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { ServiceError } from '../../../src/errors.ts';
import { createAdminGuard } from '../../../src/primary/admin-guard.ts';

const TOKEN = 'correct-horse-battery';
const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;

/** Status of the refusal, or 200. */
function status(guard: ReturnType<typeof createAdminGuard>, headers: Record<string, string>): number {
  try {
    guard(request(headers));
    return 200;
  } catch (error) {
    assert.ok(error instanceof ServiceError);
    return error.status;
  }
}

test('When there is no token, then names and addresses of this machine pass, and other names do not', () => {
  const guard = createAdminGuard({ token: undefined, open: false });
  for (const host of ['localhost', 'localhost:9090', '127.0.0.1:9090', '[::1]:9090', '127.9.9.9'])
    assert.equal(status(guard, { host }), 200, host);
  for (const host of [
    'evil.example',
    'evil.example:9090',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '[::2]:9090',
    '',
  ])
    assert.equal(status(guard, { host }), 403, host);
  assert.equal(status(guard, {}), 200, 'HTTP/1.0, which browsers do not speak');
});

test('When the port is open by the operator’s wish, then any name passes', () => {
  assert.equal(
    status(createAdminGuard({ token: undefined, open: true }), { host: 'metrics.example.org' }),
    200,
  );
});

test('When there is a token, then only who has it passes, as Bearer or as password, under any name', () => {
  const guard = createAdminGuard({ token: TOKEN, open: false });
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const authorization of [`Bearer ${TOKEN}`, `bearer ${TOKEN}`, basic(`anyone:${TOKEN}`)])
    assert.equal(status(guard, { host: 'metrics.example.org', authorization }), 200, authorization);
  const wrong = ['', 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, TOKEN, `Digest ${TOKEN}`];
  for (const authorization of [...wrong, basic('a:b'), basic(''), `Bearer ${TOKEN} ${TOKEN}`])
    assert.equal(status(guard, { host: 'localhost', authorization }), 401, authorization);
  assert.equal(status(guard, { host: 'localhost' }), 401);
});

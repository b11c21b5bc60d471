import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Middleware } from '../../src/http/context.ts';
import { startApp } from './bare-app.ts';

const answer: Middleware = (ctx) => {
  ctx.body = {};
};
const routes = [{ method: 'POST', path: '/predict', handlers: [answer] }] as const;
const listed = { GTE_CORS_ORIGINS: 'https://app.example,http://localhost:3000' };
const from = (origin: string) => ({ Origin: origin });
const preflight = (origin: string) => ({ ...from(origin), 'Access-Control-Request-Method': 'POST' });
const corsHeaders = (headers: object) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

test('When no origins are listed, then no origin gets permission', async (t) => {
  const { send } = await startApp(t, routes);
  for (const method of ['POST', 'OPTIONS']) {
    const { headers } = await send(method, '/predict', preflight('https://app.example'));
    assert.deepEqual(corsHeaders(headers), []);
  }
});

test('When a listed origin asks beforehand, then it hears what it may send, and no credentials are allowed', async (t) => {
  const { send } = await startApp(t, routes, listed);
  const { status, headers } = await send('OPTIONS', '/predict', preflight('https://app.example'));
  assert.equal(status, 204);
  assert.equal(headers['access-control-allow-origin'], 'https://app.example');
  assert.match(String(headers['access-control-allow-headers']), /Content-Type, Authorization, X-API-Key/);
  assert.match(String(headers['access-control-allow-methods']), /POST/);
  assert.equal(headers['access-control-allow-credentials'], undefined);
  assert.equal(headers.vary, 'Origin');
});

test('When a listed origin asks, then its page may read the answer, a refusal too', async (t) => {
  const { send } = await startApp(t, routes, listed);
  for (const [method, path, status] of [
    ['POST', '/predict', 200],
    ['GET', '/predict', 405],
    ['GET', '/nothing', 404],
  ] as const) {
    const answered = await send(method, path, from('http://localhost:3000'));
    assert.equal(answered.status, status);
    assert.equal(answered.headers['access-control-allow-origin'], 'http://localhost:3000');
  }
});

test('When an origin is like a listed one, then it gets no permission, and caches are told that origins differ', async (t) => {
  const { send } = await startApp(t, routes, listed);
  for (const origin of [
    'https://app.example.evil',
    'http://app.example',
    'https://app.example:8443',
    'https://APP.example',
    'null',
    'https://evil.example',
  ])
    for (const method of ['OPTIONS', 'POST']) {
      const { headers } = await send(method, '/predict', preflight(origin));
      assert.deepEqual(corsHeaders(headers), [], origin);
      assert.equal(headers.vary, 'Origin');
    }
});

test('When a trusted proxy says that the client came over HTTPS, then it is told to keep to that', async (t) => {
  const https = { 'X-Forwarded-Proto': 'https' };
  const trusting = await startApp(t, routes, { GTE_TRUST_PROXY: 'loopback' });
  const { headers } = await trusting.send('POST', '/predict', https);
  assert.equal(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains');
  assert.equal((await trusting.send('POST', '/predict')).headers['strict-transport-security'], undefined);
  const wary = await startApp(t, routes);
  assert.equal((await wary.send('POST', '/predict', https)).headers['strict-transport-security'], undefined);
});

test('When anything is answered, then it has every header OWASP recommends and no cookie', async (t) => {
  const { send } = await startApp(t, routes);
  for (const [method, path] of [
    ['POST', '/predict'],
    ['GET', '/nothing'],
    ['OPTIONS', '/predict'],
  ] as const) {
    const { headers } = await send(method, path);
    assert.equal(headers['cache-control'], 'no-store, max-age=0');
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; .*frame-ancestors 'none'$/,
    );
    assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.match(String(headers['permissions-policy']), /camera=\(\).*microphone=\(\)/);
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['x-permitted-cross-domain-policies'], 'none');
    for (const told of ['set-cookie', 'server', 'x-powered-by']) assert.equal(headers[told], undefined);
  }
});

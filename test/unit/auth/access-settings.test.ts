import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../../src/config.ts';
import { StartError } from '../../../src/errors.ts';

const refused = (env: Record<string, string>, reason: RegExp) =>
  assert.throws(
    () => loadConfig(env),
    (error) => error instanceof StartError && reason.test(error.message),
  );

test('When nothing is set, then no key is needed, nginx’s sockets are trusted, texts are not logged', () => {
  const { access, log } = loadConfig({});
  assert.equal(access.keysFile, undefined);
  assert.equal(access.trustedProxies.unix, true);
  assert.equal(access.trustedProxies.has('127.0.0.1'), false);
  assert.deepEqual(access.corsOrigins, []);
  assert.equal(log.input, false);
});

for (const host of ['0.0.0.0', '::', '10.0.0.5', 'monitor.example.org'])
  test(`When the metrics port is put on ${host}, then a token or an explicit word is demanded`, () => {
    refused({ GTE_METRICS_HOST: host }, /GTE_METRICS_TOKEN, or GTE_METRICS_PUBLIC=1/);
    loadConfig({ GTE_METRICS_HOST: host, GTE_METRICS_TOKEN: 'a-long-enough-token' });
    loadConfig({ GTE_METRICS_HOST: host, GTE_METRICS_PUBLIC: '1' });
  });

test('When the token is too short or has a space, then the fault does not show it', () => {
  for (const token of ['hunter2', 'sixteen chars ok?'])
    assert.throws(
      () => loadConfig({ GTE_METRICS_TOKEN: token }),
      ({ message }: Error) => /GTE_METRICS_TOKEN: use 16/.test(message) && !message.includes(token),
    );
});

test('When trusted proxies are written wrongly, then the entry is named', () => {
  refused({ GTE_TRUST_PROXY: '10.0.0.0/8,nginx' }, /GTE_TRUST_PROXY.*"nginx" is not an address/);
});

test('When an origin is not written as browsers send it, then it is refused', () => {
  for (const origin of [
    '*',
    'https://a.example/',
    'https://A.example',
    'a.example',
    'https://a.example:443',
    'null',
  ])
    refused({ GTE_CORS_ORIGINS: origin }, /GTE_CORS_ORIGINS.*origins like/);
  const { access } = loadConfig({ GTE_CORS_ORIGINS: 'https://a.example, http://localhost:3000' });
  assert.deepEqual(access.corsOrigins, ['https://a.example', 'http://localhost:3000']);
});

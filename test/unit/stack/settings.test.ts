import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadStackSettings } from '../../../src/stack/settings.ts';

test('When nothing is set, then the ports are those of the tutorials', () => {
  const s = loadStackSettings({ PATH: '/bin', NGINX_PORT: '' });
  assert.deepEqual(
    [
      s.NGINX_PORT,
      s.PROMETHEUS_PORT,
      s.ALERTMANAGER_PORT,
      s.NODE_EXPORTER_PORT,
      s.GRAFANA_PORT,
      s.RELAY_PORT,
    ],
    [8080, 9091, 9093, 9100, 3000, 8060],
  );
  assert.equal(s.NGINX_HOST, '127.0.0.1');
});

for (const [name, value] of [
  ['NGINX_PORT', '70000'],
  ['NGINX_HOST', 'example.org'],
  ['NGINX_UNLIMITED', '10.0.0.0/33'],
  ['NGINX_TRUSTED_PROXIES', 'all'],
  ['NGINX_RATE', '0'],
  ['NGINX_VMS', '10.0.0.11'],
  ['NGINX_VMS', 'a:1; daemon'],
  ['NODE_EXPORTER_HOST', 'example.org'],
  ['PROMETHEUS_RETENTION', 'forever'],
  ['NGINX_TLS_CERT', '/c.pem'],
] as const) {
  test(`When ${name} is ${value}, then the error names it`, () => {
    assert.throws(() => loadStackSettings({ [name]: value }), {
      name: 'StartError',
      message: new RegExp(name),
    });
  });
}

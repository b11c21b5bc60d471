import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderNginx } from '../../../src/stack/render-nginx.ts';
import { loadStackSettings } from '../../../src/stack/settings.ts';

const folders = { runDir: '/srv/run', logDir: '/srv/log', stateDir: '/srv/state' };
const render = (
  workers: number,
  { env = {}, drainMs = 15_000, deadlineMs = 10_000, runDir = '/srv/run' } = {},
) =>
  renderNginx(
    { service: { host: '127.0.0.1', port: 5000, workers, deadlineMs, drainMs, runDir } },
    loadStackSettings(env),
    folders,
  );

test('When the service has N workers, then nginx has N slot sockets', () => {
  for (const workers of [1, 3, 16]) {
    const sockets = [...(render(workers)['upstream.conf'] ?? '').matchAll(/server "unix:([^"]+)"/g)].map(
      ([, path]) => path,
    );
    assert.deepEqual(
      sockets,
      Array.from({ length: workers }, (_, slot) => `/srv/run/slot-${slot}.sock`),
    );
  }
});

test('When VMs are named, then nginx spreads over them and not over sockets of this machine', () => {
  const servers = (NGINX_VMS: string) =>
    [...(render(2, { env: { NGINX_VMS } })['upstream.conf'] ?? '').matchAll(/^ {2}server (\S+) /gm)].map(
      ([, server]) => server,
    );
  assert.deepEqual(servers('10.0.0.11:8080, [fd00::1]:8080'), ['10.0.0.11:8080', '[fd00::1]:8080']);
});

test('When drain time and deadline are set, then idle connections end before the one and reads after the other', () => {
  const idle = (drainMs: number) =>
    Number(/keepalive_timeout (\d+)s/.exec(render(1, { drainMs })['upstream.conf'] ?? '')?.[1]);
  assert.equal(idle(15_000), 10);
  assert.equal(idle(600_000), 10);
  assert.ok(idle(6000) * 1000 < 6000);
  assert.equal(idle(100), 1);
  assert.match(render(1, { deadlineMs: 30_000 })['service.conf'] ?? '', /proxy_read_timeout 35s;/);
});

test('When no certificate is set, then nothing listens for TLS, and with one it does', () => {
  assert.doesNotMatch(render(1)['nginx.conf'] ?? '', /include tls/);
  const env = { NGINX_TLS_CERT: '/etc/c.pem', NGINX_TLS_KEY: '/etc/k.pem', NGINX_HOST: '::1' };
  const files = render(1, { env });
  assert.match(files['nginx.conf'] ?? '', /include tls\.conf;/);
  assert.match(files['tls.conf'] ?? '', /listen \[::1\]:8443 ssl http2;\nssl_certificate "\/etc\/c\.pem";/);
});

test('When a path would end the value it stands in, then it is refused', () => {
  assert.throws(() => render(1, { runDir: '/srv/"; daemon' }), {
    name: 'StartError',
    message: /can't use the path/,
  });
});

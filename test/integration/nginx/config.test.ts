import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { TRANSPORT_SECURITY } from '../../../src/security-headers.ts';
import { checkNginx, nginxFolder, startNginx } from './nginx.ts';
import { startStandIn } from './stand-in.ts';

function certificate(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  return { NGINX_TLS_CERT: cert, NGINX_TLS_KEY: key };
}

for (const [what, workers, env] of [
  ['one worker', 1, {}],
  ['256 workers', 256, {}],
  ['other VMs', 1, { NGINX_VMS: '10.0.0.11:8080,[fd00::1]:8080' }],
  ['all addresses', 2, { NGINX_HOST: '*' }],
  ['IPv6', 2, { NGINX_HOST: '::1', NGINX_UNLIMITED: '::1,10.0.0.0/8', NGINX_TRUSTED_PROXIES: 'fd00::/8' }],
] as const) {
  test(`When the configuration is for ${what}, then nginx takes it without a warning`, async (t) => {
    const { args } = await nginxFolder(t, { workers, env });
    const { code, said } = await checkNginx(args);
    assert.equal(code, 0, said);
    assert.doesNotMatch(said, /\[(warn|emerg)\]/);
  });
}

test('When a certificate is set, then HTTP/2 is spoken over TLS, and plain HTTP there is told so', async (t) => {
  const { tlsPort, socket, args } = await startNginx(t, { workers: 1, env: certificate(t) });
  assert.doesNotMatch((await checkNginx(args)).said, /\[warn\]/);
  const { seen } = await startStandIn(t, socket(0));
  const session = connectHttp2(`https://localhost:${tlsPort}`, {
    rejectUnauthorized: false,
    lookup: (_host: string, _options: unknown, done: (error: null, addresses: object[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]),
  } as object);
  t.after(() => session.close());
  const request = session.request({ ':path': '/predict', ':method': 'POST' }).end('{}');
  const [headers] = await once(request, 'response');
  assert.equal(headers[':status'], 200);
  assert.equal(session.alpnProtocol, 'h2');
  assert.equal(await text(request), '{"result":[]}');
  assert.equal(seen[0]?.headers['x-forwarded-proto'], 'https');
  const hidden = session.request({ ':path': '//%6Detrics' });
  const [refused] = await once(hidden, 'response');
  assert.equal(refused[':status'], 404);
  assert.equal(refused['strict-transport-security'], TRANSPORT_SECURITY);
  const plain = await fetch(`http://127.0.0.1:${tlsPort}/`);
  assert.equal(plain.status, 400);
  assert.match(await plain.text(), /"code":"validation"/);
});

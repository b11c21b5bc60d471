import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { signal, startNginx } from './nginx.ts';
import { get, parseRaw, sendRaw } from './raw.ts';
import { startStandIn } from './stand-in.ts';

const post = (url: string, body: string | Buffer = '{}', headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } });
// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
const json = async (answer: Response): Promise<any> => answer.json();

test('When an address sends faster than its rate, then what is too much gets 429 in the shape of the API, and the log says so', async (t) => {
  const env = { NGINX_UNLIMITED: ' ', NGINX_RATE: '1', NGINX_BURST: '5' };
  const { origin, socket, log } = await startNginx(t, { workers: 1, env });
  const { seen } = await startStandIn(t, socket(0));
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(`${origin}/predict`)));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 12 && refused.length <= 14, `${refused.length} of 20`);
  assert.equal(seen.length, 20 - refused.length);
  const [first] = refused as [Response];
  assert.equal(first.headers.get('retry-after'), '1');
  assert.match(first.headers.get('content-type') ?? '', /^application\/json/);
  const body = await json(first);
  assert.deepEqual(Object.keys(body), ['error', 'code', 'request_id']);
  assert.equal(body.code, 'overloaded');
  assert.equal(body.request_id, first.headers.get('x-request-id'));
  const lines = await log(20);
  assert.equal(
    lines.filter(({ limit, status }) => limit === 'REJECTED' && status === '429').length,
    refused.length,
  );
});

test('When an address is exempt, as loopback is by default, then it has no limit', async (t) => {
  const { origin, socket } = await startNginx(t, { workers: 1, env: { NGINX_RATE: '1', NGINX_BURST: '1' } });
  await startStandIn(t, socket(0));
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(`${origin}/predict`)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
});

test('When an address has as many requests under way as it may, then the next one gets 429', async (t) => {
  const env = { NGINX_UNLIMITED: ' ', NGINX_CONNECTIONS: '2' };
  const { origin, socket } = await startNginx(t, { workers: 1, env });
  const [full, end] = [signal(), signal()];
  let inside = 0;
  await startStandIn(t, socket(0), async (_, response) => {
    inside += 1;
    if (inside === 2) full.give();
    await end.given;
    response.end('{}');
  });
  const held = [post(`${origin}/predict`), post(`${origin}/predict`)];
  await full.given;
  assert.equal((await post(`${origin}/predict`)).status, 429);
  end.give();
  assert.deepEqual(
    (await Promise.all(held)).map(({ status }) => status),
    [200, 200],
  );
});

test('When balancers in front are trusted, then each client they name has a limit of its own', async (t) => {
  const env = { NGINX_UNLIMITED: ' ', NGINX_RATE: '1', NGINX_BURST: '1', NGINX_TRUSTED_PROXIES: '127.0.0.1' };
  const { origin, socket } = await startNginx(t, { workers: 1, env });
  const { seen } = await startStandIn(t, socket(0));
  const statuses = [];
  for (const client of ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'])
    statuses.push(
      (await post(`${origin}/predict`, '{}', { 'X-Forwarded-For': `6.6.6.6, ${client}` })).status,
    );
  assert.deepEqual(statuses, [200, 200, 429, 200]);
  assert.equal(seen.at(-1)?.headers['x-forwarded-for'], '192.0.2.2');
});

test('When a trusted balancer says that its client came over HTTPS, then the worker hears so, and nothing else it may say', async (t) => {
  const { origin, socket } = await startNginx(t, { workers: 1, env: { NGINX_TRUSTED_PROXIES: '127.0.0.1' } });
  const { seen } = await startStandIn(t, socket(0));
  for (const said of ['https', 'http', 'https, evil'])
    await post(`${origin}/predict`, '{}', { 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Proto': said });
  assert.deepEqual(
    seen.map(({ headers }) => headers['x-forwarded-proto']),
    ['https', 'http', 'http'],
  );
});

test('When a client names an address it does not have, then the worker hears the true one', async (t) => {
  const { origin, socket } = await startNginx(t, { workers: 1 });
  const { seen } = await startStandIn(t, socket(0));
  await post(`${origin}/predict`, '{}', { 'X-Forwarded-For': '6.6.6.6', 'X-Forwarded-Proto': 'https' });
  assert.equal(seen[0]?.headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(seen[0]?.headers['x-forwarded-proto'], 'http');
});

test('When a body has 262,144 bytes, then it passes, and with one more the answer is 413 as JSON', async (t) => {
  const { origin, socket } = await startNginx(t, { workers: 1 });
  const { seen } = await startStandIn(t, socket(0));
  assert.equal((await post(`${origin}/predict`, Buffer.alloc(262_144, 0x20))).status, 200);
  assert.equal(seen[0]?.body.length, 262_144);
  const answer = await post(`${origin}/predict`, Buffer.alloc(262_145, 0x20));
  assert.equal(answer.status, 413);
  assert.equal((await json(answer)).code, 'too_large');
  assert.equal(seen.length, 1);
});

test('When a client sends its body slowly, then no worker is held meanwhile', async (t) => {
  const { origin, port, socket } = await startNginx(t, { workers: 1 });
  const { seen } = await startStandIn(t, socket(0));
  const slow = connect(port, '127.0.0.1');
  t.after(() => slow.destroy());
  slow.write('POST /predict HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\n{');
  await once(slow, 'connect');
  for (let i = 0; i < 20; i += 1) assert.equal((await post(`${origin}/predict`)).status, 200);
  assert.equal(seen.length, 20);
  slow.write('  }');
  const [answer] = await once(slow, 'data');
  assert.equal(parseRaw(String(answer)).status, 200);
  assert.equal(seen.at(-1)?.body, '{  }');
});

test('When headers are half sent by a hundred clients, then others are answered', async (t) => {
  const { origin, port, socket } = await startNginx(t, { workers: 1 });
  await startStandIn(t, socket(0));
  const half = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
  t.after(() => half.forEach((one) => void one.destroy()));
  for (const one of half) one.write('POST /predict HTTP/1.1\r\nHost: a\r\n');
  for (let i = 0; i < 20; i += 1) assert.equal((await post(`${origin}/predict`)).status, 200);
});

test('When requests are pipelined, then each is answered in order', async (t) => {
  const { port, socket } = await startNginx(t, { workers: 1 });
  await startStandIn(t, socket(0), ({ url }, response) => void response.end(url));
  const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const answer = await sendRaw(port, one('/1'), one('/2'), get('/3'));
  assert.deepEqual(
    [...answer.matchAll(/\/\d(?=HTTP|\r\n0|$)/g)].map(([path]) => path),
    ['/1', '/2', '/3'],
  );
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, get as httpGet } from 'node:http';
import { test } from 'node:test';
import { signal, startNginx } from './nginx.ts';
import { startStandIn } from './stand-in.ts';

const MEBIBYTE = 2 ** 20;

test('When an answer of 1 MiB comes in pieces, then the first reaches the client before the worker writes the last', async (t) => {
  const { origin, socket } = await startNginx(t, { workers: 1 });
  const firstSeen = signal();
  await startStandIn(t, socket(0), async (_, response) => {
    response.write(Buffer.alloc(MEBIBYTE / 2, 'a'));
    await firstSeen.given;
    response.end(Buffer.alloc(MEBIBYTE / 2, 'b'));
  });
  const [answer] = await once(httpGet(`${origin}/`), 'response');
  let bytes = 0;
  for await (const chunk of answer) {
    if (bytes < MEBIBYTE / 2 && bytes + chunk.length >= MEBIBYTE / 2) firstSeen.give();
    bytes += chunk.length;
  }
  assert.equal(bytes, MEBIBYTE);
});

test('When a client reads a large answer slowly, then others are answered by the same worker', async (t) => {
  const { origin, socket } = await startNginx(t, { workers: 1 });
  await startStandIn(t, socket(0), ({ url }, response) => {
    response.end(url === '/large' ? Buffer.alloc(64 * MEBIBYTE) : 'small');
  });
  const slow = httpGet(`${origin}/large`);
  t.after(() => slow.destroy());
  const [answer] = await once(slow, 'response');
  answer.pause();
  for (let i = 0; i < 20; i += 1) assert.equal(await (await fetch(`${origin}/small`)).text(), 'small');
});

test('When a client keeps its connection, then it is told to use it for less long than nginx keeps it', async (t) => {
  const { origin, socket } = await startNginx(t, { workers: 1 });
  await startStandIn(t, socket(0));
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const [answer] = await once(httpGet(`${origin}/`, { agent }), 'response');
  answer.resume();
  const kept = /^keepalive_timeout (\d+)s/m.exec(await readFile('nginx/limits.conf', 'utf8'));
  const told = /^timeout=(\d+)$/.exec(answer.headers['keep-alive']);
  assert.ok(Number(told?.[1]) <= Number(kept?.[1]) - 5, `${told?.[1]} of ${kept?.[1]} s`);
});

test('When the caller brings a request id, then worker, answer and log have it, and a malformed one is replaced', async (t) => {
  const { origin, socket, log } = await startNginx(t, { workers: 1 });
  const { seen } = await startStandIn(t, socket(0));
  const answers = [];
  for (const id of ['abc-DEF_123', 'short', 'x'.repeat(65), 'bad id here!', undefined]) {
    const headers: Record<string, string> = id === undefined ? {} : { 'X-Request-Id': id };
    answers.push((await fetch(`${origin}/`, { headers })).headers.get('x-request-id'));
  }
  assert.equal(answers[0], 'abc-DEF_123');
  for (const given of answers.slice(1)) assert.match(given ?? '', /^[0-9a-f]{32}$/);
  assert.equal(new Set(answers).size, 5);
  assert.deepEqual(
    seen.map(({ headers }) => headers['x-request-id']),
    answers,
  );
  assert.deepEqual(
    (await log(5)).map(({ request_id }) => request_id),
    answers,
  );
});

test('When a request is logged, then the line is JSON with what the worker counted and the times, whatever the client sends', async (t) => {
  const { origin, socket, log } = await startNginx(t, { workers: 1 });
  await startStandIn(t, socket(0));
  await fetch(`${origin}/predict%22%0a%7b?q="`, { method: 'POST', headers: { 'User-Agent': '"}\\' } });
  const [line] = await log(1);
  assert.equal(line?.method, 'POST');
  assert.equal(line?.path, '/predict"\n{');
  assert.equal(line?.status, '200');
  assert.equal(line?.task_type, 'ner');
  assert.equal(line?.task_status, 'success');
  assert.equal(line?.upstream, `unix:${socket(0)}`);
  assert.equal(typeof line?.rt, 'number');
  assert.ok(Number(line?.urt) >= 0);
});

test('When a client hangs up before the answer, then the worker notices, and the log has 499', async (t) => {
  const { origin, socket, log } = await startNginx(t, { workers: 1 });
  const [asked, left] = [signal(), signal()];
  await startStandIn(t, socket(0), (_, response) => {
    response.on('close', () => left.give());
    asked.give();
  });
  const hangUp = new AbortController();
  const pending = fetch(`${origin}/`, { signal: hangUp.signal });
  await asked.given;
  hangUp.abort();
  await assert.rejects(pending);
  await left.given;
  assert.equal((await log(1))[0]?.status, '499');
});

test('When a worker answers with an error of its own, then its body and status pass unchanged', async (t) => {
  const { origin, socket } = await startNginx(t, { workers: 1 });
  await startStandIn(t, socket(0), ({ url }, response) => {
    response.writeHead(Number(url?.slice(1)), { 'Retry-After': '7' }).end('{"error":"own"}');
  });
  for (const status of [400, 404, 413, 429, 500, 503, 504]) {
    const answer = await fetch(`${origin}/${status}`);
    assert.equal(answer.status, status);
    assert.equal(answer.headers.get('retry-after'), '7');
    assert.equal(await answer.text(), '{"error":"own"}');
  }
});

test('When requests follow one another, then nginx keeps its connections to the worker', async (t) => {
  const { origin, socket } = await startNginx(t, { workers: 1 });
  const { server } = await startStandIn(t, socket(0));
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  for (let i = 0; i < 50; i += 1) await (await fetch(`${origin}/`)).text();
  assert.ok(connections <= 8, `${connections} connections for 50 requests`);
});

import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Server } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNginx } from './nginx.ts';
import { startStandIn } from './stand-in.ts';

async function startWorker(t: TestContext, socket: string, name: string): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'worker-process.mjs'), [socket, name], { execArgv: [] });
  t.after(() => child.kill('SIGKILL'));
  assert.deepEqual((await once(child, 'message'))[0], 'ready');
  return child;
}

const post = (url: string) => fetch(url, { method: 'POST', body: '{}' });
// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
const json = async (answer: Response): Promise<any> => answer.json();
const askName = async (url: string): Promise<string> => (await json(await post(url))).name;

test('When a worker is gone and its socket refuses or is missing, then every request is answered by the other', async (t) => {
  const { origin, socket } = await startNginx(t);
  const gone = await startWorker(t, socket(0), 'a');
  await startWorker(t, socket(1), 'b');
  gone.kill('SIGKILL');
  await once(gone, 'exit');
  for (let i = 0; i < 40; i += 1) {
    if (i === 20) rmSync(socket(0));
    const answer = await post(`${origin}/predict`);
    assert.equal(answer.status, 200);
    assert.deepEqual(await json(answer), { name: 'b' });
  }
});

test('When a worker is killed with a request inside, then that one fails as JSON and reaches no second worker', async (t) => {
  const { origin, socket } = await startNginx(t, { workers: 2 });
  const a = await startWorker(t, socket(0), 'a');
  const lost = post(`${origin}/hold`);
  await once(a, 'message');
  const b = await startStandIn(t, socket(1));
  a.kill('SIGKILL');
  const answer = await lost;
  assert.equal(answer.status, 502);
  const body = await json(answer);
  assert.deepEqual(Object.keys(body), ['error', 'code', 'request_id']);
  assert.equal(body.code, 'not_ready');
  assert.equal(answer.headers.get('x-request-id'), body.request_id);
  assert.deepEqual(b.seen, []);
});

test('When a worker is frozen, then only the request it took waits, and ends well once it thaws', async (t) => {
  const { origin, socket } = await startNginx(t);
  const frozen = await startWorker(t, socket(0), 'a');
  await startWorker(t, socket(1), 'b');
  frozen.kill('SIGSTOP');
  t.after(() => frozen.kill('SIGCONT'));
  const names: string[] = [];
  const asked = Array.from({ length: 2 }, async () => {
    names.push(await askName(`${origin}/predict`));
  });
  await Promise.any(asked);
  for (let i = 0; i < 20; i += 1) assert.equal(await askName(`${origin}/predict`), 'b');
  assert.deepEqual(names, ['b']);
  frozen.kill('SIGCONT');
  await Promise.all(asked);
  assert.deepEqual(names, ['b', 'a']);
});

test('When every worker is gone, then the answer is JSON at once, and requests are answered again when one is back', async (t) => {
  const { origin, socket } = await startNginx(t);
  const answer = await post(`${origin}/predict`);
  assert.ok([502, 503].includes(answer.status));
  assert.equal(answer.headers.get('retry-after'), '1');
  assert.equal((await json(answer)).code, 'not_ready');
  await startWorker(t, socket(1), 'b');
  while ((await post(`${origin}/predict`)).status !== 200);
});

test('When workers are replaced one after another under load, then no request fails', async (t) => {
  const { origin, socket } = await startNginx(t);
  let draining = 0;
  const drainable = (slot: number) => {
    const mine = { draining: false };
    const stand = startStandIn(t, socket(slot), (_, response) => {
      if (mine.draining) response.setHeader('Connection', 'close');
      response.end('{}');
    });
    return { mine, stand };
  };
  const workers = [drainable(0), drainable(1)];
  await Promise.all(workers.map(({ stand }) => stand));
  const replacing = (async () => {
    for (const slot of [0, 1, 0, 1]) {
      const old = workers[slot] as ReturnType<typeof drainable>;
      workers[slot] = drainable(slot);
      await workers[slot].stand;
      const { server } = await old.stand;
      old.mine.draining = true;
      await sleep(50); // as workers do, for the connections that wait to be accepted
      Server.prototype.close.call(server);
      draining += 1;
      const { seen: fresh } = await workers[slot].stand;
      while (fresh.length < 20) await new Promise((again) => setImmediate(again));
    }
  })();
  const statuses = new Set<number>();
  let done = false;
  const clients = Array.from({ length: 8 }, async () => {
    while (!done) statuses.add((await post(`${origin}/predict`)).status);
  });
  await replacing;
  done = true;
  await Promise.all(clients);
  assert.equal(draining, 4);
  assert.deepEqual([...statuses], [200]);
});

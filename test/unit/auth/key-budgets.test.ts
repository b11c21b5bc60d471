import assert from 'node:assert/strict';
import { afterEach, describe, mock, test } from 'node:test';
import fc from 'fast-check';
import type { ApiKey } from '../../../src/auth/api-key.ts';
import { createCluster } from './cluster.ts';

describe('budgets of a key', () => {
  afterEach(() => mock.timers.reset());

  const keyOf = (limits: Partial<ApiKey>): ApiKey => ({
    name: 'shop',
    sha256: 'a'.repeat(64),
    disabled: false,
    ...limits,
  });
  const perSecond = (rate: number) => ({ rate: { burst: rate, perSecond: rate } });

  type Cluster = ReturnType<typeof createCluster>;

  /** Asks one worker and waits for the decision. */
  async function ask(cluster: Cluster, worker: number, key: ApiKey) {
    const request = cluster.request(worker, key);
    await cluster.settle();
    for (let i = 0; i < 100 && !request.admission; i++) await cluster.advance(5);
    assert.ok(request.admission, 'decided');
    return request.admission;
  }

  test('When a key has no limits, then every request is admitted and the primary is not asked', async () => {
    const cluster = createCluster(2, [keyOf({})]);
    for (let i = 0; i < 50; i++) assert.equal((await ask(cluster, i % 2, keyOf({}))).admitted, true);
    assert.equal(cluster.asks.count, 0);
  });

  for (const workers of [1, 2, 16]) {
    test(`When ${workers} workers share 100 a second under a flood, then that is what they admit`, async () => {
      const key = keyOf(perSecond(100));
      const cluster = createCluster(workers, [key]);
      const requests = [];
      for (let ms = 0; ms < 3000; ms += 5) {
        for (const worker of cluster.ids) requests.push(cluster.request(worker, key));
        await cluster.advance(5);
      }
      const admitted = requests.filter(({ admission }) => admission?.admitted).length;
      assert.ok(admitted <= 100 + 100 * 3, `${admitted} are too many`);
      assert.ok(admitted >= 0.95 * (100 + 100 * 3), `${admitted} are too few`);
    });
  }

  test('When a key of one a second visits one worker after the other, then it gets its one a second', async () => {
    const key = keyOf(perSecond(1));
    const cluster = createCluster(4, [key]);
    for (let i = 0; i < 12; i++) {
      assert.equal((await ask(cluster, i % 4, key)).admitted, true, `request ${i}`);
      await cluster.advance(1000);
    }
  });

  test('When a burst comes to one worker, then tokens that others hold are called back for it', async () => {
    const key = keyOf(perSecond(40));
    const cluster = createCluster(2, [key]);
    assert.equal((await ask(cluster, 0, key)).admitted, true); // lends worker 0 a slice
    let admitted = 1;
    while ((await ask(cluster, 1, key)).admitted) admitted += 1;
    assert.ok(admitted >= 40, `only ${admitted} of 40`);
  });

  test('When a key is over its rate, then the answer says when a token will be there', async () => {
    const key = keyOf({ rate: { burst: 1, perSecond: 0.1 } });
    const cluster = createCluster(2, [key]);
    assert.equal((await ask(cluster, 0, key)).admitted, true);
    const refused = await ask(cluster, 1, key);
    assert.ok(!refused.admitted && refused.limit === 'rate');
    assert.ok(refused.retryMs > 9000 && refused.retryMs <= 10_000, String(refused.retryMs));
  });

  test('When a key has a steady rate within its budget, then requests seldom wait for the primary', async () => {
    const key = keyOf(perSecond(1000));
    const cluster = createCluster(1, [key]);
    await ask(cluster, 0, key);
    let waited = 0;
    for (let i = 0; i < 1000; i++) {
      const request = cluster.request(0, key);
      for (let turn = 0; turn < 4; turn++) await Promise.resolve();
      if (!request.admission) waited += 1;
      if (i % 4 === 0) await cluster.advance(5);
    }
    assert.equal(waited, 0);
    assert.ok(cluster.asks.count <= 15, `${cluster.asks.count} messages for 1,000 requests`);
  });

  test('When all places are taken, then a request is refused, and one that ends makes room at any worker', async () => {
    const key = keyOf({ concurrency: 2 });
    const cluster = createCluster(2, [key]);
    const [first, second] = [await ask(cluster, 0, key), await ask(cluster, 1, key)];
    assert.ok(first.admitted && second.admitted);
    const refused = await ask(cluster, 1, key);
    assert.ok(!refused.admitted && refused.limit === 'concurrency');
    first.release();
    await cluster.advance(60);
    assert.equal((await ask(cluster, 1, key)).admitted, true);
  });

  test('When a request is refused for its rate, then it leaves no place taken', async () => {
    const key = keyOf({ concurrency: 1, rate: { burst: 1, perSecond: 1 } });
    const cluster = createCluster(1, [key]);
    const first = await ask(cluster, 0, key);
    assert.ok(first.admitted);
    first.release();
    for (let i = 0; i < 5; i++) {
      const refused = await ask(cluster, 0, key);
      assert.ok(!refused.admitted && refused.limit === 'rate');
    }
    await cluster.advance(1000);
    assert.equal((await ask(cluster, 0, key)).admitted, true);
  });

  test('When a worker dies, then the places it held are there for others', async () => {
    const key = keyOf({ concurrency: 3 });
    const cluster = createCluster(2, [key]);
    for (let i = 0; i < 3; i++) assert.equal((await ask(cluster, 0, key)).admitted, true);
    assert.equal((await ask(cluster, 1, key)).admitted, false);
    cluster.kill(0);
    await cluster.advance(60);
    for (let i = 0; i < 3; i++) assert.equal((await ask(cluster, 1, key)).admitted, true, `place ${i}`);
  });

  test('When a worker is frozen, then the others are refused at once or served, never left waiting', async () => {
    const key = keyOf({ concurrency: 2 });
    const cluster = createCluster(2, [key]);
    assert.equal((await ask(cluster, 0, key)).admitted, true);
    cluster.freeze(0);
    assert.equal((await ask(cluster, 1, key)).admitted, true);
    assert.equal((await ask(cluster, 1, key)).admitted, false);
    cluster.kill(0);
    await cluster.advance(60);
    assert.equal((await ask(cluster, 1, key)).admitted, true);
  });

  test('When a limit is lowered, then requests under way count against the new one', async () => {
    const cluster = createCluster(1, [keyOf({ concurrency: 8 })]);
    const running = [];
    for (let i = 0; i < 8; i++) running.push(await ask(cluster, 0, keyOf({ concurrency: 8 })));
    const lower = keyOf({ concurrency: 2 });
    cluster.setKeys([lower]);
    await cluster.settle();
    for (const admission of running.slice(0, 6)) if (admission.admitted) admission.release();
    await cluster.advance(60);
    assert.equal((await ask(cluster, 0, lower)).admitted, false);
    for (const admission of running.slice(6)) if (admission.admitted) admission.release();
    await cluster.advance(60);
    assert.equal((await ask(cluster, 0, lower)).admitted, true);
  });

  test('When a limit goes and comes back while requests run, then it holds for new ones', async () => {
    const limited = keyOf({ concurrency: 1 });
    const cluster = createCluster(2, [limited]);
    const old = await ask(cluster, 0, limited);
    cluster.setKeys([keyOf({})]);
    await cluster.settle();
    cluster.setKeys([limited]);
    await cluster.settle();
    if (old.admitted) old.release();
    assert.equal((await ask(cluster, 0, limited)).admitted, true);
    assert.equal((await ask(cluster, 1, limited)).admitted, false);
  });

  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ type: fc.constant('request' as const), at: fc.nat(7) }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('finish' as const), at: fc.nat(40) }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('wait' as const), at: fc.nat(120) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('kill' as const), at: fc.nat(7) }) },
  );

  test('When requests, ends, pauses and deaths come in any order, then no budget is overdrawn', async () => {
    const scenario = fc.record({
      workers: fc.integer({ min: 1, max: 4 }),
      rate: fc.integer({ min: 1, max: 60 }),
      places: fc.integer({ min: 1, max: 6 }),
      steps: fc.array(step, { minLength: 20, maxLength: 120 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ workers, rate, places, steps }) => {
        mock.timers.reset();
        const key = keyOf({ ...perSecond(rate), concurrency: places });
        const cluster = createCluster(workers, [key]);
        const ids = [...cluster.ids];
        let requests: { worker: number; request: ReturnType<Cluster['request']>; done: boolean }[] = [];
        let admittedAndGone = 0;
        let killed = 0;
        for (const { type, at } of steps) {
          const worker = ids[at % ids.length] ?? 0;
          if (type === 'request')
            requests.push({ worker, request: cluster.request(worker, key), done: false });
          if (type === 'wait') await cluster.advance(at);
          if (type === 'finish') {
            const running = requests.filter(({ request, done }) => request.admission?.admitted && !done);
            const ended = running[at % Math.max(1, running.length)];
            if (ended?.request.admission?.admitted) {
              ended.done = true;
              ended.request.admission.release();
            }
          }
          if (type === 'kill') {
            cluster.kill(worker);
            killed += 1;
            admittedAndGone += requests.filter(
              (r) => r.worker === worker && r.request.admission?.admitted,
            ).length;
            requests = requests.filter((r) => r.worker !== worker);
            ids[ids.indexOf(worker)] = cluster.fork();
          }
          await cluster.settle();
          const admitted = requests.filter(({ request }) => request.admission?.admitted);
          assert.ok(admitted.filter(({ done }) => !done).length <= places, 'places');
          const slice = Math.max(1, Math.floor((rate * 0.25) / workers));
          const allowed = rate + (rate * cluster.now()) / 1000 + killed * 2 * slice;
          assert.ok(admitted.length + admittedAndGone <= allowed + 1e-6, `${admitted.length} of ${allowed}`);
        }
      }),
      { numRuns: 150 },
    );
  });
});

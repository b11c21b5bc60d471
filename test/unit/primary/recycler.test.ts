import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecycler } from '../../../src/primary/recycler.ts';

function setUp({ maxRssBytes, maxAgeMs }: { maxRssBytes?: number; maxAgeMs?: number }) {
  const workers = [
    { id: 1, slot: 0, servedMs: 0, rss: 100 },
    { id: 2, slot: 1, servedMs: 0, rss: 100 },
  ];
  const recycled: string[] = [];
  const warned: object[] = [];
  let time = 0;
  let finish = () => {};
  let fail = (_: Error) => {};
  const recycler = createRecycler({
    workers: () => workers,
    rssBytes: ({ rss }) => rss,
    maxRssBytes,
    maxAgeMs,
    random: () => 0.5,
    now: () => time,
    logger: { warn: (fields: object) => void warned.push(fields) },
    recycle(worker, reason) {
      recycled.push(`${worker.slot} ${reason}`);
      return new Promise((resolve, reject) => {
        finish = resolve;
        fail = reject;
      });
    },
  });
  return {
    workers,
    recycled,
    warned,
    /** Looks, and waits until what came of the last recycling is noted. */
    async tick(ms = 5000) {
      time += ms;
      void recycler.tick();
      await settled();
    },
    finish: () => finish(),
    fail: (reason: string) => fail(new Error(reason)),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('When a worker stays above the memory limit, then it is replaced, a peak is not enough', async () => {
  const { workers, recycled, tick } = setUp({ maxRssBytes: 1000 });
  const [worker] = workers;
  if (worker) worker.rss = 2000;
  await tick();
  await tick();
  assert.deepEqual(recycled, []);
  if (worker) worker.rss = 500;
  await tick();
  if (worker) worker.rss = 2000;
  await tick();
  await tick();
  assert.deepEqual(recycled, []);
  await tick();
  assert.deepEqual(recycled, ['0 memory']);
});

test('When several workers are too old, then the one that has served longest is replaced first', async () => {
  const { workers, recycled, tick } = setUp({ maxAgeMs: 1000 });
  for (const [i, worker] of workers.entries()) worker.servedMs = 1001 + i;
  await tick();
  assert.deepEqual(recycled, ['1 age']);
});

test('When workers are too old, then they are replaced one at a time', async () => {
  const { workers, recycled, tick, finish } = setUp({ maxAgeMs: 1000 });
  for (const worker of workers) worker.servedMs = 899;
  await tick();
  assert.deepEqual(recycled, []);
  for (const worker of workers) worker.servedMs = 901;
  await tick();
  await tick();
  assert.deepEqual(recycled, ['0 age']);
  workers.shift();
  finish();
  await settled();
  await tick();
  assert.deepEqual(recycled, ['0 age', '1 age']);
});

test('When no limit is set, then nothing is replaced', async () => {
  const { workers, recycled, tick } = setUp({});
  for (const worker of workers) Object.assign(worker, { rss: 1e12, servedMs: 1e12 });
  for (let i = 0; i < 5; i += 1) await tick();
  assert.deepEqual(recycled, []);
});

test('When a worker can not be replaced, then it is logged, and tried again after a pause that doubles', async () => {
  const { workers, recycled, warned, tick, fail } = setUp({ maxAgeMs: 1000 });
  for (const worker of workers) worker.servedMs = 2000;
  await tick();
  fail('the new worker of slot 0 could not start');
  await tick(59_999);
  assert.deepEqual(recycled, ['0 age']);
  assert.deepEqual(warned, [
    { slot: 0, reason: 'the new worker of slot 0 could not start', pause_ms: 60_000 },
  ]);
  await tick(60_000);
  assert.deepEqual(recycled, ['0 age', '0 age']);
  fail('again');
  await settled();
  await tick(119_999);
  assert.equal(recycled.length, 2);
  await tick(120_000);
  assert.equal(recycled.length, 3);
});

test('When the memory limit is below what a worker needs, then its slot is not replaced without end', async () => {
  const { workers, recycled, warned, tick, finish } = setUp({ maxRssBytes: 50 });
  workers.splice(1);
  const replaced: number[] = [];
  for (let ms = 0, id = 1; ms < 24 * 3600_000; ms += 5000) {
    for (const worker of workers) worker.servedMs += 5000;
    const before = recycled.length;
    await tick();
    if (recycled.length === before) continue;
    replaced.push(workers[0]?.servedMs ?? 0);
    workers[0] = { id: ++id, slot: 0, servedMs: 0, rss: 100 };
    finish();
    await settled();
  }
  assert.deepEqual(
    replaced.slice(0, 8).map((ms) => Math.round(ms / 60_000)),
    [0, 1, 2, 4, 8, 16, 32, 60],
  );
  assert.ok(replaced.slice(7).every((ms) => ms === 3600_000));
  assert.equal(warned.length, recycled.length);
});

test('When a worker leaks slowly, then each of its successors is replaced without a pause or a warning', async () => {
  const { workers, recycled, warned, tick, finish } = setUp({ maxRssBytes: 1000 });
  for (let id = 3; id < 8; id += 1) {
    workers[0] = { id, slot: 0, servedMs: 601_000, rss: 2000 };
    for (let look = 0; look < 3; look += 1) await tick();
    finish();
    await settled();
  }
  assert.equal(recycled.length, 5);
  assert.deepEqual(warned, []);
});

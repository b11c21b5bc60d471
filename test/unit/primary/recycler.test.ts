import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecycler } from '../../../src/primary/recycler.ts';

function setUp({ maxRssBytes, maxAgeMs }: { maxRssBytes?: number; maxAgeMs?: number }) {
  const workers = [
    { id: 1, slot: 0, servedMs: 0, rss: 100 },
    { id: 2, slot: 1, servedMs: 0, rss: 100 },
  ];
  const recycled: string[] = [];
  let finish = () => {};
  const recycler = createRecycler({
    workers: () => workers,
    rssBytes: ({ rss }) => rss,
    maxRssBytes,
    maxAgeMs,
    random: () => 0.5,
    recycle(worker, reason) {
      recycled.push(`${worker.slot} ${reason}`);
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
  });
  return { workers, recycled, tick: () => void recycler.tick(), finish: () => finish() };
}

test('When a worker stays above the memory limit, then it is replaced, a peak is not enough', () => {
  const { workers, recycled, tick } = setUp({ maxRssBytes: 1000 });
  const [worker] = workers;
  if (worker) worker.rss = 2000;
  tick();
  tick();
  assert.deepEqual(recycled, []);
  if (worker) worker.rss = 500;
  tick();
  if (worker) worker.rss = 2000;
  tick();
  tick();
  assert.deepEqual(recycled, []);
  tick();
  assert.deepEqual(recycled, ['0 memory']);
});

test('When workers are too old, then they are replaced one at a time', async () => {
  const { workers, recycled, tick, finish } = setUp({ maxAgeMs: 1000 });
  for (const worker of workers) worker.servedMs = 899;
  tick();
  assert.deepEqual(recycled, []);
  for (const worker of workers) worker.servedMs = 901;
  tick();
  tick();
  assert.deepEqual(recycled, ['0 age']);
  workers.shift();
  finish();
  await new Promise((resolve) => setImmediate(resolve));
  tick();
  assert.deepEqual(recycled, ['0 age', '1 age']);
});

test('When no limit is set, then nothing is replaced', () => {
  const { workers, recycled, tick } = setUp({});
  for (const worker of workers) Object.assign(worker, { rss: 1e12, servedMs: 1e12 });
  for (let i = 0; i < 5; i += 1) tick();
  assert.deepEqual(recycled, []);
});

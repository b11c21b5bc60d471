import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunningBatch } from '../../../src/batching/batcher.ts';
import { watchInference } from '../../../src/worker/watch-inference.ts';

function setUp(predictedMs: number) {
  let time = 100_000;
  const told: string[] = [];
  const queue: { running: RunningBatch | undefined } = { running: undefined };
  const watch = watchInference(
    queue,
    (reason) => told.push(reason),
    () => time,
  );
  watch.stop();
  return {
    told,
    start() {
      queue.running = { startedAt: time, predictedMs };
    },
    tickEach(stepMs: number, times: number) {
      for (let i = 0; i < times; i += 1) {
        time += stepMs;
        watch.tick();
      }
    },
  };
}

test('When a batch runs for more than 10 s, then it is told again and again', () => {
  const { told, start, tickEach } = setUp(20);
  start();
  tickEach(1000, 10);
  assert.equal(told.length, 0);
  tickEach(1000, 2);
  assert.equal(told.length, 2);
});

test('When a long batch was predicted, then ten times that is waited', () => {
  const { told, start, tickEach } = setUp(3000);
  start();
  tickEach(1000, 30);
  assert.equal(told.length, 0);
  tickEach(1000, 1);
  assert.equal(told.length, 1);
});

test('When batches follow each other, then none of them is stuck', () => {
  const { told, start, tickEach } = setUp(20);
  for (let i = 0; i < 5; i += 1) {
    start();
    tickEach(1000, 9);
  }
  assert.deepEqual(told, []);
});

test('When the whole process stood still during a batch, then that time does not count', () => {
  const { told, start, tickEach } = setUp(20);
  start();
  tickEach(3_600_000, 1);
  assert.deepEqual(told, []);
  tickEach(1000, 9);
  assert.equal(told.length, 1);
});

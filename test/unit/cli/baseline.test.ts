import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readByHour } from '../../../src/cli/baseline/by-hour.ts';
import { type Measured, proposals } from '../../../src/cli/baseline/proposals.ts';
import type { Prometheus } from '../../../src/cli/sources/prometheus.ts';
import { LATENCY_BUCKETS } from '../../../src/metrics/definitions.ts';

const WELL: Measured = {
  latencyP95: 0.3,
  errorRatio: 0,
  shedRatio: 0,
  availability: 1,
  restartsIn15Minutes: 0,
  snapshotAge: 1,
  queueFill: 0.1,
  memoryBytes: 3e8,
  eventLoopP99: 0.01,
  hostMemoryAvailable: 0.8,
  diskAvailable: 0.5,
};
const proposed = (measured: Partial<Measured>) =>
  proposals({ ...WELL, ...measured }).find(({ name }) => name === 'latency_p95_seconds')?.value;

test('When latency is usual, then the threshold is an edge of the histogram with room above it', () => {
  assert.equal(proposed({ latencyP95: 0.3 }), 0.5);
});

test('When latency is so high that only the last edge lies above it, then nothing is proposed: such an alert never fires', () => {
  const last = LATENCY_BUCKETS.at(-1) as number;
  for (const latencyP95 of [9, 20, last]) assert.equal(proposed({ latencyP95 }), undefined);
});

/** A counter that grows by one a second, as Prometheus' increase() tells it. */
const steady: Prometheus = {
  url: 'http://prometheus',
  query: async (expression) => [
    { labels: { task_type: 'ner' }, value: Number(/\[(\d+)s\]/.exec(expression)?.[1]) },
  ],
  queryRange: async (expression, start, end, step) => {
    const points = new Map<number, number>();
    for (let time = start; time <= end; time += step)
      points.set(time, Number(/\[(\d+)s\]/.exec(expression)?.[1]));
    return [{ labels: { task_type: 'ner' }, points }];
  },
  alerts: async () => [],
};

test('Whenever a window begins and ends, then every request in it is in the hour of the clock in which it was', async () => {
  const at = (hour: number, minute: number) => new Date(2026, 0, 31, hour, minute).getTime() / 1000;
  for (const [start, end, hours] of [
    [at(9, 20), at(12, 15), { 9: 2400, 10: 3600, 11: 3600, 12: 900 }],
    [at(9, 0), at(11, 0), { 9: 3600, 10: 3600 }],
    [at(9, 50), at(10, 5), { 9: 600, 10: 300 }],
    [at(9, 10), at(9, 12), { 9: 120 }],
  ] as const) {
    const [ner] = await readByHour(steady, start, end);
    assert.deepEqual(
      Object.fromEntries([...(ner?.hours ?? [])].map(([hour, { requests }]) => [hour, requests])),
      hours,
    );
    assert.equal(ner?.whole.requests, end - start);
  }
});

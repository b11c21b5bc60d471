import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitions, type MetricDefinition, STATUSES } from '../../../src/metrics/definitions.ts';
import { createWorkerMetrics } from '../../../src/metrics/worker-metrics.ts';
import { TASK_TYPES } from '../../../src/task-types.ts';

const catalogue = Object.values<MetricDefinition>(definitions);

test('When a worker starts, then every pair of task and status is there and 0', async () => {
  const { taskRequests } = createWorkerMetrics({ slot: 0 });
  const { values } = await taskRequests.get();
  assert.equal(values.length, (TASK_TYPES.length + 1) * STATUSES.length);
  assert.ok(values.every(({ value }) => value === 0));
});

test('When a worker starts, then the latency of every task is there and 0', async () => {
  const { values } = await createWorkerMetrics({ slot: 0 }).taskLatency.get();
  assert.deepEqual(
    new Set(values.map(({ labels }) => labels.task_type)),
    new Set([...TASK_TYPES, 'unknown']),
  );
});

test('When a metric is a counter, and only then, its name ends in _total', () => {
  for (const { name, type } of catalogue) assert.equal(name.endsWith('_total'), type === 'counter', name);
});

test('When a metric is a histogram, and only then, it has edges, and they ascend', () => {
  for (const { name, type, buckets } of catalogue) {
    assert.equal(buckets !== undefined, type === 'histogram', name);
    assert.deepEqual(buckets, buckets && [...new Set(buckets)].sort((a, b) => a - b), name);
  }
});

test('When alerts ask for latencies above 0.1, 0.2, 0.5, 1 and 2 s, then these are edges', () => {
  for (const edge of [0.1, 0.2, 0.5, 1, 2] as const)
    assert.ok(definitions.taskLatency.buckets.includes(edge), String(edge));
});

test('When two metrics are defined, then their names differ, without _total too, as in OpenMetrics', () => {
  assert.equal(new Set(catalogue.map(({ name }) => name.replace(/_total$/, ''))).size, catalogue.length);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createChangeReader } from '../../../src/metrics/change-reader.ts';
import { definitions } from '../../../src/metrics/definitions.ts';
import { metricsPush } from '../../../src/metrics/push-format.ts';
import { createWorkerMetrics } from '../../../src/metrics/worker-metrics.ts';
import { TASK_TYPES } from '../../../src/task-types.ts';

const samplesOf = (push: ReturnType<ReturnType<typeof createChangeReader>>) =>
  push.metrics.map(({ samples }) => samples);

function sourceOf(registry: Registry, labels: Record<string, string> = {}) {
  return [{ registry, labels }];
}

test('When nothing was counted, then the first reading has the series at 0 and the second has nothing', () => {
  const registry = new Registry();
  new Counter({ name: 'a_total', help: 'A.', registers: [registry] });
  const read = createChangeReader(sourceOf(registry));
  assert.deepEqual(read().metrics, [
    { name: 'a_total', help: 'A.', labels: [], type: 'counter', samples: [[[], 0]] },
  ]);
  assert.deepEqual(read().metrics, []);
});

test('When a counter grows twice, then each reading has the increment alone', () => {
  const registry = new Registry();
  const counter = new Counter({ name: 'a_total', help: 'A.', labelNames: ['b'], registers: [registry] });
  const read = createChangeReader(sourceOf(registry));
  counter.inc({ b: 'x' }, 3);
  assert.deepEqual(samplesOf(read()), [[[['x'], 3]]]);
  counter.inc({ b: 'x' }, 2);
  counter.inc({ b: 'y' }, 1);
  assert.deepEqual(samplesOf(read()), [
    [
      [['x'], 2],
      [['y'], 1],
    ],
  ]);
});

test('When a histogram observes, then the reading has count, sum and the buckets that grew', () => {
  const registry = new Registry();
  const histogram = new Histogram({ name: 'a', help: 'A.', buckets: [1, 2, 4], registers: [registry] });
  const read = createChangeReader(sourceOf(registry));
  read();
  for (const value of [0.5, 2, 3, 3, 100]) histogram.observe(value);
  assert.deepEqual(samplesOf(read()), [
    [
      [
        [],
        5,
        108.5,
        [
          [0, 1],
          [1, 1],
          [2, 2],
        ],
      ],
    ],
  ]);
});

test('When a gauge loses a series, then the reading has the ones that are left', () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'a', help: 'A.', labelNames: ['b'], registers: [registry] });
  const read = createChangeReader(sourceOf(registry));
  gauge.set({ b: 'x' }, 1);
  gauge.set({ b: 'y' }, 2);
  read();
  gauge.remove({ b: 'x' });
  assert.deepEqual(samplesOf(read()), [[[['y'], 2]]]);
  gauge.remove({ b: 'y' });
  assert.deepEqual(samplesOf(read()), [[]]);
});

test('When a gauge is NaN or infinite, then the value survives JSON', () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'a', help: 'A.', registers: [registry] });
  const read = createChangeReader(sourceOf(registry));
  for (const value of [Number.NaN, Infinity, -Infinity]) {
    gauge.set(value);
    const [change] = metricsPush.parse(JSON.parse(JSON.stringify(read()))).metrics;
    assert.equal(Number(change?.samples[0]?.[1]), value);
  }
});

test('When a source has labels, then each of its series carries them, and a missing label is null', () => {
  const registry = new Registry();
  const counter = new Counter({ name: 'a_total', help: 'A.', labelNames: ['b', 'c'], registers: [registry] });
  counter.inc({ c: 'x' });
  const [change] = createChangeReader(sourceOf(registry, { slot: '3' }))().metrics;
  assert.deepEqual(change?.labels, ['b', 'c', 'slot']);
  assert.deepEqual(change?.samples, [[[null, 'x', '3'], 1]]);
});

test('When every metric of a worker changes for every task, then the push is far below what a socket holds', () => {
  const metrics = createWorkerMetrics({ slot: 0 });
  const read = createChangeReader(metrics.sources);
  for (const task_type of TASK_TYPES) {
    for (const edge of definitions.taskLatency.buckets) metrics.taskLatency.observe({ task_type }, edge);
    for (const edge of definitions.stageDuration.buckets)
      for (const stage of ['tokenize', 'queue', 'infer', 'decode'])
        metrics.stageDuration.observe({ task_type, stage }, edge);
    for (let label = 0; label < 60; label++) metrics.taskLabel.inc({ task_type, label: `label-${label}` });
  }
  assert.ok(JSON.stringify(read()).length < 100_000);
});

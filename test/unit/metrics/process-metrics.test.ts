import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProcessMetrics } from '../../../src/metrics/process-metrics.ts';

test('When refreshed every 250 ms, then values are taken at most every 5 s', () => {
  let nowMs = 0;
  const metrics = createProcessMetrics('0', () => nowMs);
  metrics.refresh();
  let samples = 0;
  const [first] = metrics.registry.getMetricsAsArray();
  assert.ok(first);
  const collect = first.collect;
  first.collect = function (this: unknown) {
    samples += 1;
    return collect.call(this);
  };
  for (nowMs = 250; nowMs <= 10_500; nowMs += 250) metrics.refresh();
  assert.equal(samples, 3, 'at 0.25 s, 5.25 s and 10.25 s');
});

test('When asked before the first sample, then there is none; after it, each series has the slot', async () => {
  let nowMs = 0;
  const metrics = createProcessMetrics('7', () => nowMs);
  assert.deepEqual(await metrics.json(), []);
  nowMs = 300;
  const json = await metrics.json();
  const rss = json.find(({ name }) => name === 'process_resident_memory_bytes');
  assert.equal(rss?.values[0]?.labels.slot, '7');
  assert.ok((rss?.values[0]?.value ?? 0) > 0);
});

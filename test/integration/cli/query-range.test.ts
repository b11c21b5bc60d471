import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPrometheus } from '../../../src/cli/sources/prometheus.ts';
import { servePrometheus } from './stand-ins.ts';

test('When a step has no exact binary form, then Prometheus answers for the very times that were asked for', async (t) => {
  const series = [{ metric: { __name__: 'gte_workers' }, at: () => 2 }];
  const prometheus = createPrometheus(await servePrometheus(t, { series }));
  const [start, step] = [1_800_000_000, 8.072];
  const [found] = await prometheus.queryRange('gte_workers', start, start + 3 * step, step);
  assert.deepEqual(
    [...(found?.points.keys() ?? [])],
    [0, 8.072, 16.144, 24.216].map((after) => start + after),
  );
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeCapacity } from '../../../src/capacity-file.ts';
import type { MetricJson } from '../../../src/metrics/metric-json.ts';
import { createCapacityGauge } from '../../../src/primary/capacity-gauge.ts';
import { until } from '../../e2e/until.ts';

const RESULT = {
  measured_at: '2026-11-22T03:00:00.000Z',
  workers: 2,
  models: ['starter/encoder 1.0', 'starter/extractor 1.0'],
  objective: { p95_seconds: 2, error_ratio: 0.01 },
  sustainable: { mix: 120, ner: 150 },
};

const loaded = (version: string): MetricJson[] => [
  {
    name: 'gte_model_info',
    help: '',
    type: 'gauge',
    aggregator: 'max',
    values: ['starter/extractor', 'starter/encoder'].map((model) => ({
      labels: { model, version, engine: 'onnx' },
      value: 1,
    })),
  },
];

/** A gauge of a service with `workers` workers, each with the model of this version. */
function watch(t: TestContext, { workers = 2 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gte-capacity-'));
  const file = join(folder, 'capacity.json');
  const shown = new Map<string, number>();
  const warnings: string[] = [];
  const state = { version: '1.0', reads: 0 };
  const gauge = createCapacityGauge({
    file,
    workers,
    intervalMs: 5,
    gauge: {
      reset: () => shown.clear(),
      set: ({ workload }, value) => shown.set(workload, value),
    },
    metrics: async () => {
      state.reads += 1;
      return [loaded(state.version), loaded(state.version)];
    },
    logger: { warn: (...args: unknown[]) => void warnings.push(String(args[1])) },
  });
  gauge.start();
  t.after(() => {
    gauge.stop();
    rmSync(folder, { recursive: true });
  });
  const looked = async () => {
    const reads = state.reads;
    await until('it looked again', () => state.reads > reads + 1);
  };
  return { file, shown, warnings, state, looked };
}

test('When capacity was measured with these workers and this model, then it is exported', async (t) => {
  const { file, shown, looked } = watch(t);
  await looked();
  assert.equal(shown.size, 0);
  writeCapacity(file, RESULT);
  await looked();
  assert.deepEqual([...shown], Object.entries(RESULT.sustainable));
});

test('When another model is loaded meanwhile, then the result counts no more, and again once the model is back', async (t) => {
  const { file, shown, state, looked } = watch(t);
  writeCapacity(file, RESULT);
  state.version = '2.0';
  await looked();
  assert.equal(shown.size, 0);
  state.version = '1.0';
  await looked();
  assert.equal(shown.get('mix'), 120);
});

test('When it was measured with another number of workers, then nothing is exported', async (t) => {
  const { file, shown, looked } = watch(t, { workers: 4 });
  writeCapacity(file, RESULT);
  await looked();
  assert.equal(shown.size, 0);
});

test('When the file is broken, then one warning says what to do, and when it is gone, then the gauge is', async (t) => {
  const { file, shown, warnings, looked } = watch(t);
  writeCapacity(file, RESULT);
  await looked();
  writeFileSync(file, '{');
  await looked();
  await looked();
  assert.equal(shown.size, 0);
  assert.deepEqual(warnings, ['capacity file is unreadable: run gte capacity again']);
  writeCapacity(file, RESULT);
  await looked();
  assert.equal(shown.get('mix'), 120);
  rmSync(file);
  await looked();
  assert.equal(shown.size, 0);
});

// npm run bench:scrape: time to render /metrics, against passing every family through prom-client's aggregate(); ratios within
// one run.
import { AggregatorRegistry, Registry } from 'prom-client';
import { createChangeReader } from '../src/metrics/change-reader.ts';
import { STAGES } from '../src/metrics/definitions.ts';
import { createPrimaryMetrics } from '../src/metrics/primary-metrics.ts';
import { createWorkerMetrics } from '../src/metrics/worker-metrics.ts';
import { createMetricsLedger } from '../src/primary/metrics-ledger.ts';
import { TASK_TYPES } from '../src/task-types.ts';

const ROUNDS = 200;
const contentType = Registry.PROMETHEUS_CONTENT_TYPE;

for (const workers of [1, 2, 16]) {
  const slots = Array.from({ length: workers }, (_, slot) => slot);
  const ledger = createMetricsLedger({
    metrics: createPrimaryMetrics({ slots }),
    logger: { warn: (_: unknown, message?: string) => console.error(message) },
  });
  for (const slot of slots) {
    const metrics = createWorkerMetrics({ slot });
    for (const task_type of TASK_TYPES) {
      metrics.taskLatency.observe({ task_type }, Math.random());
      for (const stage of STAGES) metrics.stageDuration.observe({ task_type, stage }, Math.random());
    }
    ledger.apply(slot + 1, slot, createChangeReader(metrics.sources)());
  }
  const ways: Record<string, () => Promise<string>> = {
    ledger: () => ledger.render(contentType),
    'all aggregated': async () =>
      AggregatorRegistry.aggregate((await ledger.json()).map((part) => [...part])).metrics(),
  };
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  let lines = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, render] of Object.entries(ways)) {
      const startedAt = performance.now();
      lines = (await render()).split('\n').length;
      times.get(name)?.push(performance.now() - startedAt);
    }
  }
  const medians = [...times].map(([name, each]) => ({
    name,
    ms: each.sort((a, b) => a - b)[ROUNDS / 2] ?? NaN,
  }));
  const slowest = Math.max(...medians.map(({ ms }) => ms));
  const told = medians.map(({ name, ms }) => `${name} ${ms.toFixed(1)} ms (${(ms / slowest).toFixed(2)})`);
  console.log(`${workers} workers, ${lines} lines: ${told.join(', ')}`);
}

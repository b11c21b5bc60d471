import { Registry } from 'prom-client';
import type { MetricSource } from '../metrics/metric-source.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import type { RunningEngine } from '../model/create-engine.ts';

/** Brings the queue's gauges up to date before each push. */
export function queueGauges(metrics: WorkerMetrics, queue: RunningEngine['queue']): MetricSource {
  return {
    registry: new Registry(),
    labels: {},
    refresh() {
      metrics.queueDepth.set(queue.depth);
      metrics.queueTokens.set(queue.tokens);
      metrics.queueLimitTokens.set(queue.limitTokens);
    },
  };
}

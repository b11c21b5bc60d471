import type { BatchObserver } from '../batching/batcher.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';

/** Writes what the batcher does into the metrics; `modelOf` names the model of a lane. */
export function observeBatches(metrics: WorkerMetrics, modelOf: (lane: string) => string): BatchObserver {
  return {
    ran(batch, seconds) {
      const labels = { model: modelOf(batch.lane) };
      metrics.batchSize.observe(labels, batch.inputs.length);
      metrics.batchPaddingRatio.observe(labels, 1 - batch.tokens / batch.paddedTokens);
      metrics.batchDuration.observe(labels, seconds);
      metrics.inferenceBusySeconds.inc(labels, seconds);
    },
    rejected: (reason) => metrics.queueRejected.inc({ reason }),
    cancelled: (stage) => metrics.cancelled.inc({ stage }),
  };
}

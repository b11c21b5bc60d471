import { Registry } from 'prom-client';
import { TASK_TYPES } from '../task-types.ts';
import { createMetrics, type Metrics } from './create-metrics.ts';
import { CANCEL_STAGES, REJECT_REASONS, STATUSES } from './definitions.ts';
import type { MetricSource } from './metric-source.ts';
import { createProcessMetrics } from './process-metrics.ts';

/** One worker's metrics. Callers leave `slot` out: it is filled in where the catalogue has it. */
export type WorkerMetrics = Metrics<'worker', 'slot'> & {
  readonly slot: number;
  /** What the primary is told about: these metrics and the process's own. */
  readonly sources: readonly MetricSource[];
};

/** Creates a worker's metrics; series known beforehand start at 0, so that increase() sees their first step. */
export function createWorkerMetrics({ slot }: { slot: number }): WorkerMetrics {
  const shared = new Registry();
  const slotted = new Registry();
  const metrics = createMetrics('worker', ({ labels }) => (labels.includes('slot') ? slotted : shared), [
    'slot',
  ]);
  for (const task_type of [...TASK_TYPES, 'unknown']) {
    for (const status of STATUSES) metrics.taskRequests.inc({ task_type, status }, 0);
    metrics.taskLatency.zero({ task_type });
    metrics.activeRequests.set({ task_type }, 0);
  }
  for (const task_type of TASK_TYPES) {
    metrics.truncated.inc({ task_type }, 0);
    metrics.taskEmpty.inc({ task_type }, 0);
  }
  for (const reason of REJECT_REASONS) metrics.queueRejected.inc({ reason }, 0);
  for (const stage of CANCEL_STAGES) metrics.cancelled.inc({ stage }, 0);
  return {
    ...metrics,
    slot,
    sources: [
      { registry: shared, labels: {} },
      { registry: slotted, labels: { slot: String(slot) } },
      createProcessMetrics(String(slot)),
    ],
  };
}

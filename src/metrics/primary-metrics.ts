import { Registry } from 'prom-client';
import { createMetrics, type Metrics } from './create-metrics.ts';
import { RESTART_REASONS, WORKER_STATES } from './definitions.ts';
import type { MetricJson } from './metric-json.ts';
import { createProcessMetrics } from './process-metrics.ts';

export type PrimaryMetrics = Metrics<'primary'> & {
  /** These metrics and, as slot `primary`, the process's own. */
  json(): Promise<readonly MetricJson[]>;
};

/** The primary's own metrics; restarts of each slot start at 0, so that increase() sees the first one. */
export function createPrimaryMetrics({ slots }: { slots: readonly number[] }): PrimaryMetrics {
  const registry = new Registry();
  const metrics = createMetrics('primary', () => registry);
  const processMetrics = createProcessMetrics('primary');
  processMetrics.refresh();
  for (const state of WORKER_STATES) metrics.workers.set({ state }, 0);
  for (const slot of slots)
    for (const reason of RESTART_REASONS) metrics.workerRestarts.inc({ reason, slot: String(slot) }, 0);
  return {
    ...metrics,
    async json() {
      const own = (await registry.getMetricsAsJSON()) as unknown as MetricJson[];
      return [...own, ...(await processMetrics.json())];
    },
  };
}

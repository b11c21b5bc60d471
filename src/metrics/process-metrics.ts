import { collectDefaultMetrics, Registry } from 'prom-client';
import type { MetricJson } from './metric-json.ts';
import type { MetricSource } from './metric-source.ts';

/** Collecting resets the event-loop-delay histogram: more often, and its percentiles say nothing. */
const SAMPLE_MS = 5000;
/** Before that histogram has seen anything, its minimum reads 292 years. */
const FIRST_SAMPLE_MS = 200;

export interface ProcessMetrics extends Required<MetricSource> {
  /** The values of the last sample; takes a new one when it is due. */
  json(): Promise<readonly MetricJson[]>;
}

/**
 * prom-client's process_* and nodejs_* metrics of this process, in a registry of their own. The first `refresh` begins
 * to observe, later ones take values every 5 s.
 */
export function createProcessMetrics(slot: string, now = () => performance.now()): ProcessMetrics {
  const registry = new Registry();
  let dueAt: number | undefined;
  let sample: Promise<unknown> = Promise.resolve([]);

  function refresh(): void {
    if (dueAt === undefined) {
      collectDefaultMetrics({ register: registry, labels: { slot } });
      // prom-client leaves process_start_time_seconds out of aggregates; with a slot label it can stay.
      for (const metric of registry.getMetricsAsArray())
        if (metric.aggregator === 'omit') metric.aggregator = 'max';
      dueAt = now() + FIRST_SAMPLE_MS;
    }
    if (now() < dueAt) return;
    dueAt = now() + SAMPLE_MS;
    // Its collectors are synchronous; only the event loop's present lag arrives a tick later.
    sample = registry.getMetricsAsJSON();
  }

  return {
    registry,
    labels: {},
    refresh,
    json() {
      refresh();
      return sample as Promise<readonly MetricJson[]>;
    },
  };
}

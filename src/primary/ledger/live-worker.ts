import type { MetricJson } from '../../metrics/metric-json.ts';
import type { GaugeChange, MetricChange } from '../../metrics/push-format.ts';
import { createSeriesMap, type Labels } from './series.ts';

/** What `/workers` and the supervisor ask about a worker; null: not reported yet. */
export interface WorkerReport {
  /** POST /predict requests it has counted. */
  readonly requests: number;
  readonly eventLoopP99Ms: number | null;
  readonly rssBytes: number | null;
  /** Milliseconds since its last push. */
  readonly pushAgeMs: number;
}

/** A running worker's gauges and what is known of it; dropped as a whole when it goes. */
export function createLiveWorker(slot: number, now: () => number) {
  const gauges = new Map<string, MetricJson>();
  let requests = 0;
  let pushedAt = now();

  const only = (name: string) => gauges.get(name)?.values[0]?.value;

  return {
    slot,
    pushed(changes: readonly MetricChange[]): void {
      pushedAt = now();
      for (const change of changes) {
        if (change.type === 'gauge')
          gauges.set(change.name, toJson(change, change.help ?? gauges.get(change.name)?.help));
        if (change.type === 'counter' && change.name === 'gte_task_requests_total')
          for (const [, increment] of change.samples) requests += increment;
      }
    },
    gauges: (): MetricJson[] => [...gauges.values()],
    report(): WorkerReport {
      const p99 = only('nodejs_eventloop_lag_p99_seconds');
      return {
        requests,
        eventLoopP99Ms: p99 === undefined ? null : p99 * 1000,
        rssBytes: only('process_resident_memory_bytes') ?? null,
        pushAgeMs: now() - pushedAt,
      };
    },
  };
}

function toJson(change: GaugeChange, help = change.name): MetricJson {
  const series = createSeriesMap<{ labels: Labels; value: number }>();
  for (const [values, value] of change.samples)
    series.of(change.labels, values, (labels) => ({ labels, value: 0 })).value = Number(value);
  return {
    name: change.name,
    help,
    type: 'gauge',
    aggregator: change.aggregator,
    values: [...series.values()],
  };
}

import { AggregatorRegistry, type Metric, Registry, type RegistryContentType } from 'prom-client';
import type { Logger } from '../logger.ts';
import type { MetricJson } from '../metrics/metric-json.ts';
import type { PrimaryMetrics } from '../metrics/primary-metrics.ts';
import { type MetricChange, metricsPush } from '../metrics/push-format.ts';
import { hideCommas, restoreCommas } from './ledger/label-guard.ts';
import { createLiveWorker, type WorkerReport } from './ledger/live-worker.ts';
import { createTotals } from './ledger/totals.ts';

export interface MetricsLedger {
  /** Books a worker's push; a malformed one is dropped whole and logged. Never throws. */
  apply(workerId: number, slot: number, push: unknown): void;
  /** Drops a worker's gauges; its counters stay. Call on its `disconnect`: `exit` may come before its last messages. */
  retire(workerId: number): void;
  /** What is known of a worker, or undefined before its first push and after `retire`. */
  worker(workerId: number): WorkerReport | undefined;
  /** Totals, live gauges and the primary's own metrics, series of equal labels not yet merged. */
  json(): Promise<(readonly MetricJson[])[]>;
  /** The body of a scrape, from memory. */
  render(contentType: RegistryContentType): Promise<string>;
}

/** Metrics of the service as a whole: see the ledger's contract in docs/metrics.md. */
export function createMetricsLedger({
  metrics,
  logger,
  now = () => performance.now(),
}: {
  metrics: PrimaryMetrics;
  logger: Pick<Logger, 'warn'>;
  now?: () => number;
}): MetricsLedger {
  const totals = createTotals();
  const live = new Map<number, ReturnType<typeof createLiveWorker>>();
  const retired = new Set<number>();
  const types = new Map<string, MetricChange['type']>();
  const reported = new Set<string>();

  function warnOnce(subject: string, fields: object, message: string): void {
    if (reported.has(subject)) return;
    reported.add(subject);
    logger.warn(fields, message);
  }

  /** A family has one type: a version that changes it is heard again after the primary's restart. */
  function hasKnownType({ name, type }: MetricChange): boolean {
    const known = types.get(name) ?? type;
    types.set(name, known);
    if (known !== type) warnOnce(name, { metric: name, type, known }, 'metric of another type ignored');
    return known === type;
  }

  function apply(workerId: number, slot: number, push: unknown): void {
    const parsed = metricsPush.safeParse(push);
    if (!parsed.success) {
      const problem = parsed.error.issues[0]?.message;
      warnOnce(String(workerId), { worker: workerId, slot, problem }, 'malformed metrics push dropped');
      return;
    }
    const changes = parsed.data.metrics.filter(hasKnownType);
    for (const change of changes) if (change.type !== 'gauge') totals.add(change);
    if (retired.has(workerId)) return;
    const worker = live.get(workerId) ?? createLiveWorker(slot, now);
    live.set(workerId, worker);
    worker.pushed(changes);
  }

  function refreshAges(): void {
    metrics.workerSnapshotAge.reset();
    const ages = new Map<number, number>();
    for (const worker of live.values())
      ages.set(worker.slot, Math.max(ages.get(worker.slot) ?? 0, worker.report().pushAgeMs / 1000));
    for (const [slot, age] of ages) metrics.workerSnapshotAge.set({ slot: String(slot) }, age);
  }

  async function json(): Promise<(readonly MetricJson[])[]> {
    refreshAges();
    const own = await metrics.json();
    return [totals.json(), ...[...live.values()].map((worker) => worker.gauges()), own];
  }

  return {
    apply,
    retire(workerId) {
      live.delete(workerId);
      retired.add(workerId);
    },
    worker: (workerId) => live.get(workerId)?.report(),
    json,
    async render(contentType) {
      const prepare = (metric: MetricJson) =>
        hideCommas(contentType === Registry.OPENMETRICS_CONTENT_TYPE ? withFamilyName(metric) : metric);
      const { once, repeated } = byOccurrence((await json()).flat().map(prepare));
      const registry = AggregatorRegistry.aggregate<RegistryContentType>([repeated]);
      registry.setContentType(contentType);
      for (const metric of once)
        registry.registerMetric({ ...metric, get: async () => metric } as unknown as Metric);
      return restoreCommas(await registry.metrics());
    },
  };
}

/** What occurs once has nothing to be merged with, as most of a scrape: aggregate() would cost half the time of rendering it. */
function byOccurrence(metrics: readonly MetricJson[]) {
  const occurrences = new Map<string, number>();
  for (const { name } of metrics) occurrences.set(name, (occurrences.get(name) ?? 0) + 1);
  const isOnce = ({ name, aggregator }: MetricJson) => occurrences.get(name) === 1 && aggregator !== 'omit';
  return { once: metrics.filter(isOnce), repeated: metrics.filter((metric) => !isOnce(metric)) };
}

/**
 * In OpenMetrics prom-client appends _total to a counter's samples; of an aggregated counter it does not drop the one
 * that is there.
 */
function withFamilyName(metric: MetricJson): MetricJson {
  return metric.type === 'counter' ? { ...metric, name: metric.name.replace(/_total$/, '') } : metric;
}

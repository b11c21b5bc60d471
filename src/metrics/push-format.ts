/**
 * What a worker tells the primary about its registry (see docs/metrics.md): increments of counters and histograms since
 * its last push, and present values of gauges. Shape owned by worker/metrics-push.ts and primary/metrics-ledger.ts.
 */
export interface MetricsPush {
  readonly metrics: readonly unknown[];
}

import type { Aggregator } from 'prom-client';

/** One metric as `registry.getMetricsAsJSON()` gives it and `AggregatorRegistry.aggregate()` takes it. */
export interface MetricJson {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly aggregator: Aggregator;
  readonly values: readonly SampleJson[];
}

export interface SampleJson {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Of a histogram: with _bucket, _sum or _count. */
  readonly metricName?: string;
}

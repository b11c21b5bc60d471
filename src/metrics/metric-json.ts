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
  /** Some or all of `labels`, in an object that stays from scrape to scrape: prom-client formats it once. */
  readonly sharedLabels?: Readonly<Record<string, string | number>>;
  /** Of a histogram: with _bucket, _sum or _count. */
  readonly metricName?: string;
}

import type { Aggregator, Registry } from 'prom-client';

type Labels = Readonly<Record<string, string | number>>;
type ByHash<Series> = Readonly<Record<string, Series>>;

interface StoredValue {
  readonly labels: Labels;
  readonly value: number;
}

interface StoredObservations {
  readonly labels: Labels;
  readonly count: number;
  readonly sum: number;
  /** Observations by upper edge, not cumulative; those above the last edge are in `count` alone. */
  readonly bucketValues: Readonly<Record<number, number>>;
}

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

export interface StoredCounter extends Described {
  readonly type: 'counter';
  readonly hashMap: ByHash<StoredValue>;
}

export interface StoredGauge extends Described {
  readonly type: 'gauge';
  readonly aggregator: Aggregator;
  readonly hashMap: ByHash<StoredValue>;
}

export interface StoredHistogram extends Described {
  readonly type: 'histogram';
  readonly upperBounds: readonly number[];
  readonly hashMap: ByHash<StoredObservations>;
}

export type StoredMetric = StoredCounter | StoredGauge | StoredHistogram;

/**
 * The metrics of a registry as prom-client 15.1.3 stores them (`hashMap` is in its source, not in its types). Its public
 * `getMetricsAsJSON()` is asynchronous, and a dying process has no next tick: see docs/adr/0004-metrics-ledger.md.
 */
export function storedMetrics(registry: Registry): readonly StoredMetric[] {
  return registry.getMetricsAsArray() as unknown as readonly StoredMetric[];
}

import type { MetricSource } from './metric-source.ts';
import type {
  CounterChange,
  GaugeChange,
  HistogramChange,
  MetricChange,
  MetricsPush,
} from './push-format.ts';
import {
  type StoredCounter,
  type StoredGauge,
  type StoredHistogram,
  type StoredMetric,
  storedMetrics,
} from './stored-metrics.ts';

type Labels = Readonly<Record<string, string | number>>;
/** What the changes of one metric have in common, and the label values of one of its series. */
interface Shape {
  readonly common: { readonly name: string; readonly labels: string[] };
  valuesOf(labels: Labels): (string | null)[];
}
type Reader = () => MetricChange | undefined;

/**
 * Reads what changed in the registries since its last call, synchronously: increments of counters and histograms,
 * present values of gauges. The first call reports every series, those at 0 included.
 */
export function createChangeReader(sources: readonly MetricSource[]): () => MetricsPush {
  const readers = new Map<StoredMetric, Reader>();
  const described = new Set<StoredMetric>();
  return () => {
    const metrics: MetricChange[] = [];
    for (const source of sources) {
      for (const metric of storedMetrics(source.registry)) {
        const read = readers.get(metric) ?? createReader(metric, source.labels);
        readers.set(metric, read);
        const change = read();
        if (!change) continue;
        metrics.push(described.has(metric) ? change : { ...change, help: metric.help });
        described.add(metric);
      }
    }
    return { metrics };
  };
}

function createReader(metric: StoredMetric, extra: MetricSource['labels']): Reader {
  const labels = [...new Set([...metric.labelNames, ...Object.keys(extra)])];
  const shape: Shape = {
    common: { name: metric.name, labels },
    valuesOf: (own) => labels.map((name) => extra[name] ?? own[name]?.toString() ?? null),
  };
  if (metric.type === 'counter') return counterReader(metric, shape);
  if (metric.type === 'gauge') return gaugeReader(metric, shape);
  return histogramReader(metric, shape);
}

function counterReader(metric: StoredCounter, { common, valuesOf }: Shape): Reader {
  const seen = new Map<string, number>();
  return () => {
    const samples: CounterChange['samples'] = [];
    for (const [hash, { labels, value }] of Object.entries(metric.hashMap)) {
      const before = seen.get(hash);
      if (value === before) continue;
      seen.set(hash, value);
      samples.push([valuesOf(labels), value - (before ?? 0)]);
    }
    return samples.length > 0 ? { ...common, type: 'counter', samples } : undefined;
  };
}

function gaugeReader(metric: StoredGauge, { common, valuesOf }: Shape): Reader {
  let before = '[]';
  return () => {
    const samples: GaugeChange['samples'] = Object.values(metric.hashMap).map(({ labels, value }) => [
      valuesOf(labels),
      Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity'),
    ]);
    const now = JSON.stringify(samples);
    if (now === before) return undefined;
    before = now;
    return { ...common, type: 'gauge', aggregator: metric.aggregator, samples };
  };
}

function histogramReader(metric: StoredHistogram, { common, valuesOf }: Shape): Reader {
  const edges = [...metric.upperBounds];
  const seen = new Map<string, { count: number; sum: number; buckets: number[] }>();
  return () => {
    const samples: HistogramChange['samples'] = [];
    for (const [hash, { labels, count, sum, bucketValues }] of Object.entries(metric.hashMap)) {
      const before = seen.get(hash);
      if (count === before?.count) continue;
      const buckets = edges.map((edge) => bucketValues[edge] ?? 0);
      seen.set(hash, { count, sum, buckets });
      const grown = buckets
        .map((value, index): [number, number] => [index, value - (before?.buckets[index] ?? 0)])
        .filter(([, increment]) => increment > 0);
      samples.push([valuesOf(labels), count - (before?.count ?? 0), sum - (before?.sum ?? 0), grown]);
    }
    return samples.length > 0 ? { ...common, type: 'histogram', edges, samples } : undefined;
  };
}

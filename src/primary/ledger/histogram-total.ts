import type { MetricJson, SampleJson } from '../../metrics/metric-json.ts';
import type { HistogramChange } from '../../metrics/push-format.ts';
import { type BucketLayout, cumulativeCounts, unionOfEdges } from './bucket-layout.ts';
import { createSeriesMap, type Labels } from './series.ts';

interface HistogramSeries {
  readonly labels: Labels;
  readonly layouts: Map<string, BucketLayout>;
  count: number;
  sum: number;
}

/** Sums of one histogram over all workers that ever were, whatever their bucket layouts. */
export function createHistogramTotal(name: string) {
  const series = createSeriesMap<HistogramSeries>();
  const layouts = new Map<string, readonly number[]>();
  let help = name;
  let edges: readonly number[] = [];

  function add(change: HistogramChange): void {
    help = change.help ?? help;
    const layoutKey = change.edges.join();
    if (!layouts.has(layoutKey)) {
      layouts.set(layoutKey, change.edges);
      edges = unionOfEdges(layouts.values());
    }
    for (const [values, count, sum, buckets] of change.samples) {
      const total = series.of(change.labels, values, (labels) => ({
        labels,
        layouts: new Map(),
        count: 0,
        sum: 0,
      }));
      total.count += count;
      total.sum += sum;
      const layout = total.layouts.get(layoutKey) ?? {
        edges: change.edges,
        counts: change.edges.map(() => 0),
      };
      total.layouts.set(layoutKey, layout);
      for (const [index, increment] of buckets)
        layout.counts[index] = (layout.counts[index] ?? 0) + increment;
    }
  }

  function samplesOf({ labels, layouts, count, sum }: HistogramSeries): SampleJson[] {
    const bucket = `${name}_bucket`;
    const counts = cumulativeCounts(layouts.values(), edges);
    return [
      ...edges.map((le, i) => ({
        metricName: bucket,
        labels: { le, ...labels },
        sharedLabels: labels,
        value: counts[i] as number,
      })),
      { metricName: bucket, labels: { le: '+Inf', ...labels }, sharedLabels: labels, value: count },
      { metricName: `${name}_sum`, labels, sharedLabels: labels, value: sum },
      { metricName: `${name}_count`, labels, sharedLabels: labels, value: count },
    ];
  }

  return {
    add,
    json: (): MetricJson => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: [...series.values()].flatMap(samplesOf),
    }),
  };
}

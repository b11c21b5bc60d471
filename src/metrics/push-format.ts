import * as z from 'zod';

const metricName = z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
const labelNames = z.array(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/));
/** In the order of the metric's `labels`; null where a series lacks the label. */
const labelValues = z.array(z.string().nullable());
const increment = z.number().min(0);
const count = z.int().min(0);

/** JSON has no NaN and no infinities. */
const gaugeValue = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);

const common = {
  name: metricName,
  /** Only the first time a worker reports the metric. */
  help: z.string().optional(),
  labels: labelNames,
};

const fitsLabels = (metric: { labels: string[]; samples: (readonly [(string | null)[], ...unknown[]])[] }) =>
  metric.samples.every(([values]) => values.length === metric.labels.length);

const counterChange = z
  .object({
    ...common,
    type: z.literal('counter'),
    /** Label values, increment. */
    samples: z.array(z.tuple([labelValues, increment])),
  })
  .refine(fitsLabels, 'label values do not fit the labels');

const gaugeChange = z
  .object({
    ...common,
    type: z.literal('gauge'),
    aggregator: z.enum(['sum', 'first', 'min', 'max', 'average', 'omit']),
    /** Every series the gauge has now: label values, value. */
    samples: z.array(z.tuple([labelValues, gaugeValue])),
  })
  .refine(fitsLabels, 'label values do not fit the labels');

const histogramChange = z
  .object({
    ...common,
    type: z.literal('histogram'),
    /** Upper edges, ascending, +Inf left out. */
    edges: z.array(z.number()),
    /** Label values, increment of count, change of sum, and [edge index, increment] of each bucket that grew. */
    samples: z.array(z.tuple([labelValues, count, z.number(), z.array(z.tuple([count, count]))])),
  })
  .refine(fitsLabels, 'label values do not fit the labels')
  .refine(
    ({ edges }) => edges.every((edge, i) => i === 0 || edge > (edges[i - 1] as number)),
    'edges must ascend',
  )
  .refine(
    ({ edges, samples }) =>
      samples.every(([, , , buckets]) => buckets.every(([index]) => index < edges.length)),
    'bucket without an edge',
  );

/** What a worker tells the primary every 250 ms: what changed in its registries since its last push. */
export const metricsPush = z.object({
  metrics: z.array(z.discriminatedUnion('type', [counterChange, gaugeChange, histogramChange])),
});

export type MetricsPush = z.infer<typeof metricsPush>;
export type MetricChange = MetricsPush['metrics'][number];
export type CounterChange = z.infer<typeof counterChange>;
export type GaugeChange = z.infer<typeof gaugeChange>;
export type HistogramChange = z.infer<typeof histogramChange>;

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type Definitions, definitions, type MetricDefinition } from './definitions.ts';

type Home = MetricDefinition['home'];
type KeyOf<H extends Home> = {
  [K in keyof Definitions]: Definitions[K]['home'] extends H ? K : never;
}[keyof Definitions];
type MetricOf<D extends MetricDefinition, Filled extends string> = D['type'] extends 'counter'
  ? Counter<Exclude<D['labels'][number], Filled>>
  : D['type'] extends 'gauge'
    ? Gauge<Exclude<D['labels'][number], Filled>>
    : Histogram<Exclude<D['labels'][number], Filled>>;

/** prom-client metrics by their key in definitions.ts, without the labels somebody else fills. */
export type Metrics<H extends Home, Filled extends string = never> = {
  readonly [K in KeyOf<H>]: MetricOf<Definitions[K], Filled>;
};

/** Creates one process's part of the catalogue, each metric in the registry `registryOf` chooses. */
export function createMetrics<H extends Home, Filled extends string = never>(
  home: H,
  registryOf: (definition: MetricDefinition) => Registry,
  filled: readonly Filled[] = [],
): Metrics<H, Filled> {
  const metrics: Record<string, Counter | Gauge | Histogram> = {};
  for (const [key, definition] of Object.entries<MetricDefinition>(definitions)) {
    if (definition.home !== home) continue;
    const { name, help, type, buckets = [], aggregator = 'sum' } = definition;
    const labelNames = definition.labels.filter((label) => !(filled as readonly string[]).includes(label));
    const common = { name, help, labelNames, aggregator, registers: [registryOf(definition)] };
    if (type === 'counter') metrics[key] = new Counter(common);
    else if (type === 'gauge') metrics[key] = new Gauge(common);
    else metrics[key] = new Histogram({ ...common, buckets: [...buckets] });
  }
  return metrics as Metrics<H, Filled>;
}

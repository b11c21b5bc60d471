import type { MetricJson } from '../../metrics/metric-json.ts';
import type { CounterChange } from '../../metrics/push-format.ts';
import { createSeriesMap, type Labels } from './series.ts';

/** Sums of one counter over all workers that ever were. */
export function createCounterTotal(name: string) {
  const series = createSeriesMap<{ labels: Labels; value: number }>();
  let help = name;
  return {
    add(change: CounterChange): void {
      help = change.help ?? help;
      for (const [values, increment] of change.samples)
        series.of(change.labels, values, (labels) => ({ labels, value: 0 })).value += increment;
    },
    json: (): MetricJson => ({
      name,
      help,
      type: 'counter',
      aggregator: 'sum',
      values: [...series.values()],
    }),
  };
}

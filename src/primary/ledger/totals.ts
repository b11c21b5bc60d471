import type { MetricJson } from '../../metrics/metric-json.ts';
import type { CounterChange, HistogramChange } from '../../metrics/push-format.ts';
import { createCounterTotal } from './counter-total.ts';
import { createHistogramTotal } from './histogram-total.ts';

/** Counters and histograms of the whole service: they outlive the workers that counted them and never decrease. */
export function createTotals() {
  const counters = new Map<string, ReturnType<typeof createCounterTotal>>();
  const histograms = new Map<string, ReturnType<typeof createHistogramTotal>>();
  return {
    add(change: CounterChange | HistogramChange): void {
      if (change.type === 'counter') entry(counters, change.name, createCounterTotal).add(change);
      else entry(histograms, change.name, createHistogramTotal).add(change);
    },
    json: (): MetricJson[] => [...counters.values(), ...histograms.values()].map((total) => total.json()),
  };
}

function entry<Value>(map: Map<string, Value>, name: string, create: (name: string) => Value): Value {
  const value = map.get(name) ?? create(name);
  map.set(name, value);
  return value;
}

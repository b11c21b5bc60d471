import { PanelBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { type About, describe, type Query } from './about.ts';
import { DATASOURCE, instantTargets } from './targets.ts';
import { plain, redAbove } from './thresholds.ts';

/** One bar a series, of this moment. */
export function bars(
  options: About & { query: Query; min?: number; max?: number; redAbove?: number },
): PanelBuilder {
  const panel = new PanelBuilder()
    .title(options.title)
    .description(describe(options))
    .unit(options.unit)
    .span(options.width)
    .height(options.height)
    .datasource(DATASOURCE)
    .targets(instantTargets([options.query]))
    .min(options.min ?? 0)
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields(''))
    .thresholds(options.redAbove === undefined ? plain() : redAbove(options.redAbove));
  return options.max === undefined ? panel : panel.max(options.max);
}

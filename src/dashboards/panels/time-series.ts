import {
  GraphDrawStyle,
  GraphGradientMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type About, describe, type Query } from './about.ts';
import { DATASOURCE, rangeTargets } from './targets.ts';
import { redAbove, redBelow } from './thresholds.ts';

interface Options extends About {
  readonly queries: readonly Query[];
  readonly stacked?: boolean;
  readonly bars?: boolean;
  readonly min?: number;
  /** The axis begins here while no value is lower; then it follows the value. */
  readonly softMin?: number;
  readonly max?: number;
  /** Drawn as a line with a red area on its far side. */
  readonly redAbove?: number;
  readonly redBelow?: number;
  /** Colours of series by their legend; the others get Grafana's. */
  readonly colours?: Readonly<Record<string, string>>;
}

/** Lines over time. */
export function timeSeries(options: Options): PanelBuilder {
  const { queries, stacked = false, bars = false, min = 0, softMin, max } = options;
  const panel = new PanelBuilder()
    .title(options.title)
    .description(describe(options))
    .unit(options.unit)
    .span(options.width)
    .height(options.height)
    .datasource(DATASOURCE)
    .targets(rangeTargets(queries))
    .drawStyle(bars ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(stacked || bars ? 60 : 8)
    .gradientMode(GraphGradientMode.None)
    .showPoints(VisibilityMode.Never)
    .spanNulls(false)
    .stacking(new StackingConfigBuilder().mode(stacked ? StackingMode.Normal : StackingMode.None))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(queries.some(({ legend }) => legend !== undefined))
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (softMin === undefined) panel.min(min);
  else panel.axisSoftMin(softMin);
  if (max !== undefined) panel.max(max);
  for (const [legend, fixedColor] of Object.entries(options.colours ?? {}))
    panel.overrideByName(legend, [{ id: 'color', value: { mode: 'fixed', fixedColor } }]);
  const limit = options.redAbove ?? options.redBelow;
  if (limit === undefined) return panel;
  return panel
    .thresholds(options.redAbove === undefined ? redBelow(limit) : redAbove(limit))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.LineAndArea));
}
